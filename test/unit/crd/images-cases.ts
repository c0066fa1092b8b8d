/** Lists the sections `images` at the edge of what the CRD allows. */
import { type Case, PUBLIC_KEY } from "./case.ts";

const KEYLESS = {
  issuer: "https://token.actions.githubusercontent.com",
  subject: "https://github.com/acme/pay/release.yaml@refs/heads/main",
};
const SIGNER = { name: "ci", images: ["ghcr.io/acme/*"], keyless: KEYLESS };
const KEY_SIGNER = { name: "vendor", images: ["ghcr.io/vendor/*"], publicKey: PUBLIC_KEY };

const kyverno = (...signers: readonly object[]) => ({ images: { backend: "Kyverno", signers } });
const image = (pattern: string) => kyverno({ ...SIGNER, images: [pattern] });
const identity = (fields: object) => kyverno({ ...SIGNER, keyless: { ...KEYLESS, ...fields } });
const key = (publicKey: string) => kyverno({ ...KEY_SIGNER, publicKey });
const others = (fields: object) => ({ images: { backend: "Sigstore", ...fields } });

const SECTION = "spec.images";
const FIRST = "spec.images.signers[0]";
const IMAGE = `${FIRST}.images[0]`;
const KEY = `${FIRST}.publicKey`;

interface BadImage {
  readonly reason: string;
  readonly bad: string;
  readonly good: string;
  readonly says: string;
}

const BAD_IMAGES: readonly BadImage[] = [
  {
    reason: "a wildcard in the middle of a path",
    bad: "ghcr.io/*/app",
    good: "ghcr.io/acme/*",
    says: '`*` stands once, at the end and after "/"',
  },
  {
    reason: "a wildcard in the middle of a name",
    bad: "ghcr.io/acme/app-*",
    good: "ghcr.io/acme/app",
    says: "`*` stands once, at the end",
  },
  { reason: "a wildcard in the host", bad: "*.ghcr.io/acme", good: "eu.ghcr.io/acme", says: "`*` stands once, at the end" },
  { reason: "two wildcards", bad: "ghcr.io/*/*", good: "ghcr.io/*", says: "`*` stands once, at the end" },
  { reason: "every image of every registry", bad: "*", good: "ghcr.io/*", says: "`*` stands once, at the end" },
  {
    reason: "a tag, which leaves the other ones unsigned",
    bad: "ghcr.io/acme/app:v1",
    good: "ghcr.io/acme/app",
    says: "all tags and digests of an image are meant",
  },
  {
    reason: "every tag, which leaves digests unsigned",
    bad: "ghcr.io/acme/app:*",
    good: "ghcr.io/acme/app",
    says: "`*` stands once, at the end",
  },
  {
    reason: "a digest",
    bad: "ghcr.io/acme/app@sha256:0000",
    good: "ghcr.io/acme/app",
    says: "all tags and digests of an image are meant: leave them out, as in ghcr.io/acme/app",
  },
  {
    reason: "a protocol",
    bad: "https://ghcr.io/acme/*",
    good: "ghcr.io/acme/*",
    says: "no protocol is part of the name of an image: begin with the host",
  },
  { reason: "no host", bad: "acme/*", good: "docker.io/acme/*", says: "without a host it is not known which registry is meant" },
  { reason: "only a name", bad: "nginx", good: "docker.io/library/nginx", says: "without a host it is not known which registry is meant" },
  {
    reason: "Docker Hub under another name",
    bad: "index.docker.io/acme/*",
    good: "docker.io/acme/*",
    says: "this is the registry docker.io under another name",
  },
  {
    reason: "all of Docker Hub, whose images need no host",
    bad: "docker.io/*",
    good: "docker.io/acme/*",
    says: "these cannot be told from others: name an organisation",
  },
  {
    reason: "all images of Docker Hub without an organisation",
    bad: "docker.io/library/*",
    good: "docker.io/library/nginx",
    says: "these cannot be told from others: name an organisation",
  },
  {
    reason: "half a name of Docker Hub",
    bad: "docker.io/nginx",
    good: "docker.io/library/nginx",
    says: "are below library: write docker.io/library/nginx",
  },
  {
    reason: "upper case in the host, which a registry does not tell apart",
    bad: "GHCR.io/acme/*",
    good: "ghcr.io/acme/*",
    says: "in lower case",
  },
  {
    reason: "a blank",
    bad: "ghcr.io/acme /app",
    good: "ghcr.io/acme/app",
    says: "not the name of an image: write a host and a path in lower case, without blanks",
  },
  { reason: "a blank at the end", bad: "ghcr.io/acme/app ", good: "ghcr.io/acme/app", says: "without blanks" },
  {
    reason: "alternatives, as Kyverno's globs know them",
    bad: "ghcr.io/{acme,evil}/app",
    good: "ghcr.io/acme/app",
    says: "not the name of an image",
  },
  { reason: "a class of characters", bad: "ghcr.io/acme/ap[pq]", good: "ghcr.io/acme/app", says: "not the name of an image" },
  { reason: "one character left open", bad: "ghcr.io/acme/ap?", good: "ghcr.io/acme/app", says: "not the name of an image" },
  { reason: "an empty part of the path", bad: "ghcr.io/acme//app", good: "ghcr.io/acme/app", says: "not the name of an image" },
  { reason: "a path that ends with a slash", bad: "ghcr.io/acme/", good: "ghcr.io/acme/*", says: "not the name of an image" },
];

