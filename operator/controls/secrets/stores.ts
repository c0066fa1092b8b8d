/** Turns `secrets.stores` into SecretStores, and into the one right that External Secrets needs to act as their accounts. */
import type { SecretStoreEntry } from "../../api/baseline-secret-stores.ts";
import type { JsonObject } from "../../api/json.ts";
import { EXTERNAL_SECRETS_ACCOUNT, STORE_TOKEN_ROLE } from "../../api/names.ts";
import { role } from "../../kinds/role.ts";
import { RBAC_GROUP, roleBinding } from "../../kinds/role-binding.ts";
import { secretStore } from "../../kinds/secret-store.ts";
import type { ControlContext, Draft } from "../control.ts";
import { defaulted } from "../defaulted.ts";
import { sortedSet } from "../order.ts";

/** A SecretStore per entry, and the Role and RoleBinding by which the controller may mint tokens for exactly their accounts. */
export function storeDrafts(stores: readonly SecretStoreEntry[], { facts }: ControlContext): readonly Draft[] {
  if (stores.length === 0) return [];
  return [...stores.map(storeDraft), tokenRole(stores), tokenBinding(facts.externalSecretsAccount.value)];
}

/** What to know of the right to mint tokens while nobody is there to hold it. */
export function storeWarnings(stores: readonly SecretStoreEntry[], { facts }: ControlContext): readonly string[] {
  if (stores.length === 0 || facts.externalSecretsAccount.value !== false) return [];
  const { namespace, name } = EXTERNAL_SECRETS_ACCOUNT;
  return [
    `secrets.stores: the account ${namespace}/${name} of External Secrets does not exist, so the RoleBinding ${STORE_TOKEN_ROLE} leads to nobody: install External Secrets there`,
  ];
}

function storeDraft(entry: SecretStoreEntry): Draft {
  return { kind: secretStore, name: entry.name, body: { spec: { provider: providerBody(entry) } } };
}

/** Each form names a ServiceAccount without namespace: a SecretStore may only act as one of its own. */
function providerBody({ serviceAccount, vault, aws, gcp, azure }: SecretStoreEntry): JsonObject {
  const serviceAccountRef = { name: serviceAccount };
  return {
    ...(vault && {
      vault: {
        server: vault.server,
        path: vault.path,
        version: defaulted(vault.version, "secrets.stores.vault.version"),
        auth: {
          kubernetes: { mountPath: defaulted(vault.mountPath, "secrets.stores.vault.mountPath"), role: vault.role, serviceAccountRef },
        },
      },
    }),
    ...(aws && {
      aws: {
        service: defaulted(aws.service, "secrets.stores.aws.service"),
        region: aws.region,
        ...(aws.role !== undefined && { role: aws.role }),
        auth: { jwt: { serviceAccountRef } },
      },
    }),
    ...(gcp && {
      gcpsm: {
        projectID: gcp.projectID,
        auth: { workloadIdentity: { serviceAccountRef, clusterLocation: gcp.clusterLocation, clusterName: gcp.clusterName } },
      },
    }),
    ...(azure && {
      azurekv: {
        authType: "WorkloadIdentity",
        environmentType: "PublicCloud",
        vaultUrl: azure.vaultUrl,
        ...(azure.tenantId !== undefined && { tenantId: azure.tenantId }),
        serviceAccountRef,
      },
    }),
  };
}

function tokenRole(stores: readonly SecretStoreEntry[]): Draft {
  const resourceNames = sortedSet(stores.map((store) => store.serviceAccount));
  const rules = [{ apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames, verbs: ["create"] }];
  return { kind: role, name: STORE_TOKEN_ROLE, body: { rules } };
}

/**
 * The account is a constant of the installation: a baseline that could name another could hand out tokens to anybody. While it is not there, the binding
 * leads to nobody: a right that waits for a name is had by whoever takes the name. What is not known is left as it is.
 */
function tokenBinding(isThere: boolean | undefined): Draft {
  return {
    kind: roleBinding,
    name: STORE_TOKEN_ROLE,
    body: {
      roleRef: { apiGroup: RBAC_GROUP, kind: role.kind, name: STORE_TOKEN_ROLE },
      subjects: isThere === true ? [{ kind: "ServiceAccount", ...EXTERNAL_SECRETS_ACCOUNT }] : [],
    },
    ...(isThere === undefined && { awaits: "externalSecretsAccount" }),
  };
}
