/** Installs and removes the kinds of other projects for cluster tests, as small CRDs, and plays the part of the controllers of secret backends. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ObjectRef } from "./api-client.ts";
import { admin } from "./cluster.ts";
import { eventually } from "./eventually.ts";

const FOLDER = join(import.meta.dirname, "crds");

/** The projects that bring secrets, whose kinds can be there or not, by the name of their file. */
export const BACKENDS = ["external-secrets", "secrets-store-csi", "sealed-secrets"] as const;

/** Milliseconds until a kind is served or gone: the API server takes its time with CRDs of a group that has just changed. */
export const KIND_PATIENCE = 50_000;

/** Milliseconds; longer than the removal of a kind takes. */
const NUDGE_INTERVAL = 8_000;

/** Those that bring network policies. */
export const DIALECTS = ["cilium", "calico-datastore", "calico-api", "network-policy-api"] as const;

/** Those that hold policy reports, Kyverno's among them. */
export const REPORTS = ["policy-reports", "open-reports"] as const;

export type Backend = (typeof BACKENDS | typeof DIALECTS | typeof REPORTS)[number] | "istio" | "kyverno" | "tetragon";

interface Definition extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly { readonly name: string }[];
  };
}

/** Installs the kinds of these projects and waits until all of them are served. */
export async function installBackends(...backends: readonly Backend[]): Promise<void> {
  const definitions = backends.flatMap(definitionsOf);
  for (const definition of definitions) await admin().apply(definition, { force: true });
  for (const definition of definitions) {
    const probe = () => admin().send({ method: "GET", path: collection(definition) });
    await eventually(`${definition.spec.names.plural} are served`, probe, KIND_PATIENCE);
  }
}

/** Takes the kinds of these projects away, with all their objects, and waits until none is served; absent ones are fine. */
export async function removeBackends(...backends: readonly Backend[]): Promise<void> {
  const definitions = backends.flatMap(definitionsOf);
  const refs = definitions.map(({ apiVersion = "", kind = "", metadata }): ObjectRef => ({ apiVersion, kind, name: metadata?.name ?? "" }));
  await removeKinds(refs);
}

/**
 * Deletes CRDs and waits until they are gone. The API server's finalizer of CRDs gives up where its write meets a newer state, and takes no notice of a
 * newer state that it has written itself: on a busy machine it can so miss its own last step, and goes on at its next resync, minutes later. Any other
 * change makes it go on at once.
 */
export async function removeKinds(refs: readonly ObjectRef[]): Promise<void> {
  for (const ref of refs) if (await admin().find(ref)) await admin().delete(ref);
  for (const ref of refs) {
    let nudged = Date.now();
    const isGone = async (): Promise<boolean> => {
      if ((await admin().find(ref)) === undefined) return true;
      if (Date.now() - nudged > NUDGE_INTERVAL) {
        nudged = Date.now();
        await admin().mergePatch(ref, { metadata: { annotations: { "test.example.com/nudged": String(nudged) } } });
      }
      return false;
    };
    await eventually(`${ref.name} is gone`, isGone, KIND_PATIENCE);
  }
}

const DRIVER: ObjectRef = { apiVersion: "storage.k8s.io/v1", kind: "CSIDriver", name: "secrets-store.csi.k8s.io" };

/** Registers the Secrets Store CSI driver, with rotation or without. */
export async function installDriver(requiresRepublish: boolean): Promise<void> {
  const { apiVersion, kind, name } = DRIVER;
  await admin().apply({ apiVersion, kind, metadata: { name }, spec: { requiresRepublish } });
}

/** Takes the driver away; an absent one is fine. */
export async function removeDriver(): Promise<void> {
  if (await admin().find(DRIVER)) await admin().delete(DRIVER);
}

/** Writes the status of an object as its controller does: a merge patch of the subresource. */
export function writeStatus(ref: ObjectRef, status: object, manager = "backend"): Promise<KubernetesObject> {
  return admin().mergePatch({ ...ref, subresource: "status" }, { status }, { manager });
}

function definitionsOf(backend: Backend): Definition[] {
  return parseAllDocuments(readFileSync(join(FOLDER, `${backend}.yaml`), "utf8")).map((document) => document.toJS());
}

function collection({ spec: { group, names, versions } }: Definition): string {
  return `/apis/${group}/${versions[0]?.name}/${names.plural}`;
}
