/** Owns carrying out a plan: batches in order, the actions of one batch side by side, every answer into the cache at once. */
import type { JsonObject } from "../api/json.ts";
import type { JsonPatchOperation } from "../api/json-patch.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { ApiError } from "../cluster/errors.ts";
import type { ObjectTarget, Store, Writer } from "../cluster/types.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { remainderOf } from "../plan/remainder.ts";
import { unmark } from "../plan/retention.ts";
import type { Action, Desired, Live } from "../plan/types.ts";
import { asApiError } from "./problems.ts";

export interface Hands {
  readonly writer: Writer;
  readonly storeOf: (kind: OwnedKind) => Store<Live>;
}

export interface ActionResult {
  readonly action: Action;
  /** Undefined when the server took it. */
  readonly error: ApiError | undefined;
  /** Printed paths of the decisive fields that are not as wanted although the server took it: something changes what is written. */
  readonly differs: readonly string[];
}

/**
 * Carries out a plan in a namespace and answers what became of each action. A failed action does not stop the others, except when this
 * instance may not write any more: then nothing further is tried, and the error is thrown.
 */
export async function execute(batches: readonly (readonly Action[])[], namespace: string, hands: Hands): Promise<ActionResult[]> {
  const results: ActionResult[] = [];
  for (const batch of batches) {
    const answers = await Promise.all(batch.map((action) => attempt(action, namespace, hands)));
    results.push(...answers);
    const fenced = answers.find(({ error }) => error?.class === "fenced");
    if (fenced?.error !== undefined) throw fenced.error;
  }
  return results;
}

async function attempt(action: Action, namespace: string, hands: Hands): Promise<ActionResult> {
  try {
    return { action, error: undefined, differs: await carryOut(action, namespace, hands) };
  } catch (thrown) {
    return { action, error: asApiError(thrown), differs: [] };
  }
}

/** Answers what is still not as wanted. */
async function carryOut(action: Action, namespace: string, hands: Hands): Promise<readonly string[]> {
  switch (action.verb) {
    case "apply":
      return apply(action.desired, namespace, action.uid, hands);
    case "replace":
      await remove(action.live, hands);
      return apply(action.desired, namespace, undefined, hands);
    case "delete":
      await remove(action.live, hands);
      return [];
    case "release":
      await release(action.live, hands);
      return [];
    case "retain":
      await patch(action.live, { operations: action.operations, resourceVersion: action.live.resourceVersion }, hands);
      return [];
  }
}

/** Applies, and removes at once what others added where an apply takes nothing away. */
async function apply(desired: Desired, namespace: string, uid: string | undefined, hands: Hands): Promise<readonly string[]> {
  const { kind, name } = desired;
  const manifest = uid === undefined ? desired.manifest : withUid(desired.manifest, uid);
  const answer = await hands.writer.apply(targetOf(kind, namespace, name), manifest);
  hands.storeOf(kind).observe(answer);
  const { fields, operations } = remainderOf(desired, json(answer));
  if (operations.length === 0) return fields;
  const patched = await patch({ kind, namespace, name }, { operations, resourceVersion: versionOf(answer) }, hands);
  return remainderOf(desired, json(patched)).fields;
}

interface Patch {
  readonly operations: readonly JsonPatchOperation[];
  /** State of the object that the operations were made for. */
  readonly resourceVersion: string;
}

async function patch(
  { kind, namespace, name }: Pick<Live, "kind" | "namespace" | "name">,
  { operations, resourceVersion }: Patch,
  hands: Hands,
): Promise<KubernetesObject> {
  const answer = await hands.writer.patch(targetOf(kind, namespace, name), operations, resourceVersion);
  hands.storeOf(kind).observe(answer);
  return answer;
}

async function remove(live: Live, hands: Hands): Promise<void> {
  const { kind, namespace, name, uid, resourceVersion } = live;
  const remaining = await hands.writer.delete(targetOf(kind, namespace, name), { uid, resourceVersion });
  if (remaining === undefined) hands.storeOf(kind).observeDeleted(namespace, name, uid);
  else hands.storeOf(kind).observe(remaining);
}

/** Applies a manifest that names no field: server-side apply then removes the fields that only we owned (KEP-555). */
async function release(live: Live, hands: Hands): Promise<void> {
  const { kind, namespace, name, uid } = live;
  const metadata = { name, uid, ...(kind.namespaced ? { namespace } : {}) };
  const manifest = { apiVersion: kind.apiVersion, kind: kind.kind, metadata };
  const answer = await hands.writer.apply(targetOf(kind, namespace, name), manifest);
  hands.storeOf(kind).observe(answer);
  const operations = unmark(json(answer));
  if (operations.length > 0) await patch(live, { operations, resourceVersion: versionOf(answer) }, hands);
}

function json(object: KubernetesObject): JsonObject {
  return object as unknown as JsonObject;
}

function versionOf({ metadata }: KubernetesObject): string {
  return metadata?.resourceVersion ?? "";
}

function targetOf(kind: OwnedKind, namespace: string, name: string): ObjectTarget {
  return kind.namespaced ? { type: kind, namespace, name } : { type: kind, name };
}

/** The API server refuses an apply whose uid is not the object's: a deleted and re-created object is not written blindly. */
function withUid(manifest: JsonObject, uid: string): JsonObject {
  return { ...manifest, metadata: { ...(manifest["metadata"] as JsonObject), uid } };
}
