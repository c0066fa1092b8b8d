/** Gathers the specs at the edge of what the CRD allows: lint and a real API server must draw the same line. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { ACCESS_CASES } from "./access-cases.ts";
import { ACCOUNT_CASES } from "./account-cases.ts";
import { ADMISSION_CASES } from "./admission-cases.ts";
import { BOUND_CASES } from "./bound-cases.ts";
import { BREAK_GLASS_CASES } from "./break-glass-cases.ts";
import { type Case, FULL } from "./case.ts";
import { EXCEPTION_CASES } from "./exception-cases.ts";
import { EXTERNAL_SECRETS_CASES } from "./external-secrets-cases.ts";
import { IMAGES_CASES } from "./images-cases.ts";
import { MESH_CASES } from "./mesh-cases.ts";
import { NETWORK_CASES } from "./network-cases.ts";
import { POD_SECURITY_CASES } from "./pod-security-cases.ts";
import { RUNTIME_CASES } from "./runtime-cases.ts";
import { SECRET_METADATA_CASES } from "./secret-metadata-cases.ts";
import { SECRETS_CASES } from "./secrets-cases.ts";
import { SECRETS_FIELD_CASES } from "./secrets-field-cases.ts";
import { WORD_CASES } from "./word-cases.ts";

const NAMES = Array.from({ length: 64 }, (_, index) => `${"n".repeat(61)}${index + 10}`);

const OTHER_CASES: readonly Case[] = [
  {
    reason: "modes are named",
    bad: { mode: "off" },
    good: { mode: "Off" },
    at: "spec.mode",
    says: '"off" is not allowed: write Enforce, or Report, or Off',
    server: "spec.mode: Unsupported value",
  },
  {
    reason: "a bare Off is a boolean in YAML",
    bad: { mode: false },
    good: { mode: "Off" },
    at: "spec.mode",
    says: "must be a string, not a boolean: write it with quotes",
    server: "spec.mode",
  },
  {
    reason: "a misspelt section would do nothing",
    bad: { acess: {} },
    good: { access: {} },
    at: "spec.acess",
    says: 'unknown field "acess": did you mean access?',
    server: 'unknown field "spec.acess"',
  },
  {
    reason: "sections of later versions are not accepted silently",
    bad: { ofALaterVersion: {} },
    good: {},
    at: "spec.ofALaterVersion",
    says: 'unknown field "ofALaterVersion": known are mode',
    server: 'unknown field "spec.ofALaterVersion"',
  },
  {
    reason: "a section is a map",
    bad: { access: [] },
    good: { access: {} },
    at: "spec.access",
    says: "must be a map, not a list",
    server: "spec.access",
  },
  {
    reason: "a null section is an absent one",
    bad: { access: { roles: [null] } },
    good: { access: null },
    at: "spec.access.roles[0]",
    says: "must be a map, not null",
    server: "spec.access.roles[0]",
  },
  {
    reason: "a null field takes its default",
    bad: { mode: 1 },
    good: { mode: null },
    at: "spec.mode",
    says: "must be a string",
    server: "spec.mode",
  },
];

export const CASES: readonly Case[] = [
  ...ACCESS_CASES,
  ...ADMISSION_CASES,
  ...IMAGES_CASES,
  ...MESH_CASES,
  ...NETWORK_CASES,
  ...RUNTIME_CASES,
  ...EXTERNAL_SECRETS_CASES,
  ...SECRETS_CASES,
  ...SECRETS_FIELD_CASES,
  ...SECRET_METADATA_CASES,
  ...BREAK_GLASS_CASES,
  ...POD_SECURITY_CASES,
  ...ACCOUNT_CASES,
  ...EXCEPTION_CASES,
  ...OTHER_CASES,
  ...WORD_CASES,
  ...BOUND_CASES,
];

/** Specs that must be accepted as they are. */
export const ACCEPTED: readonly { readonly reason: string; readonly spec: object }[] = [
  { reason: "nothing is needed", spec: {} },
  { reason: "one section is enough", spec: { podSecurity: { enforce: "restricted" } } },
  {
    reason: "each section may be empty where it needs nothing",
    spec: { access: {}, admission: {}, network: { dns: {} }, secrets: {}, serviceAccounts: {} },
  },
  { reason: "every field at once", spec: FULL },
  { reason: "the sample of all three backends of secrets", spec: sample("secrets.yaml") },
  { reason: "every list of roles and accounts at its bound, the names at theirs", spec: largest() },
  { reason: "as many flows, peers and ports as there can be, with labels and exceptions", spec: mostFlows() },
  { reason: "as many registries, classes, hosts and exemptions as there can be", spec: mostAdmission() },
  { reason: "as many signers and images as there can be, all names at their bounds", spec: mostSigners() },
  { reason: "as many ports of a mesh as there can be, on pods with as many labels", spec: mostPorts() },
  { reason: "as many secrets as there can be, their names and keys at their bounds", spec: mostSecrets() },
  { reason: "as many labels and annotations as there can be, the names of secrets and keys at their bounds", spec: mostMetadata() },
];

