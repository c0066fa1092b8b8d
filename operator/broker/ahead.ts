/** Counts for the broker how many requests of the same person in a namespace come before one that the ledger does not know yet. */
import type { BreakGlassProfile } from "../api/break-glass.ts";
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import { inLineUntil, isOverInLine, MAX_OPEN_REQUESTS } from "../breakglass/crowd.ts";
import { isOver, storyOf } from "../breakglass/history.ts";
import { unixSeconds } from "../breakglass/times.ts";
import type { StoredRequest } from "../breakglass/types.ts";
import type { BrokerCaches } from "./caches.ts";

export interface AheadSources {
  readonly caches: Pick<BrokerCaches, "requestOf" | "requestsLike">;
  readonly histories: { history(requestUID: string): readonly LedgerEntry[] };
  /** The profile that a request names, as it is stated now. */
  readonly profileOf: (request: StoredRequest) => BreakGlassProfile | undefined;
}

/**
 * See `Snapshot.ahead`. A request that is looked at too late is judged by what was open when it was made: the others of its kind end as they are looked
 * at, and many that were made while nobody looked would all find room. `now` is in milliseconds by the API server's clock.
 */
export function aheadOf(request: StoredRequest, now: number, sources: AheadSources): number {
  const { caches, profileOf } = sources;
  const isLate = now >= inLineUntil(request, profileOf(request));
  const comesBefore = isLate
    ? (other: StoredRequest) => isOlder(other, request) && endOf(other, sources) > request.createdAt
    : (other: StoredRequest) => isOpen(other, now, sources) && (isOlder(other, request) || isRecorded(other, sources));
  let ahead = 0;
  for (const uid of caches.requestsLike(request)) {
    const other = uid === request.uid ? undefined : caches.requestOf(uid);
    if (other !== undefined && comesBefore(other)) ahead += 1;
    if (ahead === MAX_OPEN_REQUESTS) break;
  }
  return ahead;
}

/** Whether `a` was made before `b`. Times of objects have whole seconds. */
export function isOlder(a: StoredRequest, b: StoredRequest): boolean {
  return a.createdAt === b.createdAt ? a.uid < b.uid : a.createdAt < b.createdAt;
}

function isRecorded({ uid }: StoredRequest, { histories }: AheadSources): boolean {
  return histories.history(uid).length > 0;
}

function isOpen(request: StoredRequest, now: number, sources: AheadSources): boolean {
  const history = sources.histories.history(request.uid);
  if (history.length > 0) return !isOver(storyOf(history));
  return !isOverInLine({ request, history }) && now < inLineUntil(request, sources.profileOf(request));
}

/** When a request ended, or will by time alone, in milliseconds. */
function endOf(request: StoredRequest, { histories, profileOf }: AheadSources): number {
  const history = histories.history(request.uid);
  const story = storyOf(history);
  if (isOver(story)) return unixSeconds(story.end?.time ?? "") * 1000;
  if (history.length > 0) return Number.POSITIVE_INFINITY;
  const { endedAt } = request.status ?? {};
  return endedAt === undefined ? inLineUntil(request, profileOf(request)) : unixSeconds(endedAt) * 1000;
}
