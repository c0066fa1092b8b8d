/** Proves that nothing of a section that cannot be processed at the moment is written or deleted: for every subset of kinds and facts that are late, in every order. */
import { expect } from "chai";
import fc from "fast-check";
import type { SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { namespacePosture, type Posture } from "../../../operator/api/postures.ts";
import { createStore } from "../../../operator/cluster/store.ts";
import type { Feed, Stored, Writer } from "../../../operator/cluster/types.ts";
import type { Desired } from "../../../operator/controls/control.ts";
import { ownedKinds } from "../../../operator/controls/index.ts";
import { known } from "../../../operator/facts/fact.ts";
import type { Facts } from "../../../operator/facts/index.ts";
import type { OwnedKind } from "../../../operator/kinds/kind.ts";
import { namespace as namespaceKind } from "../../../operator/kinds/namespace.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import { Outreaches } from "../../../operator/plan/outreach.ts";
import type { Live } from "../../../operator/plan/types.ts";
import type { BaselineEntry, Caches } from "../../../operator/reconcile/caches.ts";
import type { ImageReports } from "../../../operator/reconcile/image-reports.ts";
import type { PodWatches } from "../../../operator/reconcile/pod-watches.ts";
import { Reconciler } from "../../../operator/reconcile/reconciler.ts";
import type { WorkloadWatches } from "../../../operator/reconcile/workload-watches.ts";
import { FULL_SPEC } from "../../support/baselines.ts";
import { desiredWith } from "../../support/in-effect.ts";

const ENDPOINTS = [{ addresses: ["10.9.0.1"], ports: [{ port: 6443, protocol: "TCP" as const }] }];

/** Every section, two of which own the same kinds as a third. */
const SPEC = {
  ...FULL_SPEC,
  network: { ...FULL_SPEC.network, egress: [{ name: "to-api", to: [{ preset: "KubeAPI" }] }] },
  secrets: {
    stores: [{ name: "vault", serviceAccount: "reader", gcp: { projectID: "p", clusterLocation: "l", clusterName: "c" } }],
    sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgB1" } }],
  },
  breakGlass: {
    profiles: [
      {
        name: "incident",
        role: "sb-incident-admin",
        requesters: { groups: ["a"] },
        approvers: { groups: ["b"], required: 1 },
        maxDuration: "1h",
      },
    ],
  },
};

const BASELINE = {
  apiVersion: "securitybaseline.dev/v1alpha1",
  kind: "SecurityBaseline",
  metadata: { name: "baseline", namespace: "payments", uid: "b", creationTimestamp: "2026-11-23T10:00:00Z" },
  spec: SPEC,
} as unknown as Posture;

/** As the API server stores what our apply made. */
function stored({ kind, name, manifest, shared }: Desired): KubernetesObject {
  const metadata = manifest["metadata"] as JsonObject;
  const owned = { "f:metadata": { "f:ownerReferences": { 'k:{"uid":"b"}': {} }, "f:labels": { "f:securitybaseline.dev/control": {} } } };
  const beside = { "f:metadata": { "f:annotations": { "f:securitybaseline.dev/deletion-policy": {} } } };
  const managedFields = [{ manager: "securitybaseline", operation: "Apply", fieldsV1: shared ? beside : owned }];
  const mark = kind === namespaceKind ? { labels: { ...(metadata["labels"] as JsonObject), "securitybaseline.dev/enforced": "true" } } : {};
  return {
    ...manifest,
    metadata: { ...metadata, ...mark, uid: `${kind.kind}-${name}`, resourceVersion: "1", managedFields },
  } as KubernetesObject;
}

/** Kinds that may be late, and the fact that may. */
const SOURCES = [...ownedKinds.map(({ kind }) => kind), "kubeAPI", "breakGlass"] as const;

interface World {
  readonly reconciler: Reconciler;
  readonly writes: string[];
  readonly arrived: Set<string>;
  status(): SecurityBaselineStatus | undefined;
}

function world(spec: object, deletionPolicy: string): World {
  const baseline = { ...BASELINE, spec: { ...spec, deletionPolicy } } as Posture;
  const everything = desiredWith({ ...BASELINE, spec: { ...SPEC, deletionPolicy } } as unknown as Posture, ENDPOINTS);
  const arrived = new Set<string>();
  const writes: string[] = [];
  const feedOf = (kind: OwnedKind): Feed<Live> => {
    const store = createStore<Live>({
      project: (object, previous) => projectLive(kind, object, { previous }),
      onChange: () => undefined,
      onProblem: (problem) => expect.fail(problem),
    });
    for (const desired of everything.filter((one) => one.kind === kind)) store.observe(stored(desired));
    return {
      store,
      served: true,
      problem: undefined,
      failure: undefined,
      get synced() {
        return arrived.has(kind.kind);
      },
    };
  };
  let row: BaselineEntry = {
    namespace: "payments",
    name: "baseline",
    uid: "b",
    resourceVersion: "1",
    posture: namespacePosture,
    home: "payments",
    generation: 1,
    baseline,
  };
  const synced = { synced: true, served: true, problem: undefined, failure: undefined };
  const baselines = { ...synced, store: { get: () => row, observe: () => undefined } } as unknown as Feed<BaselineEntry>;
  const caches = {
    baselines,
    clusterBaselines: baselines,
    breakGlassNamespace: "emergency",
    owned: new Map(ownedKinds.map((kind) => [kind, feedOf(kind)])),
    observed: new Map(),
    judged: new Map(),
    outreaches: new Outreaches(),
    groups: synced as Feed<Stored>,
    clusterRoles: { ...synced, store: { get: () => undefined } },
  } as unknown as Caches;
  const note =
    (verb: string) =>
    async (target: { name: string; subresource?: string }, body: unknown): Promise<KubernetesObject> => {
      if (target.subresource !== "status") writes.push(`${verb} ${target.name}`);
      const { status } = body as { status?: SecurityBaselineStatus };
      row = { ...row, baseline: { ...row.baseline, ...(status && { status }) } };
      return { status } as KubernetesObject;
    };
  const writer = { apply: note("apply"), patch: note("patch"), delete: note("delete"), create: note("create") } as unknown as Writer;
  const installation = {
    namespace: "securitybaseline-breakglass",
    allowedRoles: ["sb-incident-admin"],
    unboundedRoles: [],
    unboundedBecause: {},
    presentRoles: ["sb-incident-admin"],
    maxDuration: 14_400,
    obstacle: undefined,
    caveat: undefined,
  };
  const facts = (): Facts => ({
    kubeAPI: arrived.has("kubeAPI") ? known(ENDPOINTS) : { value: undefined },
    externalSecretsAccount: known(true),
    admissionPolicies: known(true),
    breakGlass: arrived.has("breakGlass") ? known(installation) : { value: undefined },
  });
  const metrics = { setBaseline: () => undefined, repaired: () => undefined } as never;
  const reconciler = new Reconciler({
    caches,
    writer,
    writerAs: () => writer,
    marker: writer,
    custodian: writer,
    recorder: { record: () => undefined },
    metrics,
    selfTest: { begin: () => undefined },
    workloadWatches: { leave: () => undefined, leaveAll: () => undefined } as unknown as WorkloadWatches,
    imageReports: { leave: () => undefined, leaveAll: () => undefined } as unknown as ImageReports,
    podWatches: { leave: () => undefined, leaveAll: () => undefined } as unknown as PodWatches,
    tokenPods: undefined,
    isReserved: () => false,
    objectLabels: {},
    facts,
    confinementProblem: () => undefined,
    statusWritten: () => undefined,
    now: () => Date.parse("2026-11-23T12:00:00Z"),
    monotonic: () => 0,
    random: () => 0.5,
  });
  return { reconciler, writes, arrived, status: () => row.baseline.status };
}

describe("a start with everything in place", () => {
  it("writes nothing and tells no drift, whichever kinds and facts are late, in whatever order they come", async () => {
    const order = fc.shuffledSubarray([...SOURCES], { minLength: SOURCES.length });
    await fc.assert(
      fc.asyncProperty(order, fc.constantFrom("Delete", "Retain"), async (late, policy) => {
        const { reconciler, writes, arrived, status } = world(SPEC, policy);
        for (const source of ["", ...late]) {
          arrived.add(source);
          await reconciler.look("payments");
          expect(writes).to.deep.equal([]);
          expect(status()?.drift).to.equal(undefined);
        }
        const { managed, inSync } = status()?.summary ?? {};
        expect(inSync).to.equal(managed);
      }),
      { numRuns: 60 },
    );
  });

  it("deletes nothing of a section that is late, while others are switched off", async () => {
    const sections = Object.keys(SPEC) as (keyof typeof SPEC)[];
    const kept = fc.subarray(sections);
    await fc.assert(
      fc.asyncProperty(kept, fc.shuffledSubarray([...SOURCES], { minLength: SOURCES.length }), async (names, late) => {
        const spec = Object.fromEntries(names.map((name) => [name, SPEC[name]]));
        const { reconciler, writes, arrived } = world(spec, "Delete");
        for (const source of late) {
          arrived.add(source);
          await reconciler.look("payments");
        }
        const inUse = desiredWith({ ...BASELINE, spec } as unknown as Posture, ENDPOINTS).map(({ name }) => name);
        const wronged = writes.filter((write) => inUse.includes(write.split(" ")[1] ?? "") && !isShared(write));
        expect(wronged).to.deep.equal([]);
      }),
      { numRuns: 60 },
    );
  });
});

/** Names that objects of several sections have: the Namespace, and what is named as a role or an account. */
function isShared(write: string): boolean {
  return ["payments", "default", "api"].includes(write.split(" ")[1] ?? "");
}
