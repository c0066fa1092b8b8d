/** Carries out a plan: batches in order, the actions of one batch side by side, every answer into the cache at once. */
import type { JsonObject } from "../api/json.ts";
import { type JsonPatchOperation, jsonPointer } from "../api/json-patch.ts";
import { APPLYING_LABEL, APPLYING_VALUE, ENFORCED_LABEL, ENFORCED_REQUESTED, ENFORCED_VALUE, REHEARSED_VALUE } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { ApiError } from "../cluster/errors.ts";
import type { ObjectTarget, Store, Writer } from "../cluster/types.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { overwriteOf } from "../plan/overwrite.ts";
import type { Raise } from "../plan/raise.ts";
import { remainderOf } from "../plan/remainder.ts";
import { unmark } from "../plan/retention.ts";
import type { Action, Desired, FieldValues, Live, Plan } from "../plan/types.ts";
import { unownedMetadata } from "../plan/unowned.ts";
import { isConfinement } from "../policywatch/refusal.ts";
import { asApiError } from "./problems.ts";

/** What a plan acts upon. */
export interface Effects {
  /** Writes as the field manager that applies objects of a kind. */
  readonly writerOf: (kind: OwnedKind) => Writer;
  /** Writes as the field manager of the mark on Namespaces. */
  readonly marker: Writer;
  /** Writes as the field manager of what is in nobody's name. */
  readonly custodian: Writer;
  readonly storeOf: (kind: OwnedKind) => Store<Live>;
}

export interface ActionResult {
  readonly action: Action;
  /** Undefined when the server took it. */
  readonly error: ApiError | undefined;
  /** Printed paths of the decisive fields that are not as wanted although the server took it: something changes what is written. */
  readonly differs: readonly string[];
  /** The object is still there although it is deleted: something holds it up, and nothing was put in its place. */
  readonly held?: boolean;
}

/** What became of an action that the server took. */
type Done = Pick<ActionResult, "differs" | "held">;

const DONE: Done = { differs: [] };
const HELD: Done = { differs: [], held: true };

/**
 * Carries out a plan in a namespace and answers what became of each action. A failed action does not stop the others, except when this
 * instance may not write any more: then nothing further is tried, and the error is thrown.
 */
export async function execute(batches: readonly (readonly Action[])[], namespace: string, effects: Effects): Promise<ActionResult[]> {
  const results: ActionResult[] = [];
  for (const planned of batches) {
    // What failed is tried again, and needs the mark for that.
    const batch = planned.filter((action) => !takesMarkBack(action) || results.every(({ error }) => error === undefined));
    const answers = await Promise.all(batch.map((action) => attempt(action, namespace, effects)));
    results.push(...answers);
    const fenced = answers.find(({ error }) => error?.class === "fenced");
    if (fenced?.error !== undefined) throw fenced.error;
    // Without the mark the API server refuses everything that would follow.
    if (answers.some(({ action, error }) => action.verb === "mark" && error !== undefined)) return results;
  }
  return results;
}

/** Whether an action ends what the API server lets us do in a namespace. */
export function takesMarkBack(action: Action): boolean {
  return action.verb === "mark" && !action.enforced;
}

async function attempt(action: Action, namespace: string, effects: Effects): Promise<ActionResult> {
  try {
    return { action, error: undefined, ...(await carryOutBesideOthers(action, namespace, effects)) };
  } catch (thrown) {
    return { action, error: asApiError(thrown), ...DONE };
  }
}

/** A write that our own confinement refuses would take along what is in nobody's name: that is given a name, and the write tried once more. */
async function carryOutBesideOthers(action: Action, namespace: string, effects: Effects): Promise<Done> {
  try {
    return await carryOut(action, namespace, effects);
  } catch (error) {
    if (!isConfinement(asApiError(error)) || !(await takeIntoCustody(action, namespace, effects))) throw error;
    return carryOut(action, namespace, effects);
  }
}

/** Answers whether something was in nobody's name. What fails here is no news beside the refusal. */
async function takeIntoCustody(action: Action, namespace: string, effects: Effects): Promise<boolean> {
  const live = action.verb === "apply" ? liveOf(action.desired, namespace, effects) : action.live;
  if (live === undefined) return false;
  const { kind, name, uid } = live;
  try {
    const object = await read(live, effects);
    const unowned = unownedMetadata(kind, object);
    if (unowned === undefined) return false;
    // Exactly as it was read: with another version of the object the API server refuses.
    const metadata = { ...placeOf(live), name, uid, resourceVersion: versionOf(object), ...unowned };
    const manifest = { apiVersion: kind.apiVersion, kind: kind.kind, metadata };
    effects.storeOf(kind).observe(await effects.custodian.apply(targetOf(kind, live.namespace, name), manifest));
    return true;
  } catch {
    return false;
  }
}

