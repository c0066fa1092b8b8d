/** Imitates backup tools for scenarios: saves what a namespace holds, and brings it back into another one with the requests that these tools send. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { ApiFailure, type ObjectRef, refOf } from "../../../support/api-client.ts";
import { readBaseline } from "../../../support/baselines.ts";
import { admin } from "../../../support/cluster.ts";
import { GENERATED_KINDS, refTo } from "../../../support/owned-objects.ts";
import { EXAMPLES } from "./kustomize.ts";

/** A whole namespace: itself, the objects of generated kinds, and its baseline last. */
export type Backup = readonly KubernetesObject[];

/** Reads a namespace. */
export async function backupOf(namespace: string): Promise<Backup> {
  const kinds = GENERATED_KINDS.map(async (kind) => {
    const { apiVersion } = refTo(namespace, kind, "");
    return (await admin().list(apiVersion, kind, { namespace })).map((object) => ({ ...object, apiVersion, kind }));
  });
  const objects = (await Promise.all(kinds)).flat();
  return [await admin().get(refTo(namespace, "Namespace", namespace)), ...objects, (await readBaseline(namespace)) as KubernetesObject];
}

/** What of a backup the schedule of the documentation saves. */
export async function saved(backup: Backup): Promise<Backup> {
  const { spec } = parse(await readFile(join(EXAMPLES, "backup", "schedule.yaml"), "utf8")) as Schedule;
  const requirements = spec.template.labelSelector.matchExpressions;
  const unknown = requirements.find(({ operator }) => operator !== "DoesNotExist");
  if (unknown !== undefined) throw new Error(`not imitated: ${unknown.operator}`);
  return backup.filter(({ metadata }) => requirements.every(({ key }) => metadata?.labels?.[key] === undefined));
}

interface Schedule {
  readonly spec: {
    readonly template: {
      readonly labelSelector: { readonly matchExpressions: readonly { readonly key: string; readonly operator: string }[] };
    };
  };
}

/** Restores one object into a namespace; answers why it could not, if so. */
export type Restore = (object: KubernetesObject, namespace: string) => Promise<string | undefined>;

/** What Velero leaves away of the metadata (`resetMetadata` in its pkg/restore/restore.go, v1.18). */
const RESET = ["generateName", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "ownerReferences"];

const VELERO_LABELS = { "velero.io/backup-name": "nightly", "velero.io/restore-name": "nightly-1" };

/** What a person may ask of a restore. */
export interface VeleroOptions {
  /** Default false. */
  readonly restoreStatus?: boolean;
  /** `existingResourcePolicy: update`: also changes what is there already; default false. */
  readonly update?: boolean;
}

/**
 * As Velero: a Namespace by labels and annotations alone; of what is there already, ServiceAccounts are merged and the rest is left alone; everything else
 * is created and then given the managedFields that it had.
 */
export function velero(options: VeleroOptions = {}): Restore {
  return (object, namespace) =>
    refusalOf(async () => {
      if (object.kind === "Namespace") return bringNamespace(object, namespace, VELERO_LABELS);
      const { status, ...copy } = veleroCopy(object, namespace);
      const there = await admin().find(refOf(copy));
      if (there !== undefined) return meetExisting(there, copy, options);
      await admin().create(copy, { manager: "velero-server" });
      await patch(refOf(copy), { metadata: { managedFields: copy.metadata?.managedFields } });
      if (options.restoreStatus && status !== undefined) await patch({ ...refOf(copy), subresource: "status" }, { status });
    });
}

function patch(ref: ObjectRef, change: object): Promise<unknown> {
  return admin().mergePatch(ref, change, { manager: "velero-server" });
}

/** As `kubectl get -o yaml`, edited until `kubectl create` takes it: with the owner that it had, and its status. */
export const kubectlCopies: Restore = (object, namespace) =>
  refusalOf(async () => {
    if (object.kind === "Namespace") return bringNamespace(object, namespace, {});
    const { uid: _uid, resourceVersion: _version, managedFields: _fields, ...metadata } = object.metadata ?? {};
    const content = { ...object, metadata: { ...metadata, namespace } } as KubernetesObject;
    if ((await admin().find(refOf(content))) === undefined) await admin().create(content, { manager: "kubectl-create" });
  });

async function bringNamespace({ metadata }: KubernetesObject, name: string, more: Readonly<Record<string, string>>): Promise<void> {
  const { "kubernetes.io/metadata.name": _, ...labels } = metadata?.labels ?? {};
  const { annotations } = metadata ?? {};
  const space = { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { ...labels, ...more }, annotations } };
  await admin().create(space as KubernetesObject, { manager: "velero-server" });
}

function veleroCopy(object: KubernetesObject, namespace: string): KubernetesObject & { readonly status?: unknown } {
  const kept = Object.entries(object.metadata ?? {}).filter(([key]) => !RESET.includes(key));
  const metadata = Object.fromEntries(kept);
  const labels = { ...object.metadata?.labels, ...VELERO_LABELS };
  return { ...object, metadata: { ...metadata, namespace, labels } };
}

async function meetExisting(there: KubernetesObject, copy: KubernetesObject, { update = false }: VeleroOptions): Promise<void> {
  if (copy.kind === "ServiceAccount") await mergeAccount(there, copy);
  else if (update) await patch(refOf(copy), copy);
}

/** Adds labels and annotations that the one in place lacks (`mergeServiceAccounts`). */
async function mergeAccount(there: KubernetesObject, copy: KubernetesObject): Promise<void> {
  const labels = { ...copy.metadata?.labels, ...there.metadata?.labels };
  const annotations = { ...copy.metadata?.annotations, ...there.metadata?.annotations };
  await patch(refOf(copy), { metadata: { labels, annotations } });
}

/** These tools log what is refused, and go on. */
async function refusalOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return error.message;
  }
  return undefined;
}
