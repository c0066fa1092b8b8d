/** Looks at a namespace for tests of findings: a baseline with every section in use, and objects as the API server hands them out. */
import type { FindingException, SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject, ManagedFieldsEntry } from "../../../operator/api/object.ts";
import { ownedKinds } from "../../../operator/controls/index.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import { role } from "../../../operator/kinds/role.ts";
import { traitsOf } from "../../../operator/plan/facts.ts";
import { EMPTY_INVENTORY, Inventory } from "../../../operator/plan/inventory.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import { type KindState, type Snapshot, sectionsOf } from "../../../operator/plan/snapshot.ts";
import type { Live } from "../../../operator/plan/types.ts";
import { type Beyond, type Found, findIn, type KnownClusterRoles } from "../../../operator/plan/weaknesses.ts";
import { inEffect } from "../../support/in-effect.ts";

export const NOW = Date.parse("2026-11-23T10:00:00Z");

/** Asks for a Role and a RoleBinding `viewers`, a default deny, an ExternalSecret `db` and a ServiceAccount `api`. */
export const SPEC: SecurityBaselineSpec = {
  access: { roles: [{ name: "viewers", groups: ["dev"], rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }] },
  network: { defaultDeny: ["Ingress", "Egress"] },
  serviceAccounts: { accounts: [{ name: "api" }] },
  secrets: {
    store: { kind: "ClusterSecretStore", name: "vault" },
    externalSecrets: [{ name: "db", data: { password: { key: "payments/db" } } }],
  },
};

/** Whose marks an object carries. */
export interface Marks {
  /** Value of our label. */
  readonly label?: string;
  /** Our field manager has applied it. */
  readonly applied?: boolean;
  readonly terminating?: boolean;
}

export interface Look {
  readonly objects: readonly (readonly [object: JsonObject, marks?: Marks])[];
  readonly spec?: SecurityBaselineSpec;
  /** Rules of ClusterRoles by name; `undefined` for ones that are not listed yet. */
  readonly clusterRoles?: Readonly<Record<string, readonly JsonObject[]>> | undefined;
  readonly exceptions?: readonly FindingException[];
  /** Kinds that cannot be looked at. */
  readonly unknown?: readonly string[];
  /** Kinds that the API server does not have. */
  readonly absent?: readonly string[];
  /** Lines of `status.inventory`. */
  readonly inventory?: readonly string[];
}

/** What `findIn` finds in one look. */
export function lookAt(look: Look): Found {
  const { unknown = [], absent = [], spec = SPEC, exceptions = [] } = look;
  const lacking = [...unknown, ...absent];
  const kinds = ownedKinds.map((kind): [typeof kind, KindState] => [
    kind,
    { known: !lacking.includes(kind.kind), served: !absent.includes(kind.kind), problem: undefined },
  ]);
  const snapshot: Snapshot = {
    baseline: inEffect({
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      metadata: { name: "baseline", namespace: "payments", uid: "baseline-uid" },
      spec: { ...spec, exceptions },
    }),
    facts: OFFLINE,
    kinds: new Map(kinds),
    live: look.objects.map(([object, marks]) => liveOf(object, marks)).filter(({ kind }) => !lacking.includes(kind.kind)),
    inventory: look.inventory === undefined ? EMPTY_INVENTORY : Inventory.recorded(look.inventory, undefined),
    marks: true,
  };
  return findIn(snapshot, sectionsOf(snapshot), { clusterRoles: clusterRolesOf(look), beyond: NOTHING_BEYOND, now: NOW });
}

/** What is told, as `rule kind/name`. */
export function toldOf({ findings }: Pick<Found, "findings">): readonly string[] {
  return findings.map(({ rule, ref }) => `${rule} ${ref.kind}/${ref.name}`);
}

/** A RoleBinding as a client writes it; its role is a ClusterRole. */
export function binding(name: string, clusterRole: string, ...subjects: readonly (readonly [kind: string, name: string])[]): JsonObject {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: "RoleBinding",
    metadata: { name },
    roleRef: { apiGroup, kind: "ClusterRole", name: clusterRole },
    subjects: subjects.map(([kind, subject]) => ({ apiGroup, kind, name: subject })),
  };
}

function liveOf(object: JsonObject, { label, applied = false, terminating = false }: Marks = {}): Live {
  const kind = ownedKinds.find((one) => one.kind === object["kind"]);
  if (kind === undefined) throw new Error(`no kind of ours: ${object["kind"]}`);
  const metadata = {
    ...(object["metadata"] as JsonObject),
    namespace: "payments",
    uid: "u1",
    resourceVersion: "1",
    ...(label !== undefined && { labels: { "securitybaseline.dev/control": label } }),
    ...(terminating && { deletionTimestamp: "2026-11-23T09:00:00Z", finalizers: ["example.com/hold"] }),
    managedFields: applied ? [APPLIED] : [],
  };
  return projectLive(kind, { ...object, metadata } as unknown as KubernetesObject);
}

const NOTHING_BEYOND: Beyond = { suspects: [], unseen: [], outside: () => [] };

const APPLIED: ManagedFieldsEntry = {
  manager: "securitybaseline",
  operation: "Apply",
  fieldsV1: { "f:metadata": { "f:labels": { "f:securitybaseline.dev/control": {} } } },
};

const CLUSTER_ADMIN = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];

function clusterRolesOf(look: Look): KnownClusterRoles {
  const listed: Look["clusterRoles"] = "clusterRoles" in look ? look.clusterRoles : { "cluster-admin": CLUSTER_ADMIN };
  const get = (_namespace: string, name: string): { readonly traits: string | undefined } | undefined => {
    const rules = listed?.[name];
    return rules && { traits: traitsOf(role, { rules }) };
  };
  return { synced: listed !== undefined, store: { get } };
}