async function carryOut(action: Action, namespace: string, effects: Effects): Promise<Done> {
  switch (action.verb) {
    case "apply":
      return { differs: await apply(action.desired, namespace, action.uid, effects) };
    case "replace":
      if (!(await remove(action.live, effects))) return HELD;
      return { differs: await apply(action.desired, namespace, undefined, effects) };
    case "delete":
      return (await remove(action.live, effects)) ? DONE : HELD;
    case "release":
      await release(action.live, effects);
      return DONE;
    case "mark":
      await mark(action, effects);
      return DONE;
    case "retain":
      await patch(action.live, { operations: action.operations, resourceVersion: action.live.resourceVersion }, effects);
      return DONE;
  }
}

/** Applies, and removes at once what others added where an apply takes nothing away. Answers what is still not as wanted. */
async function apply(desired: Desired, namespace: string, uid: string | undefined, effects: Effects): Promise<readonly string[]> {
  const { kind, name } = desired;
  const manifest = uid === undefined ? desired.manifest : withUid(desired.manifest, uid);
  const target = targetOf(kind, namespace, name);
  const write = (): Promise<KubernetesObject> =>
    desired.shared ? applyShared(target, manifest, effects.writerOf(kind)) : effects.writerOf(kind).apply(target, manifest);
  const answer = await write().catch((error: unknown) => overwrite(desired, namespace, { error, effects }).then(write));
  effects.storeOf(kind).observe(answer);
  const { fields, operations } = remainderOf(desired, json(answer), valuesRead(desired, answer, effects));
  if (operations.length === 0) return fields;
  const patched = await patch({ kind, namespace, name }, { operations, resourceVersion: versionOf(answer) }, effects);
  return remainderOf(desired, json(patched)).fields;
}

/**
 * Applies to an object that others use, too, in two steps: first with a label that has the API server hold this change against the baseline, then without
 * (policies/confinement/namespaces.ts and accounts.ts). What a crash between them leaves behind, the next look gives up.
 */
async function applyShared(target: ObjectTarget, manifest: JsonObject, writer: Writer): Promise<KubernetesObject> {
  await writer.apply(target, whileApplying(manifest));
  return writer.apply(target, manifest);
}

function whileApplying(manifest: JsonObject, value = APPLYING_VALUE): JsonObject {
  const metadata = manifest["metadata"] as JsonObject;
  const labels = { ...(metadata["labels"] as JsonObject | undefined), [APPLYING_LABEL]: value };
  return { ...manifest, metadata: { ...metadata, labels } };
}

/**
 * What the API server would warn of in the step that changes a shared object: exactly that step, so that it is judged alike, and nothing is stored. Where
 * nothing is enforced the step would be refused; there the label says that it never follows (policies/confinement/rehearsals.ts).
 */
export function rehearse(
  { kind, name, manifest }: Desired,
  live: Live,
  { writerOf, mode }: Pick<Effects, "writerOf"> & { readonly mode: Raise["mode"] },
): Promise<readonly string[]> {
  const value = mode === "Report" ? REHEARSED_VALUE : APPLYING_VALUE;
  return writerOf(kind).rehearse(targetOf(kind, live.namespace, name), whileApplying(withUid(manifest, live.uid), value));
}

/** Gives a namespace the mark without which the API server refuses a rehearsal, too; empty where it has it, or nothing is to be enforced. */
export function marksIn(batches: Plan["batches"]): readonly Action[] {
  return batches.flat().filter((action) => action.verb === "mark" && action.enforced);
}

/**
 * Makes way for an apply that was refused as invalid together with what others wrote. Throws that refusal where this is no such case, or where the object
 * may not be overwritten either.
 */
async function overwrite(
  desired: Desired,
  namespace: string,
  refused: { readonly error: unknown; readonly effects: Effects },
): Promise<void> {
  const { error, effects } = refused;
  const live = liveOf(desired, namespace, effects);
  if (asApiError(error).status !== 422 || live === undefined) throw error;
  try {
    const object = await read(live, effects);
    const operations = overwriteOf(desired, json(object));
    if (operations.length === 0) throw error;
    await patch(live, { operations, resourceVersion: versionOf(object) }, effects);
  } catch (thrown) {
    const { status } = asApiError(thrown);
    throw status === 403 || status === 422 ? error : thrown;
  }
}

