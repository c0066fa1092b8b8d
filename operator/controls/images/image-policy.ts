/** Writes the Kyverno policy of one signer: which images it means, whose signature they need, and what becomes of a pod without it. */
import type { ImageAction, ImageSigner } from "../../api/baseline-images.ts";
import type { JsonObject } from "../../api/json.ts";
import {
  ATTESTOR_NAME,
  CONSTANT_SPEC,
  EVERY_IMAGE_IS_SIGNED,
  imageValidatingPolicy,
  SIGNED_BY_PREFIX,
} from "../../kinds/image-validating-policy.ts";
import type { Draft } from "../control.ts";

/** What a policy refuses, and what becomes of pods while Kyverno does not answer: who only audits refuses nobody for that. */
export const FAILURE_POLICIES: Readonly<Record<ImageAction, string>> = { Audit: "Ignore", Deny: "Fail" };

/** Names under which container runtimes take an image of Docker Hub, by how its name begins; the longer beginning comes first. */
export const HUB_NAMES: readonly (readonly [beginning: string, names: readonly string[]])[] = [
  ["docker.io/library/", ["docker.io/library/", "index.docker.io/library/", "library/", "docker.io/", "index.docker.io/", ""]],
  ["docker.io/", ["docker.io/", "index.docker.io/", ""]],
];

/** What may follow the name of an image. */
export const REFERENCE_ENDS: readonly string[] = ["", ":*", "@*"];

/** The policy of a signer. */
export function signerPolicy(signer: ImageSigner, action: ImageAction): Draft {
  return { kind: imageValidatingPolicy, name: SIGNED_BY_PREFIX + signer.name, body: { spec: specOf(signer, action) } };
}

function specOf(signer: ImageSigner, action: ImageAction): JsonObject {
  return {
    ...CONSTANT_SPEC,
    ...consequencesOf(action),
    matchImageReferences: signer.images.flatMap(globsOf).map((glob) => ({ glob })),
    attestors: [{ name: ATTESTOR_NAME, cosign: cosignOf(signer) }],
    validations: [{ expression: EVERY_IMAGE_IS_SIGNED, message: messageFor(signer.name) }],
  };
}

/** What of a spec says what becomes of a pod. */
export function consequencesOf(action: ImageAction): JsonObject {
  return { failurePolicy: FAILURE_POLICIES[action], validationActions: [action] };
}

/** What a refused user reads. `name` is the signer's. */
export function messageFor(name: string): string {
  return `${MESSAGE_BEFORE_NAME}${name}${MESSAGE_AFTER_NAME}`;
}

export const MESSAGE_BEFORE_NAME = "an image is not signed by ";
export const MESSAGE_AFTER_NAME = ", as spec.images.signers of the SecurityBaseline asks for";

/** Globs for the names under which an image can be asked for. Kyverno holds them against the text in the pod, as it stands there. */
function globsOf(pattern: string): readonly string[] {
  const [beginning, names] = HUB_NAMES.find(([start]) => pattern.startsWith(start)) ?? ["", [""]];
  const ends = pattern.endsWith("/*") ? [""] : REFERENCE_ENDS;
  return names.flatMap((name) => ends.map((end) => name + pattern.slice(beginning.length) + end));
}

function cosignOf({ keyless, publicKey }: ImageSigner): JsonObject {
  if (keyless !== undefined) return { keyless: { identities: [{ issuer: keyless.issuer, subject: keyless.subject }] } };
  return { key: { data: publicKey ?? "" } };
}
