/** What the operator must know about RoleBindings. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { GRANT_LABEL, GRANT_LABEL_VALUE, GRANT_NAME_PREFIX } from "../api/names.ts";
import { type Audience, audienceOf, foreignAccounts } from "./binding-audience.ts";
import { partOf } from "./condition-facts.ts";
import { type OwnedKind, Rank } from "./kind.ts";
import { optionalText, record, setOf, withDefault } from "./normalise.ts";

/** Group of roles, and of users and groups as subjects. */
export const RBAC_GROUP = "rbac.authorization.k8s.io";

/** Group of a subject's kind where none is given (defaulting of rbac/v1): users and groups belong to RBAC, ServiceAccounts to core. */
const SUBJECT_GROUPS: ReadonlyMap<unknown, string> = new Map([
  ["User", RBAC_GROUP],
  ["Group", RBAC_GROUP],
]);

const bareSubject = record({ apiGroup: optionalText, namespace: optionalText });

function subject(value: Json | undefined): Json | undefined {
  const bare = bareSubject(value);
  if (!isJsonObject(bare) || bare["apiGroup"] !== undefined) return bare;
  const group = SUBJECT_GROUPS.get(bare["kind"]);
  return group === undefined ? bare : { ...bare, apiGroup: group };
}

/** What findings read of a binding. */
export type BindingTraits = {
  readonly role: { readonly kind: string; readonly name: string };
  readonly audience: Audience;
  /** See `foreignAccounts`; absent where there are none. */
  readonly accounts?: readonly string[];
  /** Present where it holds in every namespace, and outside of them. */
  readonly everywhere?: true;
};

/** Reads `traits` of a binding, as they are kept. */
export function bindingTraits(traits: JsonObject): BindingTraits {
  return traits as unknown as BindingTraits;
}

/** The role that a binding gives. */
export function roleRefOf(object: JsonObject): BindingTraits["role"] {
  const { kind = "", name = "" } = partOf(object, "roleRef");
  return { kind: String(kind), name: String(name) };
}

/**
 * Emergency access has a trail of its own. Policies keep everybody but the operator, and whoever is beyond policies, from the names of grants; a binding
 * that gives its role to anybody but the identity of its own name is none, whatever it is called.
 */
export function isGrant(object: JsonObject): boolean {
  const metadata = partOf(object, "metadata");
  const { subjects } = object;
  const name = String(metadata["name"] ?? "");
  if (!name.startsWith(GRANT_NAME_PREFIX) || partOf(metadata, "labels")[GRANT_LABEL] !== GRANT_LABEL_VALUE) return false;
  const isIdentity = (one: Json): boolean => isJsonObject(one) && one["kind"] === "ServiceAccount" && one["name"] === name;
  return Array.isArray(subjects) && subjects.every(isIdentity);
}

export const roleBinding: OwnedKind = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  resource: "rolebindings",
  scope: "InNamespace",
  namespaced: true,
  fields: [
    { path: ["subjects"], normalise: setOf(subject) },
    { path: ["roleRef"], normalise: record({ apiGroup: withDefault(RBAC_GROUP) }) },
  ],
  immutable: ["roleRef"],
  rank: () => Rank.roleBinding,
  traits: (object) => {
    const role = roleRefOf(object);
    if (isGrant(object)) return { role, audience: {} };
    const namespace = String(partOf(object, "metadata")["namespace"] ?? "");
    const accounts = foreignAccounts(object["subjects"], namespace);
    return { role, audience: audienceOf(object["subjects"], namespace), ...(accounts.length > 0 && { accounts }) };
  },
};
