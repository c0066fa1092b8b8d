/** Proves that a real API server books field owners as planning reads them: who did it is told, and what we did is not. */
import { expect } from "chai";
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { networkPolicy } from "../../operator/kinds/network-policy.ts";
import { projectLive } from "../../operator/plan/live.ts";
import { planBaseline } from "../../operator/plan/plan.ts";
import type { Desired, Live, Plan } from "../../operator/plan/types.ts";
import type { ObjectRef } from "../support/api-client.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { defaultDeny, input, section } from "../unit/plan/baseline-objects.ts";

/** With an owner of a version that is not served: garbage collection would delete what belongs to an absent owner that it can look up. */
function owned(desired: Desired): Desired {
  const { ownerReferences, ...metadata } = desired.manifest["metadata"] as { readonly ownerReferences?: readonly JsonObject[] };
  const references = ownerReferences?.map((reference) => ({ ...reference, apiVersion: "securitybaseline.dev/v0" }));
  return { ...desired, manifest: { ...desired.manifest, metadata: { ...metadata, ...(references && { ownerReferences: references }) } } };
}

/** A default-deny that stands in the cluster, and what is kept of it. */
class Subject {
  readonly ref: ObjectRef;
  readonly #namespace: string;
  #live: Live | undefined;

  constructor(namespace: string) {
    this.#namespace = namespace;
    this.ref = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name: "default-deny" };
  }

  async apply(desired: Desired): Promise<void> {
    const metadata = { ...(desired.manifest["metadata"] as object), namespace: this.#namespace };
    const manifest = { ...desired.manifest, metadata } as unknown as KubernetesObject;
    await admin().apply(manifest, { manager: "securitybaseline", force: true });
  }

  /** Looks as the operator does: what was found in place is remembered. */
  async look(desired: Desired): Promise<Plan> {
    this.#live = projectLive(networkPolicy, await admin().get(this.ref), { previous: this.#live });
    const plan = planBaseline(input({ sections: [section("network", [desired])], live: [this.#live] }));
    for (const { live, fingerprint } of plan.settled) this.#live = { ...live, satisfies: fingerprint, detail: undefined };
    return plan;
  }

  /** As after a restart. */
  forget(): void {
    this.#live = undefined;
  }
}

function summary(plan: Plan): unknown {
  return {
    verbs: plan.batches.flat().map((action) => action.verb),
    drift: plan.sections.flatMap(({ drift }) => drift).map(({ type, fields, manager }) => ({ type, fields, manager })),
  };
}

describe("drift on a real API server", () => {
  const IN_PLACE = { verbs: [], drift: [] };
  const wanted = owned(defaultDeny());
  let subject: Subject;

  beforeEach(async () => {
    subject = new Subject(await freshNamespace("evidence"));
    await subject.apply(wanted);
    expect(summary(await subject.look(wanted))).to.deep.equal(IN_PLACE);
  });

  const changes: readonly {
    readonly reason: string;
    readonly patch: unknown;
    readonly fields: readonly string[];
    readonly manager?: string;
  }[] = [
    {
      reason: "an opened policy is told with its manager",
      patch: { spec: { ingress: [{}] } },
      fields: ["spec.ingress"],
      manager: "kubectl-edit",
    },
    {
      reason: "a changed label is told with its manager",
      patch: { metadata: { labels: { "securitybaseline.dev/control": "none" } } },
      fields: ['metadata.labels["securitybaseline.dev/control"]'],
      manager: "kubectl-edit",
    },
    {
      reason: "a stripped label is told, without a manager",
      patch: { metadata: { labels: { "app.kubernetes.io/managed-by": null } } },
      fields: ['metadata.labels["app.kubernetes.io/managed-by"]'],
    },
    {
      reason: "stripped owner references are told, without a manager",
      patch: { metadata: { ownerReferences: null } },
      fields: ["metadata.ownerReferences"],
    },
    {
      reason: "a policy type less is told, with the field that the server books it under",
      patch: { spec: { policyTypes: ["Ingress"] } },
      fields: ["spec.policyTypes"],
      manager: "kubectl-edit",
    },
  ];
  for (const { reason, patch, fields, manager } of changes) {
    it(`${reason}, and put back`, async () => {
      await admin().mergePatch(subject.ref, patch, { manager: "kubectl-edit" });
      expect(summary(await subject.look(wanted))).to.deep.equal({ verbs: ["apply"], drift: [{ type: "Modified", fields, manager }] });
      await subject.apply(wanted);
      expect(summary(await subject.look(wanted))).to.deep.equal(IN_PLACE);
    });
  }

  it("a changed baseline is told apart from somebody's change after a restart", async () => {
    subject.forget();
    expect(summary(await subject.look(owned(defaultDeny(["Ingress"]))))).to.deep.equal({ verbs: ["apply"], drift: [] });
  });

  it("an owner reference is given up and taken on again without telling drift", async () => {
    const retained = defaultDeny(["Egress", "Ingress"], "Retain");
    for (const next of [retained, wanted]) {
      subject.forget();
      expect(summary(await subject.look(next))).to.deep.equal({ verbs: ["apply"], drift: [] });
      await subject.apply(next);
      expect(summary(await subject.look(next))).to.deep.equal(IN_PLACE);
    }
  });

  it("what others add beside our fields changes nothing", async () => {
    const patch = { metadata: { labels: { team: "a" }, annotations: { note: "b" } } };
    await admin().mergePatch(subject.ref, patch, { manager: "kubectl-label" });
    expect(summary(await subject.look(wanted))).to.deep.equal(IN_PLACE);
  });
});
