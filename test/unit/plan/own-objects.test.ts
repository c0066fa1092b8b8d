/** Tests what is planned for objects that are ours: in place, missing, changed, replaced. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { Desired } from "../../../operator/controls/control.ts";
import { networkPolicy } from "../../../operator/kinds/network-policy.ts";
import { role } from "../../../operator/kinds/role.ts";
import { roleBinding } from "../../../operator/kinds/role-binding.ts";
import type { PlanInput } from "../../../operator/plan/input.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import type { Plan } from "../../../operator/plan/types.ts";
import { defaultDeny, had, input, logReader, logReaderBinding, OWNER, section } from "./baseline-objects.ts";
import { ModelCluster } from "./model-cluster.ts";

const MANAGED_BY = ["metadata", "labels", "app.kubernetes.io/managed-by"];
const OPEN_TO_ALL = [{}];

/** A cluster in which the objects are in place, and seen to be. */
function inPlace(...objects: readonly Desired[]): ModelCluster {
  const cluster = new ModelCluster();
  for (const desired of objects) cluster.apply(desired);
  cluster.run(planBaseline(input({ sections: objects.map((desired) => section(desired.control, [desired])), live: cluster.live() })));
  return cluster;
}

function look(cluster: ModelCluster, desired: Desired, more: Partial<PlanInput> & { mode?: "Enforce" | "Report" } = {}): Plan {
  const { mode = "Enforce", ...fields } = more;
  return planBaseline(input({ sections: [section(desired.control, [desired], mode)], live: cluster.live(), ...fields }));
}

function summary(plan: Plan): { verbs: string[]; inSync: number | undefined; drift: unknown[] } {
  return {
    verbs: plan.batches.flat().map((action) => action.verb),
    inSync: plan.sections[0]?.inSync,
    drift: (plan.sections[0]?.drift ?? []).map(({ type, fields, manager }) => ({ type, fields, manager })),
  };
}

const APPLIED = { verbs: ["apply"], inSync: 0 };
const modified = (fields: readonly string[], manager?: string): unknown => ({ type: "Modified", fields, manager });