interface Patch {
  readonly operations: readonly JsonPatchOperation[];
  /** State of the object that the operations were made for. */
  readonly resourceVersion: string;
}

async function patch(
  { kind, namespace, name }: Pick<Live, "kind" | "namespace" | "name">,
  { operations, resourceVersion }: Patch,
  effects: Effects,
): Promise<KubernetesObject> {
  const answer = await effects.writerOf(kind).patch(targetOf(kind, namespace, name), operations, resourceVersion);
  effects.storeOf(kind).observe(answer);
  return answer;
}

/** The object as it is, managedFields included: a patch of nothing changes nothing, and takes no further right. */
function read(live: Live, effects: Effects): Promise<KubernetesObject> {
  return patch(live, { operations: [], resourceVersion: live.resourceVersion }, effects);
}

/** The decisive values of an answer, if the cache read them of this very state. */
function valuesRead(desired: Desired, answer: KubernetesObject, effects: Effects): FieldValues | undefined {
  const live = liveOf(desired, answer.metadata?.namespace ?? "", effects);
  return live?.resourceVersion === versionOf(answer) ? live.detail?.values : undefined;
}

function liveOf({ kind, name }: Desired, namespace: string, effects: Effects): Live | undefined {
  return effects.storeOf(kind).get(kind.scope === "InNamespace" ? namespace : "", name);
}

/** Answers whether the object is gone. */
async function remove(live: Live, effects: Effects): Promise<boolean> {
  const { kind, namespace, name, uid, resourceVersion } = live;
  const remaining = await effects.writerOf(kind).delete(targetOf(kind, namespace, name), { uid, resourceVersion });
  if (remaining === undefined) effects.storeOf(kind).observeDeleted(namespace, name, uid);
  else effects.storeOf(kind).observe(remaining);
  return remaining === undefined;
}

/**
 * The field manager of the mark owns this one label: an apply that names none takes it back, and a patch what somebody else has set, as a backup
 * tool does that restores the Namespace. It is given in two steps, of which the API server holds the second one alone against the baseline
 * (policies/confinement/marks.ts).
 */
async function mark({ live, enforced }: Extract<Action, { verb: "mark" }>, effects: Effects): Promise<void> {
  const { kind, name, uid } = live;
  const target = { type: kind, name };
  const apply = async (labels: JsonObject): Promise<KubernetesObject> => {
    const manifest = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name, uid, ...labels } };
    const answer = await effects.marker.apply(target, manifest);
    effects.storeOf(kind).observe(answer);
    return answer;
  };
  if (!enforced) {
    const answer = await apply({});
    if (answer.metadata?.labels?.[ENFORCED_LABEL] === undefined) return;
    const operations = [{ op: "remove" as const, path: jsonPointer(["metadata", "labels", ENFORCED_LABEL]) }];
    effects.storeOf(kind).observe(await effects.marker.patch(target, operations, versionOf(answer)));
    return;
  }
  await apply({ labels: { [ENFORCED_LABEL]: ENFORCED_REQUESTED } });
  await apply({ labels: { [ENFORCED_LABEL]: ENFORCED_VALUE } });
}

/** Applies a manifest that names no field to a shared object: server-side apply then removes the fields that only we owned (KEP-555). */
async function release(live: Live, effects: Effects): Promise<void> {
  const { kind, namespace, name, uid } = live;
  const metadata = { name, uid, ...placeOf(live) };
  const manifest = { apiVersion: kind.apiVersion, kind: kind.kind, metadata };
  const answer = await applyShared(targetOf(kind, namespace, name), manifest, effects.writerOf(kind));
  effects.storeOf(kind).observe(answer);
  const operations = unmark(kind, answer);
  if (operations.length > 0) await patch(live, { operations, resourceVersion: versionOf(answer) }, effects);
}

function placeOf({ kind, namespace }: Pick<Live, "kind" | "namespace">): { readonly namespace?: string } {
  return kind.scope === "InNamespace" ? { namespace } : {};
}

function json(object: KubernetesObject): JsonObject {
  return object as unknown as JsonObject;
}

function versionOf({ metadata }: KubernetesObject): string {
  return metadata?.resourceVersion ?? "";
}

function targetOf(kind: OwnedKind, namespace: string, name: string): ObjectTarget {
  return kind.scope === "InNamespace" ? { type: kind, namespace, name } : { type: kind, name };
}

/** The API server refuses an apply whose uid is not the object's: a deleted and re-created object is not written blindly. */
function withUid(manifest: JsonObject, uid: string): JsonObject {
  return { ...manifest, metadata: { ...(manifest["metadata"] as JsonObject), uid } };
}
