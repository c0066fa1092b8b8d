/** Makes the rights that emergency access takes in an installation: the operator's, and those of the custodians who stand in for it. */
import type { AccessRule } from "../api/baseline.ts";
import { INSTALLATION_LABELS, OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "../api/installation.ts";
import type { JsonObject } from "../api/json.ts";
import { GROUP, MINT_VERB } from "../api/names.ts";
import { RBAC_GROUP } from "../kinds/role-binding.ts";
import { bindableRoles } from "./allowed-roles.ts";
import type { BreakGlassSettings } from "./types.ts";

const OPERATOR: readonly JsonObject[] = [{ kind: "ServiceAccount", name: OPERATOR_ACCOUNT, namespace: OPERATOR_NAMESPACE }];

/** All RBAC objects that follow from the settings. What the operator holds for every baseline is not repeated. */
export function installationRights(settings: BreakGlassSettings): readonly JsonObject[] {
  const { namespace, custodians } = settings;
  const operator = { name: "securitybaseline-break-glass", subjects: OPERATOR };
  const byHand = {
    name: "securitybaseline-break-glass-custodians",
    subjects: custodians.map((name) => ({ apiGroup: RBAC_GROUP, kind: "Group", name })),
  };
  return [
    ...granted({ ...operator, rules: [bindAllowed(settings)] }),
    ...granted({ ...operator, namespace, rules: LEDGER_AND_TOKENS }),
    ...(custodians.length === 0 ? [] : granted({ ...byHand, rules: custodianClusterRules(settings) })),
    ...(custodians.length === 0 ? [] : granted({ ...byHand, namespace, rules: CUSTODIAN_RULES })),
  ];
}

/** Hands out the allowed ClusterRoles without holding their rights. */
function bindAllowed(settings: BreakGlassSettings): AccessRule {
  const { anywhere, inCluster } = bindableRoles(settings);
  return { apiGroups: [RBAC_GROUP], resources: ["clusterroles"], resourceNames: [...anywhere, ...inCluster], verbs: ["bind"] };
}

/** The kinds of emergency access are listed and watched everywhere, so that right is among those for every baseline. */
const LEDGER_AND_TOKENS: readonly AccessRule[] = [
  // Whoever finds a place in the chain taken looks at what stands there: it may be their own entry, whose answer got lost.
  { apiGroups: [GROUP], resources: ["breakglassauditentries"], verbs: ["create", "get"] },
  // Only to be able to hand it out: the policy on tokens refuses the operator.
  { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create", MINT_VERB] },
];

/** No deletion here: without its identity, which they may delete, a binding is worth nothing. */
function custodianClusterRules(settings: BreakGlassSettings): readonly AccessRule[] {
  return [
    { apiGroups: [RBAC_GROUP], resources: ["clusterrolebindings", "rolebindings"], verbs: ["get", "list", "create"] },
    bindAllowed(settings),
  ];
}

/** The policies hold these to what a grant consists of. */
const CUSTODIAN_RULES: readonly AccessRule[] = [
  { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["get", "list", "create", "delete"] },
  { apiGroups: [RBAC_GROUP], resources: ["roles"], verbs: ["get", "list", "create", "delete", "escalate", "bind"] },
  { apiGroups: [RBAC_GROUP], resources: ["rolebindings"], verbs: ["get", "list", "create", "delete"] },
];

interface Granted {
  readonly name: string;
  readonly subjects: readonly JsonObject[];
  /** Absent: everywhere. */
  readonly namespace?: string;
  readonly rules: readonly AccessRule[];
}

/** A role and its binding, both of one name. */
function granted({ name, subjects, namespace, rules }: Granted): JsonObject[] {
  const kind = namespace === undefined ? "ClusterRole" : "Role";
  const metadata = { name, ...(namespace !== undefined && { namespace }), labels: INSTALLATION_LABELS };
  const apiVersion = `${RBAC_GROUP}/v1`;
  return [
    { apiVersion, kind, metadata, rules: rules.map((rule) => ({ ...rule })) },
    { apiVersion, kind: `${kind}Binding`, metadata, roleRef: { apiGroup: RBAC_GROUP, kind, name }, subjects },
  ];
}
