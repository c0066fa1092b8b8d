/** Imitates Flux's kustomize-controller for scenarios: what a Kustomization has it send to the API server (fluxcd/pkg/ssa, `ApplyAll`). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { JsonObject } from "../../../../operator/api/json.ts";
import type { KubernetesObject, ManagedFieldsEntry, ObjectMeta } from "../../../../operator/api/object.ts";
import { refOf } from "../../../support/api-client.ts";
import { admin } from "../../../support/cluster.ts";
import { EXAMPLES } from "./kustomize.ts";

const MANAGER = "kustomize-controller";
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The part of a Kustomization that decides what is sent. */
export interface Kustomization {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** The Kustomization that the documentation shows. */
export async function kustomization(): Promise<Kustomization> {
  return parse(await readFile(join(EXAMPLES, "flux", "payments.yaml"), "utf8"));
}

/** What Flux logs of an object. */
export type Change = "created" | "configured" | "unchanged";

/** Applies what is in Git, and answers what Flux would log, object by object. */
export async function reconcile({ metadata }: Kustomization, objects: readonly KubernetesObject[]): Promise<Change[]> {
  const labels = {
    "kustomize.toolkit.fluxcd.io/name": metadata.name,
    "kustomize.toolkit.fluxcd.io/namespace": metadata.namespace,
  };
  const changes: Change[] = [];
  for (const object of objects) {
    const labelled = { ...object, metadata: { ...object.metadata, labels: { ...object.metadata?.labels, ...labels } } };
    changes.push(await applyOne(labelled as KubernetesObject));
  }
  return changes;
}

async function applyOne(object: KubernetesObject): Promise<Change> {
  const path = await admin().path(refOf(object));
  const live = await admin().find(refOf(object));
  const tried = await apply(object, path, "&dryRun=All");
  const takenOver = live !== undefined && (await takeOver(live, path));
  if (live !== undefined && !takenOver && isSame(live, tried)) return "unchanged";
  await apply(object, path, "");
  return live === undefined ? "created" : "configured";
}

function apply(object: KubernetesObject, path: string, more: string): Promise<KubernetesObject> {
  const query = `?fieldManager=${MANAGER}&force=true${more}`;
  return admin().send({ method: "PATCH", path: path + query, body: object, contentType: "application/apply-patch+yaml" });
}

/** `hasDrifted`: labels, annotations, and all but metadata and status. */
function isSame(live: KubernetesObject, tried: KubernetesObject): boolean {
  return isDeepStrictEqual(compared(live), compared(tried));
}

function compared({ metadata, status: _, ...content }: KubernetesObject & { readonly status?: unknown }): unknown {
  return { ...content, labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {} };
}

/** `cleanupMetadata`: what kubectl wrote counts as applied by Flux, so that the apply that follows takes away what Git does not say. */
async function takeOver({ metadata }: KubernetesObject, path: string): Promise<boolean> {
  const operations = [...withoutLastApplied(metadata?.annotations), ...withoutKubectl(metadata?.managedFields)];
  if (operations.length === 0) return false;
  const query = `?fieldManager=${MANAGER}`;
  await admin().send({ method: "PATCH", path: path + query, body: operations, contentType: "application/json-patch+json" });
  return true;
}

function withoutLastApplied(annotations: ObjectMeta["annotations"] = {}): object[] {
  if (!(LAST_APPLIED in annotations)) return [];
  return [{ op: "remove", path: `/metadata/annotations/${LAST_APPLIED.replace("/", "~1")}` }];
}

function withoutKubectl(entries: readonly ManagedFieldsEntry[] = []): object[] {
  const taken = entries.filter(({ manager = "", subresource = "" }) => /^(kubectl|before-first-apply)/.test(manager) && subresource === "");
  if (taken.length === 0) return [];
  const own = entries.filter(({ manager, operation }) => manager === MANAGER && operation === "Apply");
  const others = entries.filter((entry) => !taken.includes(entry) && !own.includes(entry));
  const fieldsV1 = [...own, ...taken].map((entry) => entry.fieldsV1 ?? {}).reduce(union, {});
  return [
    {
      op: "replace",
      path: "/metadata/managedFields",
      value: [...others, { ...taken[0], ...own[0], manager: MANAGER, operation: "Apply", fieldsV1 }],
    },
  ];
}

/** Both sets of fields: fieldsV1 is a tree of them. */
function union(a: JsonObject, b: JsonObject): JsonObject {
  const shared = Object.keys(b).filter((key) => key in a);
  const deeper = shared.map((key) => [key, union(a[key] as JsonObject, b[key] as JsonObject)]);
  return { ...a, ...b, ...Object.fromEntries(deeper) };
}
