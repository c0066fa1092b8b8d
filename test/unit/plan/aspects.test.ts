/** Proves that sections which share an object do not touch each other's part of it, whatever becomes of one of them. */
import { expect } from "chai";
import { admissionMark } from "../../../operator/kinds/admission-mark.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import type { PlanInput } from "../../../operator/plan/input.ts";
import { planBaseline, planRelease } from "../../../operator/plan/plan.ts";
import type { Action } from "../../../operator/plan/types.ts";
import { had, input, paymentsMark, paymentsMesh, paymentsNamespace, retired, section } from "./baseline-objects.ts";
import { ModelCluster } from "./model-cluster.ts";

const MARK = ["metadata", "labels", "securitybaseline.dev/admission"];
const LINKERD = "config.linkerd.io/default-inbound-policy";
const POLICY = "securitybaseline.dev/deletion-policy";
const LEVELS = { sections: [section("podSecurity", [paymentsNamespace()])] };

/** A Namespace with both parts in place. */
function both(mode?: string): ModelCluster {
  const cluster = new ModelCluster();
  cluster.apply(paymentsNamespace());
  cluster.apply(paymentsMark(mode));
  return cluster;
}

function labelsAfter(cluster: ModelCluster, wants: Partial<PlanInput>): Readonly<Record<string, string>> {
  cluster.run(planBaseline(input({ ...wants, live: cluster.live() })));
  return cluster.documents()[0]?.metadata?.labels ?? {};
}

const ALL_LEVELS = {
  "pod-security.kubernetes.io/audit": "restricted",
  "pod-security.kubernetes.io/audit-version": "latest",
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "latest",
  "pod-security.kubernetes.io/warn": "restricted",
  "pod-security.kubernetes.io/warn-version": "latest",
};

const cases: readonly {
  readonly reason: string;
  readonly wants: Partial<PlanInput>;
  readonly labels: Readonly<Record<string, string>>;
}[] = [
  {
    reason: "a section that is blocked keeps its part while the other one changes",
    wants: { sections: [section("admission", [paymentsMark("Report")], "Report")], blocked: [retired("podSecurity")] },
    labels: { ...ALL_LEVELS, "securitybaseline.dev/admission": "Report" },
  },
  {
    reason: "a section that is used no more takes its own part along",
    wants: { ...LEVELS, retired: [retired("admission")] },
    labels: ALL_LEVELS,
  },
  {
    reason: "and so does the other one",
    wants: { sections: [section("admission", [paymentsMark()])], retired: [retired("podSecurity")] },
    labels: { "securitybaseline.dev/admission": "Enforce" },
  },
  {
    reason: "what means nothing without its section goes where all else is to stay, too",
    wants: { deletionPolicy: "Retain", retired: [retired("admission"), retired("podSecurity")] },
    labels: ALL_LEVELS,
  },
];

