/** Makes and removes the account of External Secrets, for tests of the right that is handed to it. */
import { admin, cluster } from "./cluster.ts";

const NAMESPACE = { apiVersion: "v1", kind: "Namespace", name: "external-secrets" };
const ACCOUNT = { apiVersion: "v1", kind: "ServiceAccount", namespace: NAMESPACE.name, name: "external-secrets" };

/** The account as its own installation makes it. */
export async function makeExternalSecretsAccount(): Promise<void> {
  await cluster().kubectl(["create", "namespace", NAMESPACE.name]);
  const { apiVersion, kind, namespace, name } = ACCOUNT;
  await admin().create({ apiVersion, kind, metadata: { namespace, name } });
}

export async function removeExternalSecretsAccount(): Promise<void> {
  await admin().delete(ACCOUNT);
}
