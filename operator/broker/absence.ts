/** Makes sure for the broker that what the caches do not have is gone, or changed: a watch that lags behind must not end anybody's access. */
import { endingOf } from "../breakglass/endings.ts";
import { GRANT_KINDS } from "../breakglass/grant.ts";
import { deadlineIn, recordedObjects, type Story, storyOf } from "../breakglass/history.ts";
import { lookAt } from "../breakglass/look.ts";
import type { GrantKind, Snapshot, Step, StoredDecision } from "../breakglass/types.ts";
import type { Transport } from "../cluster/types.ts";
import { DECISIONS, GRANTS, REQUESTS } from "./caches.ts";
import { type Named, named } from "./named.ts";

/** `labelSelector` is as the cache selects: an object whose label was taken away is gone as far as a grant is concerned. */
export interface Sought extends Named {
  readonly uid: string;
  /** Counts as gone also while it is on its way out, for however long that takes. */
  readonly orTerminating?: boolean;
}

/** What a step is judged by. */
export interface Circumstances {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly transport: Pick<Transport, "request">;
  /** Whether the API server says so, too, that the policies are missing or changed. */
  readonly confirmLoss: () => Promise<boolean>;
}

const KINDS: readonly GrantKind[] = Object.values(GRANT_KINDS).flatMap((kinds) => Object.values(kinds));

/**
 * Whether the API server has something that a step takes for gone, or the policies that it takes for lost. Asks only for a step that rests on an absence, which none does once the deadline
 * of the grant has passed: its end is due, whatever is there. `now` is in milliseconds by the API server's clock.
 * @throws ApiError if the API server does not tell
 */
export async function isPremature(step: Step, { snapshot, now, transport, confirmLoss }: Circumstances): Promise<boolean> {
  const deadline = deadlineIn(storyOf(snapshot.history));
  if (deadline !== undefined && now >= deadline * 1000) return false;
  if (endsByLoss(step, snapshot, now)) return !(await confirmLoss());
  const answers = await Promise.all(soughtBefore(step, snapshot).map((sought) => exists(sought, transport)));
  return answers.includes(true);
}

/** Once that is recorded, what follows from it needs no other reason. A status tells and ends nothing. */
function endsByLoss({ verb }: Step, snapshot: Snapshot, now: number): boolean {
  if (snapshot.policiesLost === undefined || verb === "status") return false;
  const look = lookAt(snapshot);
  return look.story.phase !== "Suspended" && endingOf(look, now)?.reason === "PoliciesLost";
}

function soughtBefore(step: Step, { uid: requestUID, request, history, decisions, objects }: Snapshot): readonly Sought[] {
  const story = storyOf(history);
  if (request === undefined)
    return [{ type: REQUESTS, namespace: story.namespace, name: story.request, uid: requestUID, orTerminating: true }];
  if (step.verb !== "record" || step.entry.type !== "Suspended") return [];
  if (step.entry.details?.["endReason"] === "NotApproved") return approvals(story, decisions);
  const present = [...objects.values()];
  return recordedObjects(story)
    .filter(({ kind, uid }) => !present.some((live) => live.kind.kind === kind && live.uid === uid))
    .flatMap((object) => {
      const type = KINDS.find(({ kind }) => kind === object.kind);
      return type === undefined ? [] : [{ ...object, type, labelSelector: GRANTS }];
    });
}

/** Decisions that an approval rests on and that are not known. Their names are not known either. */
function approvals({ approved, namespace }: Story, decisions: readonly StoredDecision[]): readonly Sought[] {
  const missing = approved?.decisionUIDs?.filter((uid) => !decisions.some((decision) => decision.uid === uid)) ?? [];
  return missing.map((uid) => ({ type: DECISIONS, namespace, uid }));
}

/** Whether the API server has it. */
export async function exists({ uid, orTerminating = false, ...sought }: Sought, transport: Pick<Transport, "request">): Promise<boolean> {
  const items = await named(sought, transport);
  return items.some(({ metadata }) => metadata?.uid === uid && !(orTerminating && metadata?.deletionTimestamp !== undefined));
}
