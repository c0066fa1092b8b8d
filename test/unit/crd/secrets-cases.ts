/** Lists the specs at the edge of what section `secrets` allows about the CSI driver and Sealed Secrets, and about names that they share. */
import type { Case } from "./case.ts";

const STORE = { kind: "ClusterSecretStore", name: "vault" };
const REF = { key: "payments/db" };
const SEALED = "AgByc2VhbGVk";

const providerClass = (fields: object) => ({ secrets: { secretProviderClasses: [{ name: "tls", provider: "vault", ...fields }] } });
const object = (fields: object) => providerClass({ secretObjects: [{ ...secretObject("tls"), ...fields }] });
const sealed = (fields: object) => ({ secrets: { sealedSecrets: [{ name: "smtp", encryptedData: { password: SEALED }, ...fields }] } });
const value = (text: string) => sealed({ encryptedData: { password: text } });

function secretObject(secretName: string): object {
  return { secretName, type: "Opaque", data: [{ objectName: "cert", key: "tls.crt" }] };
}

/** One Secret of each backend and two of the CSI driver, by their names. */
function makers(externalSecret: string, sealedSecret: string, [first, second]: [string, string]): object {
  return {
    secrets: {
      externalSecrets: [{ name: externalSecret, store: STORE, data: { password: REF } }],
      sealedSecrets: [{ name: sealedSecret, encryptedData: { password: SEALED } }],
      secretProviderClasses: [
        { name: "one", provider: "vault", secretObjects: [secretObject(first)] },
        { name: "two", provider: "vault", secretObjects: [secretObject(second)] },
        { name: "three", provider: "vault" },
      ],
    },
  };
}

const SECRETS = "spec.secrets";
const CLASS = "spec.secrets.secretProviderClasses[0]";
const SMTP = "spec.secrets.sealedSecrets[0]";

const NOT_A_KEY = "not a key of a Secret: write at most 253 letters, digits";
const CREDENTIALS = "are credentials of this cluster: choose another type";
const NOT_SEALED = "not sealed: never write plain text here, seal it with kubeseal and copy what it prints under encryptedData";

const CLASS_CASES: readonly Case[] = [
  {
    reason: "a class has a provider",
    bad: { secrets: { secretProviderClasses: [{ name: "tls" }] } },
    good: providerClass({}),
    at: `${CLASS}.provider`,
    says: "required: add provider",
    server: `${CLASS}.provider: Required value`,
  },
  ...[
    ["", "an empty provider"],
    ["../vault", "a provider is the name of a socket, not a path"],
  ].map(([provider, reason]) => ({
    reason: reason ?? "",
    bad: providerClass({ provider }),
    good: providerClass({ provider: "vault_2-a" }),
    at: `${CLASS}.provider`,
    says: "At most 30 letters, digits, `-` and `_`",
    server: `${CLASS}.provider`,
  })),
  {
    reason: "classes are told apart by name",
    bad: { secrets: { secretProviderClasses: ["a", "a"].map((name) => ({ name, provider: "vault" })) } },
    good: { secrets: { secretProviderClasses: ["a", "b"].map((name) => ({ name, provider: "vault" })) } },
    at: "spec.secrets.secretProviderClasses[1]",
    says: "duplicate name",
    server: "spec.secrets.secretProviderClasses[1]: Duplicate value",
  },
  {
    reason: "a parameter has a name",
    bad: providerClass({ parameters: { "": "x" } }),
    good: providerClass({ parameters: { "any name / at all": "" } }),
    at: `${CLASS}.parameters`,
    says: "the name of a parameter has 1 to 253 characters",
  },
  {
    reason: "the name of a parameter is bounded",
    bad: providerClass({ parameters: { ["p".repeat(254)]: "x" } }),
    good: providerClass({ parameters: { ["p".repeat(253)]: "x" } }),
    at: `${CLASS}.parameters`,
    says: "the name of a parameter has 1 to 253 characters",
  },
  {
    reason: "parameters are text, as the driver has them",
    bad: providerClass({ parameters: { useVMManagedIdentity: true } }),
    good: providerClass({ parameters: { useVMManagedIdentity: "true" } }),
    at: `${CLASS}.parameters.useVMManagedIdentity`,
    says: "must be a string, not a boolean: write it with quotes",
    server: `${CLASS}.parameters.useVMManagedIdentity`,
  },
  {
    reason: "a class makes a Secret once",
    bad: providerClass({ secretObjects: [secretObject("tls"), secretObject("tls")] }),
    good: providerClass({ secretObjects: [secretObject("tls"), secretObject("tls-2")] }),
    at: `${CLASS}.secretObjects[1]`,
    says: "duplicate secretName",
    server: `${CLASS}.secretObjects[1]: Duplicate value`,
  },
  ...["..data", "a/b", "."].map((key) => ({
    reason: `${key} is no key of a Secret`,
    bad: object({ data: [{ objectName: "cert", key }] }),
    good: object({ data: [{ objectName: "../any", key: ".data" }] }),
    at: `${CLASS}.secretObjects[0].data[0].key`,
    says: "At most 253 letters, digits, `-`, `_` and `.`",
    server: `${CLASS}.secretObjects[0].data[0].key`,
  })),
  {
    reason: "a key has one content",
    bad: object({ data: ["a", "b"].map((objectName) => ({ objectName, key: "tls.crt" })) }),
    good: object({ data: ["tls.crt", "tls.key"].map((key) => ({ objectName: "a", key })) }),
    at: `${CLASS}.secretObjects[0].data[1]`,
    says: "duplicate key",
    server: `${CLASS}.secretObjects[0].data[1]: Duplicate value`,
  },
  {
    reason: "a mounted volume makes no token of a ServiceAccount",
    bad: object({ type: "kubernetes.io/service-account-token" }),
    good: object({ type: "kubernetes.io/tls" }),
    at: `${CLASS}.secretObjects[0].type`,
    says: CREDENTIALS,
  },
];

