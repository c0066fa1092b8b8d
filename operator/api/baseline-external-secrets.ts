/** Declares the secrets of section `secrets` that External Secrets fetches. */
import type { SecretMetadata } from "./secret-metadata.ts";
import type { ProviderWord, SecretType } from "./secret-words.ts";
import type { DnsSubdomain } from "./shared-types.ts";

/** A store of External Secrets. */
export interface StoreRef {
  /** A store of this namespace, or one that the platform team offers to many. */
  readonly kind: "SecretStore" | "ClusterSecretStore";
  /** Name of the store. */
  readonly name: DnsSubdomain;
}

/**
 * A Secret that External Secrets fetches.
 *
 * @rule has(self.dataFrom) || (has(self.data) && size(self.data) > 0)
 * @message an external secret without keys would be empty: add `data` or `dataFrom`
 */
export interface ExternalSecretEntry {
  /** Name of the ExternalSecret and of the Secret that it makes. */
  readonly name: DnsSubdomain;
  /** Store of this secret; default: `secrets.store`. */
  readonly store?: StoreRef;
  /**
   * How often the store is asked: hours, minutes and seconds as `30s`, `15m`, `1h` or `1h30m`; `0s` asks once.
   * @default "1h"
   * @maxLength 18
   * @pattern ^([0-9]{1,5}h([0-9]{1,5}m)?([0-9]{1,5}s)?|[0-9]{1,5}m([0-9]{1,5}s)?|[0-9]{1,5}s)$
   */
  readonly refreshInterval?: string;
  /** Keys of the Secret, each with what it holds. */
  readonly data?: RemoteRefs;
  /**
   * Values that are taken over with keys of the store's own.
   * @listType atomic
   * @minItems 1
   * @maxItems 16
   */
  readonly dataFrom?: readonly DataFromEntry[];
  /**
   * The Secret that is made.
   * @default {}
   */
  readonly target?: ExternalSecretTarget;
}

/**
 * Keys of a Secret, each with the value that it holds.
 *
 * @mapType atomic
 * @maxProperties 64
 * @rule self.all(k, size(k) <= 253 && k.matches('^([-_a-zA-Z0-9]|[.][-_a-zA-Z0-9])[-._a-zA-Z0-9]*$'))
 * @message not a key of a Secret: write at most 253 letters, digits, "-", "_" and ".", not "." alone and not ".." in front
 */
export type RemoteRefs = Readonly<Record<string, RemoteRef>>;

/** A value in the store. */
export interface RemoteRef {
  /**
   * Name or path of the value.
   * @minLength 1
   * @maxLength 2048
   */
  readonly key: string;
  /**
   * Part of the value, for values that are JSON.
   * @minLength 1
   * @maxLength 1024
   */
  readonly property?: string;
  /** Version of the value; default: the latest. */
  readonly version?: ProviderWord;
}

/**
 * Several values in the store.
 *
 * @rule has(self.extract) != has(self.find)
 * @message an entry of `dataFrom` takes one value apart or finds several: write exactly one of `extract` and `find`
 */
export interface DataFromEntry {
  /** All properties of one value. */
  readonly extract?: RemoteRef;
  /** All values that fit. */
  readonly find?: FindSpec;
}

/**
 * Which values fit.
 *
 * @rule has(self.name) || (has(self.tags) && size(self.tags) > 0)
 * @message without `name` and `tags` every value would fit: add one of them
 */
export interface FindSpec {
  /**
   * Where to look; default: everywhere in the store.
   * @minLength 1
   * @maxLength 2048
   */
  readonly path?: string;
  /** What the name looks like. */
  readonly name?: FindName;
  /**
   * Tags that a value must have.
   * @mapType atomic
   * @maxProperties 16
   * @rule self.all(k, size(k) > 0 && size(k) <= 253)
   * @message the name of a tag has 1 to 253 characters
   */
  readonly tags?: Readonly<Record<string, TagValue>>;
}

/** What a name looks like. */
export interface FindName {
  /**
   * Regular expression that fits the name.
   * @minLength 1
   * @maxLength 512
   */
  readonly regexp: string;
}

/** @maxLength 256 */
export type TagValue = string;

/** The Secret that is made. */
export interface ExternalSecretTarget {
  /**
   * What becomes of the Secret when the value is gone from the store.
   * @default "Retain"
   */
  readonly deletionPolicy?: "Retain" | "Delete" | "Merge";
  /**
   * Refuse every change of the Secret, so that a changed value in the store never arrives.
   * @default false
   */
  readonly immutable?: boolean;
  /** Form of the Secret; default: the values as they are, type Opaque. */
  readonly template?: SecretTemplate;
}

/** Form of a Secret. */
export interface SecretTemplate {
  /** Type of the Secret; default Opaque. */
  readonly type?: SecretType;
  /** Keys of the Secret, each with a Go template over the fetched values; default: the values as they are. */
  readonly data?: TemplateData;
  /** Labels and annotations of the Secret, as they are: templates are filled in in `data` alone. */
  readonly metadata?: SecretMetadata;
}

/**
 * Keys of a Secret, each with its template.
 *
 * @mapType atomic
 * @maxProperties 16
 * @rule self.all(k, size(k) <= 253 && k.matches('^([-_a-zA-Z0-9]|[.][-_a-zA-Z0-9])[-._a-zA-Z0-9]*$'))
 * @message not a key of a Secret: write at most 253 letters, digits, "-", "_" and ".", not "." alone and not ".." in front
 */
export type TemplateData = Readonly<Record<string, TemplateText>>;

// One word in each rule, and fewer and shorter texts than elsewhere: the API server counts what a rule may cost at most.
/**
 * A Go template over the fetched values.
 *
 * @maxLength 8192
 * @rule !self.contains('getSecretKey')
 * @message a template reads no Secrets by itself: remove getSecretKey, and fetch the value by `data` or `dataFrom`
 * @rule !self.contains('getHostByName')
 * @message a template asks no name servers, by which values could leave the cluster: remove getHostByName, and write the host name itself
 */
export type TemplateText = string;
