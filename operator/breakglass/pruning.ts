/** Says how long requests and decisions are kept once nothing can follow from them any more. What became of them, the ledger keeps. */
import { isArchived } from "./archived.ts";
import { isOverInLine } from "./crowd.ts";
import { isOver, type Story, storyOf, waitsForReview } from "./history.ts";
import { unixSeconds } from "./times.ts";
import type { Snapshot, StoredDecision } from "./types.ts";

type Known = Pick<Snapshot, "request" | "history" | "archivedUntil">;

/** Milliseconds that a request is kept after its end: 30 days. */
export const KEEP_ENDED = 30 * 24 * 60 * 60_000;

/** Milliseconds that a request is kept which was over before its turn came: an hour, so that a flood goes away by itself. */
export const KEEP_UNRECORDED = 60 * 60_000;

/** Whether a request may be deleted, at a time in milliseconds. Its status must tell that it is over: a policy asks that. */
export function isRequestPrunable(known: Known, now: number): boolean {
  const { request, history } = known;
  const endedAt = request?.status?.endedAt;
  if (endedAt === undefined) return false;
  return isOverUnrecorded(known) ? now >= unixSeconds(endedAt) * 1000 + KEEP_UNRECORDED : isLongOver(storyOf(history), now);
}

/** Whether a request is over of which the ledger tells nothing. */
export function isOverUnrecorded(known: Known): boolean {
  return isOverInLine(known) || isArchived(known);
}

/** Whether a decision may be deleted about a request that is gone. What the ledger has acted on is kept as long as the request would have been. */
export function isDecisionPrunable({ createdAt }: StoredDecision, history: Known["history"], now: number): boolean {
  return history.length === 0 ? now >= createdAt + KEEP_UNRECORDED : isLongOver(storyOf(history), now);
}

/** Whether a request ended so long ago that it, and what was decided about it, may be gone. `now` is in milliseconds. */
export function isLongOver(story: Story, now: number): boolean {
  return isOver(story) && !waitsForReview(story) && now >= unixSeconds(story.end?.time ?? "") * 1000 + KEEP_ENDED;
}
