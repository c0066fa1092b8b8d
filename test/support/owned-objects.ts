/** Names, reads and lists the objects that baselines make, for tests of the whole operator. */
import { expect } from "chai";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ObjectRef } from "./api-client.ts";
import { admin } from "./cluster.ts";
import { eventually } from "./eventually.ts";

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
  const names = (await generatedObjects(namespace)).map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
  return names.sort((a, b) => (a < b ? -1 : 1));
}

/** The keys of all labels on what `generatedObjects` lists, sorted. */
export async function labelKeysIn(namespace: string): Promise<string[]> {
  const keys = (await generatedObjects(namespace)).flatMap(({ metadata }) => Object.keys(metadata?.labels ?? {}));
  return [...new Set(keys)].sort();
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

/** All that a baseline can leave in a namespace. */
export interface Footprint {
  /** `Kind name`, sorted. */
  readonly objects: readonly string[];
  /** Pod Security labels by what follows the slash. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the Namespace. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What is set on the ServiceAccount `default`. */
  readonly automount: unknown;
  /** Annotations of the ServiceAccount `default`. */
  readonly accountAnnotations: Readonly<Record<string, string>>;
}

export async function footprintOf(namespace: string): Promise<Footprint> {
  const space = await contentOf(refTo(namespace, "Namespace", namespace));
  const account = await contentOf(refTo(namespace, "ServiceAccount", "default"));
  return {
    objects: await generatedNames(namespace),
    labels: await podSecurityLabels(namespace),
    annotations: space.metadata?.annotations ?? {},
    automount: account["automountServiceAccountToken"],
    accountAnnotations: account.metadata?.annotations ?? {},
  };
}

/** Waits until a namespace carries exactly this. */
export function awaitFootprint(namespace: string, expected: Footprint): Promise<void> {
  return eventually(`the footprint in ${namespace}`, async () => {
    const found = await footprintOf(namespace);
    expect(found, JSON.stringify(found)).to.deep.equal(expected);
  });
}

const DELETE_POLICY = { "securitybaseline.dev/deletion-policy": "Delete" };

/** What SMALL_SPEC makes. */
export const SMALL_FOOTPRINT: Footprint = {
  objects: [
    "NetworkPolicy allow-dns",
    "NetworkPolicy allow-ingress-from-gateway",
    "NetworkPolicy default-deny",
    "Role log-reader",
    "RoleBinding log-reader",
    "ServiceAccount api",
  ],
  labels: {
    enforce: "restricted",
    "enforce-version": "latest",
    audit: "restricted",
    "audit-version": "latest",
    warn: "restricted",
    "warn-version": "latest",
  },
  annotations: DELETE_POLICY,
  automount: false,
  accountAnnotations: DELETE_POLICY,
};

/** What a namespace carries that never had a baseline. */
export const NO_FOOTPRINT: Footprint = { objects: [], labels: {}, annotations: {}, automount: undefined, accountAnnotations: {} };
