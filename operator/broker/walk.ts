/** Takes one request as far as it goes now, for the broker's loop: look, one step, look again. */
import { isInLine } from "../breakglass/crowd.ts";
import { decide } from "../breakglass/decide.ts";
import { deadlineIn, isOver, storyOf } from "../breakglass/history.ts";
import { lookAt, ownObjects } from "../breakglass/look.ts";
import { GRANT_PARTS, type GrantObject, type LiveGrantObject, type Snapshot, type Step } from "../breakglass/types.ts";
import { ApiError } from "../cluster/errors.ts";
import type { ServerClock } from "../cluster/server-clock.ts";
import type { Log } from "../observe/log.ts";
import type { Held, Pace } from "./pace.ts";
import { type Refused, type SnapshotSources, snapshotOf } from "./snapshot.ts";
import type { Squatters } from "./squatters.ts";
import { type Deed, perform, type StepParts } from "./steps.ts";

export interface WalkParts {
  /** See `isPremature`. */
  readonly isPremature: (step: Step, snapshot: Snapshot, now: number) => Promise<boolean>;
  /** See `isTaken`. */
  readonly isTaken: (object: GrantObject, snapshot: Snapshot) => Promise<boolean>;
  readonly squatters: Squatters;
  readonly sources: SnapshotSources;
  readonly steps: StepParts;
  readonly serverClock: ServerClock;
  readonly log: Log;
  /** Why nothing may be granted although nobody tells when that ends: then it must be asked again. */
  readonly blindSpot: () => string | undefined;
}

/** Where a walk ended. */
export interface WalkEnd {
  /** Why the request must be looked at again after a pause. */
  readonly failure?: ApiError | undefined;
  /** When what failed may be tried again, by the clock of `Pace`; undefined where any pause will do. */
  readonly heldUntil?: number | undefined;
  /** Milliseconds until the request looks different by time alone. */
  readonly wait?: number | undefined;
  /** There is more to do at once. */
  readonly unfinished?: boolean;
  /** Objects of a grant that is over, which are still there. */
  readonly left?: readonly LiveGrantObject[];
  /** The request waits for others of the same person in the namespace: see `isInLine`. */
  readonly inLine?: boolean;
}

/** Steps of one walk. A request needs about a dozen from end to end; whatever needs more has its turn again behind the others. */
const MAX_STEPS = 32;

/** How far a walk has come. */
interface Progress {
  /** Why the last link could not be appended to the ledger. */
  readonly unrecorded: Held | undefined;
  readonly last: Deed["verb"] | undefined;
}

/** What one turn of a walk works with. */
interface Turn extends WalkParts {
  readonly uid: string;
  readonly now: number;
  readonly pace: Pace;
}

/**
 * Takes one step after the other, each on a fresh look, until there is nothing to do. What is refused is gone around as far as `decide` allows: what
 * must go, goes, and what ends is recorded. Throws nothing that the API server is the cause of.
 */
export async function walk(uid: string, parts: WalkParts, pace: Pace): Promise<WalkEnd> {
  let progress: Progress = START;
  for (let taken = 0; taken < MAX_STEPS; taken += 1) {
    const now = parts.serverClock.now();
    if (now === undefined) return { failure: failed("the API server's time is not known yet") };
    const next = await go(progress, { ...parts, uid, now, pace });
    if (!("last" in next)) return next;
    progress = next;
  }
  return { ...endedBy(progress.unrecorded), unfinished: true };
}

const START: Progress = { unrecorded: undefined, last: undefined };

