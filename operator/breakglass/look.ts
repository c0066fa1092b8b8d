/** Takes one look at a request: the snapshot together with what the ledger and the decisions make of it. */

import { grantObjects, scopeOf } from "./grant.ts";
import { deadlineIn, recordedObjects, type Story, storyOf } from "./history.ts";
import { judge, type Verdict } from "./judgement.ts";
import { type GrantObject, type LiveGrantObject, type Snapshot, TAKING_BACK } from "./types.ts";

/** What every rule may ask. */
export interface Look {
  readonly snapshot: Snapshot;
  readonly story: Story;
  readonly verdicts: readonly Verdict[];
}

/** A part of a look: what the ledger tells of a request, and a little more. */
interface Told<K extends keyof Snapshot> extends Pick<Look, "story"> {
  readonly snapshot: Pick<Snapshot, K>;
}

/** Reads a snapshot. */
export function lookAt(snapshot: Snapshot): Look {
  return { snapshot, story: storyOf(snapshot.history), verdicts: judge(snapshot) };
}

/** The objects of the grant as they should be, made from the ledger alone; none before its deadline is fixed. */
export function wantedObjects({ snapshot, story }: Told<"settings" | "uid">): readonly GrantObject[] {
  const deadline = deadlineIn(story);
  if (deadline === undefined) return [];
  const { settings, uid } = snapshot;
  const { requester, request, resolved, namespace } = story;
  const scope = scopeOf(namespace, settings);
  return grantObjects({ settings, scope, requester, requestUID: uid, request, role: resolved.role, deadline });
}

/** The objects that this request's grant has made and that still exist, in the order in which they are taken back. */
export function ownObjects(look: Look): readonly LiveGrantObject[] {
  return TAKING_BACK.flatMap((part) => look.snapshot.objects.get(part) ?? []).filter((object) => isOwn(object, look));
}

/** Objects of the grant's names that somebody else made. */
export function strangers(look: Look): readonly LiveGrantObject[] {
  return [...look.snapshot.objects.values()].filter((object) => !isOwn(object, look));
}

/** Whether a live object is what it should be. */
export function isExact(live: LiveGrantObject | undefined, wanted: GrantObject): boolean {
  return live !== undefined && live.terminatingSince === undefined && live.content === wanted.content;
}

/**
 * Whether an object was made for a request. Once the ledger names the objects by uid, nothing else is ours: marks can be forged or removed, a uid
 * cannot.
 */
export function isOwn(object: LiveGrantObject, { snapshot, story }: Told<"uid">): boolean {
  const recorded = recordedObjects(story);
  if (recorded.length > 0) return recorded.some(({ uid }) => uid === object.uid);
  return object.ours && object.requestUID === snapshot.uid;
}
