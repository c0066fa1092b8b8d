/** Owns taking one request as far as it goes now: look, one step, look again. */
import { decide } from "../breakglass/decide.ts";
import type { Snapshot, Step } from "../breakglass/types.ts";
import { ApiError } from "../cluster/errors.ts";
import type { ServerClock } from "../cluster/server-clock.ts";
import type { Log } from "../observe/log.ts";
import { type SnapshotSources, snapshotOf } from "./snapshot.ts";
import { type Deed, perform, type StepParts } from "./steps.ts";

export interface WalkParts {
  /** See `isPremature`. */
  readonly isPremature: (step: Step, snapshot: Snapshot) => Promise<boolean>;
  readonly sources: SnapshotSources;
  readonly steps: StepParts;
  readonly serverClock: ServerClock;
  readonly log: Log;
}

/** Where a walk ended. */
export interface WalkEnd {
  /** Why the request must be looked at again after a pause. */
  readonly failure?: ApiError | undefined;
  /** Milliseconds until the request looks different by time alone. */
  readonly wait?: number | undefined;
  /** There is more to do at once. */
  readonly unfinished?: boolean;
}

/** Steps of one walk. A request needs about a dozen from end to end; whatever needs more has its turn again behind the others. */
const MAX_STEPS = 32;

/** How far a walk has come. */
interface Progress {
  /** Why the last link could not be appended to the ledger. */
  readonly unrecorded: ApiError | undefined;
  readonly last: Deed["verb"] | undefined;
}

/**
 * Takes one step after the other, each on a fresh look, until there is nothing to do. A ledger that cannot be written is gone around as far as
 * `decide` allows: what must go, goes. Throws nothing that the API server is the cause of.
 */
export async function walk(uid: string, parts: WalkParts): Promise<WalkEnd> {
  let progress: Progress = { unrecorded: undefined, last: undefined };
  for (let taken = 0; taken < MAX_STEPS; taken += 1) {
    const now = parts.serverClock.now();
    if (now === undefined) return { failure: failed("the API server's time is not known yet") };
    const next = await go(uid, progress, { ...parts, now });
    if (!("last" in next)) return next;
    progress = next;
  }
  return { failure: progress.unrecorded, unfinished: true };
}

async function go(uid: string, progress: Progress, parts: WalkParts & { readonly now: number }): Promise<Progress | WalkEnd> {
  const { now } = parts;
  const snapshot = snapshotOf(parts.sources, uid, progress.unrecorded !== undefined);
  const step = decide(snapshot, now);
  if (step.verb === "wait") return { failure: progress.unrecorded, wait: untilNext(step, now) };
  const futile = futility(step, progress);
  if (futile !== undefined) return { failure: futile };
  const doubt = await doubtAbout(step, snapshot, parts);
  if (doubt !== undefined) return { failure: doubt };
  const context = { request: snapshot.request, now, known: snapshot.history.length };
  const failure = await attempt(step, { uid, log: parts.log }, () => perform(step, context, parts.steps));
  // Another entry came first and is known now: the next look takes it into account.
  if (failure === undefined || (step.verb === "record" && failure.status === 409)) return { unrecorded: undefined, last: step.verb };
  return step.verb === "record" && failure.class !== "fenced" ? { unrecorded: failure, last: step.verb } : { failure };
}

/** Why a step must not be taken on what is known. */
async function doubtAbout(step: Deed, snapshot: Snapshot, { isPremature }: WalkParts): Promise<ApiError | undefined> {
  try {
    return (await isPremature(step, snapshot)) ? failed("the API server has what the watch did not tell of yet") : undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function untilNext({ until }: Extract<Step, { readonly verb: "wait" }>, now: number): number | undefined {
  return until === undefined ? undefined : Math.max(0, until - now);
}

/** Why a step need not be tried now: it would only fail again. */
function futility({ verb }: Deed, { unrecorded, last }: Progress): ApiError | undefined {
  if (verb === "record") return unrecorded;
  return verb === "status" && last === "status" ? failed("the API server keeps another status than was written") : undefined;
}

async function attempt({ verb }: Deed, { uid, log }: { uid: string; log: Log }, run: () => Promise<void>): Promise<ApiError | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { reason, message } = error;
    if (error.class !== "fenced") log.warn("a step of emergency access failed, will be tried again", { uid, verb, reason, message });
    return error;
  }
}

function failed(message: string): ApiError {
  return new ApiError({ status: 0, reason: "BadReply", message });
}
