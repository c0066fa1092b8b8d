/** Owns the section `secrets` of a SecurityBaseline. */
import type { SectionMode } from "./baseline.ts";
import type { DnsLabel } from "./shared-types.ts";

/** Secrets from outside: External Secrets, the Secrets Store CSI driver and Sealed Secrets. The operator never reads a Secret. */
export interface SecretsSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /** Store of every external secret that names none. */
  readonly store?: StoreRef;
  /** SecretStores of this namespace, each with a ServiceAccount of this namespace as its identity. */
  readonly stores?: readonly SecretStoreEntry[];
  /** Secrets that External Secrets fetches; each becomes an ExternalSecret and a Secret of its name. */
  readonly externalSecrets?: readonly ExternalSecretEntry[];
  /** Classes for volumes of the Secrets Store CSI driver. */
  readonly secretProviderClasses?: readonly SecretProviderClassEntry[];
  /** Secrets whose data was sealed for this cluster; ciphertext only. */
  readonly sealedSecrets?: readonly SealedSecretEntry[];
}

/** A store of External Secrets. */
export interface StoreRef {
  readonly kind: "SecretStore" | "ClusterSecretStore";
  readonly name: string;
}

/** A SecretStore. Exactly one of vault, aws, gcp, azure. */
export interface SecretStoreEntry {
  readonly name: DnsLabel;
  /** ServiceAccount of this namespace that the store authenticates with. */
  readonly serviceAccount: DnsLabel;
  readonly vault?: VaultStore;
  readonly aws?: AWSStore;
  readonly gcp?: GCPStore;
  readonly azure?: AzureStore;
}

/** HashiCorp Vault, Kubernetes authentication. */
export interface VaultStore {
  readonly server: string;
  readonly path: string;
  readonly version?: "v1" | "v2";
  readonly mountPath?: string;
  readonly role: string;
}

/** AWS, IAM role for the ServiceAccount. */
export interface AWSStore {
  readonly service?: "SecretsManager" | "ParameterStore";
  readonly region: string;
  readonly role?: string;
}

/** Google Secret Manager, workload identity. */
export interface GCPStore {
  readonly projectID: string;
  readonly clusterLocation: string;
  readonly clusterName: string;
}

/** Azure Key Vault, workload identity. */
export interface AzureStore {
  readonly vaultUrl: string;
  readonly tenantId?: string;
}

/** A Secret that External Secrets fetches. */
export interface ExternalSecretEntry {
  readonly name: DnsLabel;
  readonly store?: StoreRef;
  /** How often the store is asked, as `30s`, `15m`, `1h` or `1h30m`; `0s` asks once. */
  readonly refreshInterval?: string;
  /** Keys of the Secret, each with what it holds. */
  readonly data?: Readonly<Record<string, RemoteRef>>;
  readonly dataFrom?: readonly DataFromEntry[];
  readonly target?: ExternalSecretTarget;
}

/** A value in the store. */
export interface RemoteRef {
  readonly key: string;
  readonly property?: string;
  readonly version?: string;
}

/** Several values in the store: exactly one of extract, find. */
export interface DataFromEntry {
  readonly extract?: RemoteRef;
  readonly find?: FindSpec;
}

export interface FindSpec {
  readonly path?: string;
  readonly name?: { readonly regexp: string };
  readonly tags?: Readonly<Record<string, string>>;
}

/** The Secret that is made. */
export interface ExternalSecretTarget {
  /** What becomes of the Secret when the value is gone from the store. */
  readonly deletionPolicy?: "Retain" | "Delete" | "Merge";
  readonly immutable?: boolean;
  readonly template?: SecretTemplate;
}

export interface SecretTemplate {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** A SecretProviderClass. */
export interface SecretProviderClassEntry {
  readonly name: DnsLabel;
  readonly provider: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Secrets that exist while a pod mounts the volume. */
  readonly secretObjects?: readonly SecretObject[];
}

export interface SecretObject {
  readonly secretName: DnsLabel;
  readonly type: string;
  readonly data: readonly { readonly objectName: string; readonly key: string }[];
}

/** A SealedSecret. */
export interface SealedSecretEntry {
  readonly name: DnsLabel;
  readonly encryptedData: Readonly<Record<string, string>>;
  /** How the data was sealed: for this name and namespace, for this namespace, or for the cluster. */
  readonly scope?: "Strict" | "NamespaceWide" | "ClusterWide";
  /** Type of the Secret; default Opaque. */
  readonly type?: string;
}
