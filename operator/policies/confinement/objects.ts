/** Declares the policies on all objects that the operator generates, whatever their kind: our labels and nothing that ties others. */
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "../../api/installation.ts";
import { CONTROL_LABEL, GRANT_LABEL, GRANT_LABEL_VALUE, GRANT_NAME_PREFIX, MANAGED_BY_LABEL, REFRESH_ANNOTATION } from "../../api/names.ts";
import type { SectionName } from "../../controls/control.ts";
import type { OwnedKind } from "../../kinds/kind.ts";
import { role } from "../../kinds/role.ts";
import { roleBinding } from "../../kinds/role-binding.ts";
import { SEALED_SCOPE_ANNOTATIONS } from "../../kinds/sealed-secret.ts";
import { DEFAULT_ACCOUNT_NAME, serviceAccount } from "../../kinds/service-account.ts";
import { quote, quoteList, quoteMap } from "../cel.ts";
import { namespacesNamed } from "../policy.ts";
import { type Confinement, type MatchedKinds, matchGenerated, matchKind } from "./confine.ts";
import { isGrant, isNamespacedGrant, NOT_A_GRANT } from "./grant-objects.ts";
import { METADATA, onlyAskedChange, onlyKeysChange, sameList, writtenByUs } from "./metadata.ts";

/** CEL: the object was made for a baseline. */
export function labelled(object: string): string {
  return `${object}.metadata.?labels[?${quote(CONTROL_LABEL)}].orValue('') != ''`;
}

/** Match condition: the ServiceAccount `default` belongs to the namespace and is judged by policies of its own. */
export const NOT_THE_DEFAULT_ACCOUNT: Readonly<Record<string, string>> = {
  "not-the-default-account": `!(request.resource.resource == ${quote(serviceAccount.resource)} && (request.operation == 'DELETE' ? oldObject : object).metadata.name == ${quote(DEFAULT_ACCOUNT_NAME)})`,
};

/** CEL: annotations of accounts are judged by what the baseline asks for. */
const OF_AN_ACCOUNT = `request.resource.resource == ${quote(serviceAccount.resource)}`;

const OUR_LABELS = [MANAGED_BY_LABEL, CONTROL_LABEL];
const OUR_ANNOTATIONS = [REFRESH_ANNOTATION, ...Object.values(SEALED_SCOPE_ANNOTATIONS)];

/** Writes: our label is there afterwards, and nothing else of the metadata changes but owners, which are judged by a baseline. */
export function objects(
  kinds: readonly OwnedKind[],
  { sections, objectLabels }: { readonly sections: readonly SectionName[]; readonly objectLabels: Readonly<Record<string, string>> },
): Confinement {
  return {
    name: "objects",
    about: "The operator writes objects with our label, and neither finalizers nor the labels and annotations of others.",
    operations: ["CREATE", "UPDATE"],
    matches: matchGenerated(kinds),
    conditions: { ...NOT_THE_DEFAULT_ACCOUNT, ...NOT_A_GRANT },
    variables: METADATA,
    validations: [
      {
        expression: `variables.labels[?${quote(CONTROL_LABEL)}].orValue('') in ${quoteList(sections)}`,
        message: `refused to write an object without the label ${CONTROL_LABEL} of a section: only objects that carry it may be written`,
      },
      {
        expression: [
          onlyAskedChange("labels", OUR_LABELS, quoteMap(objectLabels)),
          `(${OF_AN_ACCOUNT} || (${onlyKeysChange("annotations", OUR_ANNOTATIONS)}))`,
        ].join("\n&& "),
        message: "refused labels or annotations of others: the operator writes its own, and labels that the installation asks for",
      },
      { expression: sameList("metadata.?finalizers"), message: "refused another list of finalizers: the operator sets and removes none" },
    ],
  };
}

/** CEL: the binding is to another role than the one of its name; the API lets nobody change that, so the object is replaced. */
export const BINDS_ANOTHER_ROLE = [
  `(request.resource.resource == ${quote(roleBinding.resource)}`,
  `  && (dyn(oldObject).roleRef.kind != ${quote(role.kind)} || dyn(oldObject).roleRef.name != oldObject.metadata.name))`,
].join("\n");

/** Deletions, also where the baseline is gone already: objects that we have labelled and written, and those of grants. */
export function deletions(kinds: readonly OwnedKind[]): Confinement {
  return {
    name: "deletions",
    about: "The operator deletes objects only that carry our label and were written by it.",
    operations: ["DELETE"],
    matches: matchGenerated(kinds),
    conditions: NOT_THE_DEFAULT_ACCOUNT,
    validations: [
      {
        // A RoleBinding that leads elsewhere is judged by policies that know the baseline.
        expression: `(${labelled("oldObject")} && ${writtenByUs("oldObject")})\n|| ${BINDS_ANOTHER_ROLE}\n|| ${isNamespacedGrant("oldObject")}`,
        message: `refused to delete an object that is not ours: only objects may be deleted that carry the label ${CONTROL_LABEL} and were written by the operator`,
      },
    ],
  };
}

const CLUSTER_ROLE_BINDINGS: MatchedKinds = { ...matchKind(roleBinding), resources: ["clusterrolebindings"] };

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

/** Leases: RBAC cannot limit a creation by name. */
export const leases: Confinement = {
  name: "leases",
  about: "The operator makes the Lease of its own leader and no other.",
  operations: ["CREATE"],
  matches: [{ group: "coordination.k8s.io", version: "v1", resources: ["leases"] }],
  namespaces: namespacesNamed("In", OPERATOR_NAMESPACE),
  validations: [
    {
      expression: `object.metadata.name == ${quote(OPERATOR_ACCOUNT)}`,
      message: `refused another Lease: the operator's is called ${OPERATOR_ACCOUNT}`,
    },
  ],
};
