/** Declares the labels and annotations of Secrets that the controllers of section `secrets` make. */
import type { LabelValue } from "./shared-types.ts";

/** Labels and annotations of a Secret, beside those of its controller. */
export interface SecretMetadata {
  /** Labels of the Secret. */
  readonly labels?: SecretLabels;
  /** Annotations of the Secret. */
  readonly annotations?: SecretAnnotations;
}

// Both maps have the same rules on their keys, written twice because a schema has no other way. They are made of constants and short patterns: there may be
// thousands of keys, and the API server counts what it does with each.
/**
 * Keys with their values.
 *
 * @mapType atomic
 * @maxProperties 32
 * @rule self.all(k, size(k) <= 253 && k.matches('^([a-z0-9]+((-+|[.])[a-z0-9]+)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))
 * @message not a key of a label or annotation: write a name of at most 63 letters, digits, "-", "_" and ".", after a DNS name and "/" if needed, with at most 253 characters in all
 * @rule self.all(k, k.startsWith('app.kubernetes.io/') ? k != 'app.kubernetes.io/managed-by' : !(k.startsWith('kubernetes.io/') || k.contains('.kubernetes.io/') || k.startsWith('k8s.io/') || k.contains('.k8s.io/') || k.startsWith('securitybaseline.dev/') || k.contains('.securitybaseline.dev/') || k.startsWith('external-secrets.io/') || k.contains('.external-secrets.io/') || k.startsWith('sealedsecrets.bitnami.com/') || k.contains('.sealedsecrets.bitnami.com/')))
 * @message keys of kubernetes.io, k8s.io, securitybaseline.dev, external-secrets.io and sealedsecrets.bitnami.com tell controllers what to do: write keys of another domain, or of app.kubernetes.io apart from managed-by
 */
export type SecretLabels = Readonly<Record<string, LabelValue>>;

/**
 * Keys with their values.
 *
 * @mapType atomic
 * @maxProperties 32
 * @rule self.all(k, size(k) <= 253 && k.matches('^([a-z0-9]+((-+|[.])[a-z0-9]+)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))
 * @message not a key of a label or annotation: write a name of at most 63 letters, digits, "-", "_" and ".", after a DNS name and "/" if needed, with at most 253 characters in all
 * @rule self.all(k, k.startsWith('app.kubernetes.io/') ? k != 'app.kubernetes.io/managed-by' : !(k.startsWith('kubernetes.io/') || k.contains('.kubernetes.io/') || k.startsWith('k8s.io/') || k.contains('.k8s.io/') || k.startsWith('securitybaseline.dev/') || k.contains('.securitybaseline.dev/') || k.startsWith('external-secrets.io/') || k.contains('.external-secrets.io/') || k.startsWith('sealedsecrets.bitnami.com/') || k.contains('.sealedsecrets.bitnami.com/')))
 * @message keys of kubernetes.io, k8s.io, securitybaseline.dev, external-secrets.io and sealedsecrets.bitnami.com tell controllers what to do: write keys of another domain, or of app.kubernetes.io apart from managed-by
 */
export type SecretAnnotations = Readonly<Record<string, AnnotationText>>;

/**
 * @maxLength 4096
 * @rule !self.contains('{{')
 * @message an annotation is shown where values of a Secret are not, so no template is filled in: write plain text without "{{"
 */
export type AnnotationText = string;
