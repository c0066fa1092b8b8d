/** What the operator must know about RoleBindings. */
import { isJsonObject, type Json } from "../api/json.ts";
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
};
