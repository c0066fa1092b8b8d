/** Lists what a thief of the operator's token might try with the objects of section `secrets`, as merge patches of what a baseline asks for. */
import type { ObjectName } from "./confined-objects.ts";

/** One attempt, and how its refusal begins. */
export interface Theft {
  readonly reason: string;
  readonly object: ObjectName;
  /** RFC 7386, of the whole object. */
  readonly patch: object;
  readonly message: string;
}

const STORE = "refused an ExternalSecret of another store: secretStoreRef must be the store of its entry";
const VALUES = "refused an ExternalSecret of other values: each entry of data must be one that";
const SOURCES = "refused an ExternalSecret of other values: each entry of dataFrom must be one that";
const TARGET = "refused an ExternalSecret with another target: it makes the Secret of its own name";
const PROVIDER = "refused a SecretStore with another provider: server, role and ServiceAccount must be those of its entry";
const PARAMETERS = "refused a SecretProviderClass of other values: provider and parameters must be those of its entry";
const MOUNTED = "refused a SecretProviderClass of other Secrets: each of secretObjects must be one that";
const SEALED = "refused a SealedSecret of other data: encryptedData must be that of its entry";
const TEMPLATE =
  "refused a SealedSecret with another template: beside the marks of a scope it has the type, labels and annotations of its entry";

const external = (spec: object) => ({ object: "db", patch: { spec } }) as const;
const data = (...items: object[]) => external({ data: items });
const dataFrom = (...items: object[]) => external({ dataFrom: items });
const target = (changed: object) => external({ target: changed });
const onSecret = (metadata: object) => target({ template: { metadata } });
const password = { secretKey: "password", remoteRef: { key: "payments/db", property: "password" } };

const provider = (object: ObjectName, changed: object) => ({ object, patch: { spec: { provider: changed } } }) as const;
const vault = (changed: object) => provider("vault", { vault: changed });

const mounted = (spec: object) => ({ object: "tls", patch: { spec } }) as const;
const sealed = (spec: object) => ({ object: "smtp", patch: { spec } }) as const;
const unsealed = (metadata: object) => sealed({ template: { metadata } });