/** A spec as its author wrote it, and as the API server stores it: an absent section gets no defaults. */
export const DEFAULTED = {
  given: {
    mode: null,
    admission: { registries: ["ghcr.io"] },
    images: { backend: "Sigstore" },
    mesh: { provider: "Linkerd" },
    podSecurity: { enforce: "restricted" },
    network: {
      dns: {},
      ingress: [{ name: "in", from: [{ preset: "SameNamespace" }], ports: [{ port: 80 }, { port: 53, protocol: "UDP" }] }],
    },
    secrets: {
      store: { kind: "SecretStore", name: "vault" },
      stores: [
        { name: "vault", serviceAccount: "reader", vault: { server: "https://vault.example.com", path: "secret", role: "payments" } },
        { name: "aws", serviceAccount: "reader", aws: { region: "eu-central-1" } },
      ],
      externalSecrets: [
        { name: "db", data: { password: { key: "payments/db" } } },
        { name: "common", dataFrom: [{ extract: { key: "payments/common" } }], target: { template: {} } },
      ],
      secretProviderClasses: [{ name: "tls", provider: "vault" }],
      sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgByc2VhbGVk" } }],
    },
    serviceAccounts: { accounts: [{ name: "api", annotations: { role: "x" }, imagePullSecrets: [{ name: "registry" }] }] },
  },
  completed: {
    mode: "Enforce",
    adoptExisting: false,
    deletionPolicy: "Delete",
    admission: { workloads: "Deny", registries: ["ghcr.io"] },
    images: { backend: "Sigstore" },
    mesh: { provider: "Linkerd", mtls: "Strict", defaultDeny: false },
    podSecurity: { enforce: "restricted", version: "latest", onViolation: "Enforce" },
    network: {
      defaultDeny: ["Ingress", "Egress"],
      allowDNS: true,
      dns: {},
      ingress: [
        {
          name: "in",
          from: [{ preset: "SameNamespace" }],
          ports: [{ port: 80 }, { port: 53, protocol: "UDP" }],
        },
      ],
    },
    secrets: {
      store: { kind: "SecretStore", name: "vault" },
      stores: [
        {
          name: "vault",
          serviceAccount: "reader",
          vault: { server: "https://vault.example.com", path: "secret", version: "v2", mountPath: "kubernetes", role: "payments" },
        },
        { name: "aws", serviceAccount: "reader", aws: { service: "SecretsManager", region: "eu-central-1" } },
      ],
      externalSecrets: [
        {
          name: "db",
          refreshInterval: "1h",
          data: { password: { key: "payments/db" } },
          target: { deletionPolicy: "Retain", immutable: false },
        },
        {
          name: "common",
          refreshInterval: "1h",
          dataFrom: [{ extract: { key: "payments/common" } }],
          target: { deletionPolicy: "Retain", immutable: false, template: {} },
        },
      ],
      secretProviderClasses: [{ name: "tls", provider: "vault" }],
      sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgByc2VhbGVk" }, scope: "Strict", type: "Opaque" }],
    },
    serviceAccounts: {
      automountDefaultToken: false,
      accounts: [{ name: "api", automountToken: false, annotations: { role: "x" }, imagePullSecrets: [{ name: "registry" }] }],
    },
  },
  status: { observedGeneration: -1 },
};

/** Spec of the baseline in a file of config/samples, which stands behind its Namespace. */
function sample(file: string): object {
  const text = readFileSync(join(import.meta.dirname, "../../../config/samples", file), "utf8");
  return parseAllDocuments(text)[1]?.toJS().spec;
}

function words(count: number, length: number): string[] {
  return Array.from({ length: count }, (_, index) => `${"w".repeat(length - 3)}${index + 100}`);
}

/** As large as the schema allows where CEL rules look: what the API server's cost limits must let pass. */
function largest(): object {
  const rules = Array.from({ length: 16 }, () => ({ apiGroups: words(8, 63), resources: words(32, 63), verbs: words(16, 20) }));
  const roles = NAMES.slice(0, 32).map((name, index) => ({
    name,
    groups: words(128, 253),
    ...(index < 16 ? { rules } : { rules: rules.slice(0, 1) }),
  }));
  const accounts = NAMES.map((name) => ({
    name,
    annotations: Object.fromEntries(words(16, 253).map((key) => [`${key}/role`, "v".repeat(512)])),
    imagePullSecrets: words(16, 253).map((secret) => ({ name: secret })),
  }));
  return { access: { roles }, serviceAccounts: { accounts } };
}

