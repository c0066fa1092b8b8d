/** Names what program, RBAC and policies of an installation must agree on. */

export const OPERATOR_NAMESPACE = "securitybaseline-system";
export const OPERATOR_ACCOUNT = "securitybaseline-operator";

/** How the API server calls the operator in `request.userInfo`. */
export const OPERATOR_USERNAME = `system:serviceaccount:${OPERATOR_NAMESPACE}:${OPERATOR_ACCOUNT}`;

/** Marks what belongs to the installation. Never the managed-by label: that one says "made for a baseline". */
export const INSTALLATION_LABELS = { "app.kubernetes.io/name": "securitybaseline" };
