/** Owns nothing but the way to the names of the installation, for the generators. */
export { INSTALLATION_LABELS, OPERATOR_ACCOUNT, OPERATOR_NAMESPACE, OPERATOR_USERNAME } from "../../operator/api/installation.ts";
