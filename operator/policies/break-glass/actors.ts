/** Declares the policy on what identities of grants do: whatever role they have, they stay away from what holds them. */
import { OPERATOR_NAMESPACE } from "../../api/installation.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { CLOSED_GROUPS, KINDS_GROUP } from "../../breakglass/unbounded.ts";
import { quote, quoteList } from "../cel.ts";
import type { Policy, Validation } from "../policy.ts";
import { byIdentity, deadlineIn, identityPrefix, isGrantName } from "./terms.ts";

/** Rights, our own objects, admission, API registration and certificates: with any of them access could be prolonged beyond its deadline. */
const UNTOUCHED_GROUPS = CLOSED_GROUPS.filter((group) => group !== KINDS_GROUP);

/** In `extra` of every user who came with a token that the API server issued; impersonating the user does not bring it along. */
const CREDENTIAL = "authentication.kubernetes.io/credential-id";

/** What runs in the first and what is configured in both decides about the cluster itself. */
const SYSTEM_NAMESPACES = ["kube-system", "kube-public"];

/** Types of Secrets that are tokens: the one of a ServiceAccount has no end, the other one lets join a node. */
const TOKEN_SECRETS = ["kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token"];

/** Every write with emergency access, of any resource. */
export function actors(settings: BreakGlassSettings): Policy {
  const prefix = identityPrefix(settings);
  return {
    name: "actors",
    about: "Emergency access changes nothing that decides about emergency access, and leaves its name in the audit log.",
    matches: [{ group: "*", version: "*", resources: ["*/*"], operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"] }],
    // Looked at for every write of the cluster: one comparison.
    conditions: { "by-emergency-access": byIdentity(settings) },
    variables: {
      grant: `request.userInfo.username.substring(${quote(prefix)}.size())`,
      deadline: deadlineIn("variables.grant"),
      subresource: "request.?subResource.orValue('')",
      api: "request.resource.group + '/' + request.resource.resource + '/' + variables.subresource",
      about: "request.operation == 'DELETE' ? dyn(oldObject) : dyn(object)",
      // Of the object itself: who deletes many at once names none.
      name: "variables.about.?metadata.?name.orValue('')",
      place: "request.resource.group == '' && request.resource.resource == 'namespaces' ? variables.name : request.?namespace.orValue('')",
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
      ...WAYS_TO_STAY,
      {
        expression: `!(variables.place in ${quoteList([OPERATOR_NAMESPACE, settings.namespace])})`,
        message: `emergency access changes nothing in the namespaces ${OPERATOR_NAMESPACE} and ${settings.namespace}`,
      },
      ...(settings.allowSystemNamespaces ? [] : [SYSTEM]),
    ],
    auditAnnotations: {
      grant: "variables.grant",
      deadline: "variables.deadline == 0 ? '' : string(timestamp(variables.deadline))",
    },
  };
}

/** What outlasts the deadline, or gets rid of what enforces it. */
const WAYS_TO_STAY: readonly Validation[] = [
  {
    expression: `!(request.resource.group in ${quoteList(UNTOUCHED_GROUPS)})`,
    message: `emergency access changes nothing in ${UNTOUCHED_GROUPS.join(", ")}`,
  },
  {
    expression: "variables.api != '/serviceaccounts/token'",
    message: "emergency access mints no tokens",
  },
  {
    expression: `variables.api != '/secrets/' || request.operation == 'DELETE' || !(variables.about.?type.orValue('') in ${quoteList(TOKEN_SECRETS)})`,
    message: `emergency access makes and changes no Secrets that are tokens: choose another type than ${TOKEN_SECRETS.join(" and ")}`,
  },
  {
    expression: `request.resource.group != ${quote(KINDS_GROUP)} || !${quoteList(CLOSED_GROUPS)}.exists(g, variables.name.endsWith('.' + g))`,
    message: `emergency access changes no CustomResourceDefinition of ${CLOSED_GROUPS.join(", ")}`,
  },
  {
    // The kubelet asks no policy.
    expression: "variables.api != '/nodes/proxy'",
    message: "emergency access does not reach into nodes by nodes/proxy: use kubectl logs, exec or debug",
  },
  {
    // Pods get at the files of a node by such a volume also where Pod Security refuses hostPath.
    expression:
      "variables.api != '/persistentvolumes/' || request.operation != 'CREATE' || !(has(variables.about.spec.hostPath) || has(variables.about.spec.local))",
    message: "emergency access makes no PersistentVolume of a node's own files: leave out spec.hostPath and spec.local",
  },
];

/** Pods that are gone come back as they were, and their number is not what they may do. */
const SYSTEM: Validation = {
  expression: [
    `!(variables.place in ${quoteList(SYSTEM_NAMESPACES)})`,
    "variables.subresource in ['eviction', 'scale']",
    "(variables.api == '/pods/' && request.operation == 'DELETE')",
  ].join("\n|| "),
  message: `emergency access deletes, evicts and scales in the namespaces ${SYSTEM_NAMESPACES.join(" and ")}, and changes nothing else there: the installation may allow it by --break-glass-allow-system-namespaces`,
};