describe("aspects of a shared object", () => {
  for (const { reason, wants, labels } of cases) {
    it(`are apart: ${reason}`, () => {
      expect(labelsAfter(both(), wants)).to.deep.equal(labels);
    });
  }

  const retainCases: readonly { readonly reason: string; readonly policy: "Delete" | "Retain"; readonly annotations: object }[] = [
    {
      reason: "what means something by itself stays with its section where all is to stay",
      policy: "Retain",
      annotations: { [LINKERD]: "all-authenticated", [POLICY]: "Retain" },
    },
    { reason: "and goes where all else goes", policy: "Delete", annotations: {} },
  ];
  for (const { reason, policy, annotations } of retainCases) {
    it(`obey the deletion policy where they say so: ${reason}`, () => {
      const cluster = new ModelCluster();
      cluster.apply(paymentsMesh());
      const wants = { deletionPolicy: policy, retired: [retired("mesh")] };
      cluster.run(planBaseline(input({ ...wants, live: cluster.live() })));
      expect(cluster.documents()[0]?.metadata?.annotations ?? {}).to.deep.equal(annotations);
      expect(planBaseline(input({ ...wants, live: cluster.live() })).batches).to.deep.equal([]);
    });
  }

  it("obey it also when the baseline is gone", () => {
    const [kept, gone] = (["Retain", "Delete"] as const).map((policy) => {
      const cluster = new ModelCluster();
      cluster.apply(paymentsMesh("deny", policy));
      return planRelease(cluster.live()).flat();
    });
    expect([kept?.length, gone?.map(({ verb }) => verb)]).to.deep.equal([0, ["release"]]);
  });

  it("leave each other the annotation that says what becomes of both", () => {
    const cluster = new ModelCluster();
    cluster.apply(paymentsNamespace());
    cluster.apply(paymentsMesh());
    cluster.run(
      planBaseline(input({ sections: [section("mesh", [paymentsMesh()])], retired: [retired("podSecurity")], live: cluster.live() })),
    );
    expect(cluster.documents()[0]?.metadata?.labels).to.equal(undefined);
    expect(cluster.documents()[0]?.metadata?.annotations).to.deep.equal({ [LINKERD]: "all-authenticated", [POLICY]: "Delete" });
  });

  it("are written in mode Report where they only tell, without the mark that lets the operator write elsewhere", () => {
    const cluster = new ModelCluster();
    cluster.set(namespace, "payments", { path: ["metadata", "labels", "team"], value: "payments" });
    const wants = input({ marks: true, sections: [section("admission", [paymentsMark("Report")], "Report")], live: cluster.live() });
    const plan = planBaseline(wants);
    expect(plan.batches.flat().map(({ verb }) => verb)).to.deep.equal(["apply"]);
    cluster.run(plan);
    expect(planBaseline({ ...wants, live: cluster.live() }).batches).to.deep.equal([]);
  });

  it("do not hold up the end of the mark that lets the operator write: they are given up without it", () => {
    const cluster = new ModelCluster();
    cluster.apply(paymentsMark("Report"));
    cluster.set(namespace, "payments", { path: ["metadata", "labels", "securitybaseline.dev/enforced"], value: "true" });
    const sections = [section("admission", [paymentsMark("Report")], "Report")];
    const { batches } = planBaseline(input({ marks: true, sections, live: cluster.live() }));
    expect(batches.flat().map((action) => action.verb === "mark" && action.enforced)).to.deep.equal([false]);
  });

  it("tell who changed them: each field is held against the name that its own section applies in", () => {
    const cluster = both();
    cluster.set(namespace, "payments", { path: MARK, value: "Report" });
    const { sections } = planBaseline(
      input({ sections: [...LEVELS.sections, section("admission", [paymentsMark()])], live: cluster.live() }),
    );
    const drift = sections.flatMap((one) => one.drift);
    expect(drift).to.deep.equal([
      {
        control: "admission",
        ref: { apiVersion: "v1", kind: "Namespace", name: "payments" },
        type: "Modified",
        fields: ['metadata.labels["securitybaseline.dev/admission"]'],
        manager: "kubectl-edit",
      },
    ]);
  });

  it("tell of a label that somebody took away", () => {
    const cluster = both();
    const wants = { sections: [...LEVELS.sections, section("admission", [paymentsMark()])] };
    const first = planBaseline(input({ ...wants, live: cluster.live() }));
    expect(first.settled.map(({ live }) => live.kind)).to.have.members([namespace, admissionMark]);
    cluster.run(first);
    cluster.unset(namespace, "payments", MARK);
    const inventory = had(paymentsMark(), paymentsNamespace());
    const { sections } = planBaseline(input({ ...wants, inventory, live: cluster.live() }));
    expect(sections.map(({ control, drift }) => [control, drift.map(({ type }) => type)])).to.deep.equal([
      ["admission", ["Modified"]],
      ["podSecurity", []],
    ]);
  });

  it("are told in one order, whatever the order in which the cache has them", () => {
    const cluster = both();
    const wants = { sections: [...LEVELS.sections, section("admission", [paymentsMark()])] };
    const [one, other] = [cluster.live(), cluster.live().toReversed()].map((live) => planBaseline(input({ ...wants, live })));
    expect(one?.settled).to.have.length(2);
    expect(one?.settled).to.deep.equal(other?.settled);
  });

  it("are no drift when a section that was switched off is used again, as somebody else's change then is", () => {
    const cluster = both();
    const on = (): Partial<PlanInput> => ({ ...LEVELS, live: cluster.live() });
    cluster.run(planBaseline(input(on())));
    cluster.run(planBaseline(input({ retired: [retired("podSecurity")], live: cluster.live() })));
    const again = planBaseline(input(on()));
    expect(again.sections.flatMap(({ drift }) => drift)).to.deep.equal([]);
    cluster.run(again);
    cluster.run(planBaseline(input(on())));
    cluster.unset(namespace, "payments", ["metadata", "labels", "pod-security.kubernetes.io/enforce"]);
    expect(planBaseline(input(on())).sections.flatMap(({ drift }) => drift.map(({ type }) => type))).to.deep.equal(["Modified"]);
  });

  it("go first when a baseline is gone, and need no annotation that says so", () => {
    const verbs = (cluster: ModelCluster): readonly string[] =>
      planRelease(cluster.live())
        .flat()
        .map((action: Action) => `${action.verb} ${"live" in action && action.live.kind === admissionMark ? "mark" : "levels"}`);
    expect(verbs(both())).to.deep.equal(["release mark", "release levels"]);
    const alone = new ModelCluster();
    alone.apply(paymentsMark());
    expect(verbs(alone)).to.deep.equal(["release mark"]);
    const kept = new ModelCluster();
    kept.apply(paymentsNamespace());
    kept.set(namespace, "payments", { path: ["metadata", "annotations", "securitybaseline.dev/deletion-policy"], value: "Retain" });
    kept.apply(paymentsMark());
    expect(verbs(kept)).to.deep.equal(["release mark"]);
  });
});
