/** Declares the policies on what the operator itself makes of grants: a stolen token of it grants only what a baseline's profiles name. */
import { BASELINE_NAME, CLUSTER_BASELINE_NAME, CONTROL_LABEL, DRILL_ROLE, GRANT_LABEL, GRANT_LABEL_VALUE } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote } from "../cel.ts";
import { namespacesNamed, type Policy } from "../policy.ts";
import { bindsItsIdentity, matchRbac } from "./bindings.ts";
import { BY_OPERATOR, deadlineIn, isGrant, NAME, NOW, PROFILES, SLACK } from "./terms.ts";

const BY_THE_OPERATOR = { "by-the-operator": BY_OPERATOR };
const LABEL = `${GRANT_LABEL}=${GRANT_LABEL_VALUE}`;

/** What the operator makes with the label of grants. That it makes no ClusterRoleBinding without is a matter of its confinement. */
export function grantPolicies(settings: BreakGlassSettings): readonly Policy[] {
  return [grants(settings), ...grantedRoles(settings)];
}

function grants(settings: BreakGlassSettings): Policy {
  const atHome = `request.?namespace.orValue('') == ${quote(settings.namespace)}`;
  return {
    name: "grants",
    about: "What the operator labels as part of a grant is new, and outside the break-glass namespace it binds the identity of its name.",
    matches: [
      { group: "", version: "v1", resources: ["serviceaccounts"], operations: ["CREATE", "UPDATE"] },
      matchRbac(["CREATE", "UPDATE"], "roles", "rolebindings", "clusterrolebindings"),
    ],
    conditions: {
      ...BY_THE_OPERATOR,
      "of-a-grant": `${isGrant("object")} || (request.operation == 'UPDATE' && ${isGrant("oldObject")})`,
    },
    validations: [
      {
        expression: "request.operation == 'CREATE'",
        message: `refused to change an object of a grant, or to make one of what is there: objects with the label ${LABEL} are made and deleted`,
      },
      {
        expression: `object.metadata.?labels[?${quote(CONTROL_LABEL)}].orValue('') == ''`,
        message: `refused an object of a grant with the label ${CONTROL_LABEL}: no baseline asks for grants`,
      },
      {
        expression: `${atHome} || (request.resource.resource in ['rolebindings', 'clusterrolebindings'] && ${bindsItsIdentity(settings)})`,
        message: `refused an object of a grant outside ${settings.namespace}: elsewhere a grant is the binding of its identity`,
      },
    ],
  };
}

/** Parameters are looked for before anybody asks who sends the request: the label keeps all others out of it. */
function grantedRoles({ namespace }: BreakGlassSettings): readonly Policy[] {
  const common = {
    objects: [{ key: GRANT_LABEL, operator: "In", values: [GRANT_LABEL_VALUE] }],
    conditions: BY_THE_OPERATOR,
    variables: {
      profiles: PROFILES,
      offers: `variables.profiles.filter(p, p.role == object.roleRef.name || object.roleRef.name == ${quote(DRILL_ROLE)})`,
      seconds: `(${deadlineIn(NAME)}) - ${NOW}`,
    },
    validations: [
      {
        expression: "variables.offers.size() > 0",
        message: "refused a grant that no profile offers: its role must be one that spec.breakGlass of the baseline names, in mode Enforce",
      },
      {
        expression: `variables.offers.size() == 0\n|| variables.offers.exists(p, variables.seconds <= duration(string(p.maxDuration)).getSeconds() + ${SLACK})`,
        message:
          "refused a grant that lasts longer than any profile offers: the deadline in its name must be within maxDuration of a profile with its role, in spec.breakGlass of the baseline",
      },
    ],
  } as const satisfies Partial<Policy>;
  return [
    {
      ...common,
      name: "grant-roles",
      about: "In a namespace the operator grants roles that the profiles of its SecurityBaseline name.",
      matches: [matchRbac(["CREATE"], "rolebindings")],
      namespaces: namespacesNamed("NotIn", namespace),
      params: { kind: "SecurityBaseline", name: BASELINE_NAME, ifMissing: "Deny" },
    },
    {
      ...common,
      name: "cluster-grant-roles",
      about: "In the cluster the operator grants roles that the profiles of the ClusterSecurityBaseline name.",
      matches: [matchRbac(["CREATE"], "clusterrolebindings")],
      params: { kind: "ClusterSecurityBaseline", name: CLUSTER_BASELINE_NAME, ifMissing: "Deny" },
    },
  ];
}
