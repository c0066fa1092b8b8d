/** Lists the fields of section `secrets` that must be there, and those that hold the name of an object. */
import { type Case, edit, FULL } from "./case.ts";

const EXTERNAL = "secrets.externalSecrets[0]";
const ACCOUNT = "secrets.stores[0].serviceAccount";
const OBJECT = "secrets.secretProviderClasses[1].secretObjects[0]";

const REQUIRED: readonly string[] = [
  "secrets.store.kind",
  "secrets.store.name",
  "secrets.stores[0].vault.server",
  "secrets.stores[0].vault.path",
  "secrets.stores[0].vault.role",
  "secrets.stores[1].aws.region",
  "secrets.stores[2].gcp.projectID",
  "secrets.stores[2].gcp.clusterLocation",
  "secrets.stores[2].gcp.clusterName",
  "secrets.stores[3].azure.vaultUrl",
  `${EXTERNAL}.name`,
  `${EXTERNAL}.store.kind`,
  `${EXTERNAL}.store.name`,
  `${EXTERNAL}.data.password.key`,
  `${EXTERNAL}.dataFrom[0].extract.key`,
  `${EXTERNAL}.dataFrom[1].find.name.regexp`,
  "secrets.secretProviderClasses[0].name",
  `${OBJECT}.secretName`,
  `${OBJECT}.type`,
  `${OBJECT}.data`,
  `${OBJECT}.data[0].objectName`,
  `${OBJECT}.data[0].key`,
  "secrets.sealedSecrets[0].name",
  "secrets.sealedSecrets[0].encryptedData",
];

/** Fields that hold the name of an object which may have dots in it. */
const NAMES: readonly string[] = [
  "secrets.store.name",
  "secrets.stores[0].name",
  `${EXTERNAL}.name`,
  `${EXTERNAL}.store.name`,
  "secrets.secretProviderClasses[0].name",
  `${OBJECT}.secretName`,
  "secrets.sealedSecrets[0].name",
];

export const SECRETS_FIELD_CASES: readonly Case[] = [
  ...requiredCases(FULL, REQUIRED),
  ...NAMES.flatMap((at) =>
    notSubdomains().map(([bad, good, reason]) => ({
      reason: `${at} is a DNS name: ${reason}`,
      bad: edit(FULL, at, () => bad),
      good: edit(FULL, at, () => good),
      at: `spec.${at}`,
      says: "At most 253 lower-case letters, digits, `-` and `.`, each part between dots beginning and ending with a letter or digit",
      server: `spec.${at}`,
    })),
  ),
  {
    reason: "an account of a store is named as accounts of a baseline are",
    bad: edit(FULL, ACCOUNT, () => "payments.reader"),
    good: edit(FULL, ACCOUNT, () => "payments-reader"),
    at: `spec.${ACCOUNT}`,
    says: "At most 63 lower-case letters, digits and `-`",
    server: `spec.${ACCOUNT}`,
  },
];

/** Each: refused, nearest allowed, reason. */
function notSubdomains(): [string, string, string][] {
  return [
    ["Registry.example.com", "registry.example.com", "a capital letter"],
    ["registry_example.com", "registry-example.com", "an underscore"],
    ["registry..example", "registry.example", "an empty part"],
    [".registry", "registry.0", "a dot in front"],
    ["registry.", "registry.a--z", "a dot at the end"],
    ["registry.-example", "registry.e-xample", "a part that begins with a hyphen"],
    ["registry-.example", "registry-0.example", "a part that ends with a hyphen"],
    ["registry.example.com/tls", "registry.example.com.tls", "a path"],
    ["registry.example\n", "registry.example", "a line break at the end"],
  ];
}

/** A row per field: the spec `full` without it. */
export function requiredCases(full: object, fields: readonly string[]): readonly Case[] {
  return fields.map((at) => ({
    reason: `${at} is needed`,
    bad: edit(full, at, () => undefined),
    good: full,
    at: `spec.${at}`,
    says: "required: add ",
    server: `spec.${at}: Required value`,
  }));
}