describe("an object of ours", () => {
  const POLICY_REF = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: "default-deny" };

  it("that is in place needs nothing", () => {
    const plan = look(inPlace(defaultDeny()), defaultDeny());
    expect(plan).to.deep.equal({
      batches: [],
      sections: [{ control: "network", mode: "Enforce", managed: 1, inSync: 1, ending: [], conflicts: [], awaiting: [], drift: [] }],
      settled: [],
    });
  });

  it("that is kept at less than the baseline asks for is not in place, and needs nothing all the same", () => {
    const plan = look(inPlace(defaultDeny()), { ...defaultDeny(), held: true });
    expect(summary(plan)).to.deep.equal({ verbs: [], inSync: 0, drift: [] });
  });

  it("is settled when it is first seen in place, and no longer carries its detail afterwards", () => {
    const cluster = new ModelCluster();
    cluster.apply(defaultDeny());
    const plan = look(cluster, defaultDeny());
    expect(plan.settled.map(({ live }) => live.name)).to.deep.equal(["default-deny"]);
    cluster.run(plan);
    expect(cluster.live().map(({ detail }) => detail)).to.deep.equal([undefined]);
  });

  it("that was never there is created without telling drift", () => {
    const plan = look(new ModelCluster(), defaultDeny());
    expect(plan.batches).to.deep.equal([[{ verb: "apply", desired: defaultDeny(), uid: undefined, drift: undefined }]]);
    expect(plan.sections[0]).to.deep.include({ managed: 1, inSync: 0, drift: [] });
  });

  it("that was there and is gone is Missing and comes back", () => {
    const plan = look(new ModelCluster(), defaultDeny(), { inventory: had(defaultDeny()) });
    const drift = { control: "network", ref: POLICY_REF, type: "Missing", fields: [], manager: undefined };
    expect(plan.batches).to.deep.equal([[{ verb: "apply", desired: defaultDeny(), uid: undefined, drift }]]);
    expect(plan.sections[0]?.drift).to.deep.equal([drift]);
  });

  it("that was changed is Modified, with the fields and who did it, and is put back with the uid that was compared", () => {
    const cluster = inPlace(defaultDeny());
    cluster.set(networkPolicy, "default-deny", { path: ["spec", "ingress"], value: OPEN_TO_ALL });
    const plan = look(cluster, defaultDeny());
    const drift = { control: "network", ref: POLICY_REF, type: "Modified", fields: ["spec.ingress"], manager: "kubectl-edit" };
    const [live] = cluster.live();
    expect(plan.batches).to.deep.equal([
      [{ verb: "apply", desired: defaultDeny(), uid: live?.uid, version: live?.resourceVersion, drift }],
    ]);
    expect(plan.sections[0]?.drift).to.deep.equal([drift]);
  });

  it("that another tool claims by its label for tools is in place", () => {
    const cluster = inPlace(defaultDeny());
    cluster.set(networkPolicy, "default-deny", { path: MANAGED_BY, value: "Helm", by: ["helm", "Update"] });
    expect(summary(look(cluster, defaultDeny()))).to.deep.equal({ verbs: [], inSync: 1, drift: [] });
  });

  it("that another tool claims keeps its label when something else is put back", () => {
    const cluster = inPlace(defaultDeny());
    cluster.set(networkPolicy, "default-deny", { path: MANAGED_BY, value: "Helm", by: ["helm", "Update"] });
    cluster.set(networkPolicy, "default-deny", { path: ["spec", "ingress"], value: OPEN_TO_ALL });
    const plan = look(cluster, defaultDeny());
    expect(summary(plan)).to.deep.equal({ ...APPLIED, drift: [modified(["spec.ingress"], "kubectl-edit")] });
    const [action] = plan.batches.flat();
    const labels = action?.verb === "apply" && (action.desired.manifest["metadata"] as JsonObject)["labels"];
    expect(labels).to.deep.equal({ "securitybaseline.dev/control": "network" });
  });

  it("that is on its way out is left alone until it is gone", () => {
    const cluster = inPlace(defaultDeny());
    cluster.terminate(networkPolicy, "default-deny");
    expect(summary(look(cluster, defaultDeny()))).to.deep.equal({ verbs: [], inSync: 0, drift: [] });
  });

  interface Case {
    readonly reason: string;
    readonly change: (cluster: ModelCluster) => void;
    readonly wanted?: Desired;
    readonly want: { readonly verbs: readonly string[]; readonly inSync: number; readonly drift: readonly unknown[] };
  }

  const cases: readonly Case[] = [
    {
      reason: "a stripped label is Modified; who removed a field is not booked anywhere",
      change: (cluster) => cluster.unset(networkPolicy, "default-deny", MANAGED_BY),
      want: { ...APPLIED, drift: [modified(['metadata.labels["app.kubernetes.io/managed-by"]'])] },
    },
    {
      reason: "a stripped owner reference is Modified",
      change: (cluster) => cluster.unset(networkPolicy, "default-deny", ["metadata", "ownerReferences", "baseline-uid"]),
      want: { ...APPLIED, drift: [modified(["metadata.ownerReferences"])] },
    },
    {
      reason: "fields are listed in order, and the manager that owns one of them is named",
      change: (cluster) => {
        cluster.set(networkPolicy, "default-deny", { path: ["spec", "policyTypes"], value: ["Ingress"], by: ["argo", "Apply"] });
        cluster.set(networkPolicy, "default-deny", { path: ["spec", "egress"], value: OPEN_TO_ALL, by: ["argo", "Apply"] });
      },
      want: { ...APPLIED, drift: [modified(["spec.egress", "spec.policyTypes"], "argo")] },
    },
    {
      reason: "an update under our name is not ours: we only apply",
      change: (cluster) =>
        cluster.set(networkPolicy, "default-deny", { path: ["spec", "ingress"], value: OPEN_TO_ALL, by: ["securitybaseline", "Update"] }),
      want: { ...APPLIED, drift: [modified(["spec.ingress"], "securitybaseline")] },
    },
    {
      reason: "an apply under our name is drift too where the content was in place and the baseline did not change",
      change: (cluster) =>
        cluster.set(networkPolicy, "default-deny", { path: ["spec", "ingress"], value: OPEN_TO_ALL, by: ["securitybaseline", "Apply"] }),
      want: { ...APPLIED, drift: [modified(["spec.ingress"])] },
    },
    {
      reason: "another order of a list without order is no difference",
      change: (cluster) => cluster.set(networkPolicy, "default-deny", { path: ["spec", "policyTypes"], value: ["Ingress", "Egress"] }),
      want: { verbs: [], inSync: 1, drift: [] },
    },
    {
      reason: "foreign labels, annotations and owners are none of our business",
      change: (cluster) => {
        cluster.set(networkPolicy, "default-deny", { path: ["metadata", "labels", "team"], value: "a" });
        cluster.set(networkPolicy, "default-deny", { path: ["metadata", "annotations", "note"], value: "b" });
        const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "x", uid: "other" };
        cluster.set(networkPolicy, "default-deny", { path: ["metadata", "ownerReferences", "other"], value: owner });
      },
      want: { verbs: [], inSync: 1, drift: [] },
    },
    {
      reason: "an owner reference that was changed is Modified, and its manager is found by its uid",
      change: (cluster) => {
        const path = ["metadata", "ownerReferences", "baseline-uid"];
        cluster.set(networkPolicy, "default-deny", { path, value: { ...OWNER, controller: false } });
      },
      want: { ...APPLIED, drift: [modified(["metadata.ownerReferences"], "kubectl-edit")] },
    },
    {
      reason: "a reference to another baseline that somebody added is left alone: no apply could remove it",
      change: (cluster) =>
        cluster.set(networkPolicy, "default-deny", { path: ["metadata", "ownerReferences", "forged"], value: { ...OWNER, uid: "forged" } }),
      want: { verbs: [], inSync: 1, drift: [] },
    },
    {
      reason: "a changed baseline is applied without telling drift",
      change: () => undefined,
      wanted: defaultDeny(["Ingress"]),
      want: { ...APPLIED, drift: [] },
    },
    {
      reason: "a changed baseline is applied without telling drift also when nothing is remembered",
      change: (cluster) => cluster.restart(),
      wanted: defaultDeny(["Ingress"]),
      want: { ...APPLIED, drift: [] },
    },
    {
      reason: "giving up the owner reference is no drift when nothing is remembered",
      change: (cluster) => cluster.restart(),
      wanted: defaultDeny(["Egress", "Ingress"], "Retain"),
      want: { ...APPLIED, drift: [] },
    },
    {
      reason: "a foreign change is told apart from a change of the baseline at the same time",
      change: (cluster) => cluster.set(networkPolicy, "default-deny", { path: ["spec", "ingress"], value: OPEN_TO_ALL }),
      wanted: defaultDeny(["Ingress"]),
      want: { ...APPLIED, drift: [modified(["spec.ingress"], "kubectl-edit")] },
    },
  ];
  for (const { reason, change, wanted = defaultDeny(), want } of cases) {
    it(reason, () => {
      const cluster = inPlace(defaultDeny());
      change(cluster);
      expect(summary(look(cluster, wanted))).to.deep.equal(want);
    });
  }

  it("taking an owner reference on is no drift when nothing is remembered", () => {
    const cluster = inPlace(defaultDeny(["Egress", "Ingress"], "Retain"));
    cluster.restart();
    expect(summary(look(cluster, defaultDeny()))).to.deep.equal({ ...APPLIED, drift: [] });
  });

  it("that looks right but was not applied by us is applied once, so that its fields are ours", () => {
    const wanted = defaultDeny(["Egress", "Ingress"], "Retain");
    const cluster = inPlace(wanted);
    for (const leaf of cluster.objects.get("NetworkPolicy/default-deny")?.leaves.values() ?? []) leaf.owners.clear();
    const plan = look(cluster, wanted);
    expect(summary(plan)).to.deep.equal({ verbs: ["apply"], inSync: 1, drift: [] });
    cluster.run(plan);
    expect(summary(look(cluster, wanted))).to.deep.equal({ verbs: [], inSync: 1, drift: [] });
  });
});

