/** Makes the four objects of a grant, names them, and reads live ones. */
import { hash } from "node:crypto";
import type { Json, JsonObject } from "../api/json.ts";
import {
  BROKER_FIELD_MANAGER,
  DEADLINE_ANNOTATION,
  GRANT_LABEL,
  GRANT_LABEL_VALUE,
  MINT_VERB,
  REQUEST_ANNOTATION,
  REQUEST_UID_ANNOTATION,
} from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { role } from "../kinds/role.ts";
import { RBAC_GROUP, roleBinding } from "../kinds/role-binding.ts";
import { serviceAccount } from "../kinds/service-account.ts";
import { contentOf } from "./content.ts";
import { rfc3339 } from "./times.ts";
import {
  type BreakGlassSettings,
  GRANT_PARTS,
  type GrantKind,
  type GrantObject,
  type GrantPart,
  type GrantScope,
  type LiveGrantObject,
} from "./types.ts";

const CLUSTER_ROLE_BINDING: GrantKind = {
  apiVersion: roleBinding.apiVersion,
  kind: "ClusterRoleBinding",
  resource: "clusterrolebindings",
  namespaced: false,
};

/** Where the objects of each part live, for access to a namespace and to the cluster. */
export const GRANT_KINDS: Readonly<Record<GrantPart, Readonly<Record<"namespace" | "cluster", GrantKind>>>> = {
  identity: everywhere(serviceAccount),
  binding: { namespace: kindOf(roleBinding), cluster: CLUSTER_ROLE_BINDING },
  minter: everywhere(role),
  minterBinding: everywhere(roleBinding),
};

/** What decides in the objects of each part; a ClusterRoleBinding is compared as a RoleBinding. */
const DECISIVE: Readonly<Record<GrantPart, Pick<OwnedKind, "fields">>> = {
  identity: serviceAccount,
  binding: roleBinding,
  minter: role,
  minterBinding: roleBinding,
};

/** Names of the objects of a grant, to RE2 and JavaScript alike. A deadline has ten digits until the year 2286. */
export const GRANT_NAME = "^bg-[a-z0-9]{10}-[0-9]{10}$";

/** What the objects of a grant are made from. */
export interface GrantInput {
  readonly settings: Pick<BreakGlassSettings, "namespace" | "objectLabels">;
  readonly scope: GrantScope;
  /** Username of the person who may mint the token. */
  readonly requester: string;
  readonly requestUID: string;
  /** Name of the request, for whoever reads the objects; absent where there is none. */
  readonly request?: string;
  /** Name of the ClusterRole. */
  readonly role: string;
  /** Unix seconds. */
  readonly deadline: number;
}

/** Name of all objects of a request's grant: `bg-<10 characters of the request's uid>-<deadline>`, the deadline in Unix seconds. */
export function grantName(requestUID: string, deadline: number): string {
  const digest = BigInt(`0x${hash("sha256", requestUID, "hex")}`);
  return `bg-${digest.toString(36).slice(-10).padStart(10, "0")}-${deadline}`;
}

/** Deadline in a grant's name, in Unix seconds; undefined if the name is none of a grant. */
export function deadlineOf(name: string): number | undefined {
  return new RegExp(GRANT_NAME).test(name) ? Number(name.split("-")[2]) : undefined;
}

/** What a request of this namespace asks for: those of the break-glass namespace ask for the cluster. */
export function scopeOf(namespace: string, settings: Pick<BreakGlassSettings, "namespace">): GrantScope {
  return namespace === settings.namespace ? "cluster" : { namespace };
}

/** The objects of a grant in the order in which they are made; see docs/design/0003-break-glass.md. */
export function grantObjects(input: GrantInput): readonly GrantObject[] {
  const bodies = bodiesOf(input);
  return GRANT_PARTS.map((part) => grantObject(part, bodies[part], input));
}

/** Reads a live object of a grant. `kind` is where it was found. */
export function projectGrantObject(part: GrantPart, kind: GrantKind, object: KubernetesObject): LiveGrantObject {
  const { metadata = {} } = object;
  return {
    part,
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
    terminatingSince: metadata.deletionTimestamp === undefined ? undefined : Date.parse(metadata.deletionTimestamp),
    requestUID: metadata.annotations?.[REQUEST_UID_ANNOTATION],
    ours: metadata.managedFields?.some(({ manager, subresource }) => manager === BROKER_FIELD_MANAGER && !subresource) ?? false,
    content: contentOf(DECISIVE[part], object as JsonObject),
  };
}

function bodiesOf({ settings, requester, role: roleName, ...grant }: GrantInput): Readonly<Record<GrantPart, JsonObject>> {
  const name = grantName(grant.requestUID, grant.deadline);
  return {
    identity: { automountServiceAccountToken: false },
    binding: {
      subjects: [{ kind: serviceAccount.kind, namespace: settings.namespace, name }],
      roleRef: { apiGroup: RBAC_GROUP, kind: "ClusterRole", name: roleName },
    },
    minter: { rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create", MINT_VERB], resourceNames: [name] }] },
    minterBinding: {
      subjects: [{ apiGroup: RBAC_GROUP, kind: "User", name: requester }],
      roleRef: { apiGroup: RBAC_GROUP, kind: role.kind, name },
    },
  };
}

function grantObject(part: GrantPart, body: JsonObject, input: GrantInput): GrantObject {
  const { settings, scope } = input;
  const kind = GRANT_KINDS[part][scope === "cluster" ? "cluster" : "namespace"];
  const namespace = part === "binding" ? bindingNamespace(scope) : settings.namespace;
  const name = grantName(input.requestUID, input.deadline);
  const metadata: JsonObject = {
    name,
    ...(namespace !== "" && { namespace }),
    labels: { ...settings.objectLabels, [GRANT_LABEL]: GRANT_LABEL_VALUE },
    annotations: annotationsOf(input),
  };
  const manifest: JsonObject = { apiVersion: kind.apiVersion, kind: kind.kind, metadata, ...body };
  return { part, kind, namespace, name, manifest, content: contentOf(DECISIVE[part], manifest) };
}

function annotationsOf({ settings, scope, requestUID, request, deadline }: GrantInput): Record<string, Json> {
  const namespace = scope === "cluster" ? settings.namespace : scope.namespace;
  return {
    [REQUEST_UID_ANNOTATION]: requestUID,
    ...(request !== undefined && { [REQUEST_ANNOTATION]: `${namespace}/${request}` }),
    [DEADLINE_ANNOTATION]: rfc3339(deadline),
  };
}

/** Where the binding of a grant lives; "" outside namespaces. */
export function bindingNamespace(scope: GrantScope): string {
  return scope === "cluster" ? "" : scope.namespace;
}

function kindOf({ apiVersion, kind, resource, namespaced }: OwnedKind): GrantKind {
  return { apiVersion, kind, resource, namespaced };
}

function everywhere(owned: OwnedKind): Readonly<Record<"namespace" | "cluster", GrantKind>> {
  return { namespace: kindOf(owned), cluster: kindOf(owned) };
}
