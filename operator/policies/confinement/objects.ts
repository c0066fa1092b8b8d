/** Declares the policies on generated objects: the operator's token reaches only what was made for a baseline. */
import { FIELD_MANAGER, GRANT_LABEL, GRANT_LABEL_VALUE, GRANT_NAME_PREFIX, MANAGED_BY_LABEL, MANAGED_BY_VALUE } from "../../api/names.ts";
import type { OwnedKind } from "../../kinds/kind.ts";
import { role } from "../../kinds/role.ts";
import { roleBinding } from "../../kinds/role-binding.ts";
import { DEFAULT_ACCOUNT_NAME, serviceAccount } from "../../kinds/service-account.ts";
import { quote, quoteList } from "../cel.ts";
import { type Confinement, type MatchedKinds, matchKind } from "./confine.ts";

const labelled = (object: string): string =>
  `${object}.metadata.?labels[?${quote(MANAGED_BY_LABEL)}].orValue('') == ${quote(MANAGED_BY_VALUE)}`;

/** The ServiceAccount `default` belongs to the namespace and is judged by a policy of its own. */
const notTheDefaultAccount = (object: string): Record<string, string> => ({
  "not-the-default-account": `!(request.resource.resource == ${quote(serviceAccount.resource)} && ${object}.metadata.name == ${quote(DEFAULT_ACCOUNT_NAME)})`,
});

/** Kinds of the objects of a grant that live in namespaces. */
const GRANT_RESOURCES = quoteList([serviceAccount, role, roleBinding].map(({ resource }) => resource));

/** CEL: an object of a grant of emergency access, by name and label. */
const isGrant = (object: string): string =>
  `(${object}.metadata.name.startsWith(${quote(GRANT_NAME_PREFIX)}) && ${object}.metadata.?labels[?${quote(GRANT_LABEL)}].orValue('') == ${quote(GRANT_LABEL_VALUE)})`;

/** CEL: as `isGrant`, for kinds of which a grant may consist. */
const isNamespacedGrant = (object: string): string => `(request.resource.resource in ${GRANT_RESOURCES} && ${isGrant(object)})`;

const CLUSTER_ROLE_BINDINGS: MatchedKinds = { ...matchKind(roleBinding), resources: ["clusterrolebindings"] };

/** Writes: only objects that carry our label afterwards. Grants of emergency access are judged by policies of their own. */
export function objects(kinds: readonly OwnedKind[]): Confinement {
  return {
    name: "objects",
    about: "The operator writes objects with our label only.",
    operations: ["CREATE", "UPDATE"],
    matches: matchGenerated(kinds),
    conditions: { ...notTheDefaultAccount("object"), "not-a-grant": `!${isNamespacedGrant("object")}` },
    validations: [
      {
        expression: labelled("object"),
        message: `refused to write an object without the label ${MANAGED_BY_LABEL}=${MANAGED_BY_VALUE}: only objects that carry it may be written`,
      },
    ],
  };
}

/** Updates of what somebody else made. A stolen label is put back: our entry in managedFields tells that the object was ours. */
export function adoption(kinds: readonly OwnedKind[]): Confinement {
  const ours = `oldObject.metadata.?managedFields.orValue([]).exists(f, f.?manager.orValue('') == ${quote(FIELD_MANAGER)})`;
  return {
    name: "adoption",
    about: "The operator takes over what somebody else made only where the namespace's baseline says so.",
    operations: ["UPDATE"],
    matches: matchGenerated(kinds),
    withoutBaseline: "Allow",
    // What stays without the label is refused anyway; one policy answers, not either of two.
    conditions: { ...notTheDefaultAccount("object"), "takes-the-label": `${labelled("object")} && !(${labelled("oldObject")})` },
    validations: [
      {
        expression: [ours, "params.?spec.?adoptExisting.orValue(false)"].join("\n|| "),
        message:
          "refused to take over an object that somebody else made: set spec.adoptExisting in the namespace's SecurityBaseline to allow it",
      },
    ],
  };
}

/** ClusterRoleBindings: only those of grants, which are judged by policies of their own. */
export const clusterRoleBindings: Confinement = {
  name: "cluster-role-bindings",
  about: "ClusterRoleBindings that the operator writes are grants of emergency access.",
  operations: ["CREATE", "UPDATE", "DELETE"],
  matches: [CLUSTER_ROLE_BINDINGS],
  validations: [
    {
      expression: `request.operation == 'DELETE' ? ${isGrant("oldObject")} : ${isGrant("object")}`,
      message: `refused a ClusterRoleBinding that is no grant of emergency access: its name must begin with ${GRANT_NAME_PREFIX}, and it must carry the label ${GRANT_LABEL}=${GRANT_LABEL_VALUE}`,
    },
  ],
};

/** Deletions, also where the baseline is gone already: only labelled objects, and those of grants. */
export function deletions(kinds: readonly OwnedKind[]): Confinement {
  return {
    name: "deletions",
    about: "The operator deletes objects with our label only.",
    operations: ["DELETE"],
    matches: matchGenerated(kinds),
    conditions: notTheDefaultAccount("oldObject"),
    validations: [
      {
        expression: `${labelled("oldObject")} || ${isNamespacedGrant("oldObject")}`,
        message: `refused to delete an object without the label ${MANAGED_BY_LABEL}=${MANAGED_BY_VALUE}: only objects that carry it may be deleted`,
      },
    ],
  };
}

/** Kinds outside namespaces are shared, never generated. */
function matchGenerated(kinds: readonly OwnedKind[]): MatchedKinds[] {
  return kinds.filter((kind) => kind.namespaced).map(matchKind);
}
