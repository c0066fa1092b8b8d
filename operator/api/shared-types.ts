/** Declares the types that several of our kinds use in their schema. */

/**
 * What a section does: `Enforce` creates what is missing and puts back what was changed; `Report` only writes status;
 * `Off` does not look, and what the section made before is removed or kept by `deletionPolicy`. YAML
 * takes a bare Off for a boolean: write "Off" with quotes.
 */
export type SectionMode = "Enforce" | "Report" | "Off";

/** What becomes of a stricter rule that running pods would break. */
export type OnViolation = "Enforce" | "Hold";

/** Identity of an object of ours as the API server hands it out. */
export interface ResourceMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * At most 63 lower-case letters, digits and `-`, beginning and ending with a letter or digit (RFC 1123 label).
 *
 * @minLength 1
 * @maxLength 63
 * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
 */
export type DnsLabel = string;

/**
 * At most 253 lower-case letters, digits, `-` and `.`, each part between dots beginning and ending with a letter or digit (RFC 1123 subdomain).
 *
 * @minLength 1
 * @maxLength 253
 * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$
 */
export type DnsSubdomain = string;

/**
 * A group as the identity provider names it.
 *
 * @minLength 1
 * @maxLength 253
 * @rule !self.startsWith('system:')
 * @message groups that begin with "system:" belong to Kubernetes: name a group of your identity provider
 * @rule self.matches('^[^\\x00-\\x1f\\x7f-\\x9f]*$')
 * @message a group name has no control characters: remove line breaks and tabs
 */
export type GroupName = string;

/**
 * Selects by label; all requirements are ANDed, an empty selector selects everything.
 * @mapType atomic
 */
export interface LabelSelector {
  /**
   * Labels that must have these values.
   * @maxProperties 16
   * @rule self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))
   * @message not a label key: write a name of at most 63 letters, digits, "-", "_" and ".", after a DNS name and "/" if needed
   */
  readonly matchLabels?: Readonly<Record<string, LabelValue>>;
  /**
   * Further requirements.
   * @listType atomic
   * @maxItems 8
   */
  readonly matchExpressions?: readonly LabelRequirement[];
}

/**
 * Letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit; or empty.
 *
 * @maxLength 63
 * @pattern ^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$
 */
export type LabelValue = string;

/**
 * At most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, after a DNS name and `/` if needed.
 *
 * @minLength 1
 * @maxLength 317
 * @pattern ^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$
 */
export type LabelKey = string;

/**
 * One requirement on a label.
 *
 * @rule self.operator in ['Exists', 'DoesNotExist'] ? !has(self.values) || size(self.values) == 0 : has(self.values) && size(self.values) > 0
 * @message the operators In and NotIn need `values`; Exists and DoesNotExist take none
 */
export interface LabelRequirement {
  /** Which label. */
  readonly key: LabelKey;
  /** How the label relates to the values. */
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /**
   * Values for In and NotIn.
   * @listType atomic
   * @maxItems 16
   */
  readonly values?: readonly LabelValue[];
}

/** A condition as `meta/v1` defines it. */
export interface Condition {
  /**
   * @maxLength 316
   */
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  /**
   * Generation of the spec that this condition was computed for.
   * @format int64
   * @minimum 0
   */
  readonly observedGeneration?: number;
  /** @format date-time */
  readonly lastTransitionTime: string;
  /**
   * @minLength 1
   * @maxLength 1024
   */
  readonly reason: string;
  /** @maxLength 32768 */
  readonly message: string;
}