const SEALED_CASES: readonly Case[] = [
  ...notSealed().map(([bad, good, reason]) => ({
    reason,
    bad: value(bad),
    good: value(good),
    at: `${SMTP}.encryptedData`,
    says: NOT_SEALED,
  })),
  {
    reason: "a sealed secret holds something",
    bad: sealed({ encryptedData: {} }),
    good: sealed({}),
    at: `${SMTP}.encryptedData`,
    says: "a sealed secret without keys would be empty: add what kubeseal printed under encryptedData",
  },
  {
    reason: "one value in plain text is enough",
    bad: sealed({ encryptedData: { a: SEALED, b: "bob", c: SEALED } }),
    good: sealed({ encryptedData: { a: SEALED, b: SEALED, c: SEALED } }),
    at: `${SMTP}.encryptedData`,
    says: NOT_SEALED,
  },
  {
    reason: "a sealed secret makes keys of a Secret",
    bad: sealed({ encryptedData: { "smtp password": SEALED } }),
    good: sealed({ encryptedData: { smtp_password: SEALED } }),
    at: `${SMTP}.encryptedData`,
    says: NOT_A_KEY,
  },
  {
    reason: "plain data has no place",
    bad: sealed({ data: { user: "bob" } }),
    good: sealed({}),
    at: `${SMTP}.data`,
    says: 'unknown field "data": known are name, encryptedData, scope, type',
    server: 'unknown field "spec.secrets.sealedSecrets[0].data"',
  },
  {
    reason: "sealed secrets are told apart by name",
    bad: { secrets: { sealedSecrets: ["a", "a"].map((name) => ({ name, encryptedData: { p: SEALED } })) } },
    good: { secrets: { sealedSecrets: ["a", "b"].map((name) => ({ name, encryptedData: { p: SEALED } })) } },
    at: "spec.secrets.sealedSecrets[1]",
    says: "duplicate name",
    server: "spec.secrets.sealedSecrets[1]: Duplicate value",
  },
  {
    reason: "a sealed secret is no token of a ServiceAccount",
    bad: sealed({ type: "kubernetes.io/service-account-token" }),
    good: sealed({ type: "kubernetes.io/basic-auth" }),
    at: `${SMTP}.type`,
    says: CREDENTIALS,
  },
];

const MAKER_CASES: readonly Case[] = [
  {
    reason: "two controllers would fight over one Secret: External Secrets and Sealed Secrets",
    bad: makers("a", "a", ["c", "d"]),
    good: makers("a", "b", ["c", "d"]),
    at: SECRETS,
    says: "an external secret and a sealed secret make the same Secret: give each a name of its own",
  },
  ...[makers("a", "b", ["a", "d"]), makers("a", "b", ["c", "b"])].map((bad, index) => ({
    reason: `two controllers would fight over one Secret: the CSI driver and ${index === 0 ? "External" : "Sealed"} Secrets`,
    bad,
    good: makers("a", "b", ["c", "d"]),
    at: SECRETS,
    says: "`secretObjects` of a class make the Secret of an external or sealed secret: choose another `secretName`",
  })),
  {
    reason: "two classes would fight over one Secret",
    bad: makers("a", "b", ["c", "c"]),
    good: makers("a", "b", ["one", "two"]),
    at: SECRETS,
    says: "`secretObjects` of two classes make the same Secret: give each a `secretName` of its own",
  },
];

export const SECRETS_CASES: readonly Case[] = [...CLASS_CASES, ...SEALED_CASES, ...MAKER_CASES];

/** Each: refused, nearest allowed, reason. The first letters of what is allowed stand for the size of an RSA key. */
function notSealed(): [string, string, string][] {
  return [
    ["", "AgAAAA==", "nothing"],
    ["hunter2", "AgBoZWxsbw==", "plain text"],
    ["Agent007", "AgDnt007", "plain text that begins nearly like RSA 4096"],
    ["AQUARIUS", "AQDARIUS", "plain text that begins nearly like RSA 2048"],
    ["AYE-captain", "AYAcaptain", "plain text that begins nearly like RSA 3072"],
    ["aHVudGVyMg==", "AgCudGVyMg==", "base64, as in a Secret"],
    [" AgBoZWxsbw==", "AgBoZWxsbw==", "white space in front"],
    ["{{ .Values.password }}", "AgBWYWx1ZXM", "a template that nobody filled in"],
  ];
}
