/** Declares the kinds of words that all parts of the section `secrets` use. */

/**
 * 1 to 253 characters.
 *
 * @minLength 1
 * @maxLength 253
 */
export type ProviderWord = string;

/**
 * 1 to 253 characters.
 *
 * @minLength 1
 * @maxLength 253
 * @rule !(self in ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])
 * @message Secrets of the types kubernetes.io/service-account-token and bootstrap.kubernetes.io/token are credentials of this cluster: choose another type
 */
export type SecretType = string;
