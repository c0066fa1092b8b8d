/** Makes random scenes for tests of planning: a baseline and what was done to the cluster before, as plain data so that a failure can be read. */
import fc from "fast-check";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import type { Desired, SectionName } from "../../../operator/controls/control.ts";
import type { PlanInput } from "../../../operator/plan/input.ts";
import { objectKey } from "../../../operator/plan/object-key.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import type { Plan } from "../../../operator/plan/types.ts";
import * as objects from "./baseline-objects.ts";
import { type FieldWriter, ModelCluster } from "./model-cluster.ts";

/** Everything that the baselines may want, in two versions each. */
const POOL: Readonly<Record<SectionName, readonly (readonly [Desired, Desired])[]>> = {
  access: [
    [objects.logReader(), objects.logReader(["get", "list"])],
    [objects.logReaderBinding(), objects.logReaderBinding(["support", "ops"])],
  ],
  admission: [[objects.paymentsMark(), objects.paymentsMark("Report")]],
  breakGlass: [[objects.onCallRole(), objects.onCallRole("outage")]],
  images: [
    [objects.paymentsImages(), objects.paymentsImages()],
    [objects.signedImages(), objects.signedImages("Audit")],
  ],
  mesh: [
    [objects.paymentsMesh(), objects.paymentsMesh("deny")],
    [objects.strictPeers(), objects.strictPeers()],
  ],
  network: [
    [objects.defaultDeny(), objects.defaultDeny(["Ingress"])],
    [objects.allowDNS(), objects.allowDNS()],
  ],
  podSecurity: [[objects.paymentsNamespace(), objects.paymentsNamespace("baseline")]],
  runtime: [[objects.tokenWatch(), objects.tokenWatch("Sigkill")]],
  secrets: [
    [objects.smtpSecret(), objects.smtpSecret({ password: "AgB2" })],
    [objects.tokenRole(), objects.tokenRole(["vault", "aws"])],
  ],
  serviceAccounts: [
    [objects.apiAccount(), objects.apiAccount()],
    [objects.defaultAccount(), objects.defaultAccount(true)],
  ],
};
const CONTROLS = Object.keys(POOL) as SectionName[];
const BY_KEY = new Map(CONTROLS.flatMap((control) => POOL[control].map(([desired]) => [objectKey(desired.kind, desired.name), desired])));

/** What others may write, by name. */
const CHANGES = new Map<string, { readonly path: readonly string[]; readonly value: Json }>(
  Object.entries({
    allRights: { path: ["rules"], value: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] },
    noSubjects: { path: ["subjects"], value: [] },
    otherRole: { path: ["roleRef"], value: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" } },
    openIngress: { path: ["spec", "ingress"], value: [{}] },
    token: { path: ["automountServiceAccountToken"], value: true },
    managedBy: { path: ["metadata", "labels", "app.kubernetes.io/managed-by"], value: "securitybaseline" },
    unknownControl: { path: ["metadata", "labels", "securitybaseline.dev/control"], value: "gone" },
    privileged: { path: ["metadata", "labels", "pod-security.kubernetes.io/enforce"], value: "privileged" },
    letsIn: { path: ["metadata", "annotations", "config.linkerd.io/default-inbound-policy"], value: "all-unauthenticated" },
    blinded: { path: ["spec", "podSelector"], value: { matchLabels: { app: "none" } } },
    plaintext: { path: ["spec", "mtls"], value: { mode: "DISABLE" } },
    unchecked: { path: ["metadata", "labels", "policy.sigstore.dev/include"], value: "false" },
    audited: { path: ["spec", "validationActions"], value: ["Audit"] },
    unmarked: { path: ["metadata", "labels", "securitybaseline.dev/admission"], value: "Off" },
    retain: { path: ["metadata", "annotations", "securitybaseline.dev/deletion-policy"], value: "Retain" },
    owner: { path: ["metadata", "ownerReferences", objects.OWNER.uid], value: { ...objects.OWNER, controller: false } },
    otherOwner: { path: ["metadata", "ownerReferences", "forged"], value: { ...objects.OWNER, uid: "forged" } },
  }),
);