/** Apart from the other sections, because one request holds 3 MiB. */
function mostFlows(): object {
  const blocks = Array.from({ length: 64 }, (_, index) => ({
    cidr: "10.0.0.0/8",
    except: Array.from({ length: 16 }, (_, e) => `10.${index}.${e}.0/24`),
  }));
  const labels = Object.fromEntries(words(16, 63).map((key) => [key, "v".repeat(63)]));
  const ports = words(16, 15).map((port) => ({ port }));
  const flows = NAMES.map((name) => ({ name, pods: { matchLabels: labels }, ports }));
  return {
    network: { ingress: flows.map((flow) => ({ ...flow, from: blocks })), egress: flows.map((flow) => ({ ...flow, to: blocks })) },
  };
}

/** Every list of section `admission` at its bound, and the entries at theirs. */
function mostAdmission(): object {
  const classes = longNames(32, "class");
  const labels = (count: number) => Object.fromEntries(words(count, 63).map((key) => [`${"d".repeat(253)}/${key}`, "v".repeat(63)]));
  const capabilities = words(16, 63).map((word, index) => `${word.slice(0, 60).toUpperCase()}_${String.fromCharCode(65 + index)}`);
  const exemption = { matchLabels: labels(8), expires: "2027-03-31T00:00:00Z", reason: "r".repeat(512), owner: "o".repeat(253) };
  return {
    admission: {
      registries: longNames(64, "registry.example.com/"),
      requiredLabels: words(16, 63).map((key) => ({ key, values: words(16, 63) })),
      resources: { requests: ["cpu", "memory"], limits: ["memory"], maximum: { cpu: "9".repeat(32) } },
      dropCapabilities: capabilities,
      tokenAccounts: longNames(64, "account"),
      priorityClasses: classes,
      runtimeClasses: classes,
      storageClasses: classes,
      ingressClasses: classes,
      hostnames: longNames(64, "*.example."),
      exemptions: NAMES.slice(0, 32).map((name) => ({ ...exemption, name, checks: ["registries", "services"] })),
    },
  };
}

/** Every list of section `mesh` at its bound, and the entries at theirs. */
function mostPorts(): object {
  const matchLabels = Object.fromEntries(words(8, 63).map((key) => [`${"d".repeat(253)}/${key}`, "v".repeat(63)]));
  return { mesh: { provider: "Istio", plaintextPorts: words(16, 63).map((name) => ({ name, matchLabels, port: 65535 })) } };
}

/** Every list of section `images` at its bound, and the entries at theirs; their names differ at the end alone, which costs comparing them the most. */
function mostSigners(): object {
  const names = longNames(128, "ghcr.io/");
  const keyless = { issuer: "https://".padEnd(253, "i"), subject: "s".repeat(512) };
  const signers = words(16, 53).map((name, index) => ({ name, images: names.slice(index * 8, index * 8 + 8), keyless }));
  return { images: { backend: "Kyverno", signers } };
}

/** So many names of 253 characters that begin like this. */
function longNames(count: number, prefix: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => prefix.padEnd(249, "n") + (index + 1000));
}

/** The same for secrets. */
function mostSecrets(): object {
  const keys = (count: number) => Array.from({ length: count }, (_, index) => "k".repeat(251) + (index + 10));
  const filled = (value: unknown) => Object.fromEntries(keys(64).map((key) => [key, value]));
  const secretObject = (secretName: string) => ({ secretName, type: "Opaque", data: [{ objectName: "o", key: "k" }] });
  return {
    secrets: {
      store: { kind: "ClusterSecretStore", name: "s" },
      externalSecrets: longNames(64, "external").map((name) => ({ name, data: filled({ key: "k" }) })),
      sealedSecrets: longNames(32, "sealed").map((name) => ({ name, encryptedData: filled("AgBy") })),
      secretProviderClasses: longNames(32, "class").map((name, index) => ({
        name,
        provider: "vault",
        secretObjects: longNames(8, `object-${index}-`).map(secretObject),
      })),
    },
  };
}

/** Apart from as many keys of Secrets, for the same reason. */
function mostMetadata(): object {
  const keys = Array.from({ length: 32 }, (_, index) => `${"d".repeat(189)}/${"k".repeat(61)}${index + 10}`);
  const map = Object.fromEntries(keys.map((key) => [key, "v".repeat(63)]));
  const metadata = { labels: map, annotations: map };
  return {
    secrets: {
      store: { kind: "ClusterSecretStore", name: "s" },
      externalSecrets: longNames(64, "external").map((name) => ({ name, data: { k: { key: "k" } }, target: { template: { metadata } } })),
      sealedSecrets: longNames(32, "sealed").map((name) => ({ name, encryptedData: { k: "AgBy" }, template: { metadata } })),
    },
  };
}