const BAD_KEYS: readonly { readonly reason: string; readonly bad: string; readonly says: string }[] = [
  {
    reason: "a private key belongs to nobody else",
    bad: PUBLIC_KEY.replaceAll("PUBLIC", "PRIVATE"),
    says: "this is a private key, which belongs to the signer alone: replace it where it is used",
  },
  {
    reason: "cosign's own form of one as well",
    bad: "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAA==\n",
    says: "this is a private key",
  },
  {
    reason: "a key without its line breaks",
    bad: PUBLIC_KEY.replaceAll("\n", " "),
    says: "not a public key: write it with its line breaks",
  },
  { reason: "a certificate", bad: PUBLIC_KEY.replaceAll("PUBLIC KEY", "CERTIFICATE"), says: "not a public key" },
  { reason: "the address of a key", bad: "k8s://kyverno/key", says: "not a public key" },
  { reason: "two keys", bad: PUBLIC_KEY + PUBLIC_KEY, says: "not a public key" },
];

const signers = (count: number) =>
  kyverno(...Array.from({ length: count }, (_, index) => ({ ...SIGNER, name: `ci-${index}`, images: [`ghcr.io/team-${index}/*`] })));

/** A key of so many characters, in lines as PEM has them. */
function longKey(length: number): string {
  const more = length - PUBLIC_KEY.length;
  const lines = Array.from({ length: more }, (_, index) => (index % 64 === 63 || index === more - 1 ? "\n" : "A"));
  return PUBLIC_KEY.replace("\n", `\n${lines.join("")}`);
}

