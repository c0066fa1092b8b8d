/** Declares the images section of a SecurityBaseline: whose signatures the images of the namespace carry, and who checks them. */
import type { OnViolation, SectionMode } from "./shared-types.ts";

/** Who checks signatures. It is installed by others, and does the work. */
export type ImageBackend = "Kyverno" | "Sigstore" | "Connaisseur";

/** What becomes of a pod with an image that is not signed as asked: `Audit` lets it in and reports it, `Deny` refuses it. */
export type ImageAction = "Audit" | "Deny";

/**
 * Signatures of images. They are checked when a pod is made, and when its images change; what runs already is left alone.
 *
 * @rule self.backend == 'Kyverno' || !has(self.signers)
 * @message `signers` are for Kyverno: Sigstore's policy-controller and Connaisseur are told for the whole cluster whose signatures count, so write a ClusterImagePolicy or Connaisseur's Helm values, and remove `signers`
 * @rule self.backend == 'Kyverno' || !has(self.action)
 * @message `action` is for Kyverno: Sigstore's policy-controller and Connaisseur are told for the whole cluster what they refuse, so set `mode` in a ClusterImagePolicy or Connaisseur's Helm values, and remove `action`
 * @rule self.backend == 'Kyverno' || !has(self.onViolation)
 * @message `onViolation` is about the step of `action` to Deny, and that is for Kyverno: remove `onViolation`
 * @rule self.backend != 'Kyverno' || (has(self.signers) && size(self.signers) > 0)
 * @message without `signers` nothing is checked: write whose signatures count, such as {name: ci, images: [ghcr.io/acme/*], publicKey: ...}
 */
export interface ImagesSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /** Which one it is. */
  readonly backend: ImageBackend;
  /** What becomes of a pod whose images are not signed as asked, with Kyverno; default: `Audit`. */
  readonly action?: ImageAction;
  /**
   * What becomes of the step to `action: Deny` while running pods would be refused; default: `Enforce`, which takes it all the same: they run on, and are
   * refused when they are made again. `Hold` has a policy only audit until Kyverno's reports tell of every running pod that it passes. What refused already
   * goes on to.
   */
  readonly onViolation?: OnViolation;
  /**
   * Whose signatures count for which images, with Kyverno. An image that several entries mean needs all of these signatures; one that none means needs no
   * signature at all.
   * @listType map
   * @listMapKey name
   * @maxItems 16
   * @rule self.all(a, a.images.all(i, self.all(b, b.name == a.name || !b.images.exists(j, j == i))))
   * @message the same images stand at two signers, and would need both signatures: write them at one of the two
   */
  readonly signers?: readonly ImageSigner[];
}

/**
 * Whose signature some images carry.
 *
 * @rule has(self.keyless) != has(self.publicKey)
 * @message a signature is known by one thing: write either `keyless`, who signs, or `publicKey`, with which key
 */
export interface ImageSigner {
  /** Name of the entry; pods that are refused are told it. */
  readonly name: SignerName;
  /**
   * Images that carry the signature: all below a path, such as `ghcr.io/acme/*`, or one with all of its tags and digests, such as `ghcr.io/acme/app`.
   * @listType atomic
   * @minItems 1
   * @maxItems 8
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly images: readonly ImagePattern[];
  /** Who signs, by an identity that Fulcio has certified. */
  readonly keyless?: KeylessIdentity;
  /** The key that signs, as its public half. */
  readonly publicKey?: PublicKey;
}

/**
 * At most 53 lower-case letters, digits and `-`, beginning and ending with a letter or digit: what Kyverno reports of a policy is labelled with its name,
 * `signed-by-` before this one.
 *
 * @minLength 1
 * @maxLength 53
 * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
 */
export type SignerName = string;

/**
 * All images below a path of a registry, or one image.
 *
 * @minLength 1
 * @maxLength 253
 * @rule !self.contains('://')
 * @message no protocol is part of the name of an image: begin with the host, such as ghcr.io/acme/*
 * @rule self.matches('^[^*]*([/][*])?$')
 * @message `*` stands once, at the end and after "/", for everything below: write ghcr.io/acme/*
 * @rule self.contains('://') || !self.matches('^[^*]*([/][*])?$') || !self.matches('@|:[^/]*$')
 * @message all tags and digests of an image are meant: leave them out, as in ghcr.io/acme/app
 * @rule self.contains('://') || !self.matches('^[^*]*([/][*])?$') || self.matches('^(localhost|[^/]*[.:][^/]*)/')
 * @message without a host it is not known which registry is meant: write docker.io/acme/*, or registry.example.com:5000/app
 * @rule !self.matches('^(index|registry-1)[.]docker[.]io/')
 * @message this is the registry docker.io under another name: write docker.io
 * @rule !self.matches('^docker[.]io/[*]$|^docker[.]io/library/[*]$')
 * @message images of Docker Hub are also named without host, so that these cannot be told from others: name an organisation, such as docker.io/acme/*, or one image, such as docker.io/library/nginx
 * @rule !self.matches('^docker[.]io/[^/*]+$')
 * @message images of Docker Hub that belong to no organisation are below library: write docker.io/library/nginx
 * @rule self.contains('://') || !self.matches('^[^*]*([/][*])?$') || self.matches('@|:[^/]*$') || !self.matches('^(localhost|[^/]*[.:][^/]*)/') || self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:[0-9]+)?(/[a-z0-9]+((__?|[.]|-+)[a-z0-9]+)*)*(/[*])?$')
 * @message not the name of an image: write a host and a path in lower case, without blanks, such as ghcr.io/acme/app, or ghcr.io/acme/* for all below
 */
export type ImagePattern = string;

/** An identity as it stands in the certificate of a signature, with nothing left open. */
export interface KeylessIdentity {
  /**
   * Who vouches for the identity, such as `https://token.actions.githubusercontent.com`.
   * @minLength 1
   * @maxLength 253
   * @rule self.matches('^https://[!-)+-~]+$')
   * @message not an issuer: write its whole address without blanks and `*`, such as https://token.actions.githubusercontent.com
   */
  readonly issuer: string;
  /**
   * Who signs: the workflow of a pipeline, an address of mail, or what else the issuer calls it.
   * @minLength 1
   * @maxLength 512
   * @rule self.matches('^[!-)+-~]+$')
   * @message not a subject: write all of it without blanks and `*`, as it stands in the certificate, such as https://github.com/acme/pay/.github/workflows/release.yaml@refs/heads/main
   */
  readonly subject: string;
}

/**
 * A public key in PEM.
 *
 * @minLength 1
 * @maxLength 2048
 * @rule !self.contains('PRIVATE KEY')
 * @message this is a private key, which belongs to the signer alone: replace it where it is used, and write the public key, as `cosign public-key` prints it
 * @rule self.contains('PRIVATE KEY') || self.matches('^-----BEGIN PUBLIC KEY-----\\n([A-Za-z0-9+/=]{1,76}\\n)+-----END PUBLIC KEY-----\\n?$')
 * @message not a public key: write it with its line breaks, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----
 */
export type PublicKey = string;
