/** Decides what to do next about a request, from a look at everything: the state machine of emergency access. */
import { isDeepStrictEqual } from "node:util";
import { boundsOf } from "./allowed-roles.ts";
import { isHeldForReview } from "./condition.ts";
import { inLineUntil, isInLine } from "./crowd.ts";
import { type Ending, endingOf } from "./endings.ts";
import { activeEntry, approvedEntry, endEntry, escalatedEntry, issuingEntry, requestedEntry, reviewedEntry } from "./entries.ts";
import { escalationTime } from "./escalation.ts";
import { deadlineIn, isOver, type Phase, startIn, waitsUntil } from "./history.ts";
import { counting } from "./judgement.ts";
import { isExact, type Look, lookAt, ownObjects, wantedObjects } from "./look.ts";
import { approvalsRequired, isBypass } from "./profiles.ts";
import { isOverUnrecorded } from "./pruning.ts";
import { rightsGoneAt } from "./rights.ts";
import { statusOf } from "./status.ts";
import type { CurrentProfile, EntryDraft, LiveGrantObject, Snapshot, Step, StoredRequest } from "./types.ts";

/**
 * How long a new request waits for its profile and role, in milliseconds. The API server has just seen them, so that it is more
 * likely that the news have not reached us than that they are gone.
 */
const RESOLVE_GRACE = 10_000;

/** A look at a time, and how the request ends at that time, if it does. `now` is in milliseconds by the API server's clock. */
interface Turn {
  readonly look: Look;
  readonly now: number;
  readonly ending: Ending | undefined;
}

/** One question of a turn: its step, or undefined if it has nothing to do. */
type Rule = (turn: Turn) => Step | undefined;

/**
 * What must go goes first, so that neither a status nor a ledger that cannot be written holds it up. Then the status catches up, so
 * that name and deadline of a grant stand there before anything is made.
 */
const RULES: readonly Rule[] = [suspend, takeBack, print, finish, proceed, build];

/**
 * The one thing to do next for a request. PURE: an equal snapshot at an equal time has an equal answer, whatever the order of its decisions.
 * `now` is in milliseconds since the epoch by the API server's clock.
 */
export function decide(snapshot: Snapshot, now: number): Step {
  const look = lookAt(snapshot);
  const turn = { look, now, ending: endingOf(look, now) };
  for (const rule of RULES) {
    const step = rule(turn);
    if (step !== undefined) return step;
  }
  return { verb: "wait", until: nextTime(turn) };
}

/** Evidence comes before the clean-up that destroys it, unless the ledger cannot take it. */
function suspend({ look, ending }: Turn): Step | undefined {
  return ending?.type === "Suspended" && !look.snapshot.ledgerBlocked ? record(endEntry(look, ending)) : undefined;
}

/** One object per step. One that cannot be deleted now is left for later: it must not keep the others. */
function takeBack({ look, ending }: Turn): Step | undefined {
  if (ending === undefined && !isOver(look.story)) return undefined;
  const { undeletable } = look.snapshot;
  const object = ownObjects(look).find(({ part, terminatingSince }) => terminatingSince === undefined && !undeletable.includes(part));
  return object === undefined ? undefined : { verb: "delete", object };
}

/** Nothing is made that the status does not name; an end is recorded also where no status can be written. */
function print({ look: { snapshot }, now, ending }: Turn): Step | undefined {
  if (snapshot.request === undefined || (snapshot.statusBlocked && ending !== undefined)) return undefined;
  const status = statusOf(snapshot, now);
  return status === undefined || isDeepStrictEqual(plain(status), plain(snapshot.request.status ?? {}))
    ? undefined
    : { verb: "status", status };
}

/** An end is recorded once nothing is left, or once what somebody keeps from going gives nobody anything. */
function finish({ look, now, ending }: Turn): Step | undefined {
  if (ending === undefined) return undefined;
  const left = ownObjects(look);
  return left.length === 0 || rightsGoneAt(look) <= now ? record(endEntry(look, ending, left)) : undefined;
}

/** The transitions that are not an end. The attempt to record one is also how it shows that the ledger can be written again. */
const TRANSITIONS: Readonly<Partial<Record<Phase, (look: Look, now: number) => EntryDraft | undefined>>> = {
  New: accept,
  Pending: (look, now) => approve(look, now) ?? escalate(look, now),
  Approved: issue,
  Issuing: activate,
};

function proceed({ look, now, ending }: Turn): Step | undefined {
  if (ending !== undefined) return undefined;
  const entry = isOver(look.story) ? review(look) : TRANSITIONS[look.story.phase]?.(look, now);
  return entry === undefined ? undefined : record(entry);
}

