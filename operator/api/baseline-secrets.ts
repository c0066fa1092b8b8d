/** Declares the section `secrets` of a SecurityBaseline. */
import type { ExternalSecretEntry, StoreRef } from "./baseline-external-secrets.ts";
import type { SecretStoreEntry } from "./baseline-secret-stores.ts";
import type { SecretMetadata } from "./secret-metadata.ts";
import type { ProviderWord, SecretType } from "./secret-words.ts";
import type { DnsSubdomain, SectionMode } from "./shared-types.ts";

export type {
  DataFromEntry,
  ExternalSecretEntry,
  ExternalSecretTarget,
  FindSpec,
  RemoteRef,
  SecretTemplate,
  StoreRef,
} from "./baseline-external-secrets.ts";
export type { SecretStoreEntry } from "./baseline-secret-stores.ts";

// The rules look names up in lists: the API server counts a comparison of two texts by their length, looking into a list by its items, and refuses a
// rule that costs too much.
/**
 * Secrets from outside: External Secrets, the Secrets Store CSI driver and Sealed Secrets. The operator never reads a Secret.
 *
 * @rule has(self.store) || !has(self.externalSecrets) || self.externalSecrets.all(e, has(e.store))
 * @message an external secret has no store: add `secrets.store` for all of them, or `store` to each entry
 * @rule !has(self.externalSecrets) || !has(self.sealedSecrets) || self.externalSecrets.all(e, !(e.name in self.sealedSecrets.map(s, s.name)))
 * @message an external secret and a sealed secret make the same Secret: give each a name of its own
 * @rule !has(self.secretProviderClasses) || self.secretProviderClasses.all(c, !has(c.secretObjects) || c.secretObjects.all(o, (!has(self.externalSecrets) || !(o.secretName in self.externalSecrets.map(e, e.name))) && (!has(self.sealedSecrets) || !(o.secretName in self.sealedSecrets.map(s, s.name)))))
 * @message `secretObjects` of a class make the Secret of an external or sealed secret: choose another `secretName`
 * @rule !has(self.secretProviderClasses) || self.secretProviderClasses.all(c, !has(c.secretObjects) || self.secretProviderClasses.all(d, d.name <= c.name || !has(d.secretObjects) || d.secretObjects.all(p, !(p.secretName in c.secretObjects.map(o, o.secretName)))))
 * @message `secretObjects` of two classes make the same Secret: give each a `secretName` of its own
 */
export interface SecretsSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /** Store of every external secret that names none. */
  readonly store?: StoreRef;
  /**
   * SecretStores of this namespace, each with a ServiceAccount of this namespace as its identity.
   * @listType map
   * @listMapKey name
   * @maxItems 16
   */
  readonly stores?: readonly SecretStoreEntry[];
  /**
   * Secrets that External Secrets fetches; each becomes an ExternalSecret and a Secret of its name.
   * @listType map
   * @listMapKey name
   * @maxItems 64
   */
  readonly externalSecrets?: readonly ExternalSecretEntry[];
  /**
   * Classes for volumes of the Secrets Store CSI driver.
   * @listType map
   * @listMapKey name
   * @maxItems 32
   */
  readonly secretProviderClasses?: readonly SecretProviderClassEntry[];
  /**
   * Secrets whose data was sealed for this cluster; ciphertext only.
   * @listType map
   * @listMapKey name
   * @maxItems 32
   */
  readonly sealedSecrets?: readonly SealedSecretEntry[];
}

/** A SecretProviderClass. */
export interface SecretProviderClassEntry {
  /** Name of the SecretProviderClass. */
  readonly name: DnsSubdomain;
  /**
   * At most 30 letters, digits, `-` and `_`: a provider of the driver, as `vault`, `aws`, `gcp` or `azure`.
   * @maxLength 30
   * @pattern ^[a-zA-Z0-9_-]+$
   */
  readonly provider: string;
  /**
   * What the provider is told; its own documentation says what.
   * @mapType atomic
   * @maxProperties 64
   * @rule self.all(k, size(k) > 0 && size(k) <= 253)
   * @message the name of a parameter has 1 to 253 characters
   */
  readonly parameters?: Readonly<Record<string, ParameterText>>;
  /**
   * Secrets that exist while a pod mounts the volume.
   * @listType map
   * @listMapKey secretName
   * @maxItems 8
   */
  readonly secretObjects?: readonly SecretObject[];
}

