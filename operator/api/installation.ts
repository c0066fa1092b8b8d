/** Names of the installation that program, RBAC and policies agree on. */

export const OPERATOR_NAMESPACE = "securitybaseline-system";
export const OPERATOR_ACCOUNT = "securitybaseline-operator";

/** Namespaces of Kubernetes itself. */
export const KUBERNETES_NAMESPACES = ["kube-system", "kube-public", "kube-node-lease"] as const;

/** Namespaces in which no baseline is obeyed, unless the installation allows it. */
export const RESERVED_NAMESPACES = [...KUBERNETES_NAMESPACES, OPERATOR_NAMESPACE] as const;

/** How the API server calls the operator in `request.userInfo`. */
export const OPERATOR_USERNAME = `system:serviceaccount:${OPERATOR_NAMESPACE}:${OPERATOR_ACCOUNT}`;

/** Begins the names of the policies that hold the operator to what the baselines ask for; a refusal names the policy. */
export const CONFINEMENT_PREFIX = "securitybaseline-operator-";

/** Begins the names of the policies that hold workloads to what the baselines ask for. */
export const ADMISSION_POLICY_PREFIX = "securitybaseline-admission-";

/** Marks what belongs to the installation. Never the managed-by label: that one says "made for a baseline". */
export const INSTALLATION_LABELS = { "app.kubernetes.io/name": "securitybaseline" };