export const THEFTS: readonly Theft[] = [
  { reason: "another store of the cluster", ...external({ secretStoreRef: { name: "other" } }), message: STORE },
  {
    reason: "a store of the namespace in place of the cluster's",
    ...external({ secretStoreRef: { kind: "SecretStore" } }),
    message: STORE,
  },
  { reason: "no store", ...external({ secretStoreRef: null }), message: STORE },
  {
    reason: "the section's store where the entry has its own",
    object: "own",
    patch: { spec: { secretStoreRef: { kind: "ClusterSecretStore", name: "company" } } },
    message: STORE,
  },
  {
    reason: "a value of another key",
    ...data({ secretKey: "password", remoteRef: { key: "admin/db", property: "password" } }),
    message: VALUES,
  },
  {
    reason: "another property of the same key",
    ...data({ secretKey: "password", remoteRef: { key: "payments/db", property: "root" } }),
    message: VALUES,
  },
  { reason: "all properties of the same key", ...data({ secretKey: "password", remoteRef: { key: "payments/db" } }), message: VALUES },
  {
    reason: "an older version",
    ...data({ secretKey: "user", remoteRef: { key: "payments/db", property: "user", version: "1" } }),
    message: VALUES,
  },
  { reason: "a value under another key of the Secret", ...data({ ...password, secretKey: "other" }), message: VALUES },
  {
    reason: "a value beside those that are asked for",
    ...data(password, { secretKey: "more", remoteRef: { key: "admin/db" } }),
    message: VALUES,
  },
  {
    reason: "the same key from another store",
    ...data({ ...password, sourceRef: { storeRef: { kind: "ClusterSecretStore", name: "other" } } }),
    message: VALUES,
  },
  {
    reason: "a generator in place of the store",
    ...data({ ...password, sourceRef: { generatorRef: { kind: "Fake", name: "x" } } }),
    message: VALUES,
  },
  { reason: "all of another value", ...dataFrom({ extract: { key: "admin/common" } }), message: SOURCES },
  { reason: "everything in the store", ...dataFrom({ find: { name: { regexp: ".*" } } }), message: SOURCES },
  { reason: "everything below the path", ...dataFrom({ find: { path: "payments" } }), message: SOURCES },
  {
    reason: "what has other tags",
    ...dataFrom({ find: { path: "payments", name: { regexp: "^db-" }, tags: { team: "admin" } } }),
    message: SOURCES,
  },
  {
    reason: "a value that is asked for, from another store",
    ...dataFrom({ extract: { key: "payments/common" }, sourceRef: { storeRef: { name: "other" } } }),
    message: SOURCES,
  },
  { reason: "a generator", ...dataFrom({ sourceRef: { generatorRef: { kind: "Fake", name: "x" } } }), message: SOURCES },
  { reason: "a Secret of another name", ...target({ name: "other" }), message: TARGET },
  { reason: "a Secret that is there, by merging", ...target({ creationPolicy: "Merge" }), message: TARGET },
  { reason: "an object other than a Secret", ...target({ manifest: { apiVersion: "v1", kind: "ConfigMap" } }), message: TARGET },
  { reason: "a Secret of another type", ...target({ template: { type: "kubernetes.io/service-account-token" } }), message: TARGET },
  {
    reason: "a Secret that stands for an account",
    ...target({ template: { metadata: { annotations: { "kubernetes.io/service-account.name": "admin" } } } }),
    message: TARGET,
  },
  { reason: "a label that is not asked for", ...onSecret({ labels: { "argocd.argoproj.io/secret-type": "cluster" } }), message: TARGET },
  { reason: "another value of a label", ...onSecret({ labels: { "strimzi.io/cluster": "admin" } }), message: TARGET },
  {
    reason: "an annotation that is not asked for",
    ...onSecret({ annotations: { "reflector.v1.k8s.emberstack.com/reflection-allowed": "true" } }),
    message: TARGET,
  },
  { reason: "a value in an annotation", ...onSecret({ annotations: { "example.com/team": "{{ .password }}" } }), message: TARGET },
  { reason: "without an annotation that may limit another", ...onSecret({ annotations: null }), message: TARGET },
  { reason: "without a label", ...onSecret({ labels: { "strimzi.io/cluster": null } }), message: TARGET },
  { reason: "an annotation that is asked for as a label", ...onSecret({ labels: { "example.com/team": "payments" } }), message: TARGET },
  { reason: "a finalizer that keeps the Secret", ...onSecret({ finalizers: ["example.com/keep"] }), message: TARGET },
  {
    reason: "the labels of another entry",
    object: "own",
    patch: { spec: { target: { template: { metadata: { labels: { "strimzi.io/cluster": "orders" } } } } } },
    message: TARGET,
  },
  {
    reason: "a template that copies another Secret",
    ...target({ template: { templateFrom: [{ secret: { name: "other", items: [{ key: "x" }] } }] } }),
    message: TARGET,
  },
  { reason: "another template of a key", ...target({ template: { data: { username: "{{ .password }}" } } }), message: TARGET },
  { reason: "a template of a key that is not asked for", ...target({ template: { data: { copy: "{{ .password }}" } } }), message: TARGET },
  {
    reason: "windows in which nothing is fetched",
    ...external({ syncWindows: { kind: "deny", windows: [{ schedule: "* * * * *", duration: "1h" }] } }),
    message: TARGET,
  },
  { reason: "another server", ...vault({ server: "https://thief.example.com" }), message: PROVIDER },
  { reason: "another path", ...vault({ path: "admin" }), message: PROVIDER },
  { reason: "another role", ...vault({ auth: { kubernetes: { role: "admin" } } }), message: PROVIDER },
  { reason: "another account", ...vault({ auth: { kubernetes: { serviceAccountRef: { name: "default" } } } }), message: PROVIDER },
  {
    reason: "the account of the same name in another namespace",
    ...vault({ auth: { kubernetes: { serviceAccountRef: { namespace: "admin" } } } }),
    message: PROVIDER,
  },
  { reason: "a token beside the account", ...vault({ auth: { tokenSecretRef: { name: "x", key: "y" } } }), message: PROVIDER },
  {
    reason: "a Secret in place of the account",
    ...vault({ auth: { kubernetes: { serviceAccountRef: null, secretRef: { name: "x" } } } }),
    message: PROVIDER,
  },
  { reason: "headers for the server", ...vault({ headers: { "X-Vault-Token": "x" } }), message: PROVIDER },
  {
    reason: "a provider that calls anybody",
    ...provider("vault", { vault: null, webhook: { url: "https://thief.example.com" } }),
    message: PROVIDER,
  },
  {
    reason: "the provider of another entry",
    ...provider("vault", {
      vault: null,
      aws: { service: "SecretsManager", region: "eu-central-1", auth: { jwt: { serviceAccountRef: { name: "eso-aws" } } } },
    }),
    message: PROVIDER,
  },
  { reason: "another region", ...provider("aws", { aws: { region: "us-east-1" } }), message: PROVIDER },
  {
    reason: "a role that is not asked for",
    ...provider("aws", { aws: { role: "arn:aws:iam::123456789012:role/admin" } }),
    message: PROVIDER,
  },
  {
    reason: "another account for the region",
    ...provider("aws", { aws: { auth: { jwt: { serviceAccountRef: { name: "eso-vault" } } } } }),
    message: PROVIDER,
  },
  { reason: "another project", ...provider("gcp", { gcpsm: { projectID: "admin" } }), message: PROVIDER },
  {
    reason: "another account for the project",
    ...provider("gcp", { gcpsm: { auth: { workloadIdentity: { serviceAccountRef: { name: "eso-aws" } } } } }),
    message: PROVIDER,
  },
  { reason: "another vault", ...provider("azure", { azurekv: { vaultUrl: "https://admin.vault.azure.net" } }), message: PROVIDER },
  { reason: "another tenant", ...provider("azure", { azurekv: { tenantId: "00000000-0000-0000-0000-000000000000" } }), message: PROVIDER },
  { reason: "the identity of the node", ...provider("azure", { azurekv: { authType: "ManagedIdentity" } }), message: PROVIDER },
  { reason: "another controller of stores", object: "vault", patch: { spec: { controller: "thief" } }, message: PROVIDER },
  { reason: "another provider of the driver", ...mounted({ provider: "azure" }), message: PARAMETERS },
  { reason: "another value of a parameter", ...mounted({ parameters: { roleName: "admin" } }), message: PARAMETERS },
  {
    reason: "a parameter that is not asked for",
    ...mounted({ parameters: { vaultAddress: "https://thief.example.com" } }),
    message: PARAMETERS,
  },
  {
    reason: "a Secret of another name from a volume",
    ...mounted({ secretObjects: [{ secretName: "other", type: "Opaque", data: [] }] }),
    message: MOUNTED,
  },
  {
    reason: "a Secret of another type from a volume",
    ...mounted({ secretObjects: [{ secretName: "tls", type: "kubernetes.io/tls", data: [] }] }),
    message: MOUNTED,
  },
  {
    reason: "another file as a key",
    ...mounted({ secretObjects: [{ secretName: "tls", type: "Opaque", data: [{ objectName: "key", key: "tls.crt" }] }] }),
    message: MOUNTED,
  },
  {
    reason: "a Secret from a volume that stands for an account",
    ...mounted({
      secretObjects: [{ secretName: "tls", type: "Opaque", data: [], annotations: { "kubernetes.io/service-account.name": "admin" } }],
    }),
    message: MOUNTED,
  },
  { reason: "another ciphertext", ...sealed({ encryptedData: { password: "AgAxeHl6" } }), message: SEALED },
  { reason: "a ciphertext that is not asked for", ...sealed({ encryptedData: { more: "AgAxeHl6" } }), message: SEALED },
  { reason: "everything sealed in one piece", ...sealed({ data: "AgAxeHl6" }), message: SEALED },
  { reason: "an unsealed Secret of another type", ...sealed({ template: { type: "kubernetes.io/tls" } }), message: TEMPLATE },
  { reason: "plain data beside the ciphertext", ...sealed({ template: { data: { more: "x" } } }), message: TEMPLATE },
  {
    reason: "an unsealed Secret that stands for an account",
    ...unsealed({ annotations: { "kubernetes.io/service-account.name": "admin" } }),
    message: TEMPLATE,
  },
  {
    reason: "an unsealed Secret with a label that is not asked for",
    ...unsealed({ labels: { team: "payments", more: "x" } }),
    message: TEMPLATE,
  },
  { reason: "an unsealed Secret with another value of a label", ...unsealed({ labels: { team: "admin" } }), message: TEMPLATE },
  { reason: "an unsealed Secret with another annotation", ...unsealed({ annotations: { "example.com/note": "x" } }), message: TEMPLATE },
  {
    reason: "an unsealed Secret that overwrites what is there",
    ...unsealed({ annotations: { "sealedsecrets.bitnami.com/managed": "true" } }),
    message: TEMPLATE,
  },
  { reason: "an unsealed Secret without its label", ...unsealed({ labels: null }), message: TEMPLATE },
  { reason: "an unsealed Secret without its annotation", ...unsealed({ annotations: { "example.com/note": null } }), message: TEMPLATE },
  { reason: "an unsealed Secret that is kept", ...unsealed({ finalizers: ["example.com/keep"] }), message: TEMPLATE },
  {
    reason: "the label of another sealed secret",
    object: "host",
    patch: { spec: { template: { metadata: { labels: { team: "payments" } } } } },
    message: TEMPLATE,
  },
];