/** @maxLength 16384 */
export type ParameterText = string;

/** A Secret that exists while a pod mounts a volume. */
export interface SecretObject {
  /** Name of the Secret. */
  readonly secretName: DnsSubdomain;
  /** Type of the Secret, as `Opaque`. */
  readonly type: SecretType;
  /**
   * Keys of the Secret.
   * @listType map
   * @listMapKey key
   * @minItems 1
   * @maxItems 64
   */
  readonly data: readonly SecretObjectData[];
}

/** One key of a Secret that exists while a pod mounts a volume. */
export interface SecretObjectData {
  /** File of the volume, or what `parameters` call it. */
  readonly objectName: ProviderWord;
  /** Key of the Secret. */
  readonly key: SecretKey;
}

/**
 * At most 253 letters, digits, `-`, `_` and `.`, not `.` alone and not `..` in front.
 *
 * @minLength 1
 * @maxLength 253
 * @pattern ^([-_a-zA-Z0-9]|[.][-_a-zA-Z0-9])[-._a-zA-Z0-9]*$
 */
export type SecretKey = string;

/** A SealedSecret. */
export interface SealedSecretEntry {
  /** Name of the SealedSecret and of the Secret that it makes. */
  readonly name: DnsSubdomain;
  /** Keys of the Secret, each with what `kubeseal` printed for it. */
  readonly encryptedData: EncryptedData;
  /**
   * How the data was sealed: for this name and namespace, for this namespace, or for the cluster.
   * @default "Strict"
   */
  readonly scope?: "Strict" | "NamespaceWide" | "ClusterWide";
  /**
   * Type of the Secret.
   * @default "Opaque"
   */
  readonly type?: SecretType;
  /** Form of the Secret, beside its type. */
  readonly template?: SealedSecretTemplate;
}

/** Form of a Secret that is unsealed. */
export interface SealedSecretTemplate {
  /** Labels and annotations of the Secret, as they are. */
  readonly metadata?: SecretMetadata;
}

// The last rule stands on the map: the API server repeats a text that breaks a rule or pattern of its own, and this may be
// somebody's password. A sealed value begins with the size of its session key, which is 256, 384 or 512 bytes for RSA 2048,
// 3072 or 4096; the base64 of no printable text begins like that.
/**
 * Keys of a Secret, each with its ciphertext.
 *
 * @mapType atomic
 * @maxProperties 64
 * @rule size(self) > 0
 * @message a sealed secret without keys would be empty: add what kubeseal printed under encryptedData
 * @rule self.all(k, size(k) <= 253 && k.matches('^([-_a-zA-Z0-9]|[.][-_a-zA-Z0-9])[-._a-zA-Z0-9]*$'))
 * @message not a key of a Secret: write at most 253 letters, digits, "-", "_" and ".", not "." alone and not ".." in front
 * @rule self.all(k, self[k].startsWith('AgA') || self[k].startsWith('AgB') || self[k].startsWith('AgC') || self[k].startsWith('AgD') || self[k].startsWith('AQA') || self[k].startsWith('AQB') || self[k].startsWith('AQC') || self[k].startsWith('AQD') || self[k].startsWith('AYA') || self[k].startsWith('AYB') || self[k].startsWith('AYC') || self[k].startsWith('AYD'))
 * @message not sealed: never write plain text here, seal it with kubeseal and copy what it prints under encryptedData
 */
export type EncryptedData = Readonly<Record<string, SealedValue>>;

/** @maxLength 65536 */
export type SealedValue = string;