function accept(look: Look, now: number): EntryDraft | undefined {
  const { request, profile, role } = look.snapshot;
  if (request === undefined || isInLine(look.snapshot) || isOverUnrecorded(look.snapshot)) return undefined;
  const known = profile !== undefined && role !== undefined;
  return known || now >= request.createdAt + RESOLVE_GRACE ? requestedEntry(look, request, now) : undefined;
}

function approve(look: Look, now: number): EntryDraft | undefined {
  const { request, profile } = look.snapshot;
  if (request === undefined || profile === undefined || isHeldForReview(look)) return undefined;
  const required = approvalsWanted(look, { request, profile });
  const approvals = counting(look.verdicts, "Approve");
  return approvals.length < required ? undefined : approvedEntry(look, profile, approvals.slice(0, required), now);
}

/** 0 where the approval is skipped. */
function approvalsWanted(look: Look, { request, profile }: { readonly request: StoredRequest; readonly profile: CurrentProfile }): number {
  const bounds = boundsOf(look);
  return isBypass(request.spec, profile.profile, bounds) ? 0 : approvalsRequired(profile.profile, bounds);
}

function escalate(look: Look, now: number): EntryDraft | undefined {
  const { profile } = look.snapshot;
  const from = escalatesAt(look);
  return profile === undefined || from === undefined || now < from ? undefined : escalatedEntry(look, profile);
}

/** When stand-ins are to be asked, in milliseconds; undefined if they are not needed, or were asked. */
function escalatesAt(look: Look): number | undefined {
  const { snapshot, story } = look;
  const { request, profile } = snapshot;
  if (story.phase !== "Pending" || story.escalated !== undefined || request === undefined || profile === undefined) return undefined;
  const isAnswered = counting(look.verdicts, "Approve").length >= approvalsWanted(look, { request, profile });
  return isAnswered ? undefined : escalationTime(story, profile);
}

function issue(look: Look, now: number): EntryDraft | undefined {
  const isEarly = now < (startIn(look.story) ?? 0) * 1000;
  return look.snapshot.obstacle === undefined && !isEarly ? issuingEntry(look, now) : undefined;
}

function activate(look: Look): EntryDraft | undefined {
  const wanted = wantedObjects(look);
  const made = wanted.flatMap((object): LiveGrantObject[] => {
    const live = look.snapshot.objects.get(object.part);
    return live !== undefined && isExact(live, object) ? [live] : [];
  });
  return made.length > 0 && made.length === wanted.length ? activeEntry(look, made) : undefined;
}

function review(look: Look): EntryDraft | undefined {
  const [decision] = look.story.reviewed === undefined ? counting(look.verdicts, "Review") : [];
  return decision === undefined ? undefined : reviewedEntry(look, decision);
}

/** Makes what is missing. The name of an object that is on its way out is not free yet. */
function build({ look, ending }: Turn): Step | undefined {
  const { snapshot, story } = look;
  if (story.phase !== "Issuing" || ending !== undefined) return undefined;
  if (snapshot.obstacle !== undefined || snapshot.ledgerBlocked) return undefined;
  const object = wantedObjects(look).find((wanted) => !isExact(snapshot.objects.get(wanted.part), wanted));
  return object === undefined || snapshot.objects.has(object.part) ? undefined : { verb: "create", object };
}

/** When the answer changes by time alone, in milliseconds; undefined if it does not. */
function nextTime({ look, now, ending }: Turn): number | undefined {
  const { snapshot, story } = look;
  if (isOver(story)) return undefined;
  if (ending !== undefined) return rightsGoneAt(look);
  if (story.phase === "New") return nextTimeOfNew(snapshot);
  const start = (startIn(story) ?? 0) * 1000;
  if (story.phase === "Approved" && now < start) return start;
  const seconds = deadlineIn(story) ?? waitsUntil(story);
  const times = [seconds === undefined ? undefined : seconds * 1000, escalatesAt(look)].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

function nextTimeOfNew(snapshot: Snapshot): number | undefined {
  const { request, profile } = snapshot;
  if (request === undefined || isOverUnrecorded(snapshot)) return undefined;
  return isInLine(snapshot) ? inLineUntil(request, profile?.profile) : request.createdAt + RESOLVE_GRACE;
}

function record(entry: EntryDraft): Step {
  return { verb: "record", entry };
}

/** As the API server would answer it, so that a field that is undefined equals an absent one. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
