/** Declares the policy on what identities of grants do: whatever role they have, they stay away from what holds them. */
import { OPERATOR_NAMESPACE } from "../../api/installation.ts";
import { GROUP } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote, quoteList } from "../cel.ts";
import type { Policy } from "../policy.ts";
import { byIdentity, deadlineIn, identityPrefix, isGrantName } from "./terms.ts";

/** Rights, our own objects, admission and certificates: with any of them access could be prolonged beyond its deadline. */
const CLOSED_GROUPS = ["rbac.authorization.k8s.io", GROUP, "admissionregistration.k8s.io", "certificates.k8s.io"];

/** In `extra` of every user who came with a token that the API server issued; impersonating the user does not bring it along. */
const CREDENTIAL = "authentication.kubernetes.io/credential-id";

/** Every write with emergency access, of any resource. */
export function actors(settings: BreakGlassSettings): Policy {
  const prefix = identityPrefix(settings);
  const closedNamespaces = quoteList([OPERATOR_NAMESPACE, settings.namespace]);
  return {
    name: "actors",
    about: "Emergency access changes nothing that decides about emergency access, and leaves its name in the audit log.",
    matches: [{ group: "*", version: "*", resources: ["*/*"], operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"] }],
    // Looked at for every write of the cluster: one comparison.
    conditions: { "by-emergency-access": byIdentity(settings) },
    variables: {
      grant: `request.userInfo.username.substring(${prefix.length})`,
      deadline: deadlineIn("variables.grant"),
      api: "request.resource.group + '/' + request.resource.resource + '/' + request.?subResource.orValue('')",
    },
    validations: [
      {
        expression: isGrantName("variables.grant"),
        message: "refused a ServiceAccount of the break-glass namespace that is no identity of a grant",
      },
      {
        expression: `request.userInfo.?extra[?${quote(CREDENTIAL)}].orValue([]).exists(id, id.startsWith('JTI='))`,
        message: "refused emergency access without a token of its own: mint one, acting as the identity is not enough",
      },
      {
        expression: `!(request.resource.group in ${quoteList(CLOSED_GROUPS)})`,
        message: `emergency access changes nothing in ${CLOSED_GROUPS.join(", ")}`,
      },
      {
        expression: "variables.api != '/serviceaccounts/token'",
        message: "emergency access mints no tokens",
      },
      {
        expression: `variables.api != 'apiextensions.k8s.io/customresourcedefinitions/' || !request.name.endsWith(${quote(`.${GROUP}`)})`,
        message: `emergency access changes no CustomResourceDefinition of ${GROUP}`,
      },
      {
        expression: `!(request.?namespace.orValue('') in ${closedNamespaces}) && !(request.resource.resource == 'namespaces' && request.name in ${closedNamespaces})`,
        message: `emergency access changes nothing in the namespaces ${OPERATOR_NAMESPACE} and ${settings.namespace}`,
      },
    ],
    auditAnnotations: {
      grant: "variables.grant",
      deadline: "variables.deadline == 0 ? '' : string(timestamp(variables.deadline))",
    },
  };
}