const key = fc.constantFrom(...BY_KEY.keys());
const change = fc.constantFrom(...CHANGES.keys());
const by = fc.constantFrom<FieldWriter>(
  ["kubectl", "Update"],
  ["argo", "Apply"],
  ["securitybaseline", "Update"],
  ["securitybaseline", "Apply"],
  ["securitybaseline-admission", "Apply"],
  ["securitybaseline-mesh", "Apply"],
  ["securitybaseline-images", "Apply"],
);
const deed = fc.oneof(
  fc.record({ deed: fc.constantFrom("make" as const, "delete" as const, "terminate" as const, "look" as const, "restart" as const), key }),
  fc.record({ deed: fc.constantFrom("set" as const, "unset" as const), key, change, by }),
);

/** A version that the pool does not have. */
const NOT_WANTED = 2;

/** `versions` are those of the pool. */
const wish = fc.record({
  use: fc.constantFrom("Enforce" as const, "Enforce" as const, "Report" as const, "Off" as const, "Blocked" as const),
  versions: fc.tuple(fc.constantFrom(0, 1, NOT_WANTED), fc.constantFrom(0, 1, NOT_WANTED)),
});

export const scene = fc.record({
  wishes: fc.record({
    access: wish,
    admission: wish,
    breakGlass: wish,
    images: wish,
    mesh: wish,
    network: wish,
    podSecurity: wish,
    runtime: wish,
    secrets: wish,
    serviceAccounts: wish,
  }),
  adoptExisting: fc.boolean(),
  deletionPolicy: fc.constantFrom("Delete" as const, "Retain" as const),
  known: fc.subarray([...BY_KEY.keys()]),
  deeds: fc.array(deed, { maxLength: 12 }),
});

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

/** A scene that has been played: what is wanted, and the cluster as it is now. */
export interface Played {
  readonly wants: PlanInput;
  readonly cluster: ModelCluster;
  /** The plan for what the cluster holds now. */
  plan(): Plan;
}

export function play(drawn: Scene): Played {
  const cluster = new ModelCluster();
  const wants = wantsOf(drawn);
  const plan = (): Plan => planBaseline({ ...wants, live: cluster.live() });
  const played = { wants, cluster, plan };
  for (const one of drawn.deeds) carryOut(one, played);
  return played;
}

function carryOut(one: Scene["deeds"][number], { cluster, plan }: Played): void {
  const target = find(BY_KEY, one.key);
  const { kind, name } = target;
  switch (one.deed) {
    case "make":
      cluster.apply(target);
      break;
    case "delete":
      cluster.delete(kind, name);
      break;
    case "terminate":
      cluster.terminate(kind, name);
      break;
    case "restart":
      cluster.restart();
      break;
    case "look":
      cluster.run({ ...plan(), batches: [] });
      break;
    case "set":
      cluster.set(kind, name, { ...find(CHANGES, one.change), by: one.by });
      break;
    case "unset":
      cluster.unset(kind, name, find(CHANGES, one.change).path);
      break;
  }
}

function find<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Error(`nothing is called ${name}`);
  return value;
}

/** All that one baseline asks for says the same of what becomes of it. */
function withPolicy(desired: Desired, policy: Scene["deletionPolicy"]): Desired {
  const metadata = desired.manifest["metadata"] as JsonObject;
  const annotations = metadata["annotations"] as JsonObject | undefined;
  if (annotations?.["securitybaseline.dev/deletion-policy"] === undefined) return desired;
  const stated = { ...annotations, "securitybaseline.dev/deletion-policy": policy };
  return { ...desired, manifest: { ...desired.manifest, metadata: { ...metadata, annotations: stated } } };
}

function wantsOf({ wishes, known, adoptExisting, deletionPolicy }: Scene): PlanInput {
  const used = CONTROLS.flatMap((control) => {
    const { use, versions } = wishes[control];
    const desired = POOL[control].flatMap((pair, index) => pair.at(versions[index] ?? NOT_WANTED) ?? []);
    const ofBaseline = desired.map((one) => withPolicy(one, deletionPolicy));
    return use === "Off" || use === "Blocked" ? [] : [objects.section(control, ofBaseline, use)];
  });
  const blocked = CONTROLS.filter((control) => wishes[control].use === "Blocked");
  const withheld = blocked.flatMap((control) =>
    POOL[control].flatMap((pair, index) => pair.at(wishes[control].versions[index] ?? NOT_WANTED) ?? []),
  );
  const retired = CONTROLS.filter((control) => wishes[control].use === "Off").map(objects.retired);
  return objects.input({
    adoptExisting,
    deletionPolicy,
    inventory: objects.had(...known.map((one) => find(BY_KEY, one))),
    sections: used,
    retired,
    blocked: blocked.map(objects.retired),
    withheld,
  });
}
