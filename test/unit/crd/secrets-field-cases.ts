/** Lists the fields of section `secrets` that must be there, and those that hold the name of an object. */
import { type Case, edit, FULL } from "./case.ts";

const EXTERNAL = "secrets.externalSecrets[0]";
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

const NAMES: readonly string[] = [
  "secrets.stores[0].name",
  "secrets.stores[0].serviceAccount",
  `${EXTERNAL}.name`,
  "secrets.secretProviderClasses[0].name",
  `${OBJECT}.secretName`,
  "secrets.sealedSecrets[0].name",
];

export const SECRETS_FIELD_CASES: readonly Case[] = [
  ...requiredCases(FULL, REQUIRED),
  ...NAMES.map((at) => ({
    reason: `${at} is a DNS label`,
    bad: edit(FULL, at, () => "payments.db"),
    good: edit(FULL, at, () => "payments-db"),
    at: `spec.${at}`,
    says: "At most 63 lower-case letters, digits and `-`",
    server: `spec.${at}`,
  })),
];

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