async function go(progress: Progress, turn: Turn): Promise<Progress | WalkEnd> {
  const { uid, now, pace } = turn;
  const judgement = judge(progress, turn);
  if (!("step" in judgement)) return judgement;
  const { snapshot, step } = judgement;
  if (step.verb === "wait") {
    return { ...idle(snapshot, turn), ...endedBy(undone(progress, turn)), wait: untilNext(step, now), left: leftOf(snapshot) };
  }
  if (isFutile(step, progress)) return paused(undone(progress, turn), snapshot, now);
  if (isRepeated(step, progress))
    return { ...beforeDeadline(snapshot, now), failure: failed("the API server keeps another status than was written") };
  const held = pace.held(uid, nameOf(step));
  if (held !== undefined) return step.verb === "record" ? around(step, held, progress) : paused(held, snapshot, now);
  const doubt = await doubtAbout(step, snapshot, turn);
  if (doubt !== undefined) return { ...endedBy(doubt), wait: untilDeadline(snapshot, now) };
  return attempt({ snapshot, step }, progress, turn);
}

async function attempt({ step, snapshot }: Judged, progress: Progress, turn: Turn): Promise<Progress | WalkEnd> {
  const { uid, now, pace, steps } = turn;
  const context = { request: snapshot.request, now, known: snapshot.history.length };
  const error = await errorOf(() => perform(step, context, steps));
  // Another entry came first and is known now: the next look takes it into account.
  if (error === undefined || (step.verb === "record" && error.status === 409)) {
    pace.done(uid, nameOf(step));
    return { unrecorded: undefined, last: step.verb };
  }
  if (error.class === "fenced") return { failure: error };
  if (await meetsSquatter(step, { snapshot, error }, turn)) return { ...progress, last: undefined };
  const { reason, message } = error;
  turn.log.warn("a step of emergency access failed, will be tried again", { uid, verb: step.verb, reason, message });
  const held = pace.failed(uid, nameOf(step), error);
  return step.verb === "create" ? paused(held, snapshot, now) : around(step, held, progress);
}

/** Whether a creation found its name taken for good; that the API server does not tell is no more than a failed creation. */
async function meetsSquatter(
  step: Deed,
  { snapshot, error }: { readonly snapshot: Snapshot; readonly error: ApiError },
  { uid, isTaken, squatters }: Turn,
): Promise<boolean> {
  if (step.verb !== "create" || error.status !== 409) return false;
  let taken = false;
  await errorOf(async () => {
    taken = await isTaken(step.object, snapshot);
  });
  if (taken) squatters.note(uid, step.object.part);
  return taken;
}

/** What was refused does not end the walk: the next look knows of it, and goes on with what can be done without. */
function around({ verb }: Deed, held: Held, { unrecorded }: Progress): Progress {
  return verb === "record" ? { unrecorded: held, last: verb } : { unrecorded, last: undefined };
}

/** Steps that are gone around, beside the entry. */
const OTHERS = ["status", ...GRANT_PARTS.map((part) => `delete ${part}`)];

/** Of what was gone around, what may be tried again first. */
function undone({ unrecorded }: Progress, { uid, pace }: Turn): Held | undefined {
  const held = [unrecorded, ...OTHERS.map((step) => pace.held(uid, step))].filter((each) => each !== undefined);
  return held.toSorted((a, b) => a.until - b.until)[0];
}

function refusedOf({ unrecorded }: Progress, { uid, pace, squatters }: Turn): Refused {
  return {
    creationRefused: GRANT_PARTS.map((part) => pace.failing(uid, `create ${part}`)?.reason).find(Boolean),
    taken: squatters.of(uid),
    ledgerBlocked: unrecorded !== undefined,
    statusBlocked: pace.held(uid, "status") !== undefined,
    undeletable: GRANT_PARTS.filter((part) => pace.held(uid, `delete ${part}`) !== undefined),
  };
}

function leftOf(snapshot: Snapshot): readonly LiveGrantObject[] {
  const look = lookAt(snapshot);
  return isOver(look.story) ? ownObjects(look) : [];
}

function paused(held: Held | undefined, snapshot: Snapshot, now: number): WalkEnd {
  return { ...endedBy(held), ...beforeDeadline(snapshot, now) };
}

/** Whatever pauses, the deadline is looked at in time. */
function beforeDeadline(snapshot: Snapshot, now: number): Pick<WalkEnd, "wait"> {
  const wait = untilDeadline(snapshot, now);
  return wait === undefined || wait === 0 ? {} : { wait };
}

