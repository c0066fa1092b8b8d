/** Passes the names of the installation on to the generators. */
export { INSTALLATION_LABELS, OPERATOR_ACCOUNT, OPERATOR_NAMESPACE, OPERATOR_USERNAME } from "../../operator/api/installation.ts";
