/** Owns how tests of the whole operator name, read and list the objects that baselines make. */
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ObjectRef } from "./api-client.ts";
import { admin } from "./cluster.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const NETWORKING = "networking.k8s.io/v1";

const API_VERSIONS = { Role: RBAC, RoleBinding: RBAC, NetworkPolicy: NETWORKING, ServiceAccount: "v1", Namespace: "v1" } as const;

export type OwnedKindName = keyof typeof API_VERSIONS;

export const GENERATED_KINDS = ["Role", "RoleBinding", "NetworkPolicy", "ServiceAccount"] as const;

/** An object in a namespace; of kind Namespace that namespace itself, whatever the name. */
export function refTo(namespace: string, kind: OwnedKindName, name: string): ObjectRef {
  const apiVersion = API_VERSIONS[kind];
  return kind === "Namespace" ? { apiVersion, kind, name: namespace } : { apiVersion, kind, namespace, name };
}

/** Every object of the kinds that baselines generate, whoever made it, without the ServiceAccount `default`. */
export async function generatedObjects(namespace: string): Promise<KubernetesObject[]> {
  const lists = await Promise.all(GENERATED_KINDS.map((kind) => listOf(namespace, kind)));
  return lists.flat().filter(({ kind, metadata }) => !(kind === "ServiceAccount" && metadata?.name === "default"));
}

/** As `generatedObjects`: `Kind name`, sorted. */
export async function generatedNames(namespace: string): Promise<string[]> {
  return (await generatedObjects(namespace)).map(({ kind, metadata }) => `${kind} ${metadata?.name}`).sort();
}

async function listOf(namespace: string, kind: (typeof GENERATED_KINDS)[number]): Promise<KubernetesObject[]> {
  const items = await admin().list(API_VERSIONS[kind], kind, { namespace });
  return items.map((item) => ({ ...item, kind }));
}

/** An object without what the API server keeps books of: its identity, times, versions and field owners. */
export async function contentOf(ref: ObjectRef): Promise<KubernetesObject> {
  const { metadata, status: _status, ...body } = await admin().get(ref);
  const { name, labels, annotations, ownerReferences } = metadata ?? {};
  return { ...body, metadata: JSON.parse(JSON.stringify({ name, labels, annotations, ownerReferences })) };
}

/** The Pod Security labels of a namespace, by what follows the slash. */
export async function podSecurityLabels(namespace: string): Promise<Record<string, string>> {
  const { metadata } = await admin().get(refTo(namespace, "Namespace", namespace));
  const labels = Object.entries(metadata?.labels ?? {}).filter(([key]) => key.startsWith("pod-security.kubernetes.io/"));
  return Object.fromEntries(labels.map(([key, value]) => [key.slice(key.indexOf("/") + 1), value]));
}