export const IMAGES_CASES: readonly Case[] = [
  {
    reason: "a baseline has so many signers",
    bad: signers(17),
    good: signers(16),
    at: `${SECTION}.signers`,
    says: "write at most 16",
    server: `${SECTION}.signers: Too many`,
  },
  {
    reason: "a name of an image is so long",
    bad: image("ghcr.io/".padEnd(254, "a")),
    good: image("ghcr.io/".padEnd(253, "a")),
    at: IMAGE,
    says: "write at most 253",
    server: `${IMAGE}: Too long`,
  },
  {
    reason: "a key is so long",
    bad: key(longKey(2049)),
    good: key(longKey(2048)),
    at: KEY,
    says: "write at most 2048",
    server: `${KEY}: Too long`,
  },
  {
    reason: "who checks, nobody can guess",
    bad: { images: {} },
    good: others({}),
    at: `${SECTION}.backend`,
    says: "required: add backend",
    server: `${SECTION}.backend: Required value`,
  },
  {
    reason: "there are three who check",
    bad: { images: { backend: "Notary" } },
    good: { images: { backend: "Connaisseur" } },
    at: `${SECTION}.backend`,
    says: "is not allowed: write Kyverno, or Sigstore, or Connaisseur",
    server: `${SECTION}.backend: Unsupported value`,
  },
  {
    reason: "policy-controller has no signers for one namespace",
    bad: others({ signers: [SIGNER] }),
    good: kyverno(SIGNER),
    at: SECTION,
    says: "`signers` are for Kyverno: Sigstore's policy-controller and Connaisseur are told for the whole cluster whose signatures count",
  },
  {
    reason: "nor does Connaisseur have any",
    bad: { images: { backend: "Connaisseur", signers: [] } },
    good: { images: { backend: "Connaisseur" } },
    at: SECTION,
    says: "so write a ClusterImagePolicy or Connaisseur's Helm values, and remove `signers`",
  },
  {
    reason: "nor is what they refuse said here",
    bad: others({ action: "Audit" }),
    good: others({}),
    at: SECTION,
    says: "`action` is for Kyverno",
  },
  {
    reason: "and no step to refusing is taken here",
    bad: others({ onViolation: "Hold" }),
    good: others({}),
    at: SECTION,
    says: "`onViolation` is about the step of `action` to Deny, and that is for Kyverno: remove `onViolation`",
  },
  ...[{}, { signers: [] }].map((fields) => ({
    reason: "Kyverno checks what it is told, and nothing else",
    bad: { images: { backend: "Kyverno", ...fields } },
    good: kyverno(SIGNER),
    at: SECTION,
    says: "without `signers` nothing is checked: write whose signatures count",
  })),
  {
    reason: "two signers for the same images",
    bad: kyverno(SIGNER, { ...KEY_SIGNER, images: ["ghcr.io/other/*", "ghcr.io/acme/*"] }),
    good: kyverno(SIGNER, { ...KEY_SIGNER, images: ["ghcr.io/other/*", "ghcr.io/acme/app"] }),
    at: `${SECTION}.signers`,
    says: "the same images stand at two signers, and would need both signatures: write them at one of the two",
  },
  {
    reason: "two signers of one name are one",
    bad: kyverno(SIGNER, { ...KEY_SIGNER, name: "ci" }),
    good: kyverno(SIGNER, KEY_SIGNER),
    at: `${SECTION}.signers[1]`,
    says: "ci",
    server: `${SECTION}.signers[1]: Duplicate value`,
  },
  {
    reason: "the same images twice",
    bad: kyverno({ ...SIGNER, images: ["ghcr.io/acme/*", "ghcr.io/acme/*"] }),
    good: kyverno({ ...SIGNER, images: ["ghcr.io/acme/*", "ghcr.io/other/*"] }),
    at: `${FIRST}.images`,
    says: "an entry stands twice: write it once",
  },
  {
    reason: "a signer without an identity signs nothing",
    bad: kyverno({ name: "ci", images: ["ghcr.io/acme/*"] }),
    good: kyverno(SIGNER),
    at: FIRST,
    says: "a signature is known by one thing: write either `keyless`, who signs, or `publicKey`, with which key",
  },
  {
    reason: "and one with two is two signers",
    bad: kyverno({ ...SIGNER, publicKey: PUBLIC_KEY }),
    good: kyverno(KEY_SIGNER),
    at: FIRST,
    says: "a signature is known by one thing: write either `keyless`",
  },
  ...(["name", "images"] as const).map((field) => {
    const { [field]: _left, ...rest } = SIGNER;
    return {
      reason: `a signer without ${field} says too little`,
      bad: kyverno(rest),
      good: kyverno(SIGNER),
      at: `${FIRST}.${field}`,
      says: `required: add ${field}`,
      server: `${FIRST}.${field}: Required value`,
    };
  }),
  {
    reason: "a name with blanks is no name of an object",
    bad: kyverno({ ...SIGNER, name: "our ci" }),
    good: kyverno({ ...SIGNER, name: "our-ci" }),
    at: `${FIRST}.name`,
    says: '"our ci" does not fit',
    server: `${FIRST}.name`,
  },
  ...BAD_IMAGES.map(({ reason, bad, good, says }) => ({ reason, bad: image(bad), good: image(good), at: IMAGE, says })),
  {
    reason: "an issuer is an address",
    bad: identity({ issuer: "token.actions.githubusercontent.com" }),
    good: identity({ issuer: "https://token.actions.githubusercontent.com" }),
    at: `${FIRST}.keyless.issuer`,
    says: "not an issuer: write its whole address without blanks and `*`",
  },
  {
    reason: "an issuer is not left open",
    bad: identity({ issuer: "https://*" }),
    good: identity({ issuer: "https://accounts.google.com" }),
    at: `${FIRST}.keyless.issuer`,
    says: "not an issuer",
  },
  ...["*", "https://github.com/acme/*", "release manager@example.com"].map((subject) => ({
    reason: "a subject is not left open, and has no blanks",
    bad: identity({ subject }),
    good: identity({ subject: "release-manager@example.com" }),
    at: `${FIRST}.keyless.subject`,
    says: "not a subject: write all of it without blanks and `*`, as it stands in the certificate",
  })),
  ...(["issuer", "subject"] as const).map((field) => {
    const { [field]: _left, ...rest } = KEYLESS;
    return {
      reason: `an identity without ${field} is anybody's`,
      bad: kyverno({ ...SIGNER, keyless: rest }),
      good: identity({}),
      at: `${FIRST}.keyless.${field}`,
      says: `required: add ${field}`,
      server: `${FIRST}.keyless.${field}: Required value`,
    };
  }),
  ...BAD_KEYS.map(({ reason, bad, says }) => ({ reason, bad: key(bad), good: key(PUBLIC_KEY.trimEnd()), at: KEY, says })),
];
