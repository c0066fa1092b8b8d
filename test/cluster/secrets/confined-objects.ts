/** Lists the objects with which the confinement of section `secrets` is tried: what a baseline asks for, and what it becomes. */
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { MANAGED } from "../../support/operator-token.ts";

/** Sealed for nobody: the API only looks at how it begins. */
export const CIPHERTEXT = "AgAxYWJjZGVm";

const DB_METADATA = { labels: { "strimzi.io/cluster": "orders" }, annotations: { "example.com/team": "payments" } };
const SMTP_METADATA = { labels: { team: "payments" }, annotations: { "example.com/note": "by hand" } };

export const ASKED = {
  secrets: {
    store: { kind: "ClusterSecretStore", name: "company" },
    stores: [
      { name: "vault", serviceAccount: "eso-vault", vault: { server: "https://vault.example.com", path: "secret", role: "team" } },
      { name: "aws", serviceAccount: "eso-aws", aws: { region: "eu-central-1" } },
      { name: "gcp", serviceAccount: "eso-gcp", gcp: { projectID: "payments", clusterLocation: "europe-west1", clusterName: "one" } },
      { name: "azure", serviceAccount: "eso-azure", azure: { vaultUrl: "https://payments.vault.azure.net" } },
    ],
    externalSecrets: [
      {
        name: "db",
        data: { password: { key: "payments/db", property: "password" }, user: { key: "payments/db", property: "user", version: "3" } },
        dataFrom: [
          { extract: { key: "payments/common" } },
          { find: { path: "payments", name: { regexp: "^db-" }, tags: { team: "payments" } } },
        ],
        target: { template: { type: "kubernetes.io/basic-auth", data: { username: "{{ .user }}" }, metadata: DB_METADATA } },
      },
      { name: "own", store: { kind: "SecretStore", name: "vault" }, data: { token: { key: "own/token" } } },
    ],
    secretProviderClasses: [
      {
        name: "tls",
        provider: "vault",
        parameters: { roleName: "payments", objects: "- objectName: cert" },
        secretObjects: [{ secretName: "tls", type: "Opaque", data: [{ objectName: "cert", key: "tls.crt" }] }],
      },
    ],
    sealedSecrets: [
      { name: "smtp", encryptedData: { password: CIPHERTEXT }, scope: "NamespaceWide", template: { metadata: SMTP_METADATA } },
      { name: "smtp.example.com", encryptedData: { password: CIPHERTEXT } },
    ],
  },
} as const satisfies SecurityBaselineSpec;

type Spec = Readonly<Record<string, unknown>>;

function managed(apiVersion: string, kind: string, name: string, spec: Spec): KubernetesObject {
  return { apiVersion, kind, metadata: { name, labels: { ...MANAGED, "securitybaseline.dev/control": "secrets" } }, spec };
}

const VERBATIM = { conversionStrategy: "Default", decodingStrategy: "None" };

const remote = (key: string, more: object = {}) => ({ key, ...more, ...VERBATIM, metadataPolicy: "None" });

const target = (name: string, template: object = {}) => ({
  name,
  creationPolicy: "Owner",
  deletionPolicy: "Retain",
  template: { engineVersion: "v2", mergePolicy: "Replace", ...template },
});

const EXTERNAL_SECRETS = "external-secrets.io/v1";

/** What the baseline above becomes, without namespace. */
export const OBJECTS = {
  db: managed(EXTERNAL_SECRETS, "ExternalSecret", "db", {
    refreshPolicy: "Periodic",
    refreshInterval: "1h0m0s",
    secretStoreRef: { kind: "ClusterSecretStore", name: "company" },
    target: target("db", { type: "kubernetes.io/basic-auth", data: { username: "{{ .user }}" }, metadata: DB_METADATA }),
    data: [
      { secretKey: "password", remoteRef: remote("payments/db", { property: "password" }) },
      { secretKey: "user", remoteRef: remote("payments/db", { property: "user", version: "3" }) },
    ],
    dataFrom: [
      { extract: remote("payments/common") },
      { find: { path: "payments", name: { regexp: "^db-" }, tags: { team: "payments" }, ...VERBATIM } },
    ],
  }),
  own: managed(EXTERNAL_SECRETS, "ExternalSecret", "own", {
    refreshPolicy: "Periodic",
    refreshInterval: "1h0m0s",
    secretStoreRef: { kind: "SecretStore", name: "vault" },
    target: target("own"),
    data: [{ secretKey: "token", remoteRef: remote("own/token") }],
    dataFrom: [],
  }),
  vault: managed(EXTERNAL_SECRETS, "SecretStore", "vault", {
    provider: {
      vault: {
        server: "https://vault.example.com",
        path: "secret",
        version: "v2",
        auth: { kubernetes: { mountPath: "kubernetes", role: "team", serviceAccountRef: { name: "eso-vault" } } },
      },
    },
  }),
  aws: managed(EXTERNAL_SECRETS, "SecretStore", "aws", {
    provider: {
      aws: { service: "SecretsManager", region: "eu-central-1", auth: { jwt: { serviceAccountRef: { name: "eso-aws" } } } },
    },
  }),
  gcp: managed(EXTERNAL_SECRETS, "SecretStore", "gcp", {
    provider: {
      gcpsm: {
        projectID: "payments",
        auth: { workloadIdentity: { serviceAccountRef: { name: "eso-gcp" }, clusterLocation: "europe-west1", clusterName: "one" } },
      },
    },
  }),
  azure: managed(EXTERNAL_SECRETS, "SecretStore", "azure", {
    provider: {
      azurekv: {
        authType: "WorkloadIdentity",
        environmentType: "PublicCloud",
        vaultUrl: "https://payments.vault.azure.net",
        serviceAccountRef: { name: "eso-azure" },
      },
    },
  }),
  tls: managed("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", "tls", {
    provider: "vault",
    parameters: { roleName: "payments", objects: "- objectName: cert" },
    secretObjects: [{ secretName: "tls", type: "Opaque", data: [{ objectName: "cert", key: "tls.crt" }] }],
  }),
  smtp: managed("bitnami.com/v1alpha1", "SealedSecret", "smtp", {
    encryptedData: { password: CIPHERTEXT },
    template: {
      type: "Opaque",
      metadata: {
        name: "smtp",
        labels: SMTP_METADATA.labels,
        annotations: { ...SMTP_METADATA.annotations, "sealedsecrets.bitnami.com/namespace-wide": "true" },
      },
    },
  }),
  host: managed("bitnami.com/v1alpha1", "SealedSecret", "smtp.example.com", {
    encryptedData: { password: CIPHERTEXT },
    template: { type: "Opaque", metadata: { name: "smtp.example.com" } },
  }),
} as const;

export type ObjectName = keyof typeof OBJECTS;

/** One of the objects in a namespace. */
export function objectIn(namespace: string, name: ObjectName): KubernetesObject {
  const object = OBJECTS[name];
  return { ...object, metadata: { ...object.metadata, namespace } };
}
