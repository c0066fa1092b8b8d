/** Owns carrying out a plan: batches in order, the actions of one batch side by side, every answer into the cache at once. */
import type { JsonObject } from "../api/json.ts";
import type { ApiError } from "../cluster/errors.ts";
import type { ObjectTarget, Store, Writer } from "../cluster/types.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import type { Action, Desired, Live } from "../plan/types.ts";
import { asApiError } from "./problems.ts";

export interface Hands {
  readonly writer: Writer;
  readonly storeOf: (kind: OwnedKind) => Store<Live>;
}

export interface ActionResult {
  readonly action: Action;
  /** Undefined when it worked. */
  readonly error: ApiError | undefined;
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
    await carryOut(action, namespace, hands);
    return { action, error: undefined };
  } catch (thrown) {
    return { action, error: asApiError(thrown) };
  }
}

async function carryOut(action: Action, namespace: string, hands: Hands): Promise<void> {
  switch (action.verb) {
    case "apply":
      return apply(action.desired, namespace, action.uid, hands);
    case "replace":
      await remove(action.live, hands);
      return apply(action.desired, namespace, undefined, hands);
    case "delete":
      return remove(action.live, hands);
    case "release":
      return release(action.live, hands);
  }
}

async function apply(desired: Desired, namespace: string, uid: string | undefined, hands: Hands): Promise<void> {
  const target = targetOf(desired.kind, namespace, desired.name);
  const manifest = uid === undefined ? desired.manifest : withUid(desired.manifest, uid);
  hands.storeOf(desired.kind).observe(await hands.writer.apply(target, manifest));
}

async function remove(live: Live, hands: Hands): Promise<void> {
  const { kind, namespace, name, uid, resourceVersion } = live;
  await hands.writer.delete(targetOf(kind, namespace, name), { uid, resourceVersion });
  hands.storeOf(kind).observeDeleted(namespace, name, uid);
}

/** Applies a manifest that names no field: server-side apply then removes the fields that only we owned (KEP-555). */
async function release(live: Live, hands: Hands): Promise<void> {
  const { kind, namespace, name, uid } = live;
  const metadata = { name, uid, ...(kind.namespaced ? { namespace } : {}) };
  const manifest = { apiVersion: kind.apiVersion, kind: kind.kind, metadata };
  hands.storeOf(kind).observe(await hands.writer.apply(targetOf(kind, namespace, name), manifest));
}

function targetOf(kind: OwnedKind, namespace: string, name: string): ObjectTarget {
  return kind.namespaced ? { type: kind, namespace, name } : { type: kind, name };
}

/** The API server refuses an apply whose uid is not the object's: a deleted and re-created object is not written blindly. */
function withUid(manifest: JsonObject, uid: string): JsonObject {
  return { ...manifest, metadata: { ...(manifest["metadata"] as JsonObject), uid } };
}