function endedBy(held: Held | undefined): WalkEnd {
  return held === undefined ? {} : { failure: held.error, heldUntil: held.until };
}

function idle(snapshot: Snapshot, { blindSpot }: Turn): WalkEnd {
  const inLine = isInLine(snapshot);
  const spot = inLine || isOver(storyOf(snapshot.history)) ? undefined : blindSpot();
  return { inLine, ...(spot !== undefined && { failure: failed(spot) }) };
}

/** A look, and the step that follows from it. */
interface Judgement {
  readonly snapshot: Snapshot;
  readonly step: Step;
}

/** A judgement by which something is to be done. */
interface Judged extends Judgement {
  readonly step: Deed;
}

/**
 * What cannot be read counts neither as absent nor as what it was: nothing is granted and nothing ends by it, but the deadline holds, which the
 * ledger alone tells.
 */
function judge(progress: Progress, turn: Turn): Judgement | WalkEnd {
  const { uid, now, sources, log } = turn;
  const moment = { now, ...refusedOf(progress, turn) };
  try {
    return judged(snapshotOf(sources, uid, moment), now);
  } catch (error) {
    const caches = { ...sources.caches, requestOf: () => undefined, decisionsOf: () => [] };
    const legible = snapshotOf({ ...sources, caches }, uid, moment);
    const wait = untilDeadline(legible, now);
    if (wait === 0) return judged(legible, now);
    const message = error instanceof Error ? error.message : String(error);
    log.warn("a request for emergency access cannot be read", { uid, message });
    return { failure: failed(message), wait };
  }
}

function judged(snapshot: Snapshot, now: number): Judgement {
  return { snapshot, step: decide(snapshot, now) };
}

/** What is asked of the API server before a step that rests on an absence. */
function doubtOf(step: Deed): string {
  return `look before ${nameOf(step)}`;
}

/** Why a step must not be taken on what is known. Nothing holds up what the deadline asks for, an older doubt neither. */
async function doubtAbout(step: Deed, snapshot: Snapshot, { isPremature, uid, now, pace, log }: Turn): Promise<Held | undefined> {
  const before = untilDeadline(snapshot, now) === 0 ? undefined : pace.held(uid, doubtOf(step));
  if (before !== undefined) return before;
  let premature = false;
  const error = await errorOf(async () => {
    premature = await isPremature(step, snapshot, now);
  });
  if (error === undefined && !premature) return undefined;
  const doubt = error ?? failed("the API server has what the watch did not tell of, or told in a form that cannot be read");
  log.warn("emergency access waits", { uid, verb: step.verb, message: doubt.message });
  return pace.failed(uid, doubtOf(step), doubt);
}

function untilNext({ until }: Extract<Step, { readonly verb: "wait" }>, now: number): number | undefined {
  return until === undefined ? undefined : Math.max(0, until - now);
}

function untilDeadline({ history }: Snapshot, now: number): number | undefined {
  const deadline = deadlineIn(storyOf(history));
  return deadline === undefined ? undefined : Math.max(0, deadline * 1000 - now);
}

/** Whether a step need not be tried now, because it would only fail again. */
function isFutile({ verb }: Deed, { unrecorded }: Progress): boolean {
  return verb === "record" && unrecorded !== undefined;
}

/** Whether a step would be taken a second time in a row: what was written is not what is kept. */
function isRepeated({ verb }: Deed, { last }: Progress): boolean {
  return verb === "status" && last === "status";
}

/** Tells the steps of a request apart. */
function nameOf(step: Deed): string {
  if (step.verb === "record") return `record ${step.entry.type}`;
  return step.verb === "status" ? "status" : `${step.verb} ${step.object.part}`;
}

/** What of the API server went wrong; undefined if nothing did. */
export async function errorOf(run: () => Promise<void>): Promise<ApiError | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function failed(message: string): ApiError {
  return new ApiError({ status: 0, reason: "BadReply", message });
}
