/** Declares the policy that keeps the installation and its ledger from being deleted in passing: whoever means it says so first. */
import { OPERATOR_NAMESPACE } from "../../api/installation.ts";
import { GROUP, UNINSTALL_LABEL, UNINSTALL_VALUE } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote, quoteList } from "../cel.ts";
import type { Policy } from "../policy.ts";

/** CEL: the object is a namespace of the installation, or one of its kinds. Deletions of many at once name none, so the object itself is asked. */
function isKept({ namespace }: BreakGlassSettings): string {
  return [
    `(request.resource.resource == 'namespaces' && oldObject.metadata.name in ${quoteList([OPERATOR_NAMESPACE, namespace])})`,
    `|| (request.resource.resource == 'customresourcedefinitions' && oldObject.metadata.name.matches(${quote(`^[a-z]+[.]${GROUP.replaceAll(".", "[.]")}$`)}))`,
  ].join("\n");
}

/** With the break-glass namespace goes the ledger, with a kind all its objects. */
export function keeping(settings: BreakGlassSettings): Policy {
  return {
    name: "keeping",
    about: "The namespaces of the installation and the kinds of the API group are deleted by those alone who have said that they mean it.",
    matches: [
      { group: "", version: "v1", resources: ["namespaces"], operations: ["DELETE"] },
      { group: "apiextensions.k8s.io", version: "v1", resources: ["customresourcedefinitions"], operations: ["DELETE"] },
    ],
    conditions: { "of-the-installation": isKept(settings) },
    validations: [
      {
        expression: `oldObject.metadata.?labels[?${quote(UNINSTALL_LABEL)}].orValue('') == ${quote(UNINSTALL_VALUE)}`,
        message: `refused to delete a part of the installation, with which baselines or the ledger of emergency access would go: to uninstall, label it ${UNINSTALL_LABEL}=${UNINSTALL_VALUE} first`,
      },
    ],
  };
}