describe("an object of ours that differs in a field which cannot change", () => {
  it("is replaced, and told as Modified", () => {
    const cluster = inPlace(logReaderBinding());
    const value = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" };
    cluster.set(roleBinding, "log-reader", { path: ["roleRef"], value, by: ["kubectl-create", "Update"] });
    const plan = look(cluster, logReaderBinding());
    expect(summary(plan)).to.deep.equal({
      verbs: ["replace"],
      inSync: 0,
      drift: [{ type: "Modified", fields: ["roleRef"], manager: "kubectl-create" }],
    });
    cluster.run(plan);
    expect(summary(look(cluster, logReaderBinding())).verbs).to.deep.equal([]);
  });
});

describe("a section that only reports", () => {
  it("tells what is missing, though it was never there, and writes nothing", () => {
    const drift = [{ type: "Missing", fields: [], manager: undefined }];
    expect(summary(look(new ModelCluster(), logReader(), { mode: "Report" }))).to.deep.equal({ verbs: [], inSync: 0, drift });
  });

  it("tells what was changed, and writes nothing", () => {
    const cluster = inPlace(logReader());
    cluster.set(role, "log-reader", { path: ["rules"], value: [] });
    const drift = [{ type: "Modified", fields: ["rules"], manager: "kubectl-edit" }];
    expect(summary(look(cluster, logReader(), { mode: "Report" }))).to.deep.equal({ verbs: [], inSync: 0, drift });
  });

  it("tells a value of ours that the baseline no longer wants, because nobody will put it right", () => {
    const cluster = inPlace(logReader());
    cluster.restart();
    const drift = [{ type: "Modified", fields: ["rules"], manager: undefined }];
    expect(summary(look(cluster, logReader(["get", "list"]), { mode: "Report" }))).to.deep.equal({ verbs: [], inSync: 0, drift });
  });

  it("tells a changed baseline also when the fields are no longer remembered", () => {
    const drift = [{ type: "Modified", fields: [], manager: undefined }];
    const plan = look(inPlace(logReader()), logReader(["get", "list"]), { mode: "Report" });
    expect(summary(plan)).to.deep.equal({ verbs: [], inSync: 0, drift });
  });
});
