/** Declares the stores of section `secrets`: where External Secrets asks, and as whom. */
import type { ProviderWord } from "./secret-words.ts";
import type { DnsLabel, DnsSubdomain } from "./shared-types.ts";

/**
 * A SecretStore: what it asks, and as whom.
 *
 * @rule [has(self.vault), has(self.aws), has(self.gcp), has(self.azure)].filter(x, x).size() == 1
 * @message a store has one provider: write exactly one of `vault`, `aws`, `gcp` and `azure`
 */
export interface SecretStoreEntry {
  /** Name of the SecretStore. */
  readonly name: DnsSubdomain;
  /** ServiceAccount of this namespace that the store authenticates with. */
  readonly serviceAccount: DnsLabel;
  /** HashiCorp Vault or OpenBao. */
  readonly vault?: VaultStore;
  /** AWS Secrets Manager or Parameter Store. */
  readonly aws?: AWSStore;
  /** Google Secret Manager. */
  readonly gcp?: GCPStore;
  /** Azure Key Vault. */
  readonly azure?: AzureStore;
}

/**
 * At most 512 characters.
 *
 * @maxLength 512
 * @rule self.matches('^https://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$')
 * @message only https servers are allowed: write https://vault.example.com:8200, without user, query and fragment
 */
export type HttpsServer = string;

/** Vault, Kubernetes authentication. */
export interface VaultStore {
  /** Address of the server. */
  readonly server: HttpsServer;
  /** Where the key-value engine is mounted. */
  readonly path: ProviderWord;
  /**
   * Version of the key-value engine.
   * @default "v2"
   */
  readonly version?: "v1" | "v2";
  /**
   * Where the Kubernetes authentication is mounted.
   * @default "kubernetes"
   */
  readonly mountPath?: ProviderWord;
  /** Role of the Kubernetes authentication. */
  readonly role: ProviderWord;
}

/** AWS, IAM role for the ServiceAccount. */
export interface AWSStore {
  /**
   * Service that holds the values.
   * @default "SecretsManager"
   */
  readonly service?: "SecretsManager" | "ParameterStore";
  /**
   * Lower-case letters, digits and `-`, as `eu-central-1`.
   * @maxLength 50
   * @pattern ^[a-z0-9-]+$
   */
  readonly region: string;
  /**
   * ARN of a role that is assumed on top, as `arn:aws:iam::123456789012:role/payments-read`.
   * @maxLength 2048
   * @pattern ^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$
   */
  readonly role?: string;
}

/** Google Secret Manager, workload identity. */
export interface GCPStore {
  /** Project that holds the values. */
  readonly projectID: ProviderWord;
  /** Region or zone of this cluster. */
  readonly clusterLocation: ProviderWord;
  /** Name of this cluster. */
  readonly clusterName: ProviderWord;
}

/** Azure Key Vault, workload identity. */
export interface AzureStore {
  /** Address of the key vault. */
  readonly vaultUrl: HttpsServer;
  /**
   * The tenant's id, as `00000000-0000-0000-0000-000000000000`; default: what the ServiceAccount is annotated with.
   * @maxLength 36
   * @pattern ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$
   */
  readonly tenantId?: string;
}
