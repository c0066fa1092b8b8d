/** What the operator must know about RoleBindings. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { GRANT_LABEL, GRANT_LABEL_VALUE, GRANT_NAME_PREFIX } from "../api/names.ts";
import { audienceOf } from "./binding-audience.ts";
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

/** Emergency access has a trail of its own. Policies keep everybody but the operator from the names of grants. */
function isGrant(metadata: JsonObject): boolean {
  const isNamedSo = String(metadata["name"] ?? "").startsWith(GRANT_NAME_PREFIX);
  return isNamedSo && partOf(metadata, "labels")[GRANT_LABEL] === GRANT_LABEL_VALUE;
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
    const { kind = "", name = "" } = partOf(object, "roleRef");
    const metadata = partOf(object, "metadata");
    const audience = isGrant(metadata) ? {} : audienceOf(object["subjects"], String(metadata["namespace"] ?? ""));
    return { role: { kind: String(kind), name: String(name) }, audience };
  },
};
