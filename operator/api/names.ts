/** Owns every name that other people's tools may rely on: group, labels, annotations, field manager. */

export const GROUP = "securitybaseline.dev";
export const VERSION = "v1alpha1";
export const API_VERSION = `${GROUP}/${VERSION}`;

/** The only allowed `metadata.name` of a SecurityBaseline: a namespace has one posture. */
export const BASELINE_NAME = "baseline";

/** Field manager of every object that the operator applies, and of the status it writes. */
export const FIELD_MANAGER = "securitybaseline";

export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
export const MANAGED_BY_VALUE = "securitybaseline";

/** Says which control made an object; its value is the section's name in the spec. */
export const CONTROL_LABEL = `${GROUP}/control`;

/**
 * Stands on objects that we share with others (Namespace, ServiceAccount `default`) and that no ownerReference can
 * clean up: says what to do with our fields once the baseline is gone, also when it went while the operator was down.
 */
export const DELETION_POLICY_ANNOTATION = `${GROUP}/deletion-policy`;

/**
 * On a baseline: any new value asks the secret backends to refresh once. On the objects that we make for them: the value
 * that they were last asked with.
 */
export const REFRESH_ANNOTATION = `${GROUP}/refresh`;

/** Role and RoleBinding by which External Secrets may mint tokens for the ServiceAccounts of `secrets.stores`. */
export const STORE_TOKEN_ROLE = "external-secrets-token";

/** Account of the External Secrets controller, as its own installation names it. */
export const EXTERNAL_SECRETS_ACCOUNT = { namespace: "external-secrets", name: "external-secrets" } as const;
