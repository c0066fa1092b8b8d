/** Finds out which running pods would break a higher Pod Security level: before it rises, to hold it where the baseline says so, and where it is only told of. */
import type { RunningPods } from "../api/baseline-status.ts";
import { type BackoffRange, backoffDelay } from "../cluster/backoff.ts";
import { type Preflight, preflight } from "../cluster/pod-security.ts";
import { type Decision, decide, isRaise, nextFloor, type Verdict } from "../controls/pod-security/enforce.ts";
import { printStandard, type Standard } from "../kinds/pod-security-standard.ts";
import { type Raise, recordedFloor, recordedPods, verdictOf } from "../plan/raise.ts";
import { isConfinement } from "../policywatch/refusal.ts";
import type { BaselineEntry } from "./caches.ts";
import type { PodWatches } from "./pod-watches.ts";
import { runningPodsOf } from "./running-pods.ts";

/** Milliseconds. */
const limits = {
  /** Least time between two questions about a namespace. */
  pause: 5000,
  /** An answer this soon after a pod went may be older than that: the API server reads pods from a cache of its own. */
  lag: 2000,
  /** Until it is asked again although no watch told of anything. */
  net: 300_000,
  /** The same where no watch would tell. */
  unwatched: 20_000,
  /** The same where the level is only told of; a quarter more at most, so that questions about many namespaces spread. */
  told: 600_000,
  /** After questions that failed. */
  failed: {
    Enforce: { shortest: 1000, longest: 60_000 },
    Report: { shortest: 1000, longest: 600_000 },
  } satisfies Record<Raise["mode"], BackoffRange>,
};

/** What is known of a namespace between two looks. */
interface State {
  /** Of the baseline. */
  readonly uid: string;
  floor: Standard | undefined;
  /** The standard that the rest is about. */
  asked: string;
  mode: Raise["mode"];
  answer: Preflight | undefined;
  askedAt: number | undefined;
  changedAt: number;
  failures: number;
  notBefore: number;
  /** When it is to be asked again where the level is only told of. */
  toldUntil: number;
}

export interface RaisesParts {
  readonly watches: Pick<PodWatches, "follow" | "leave" | "leaveAll" | "tells">;
  /** Milliseconds of a monotonic clock. */
  readonly monotonic: () => number;
  /** Answers 0 <= r < 1. */
  readonly random: () => number;
}

/** What was decided in a look. */
export interface Settled {
  readonly decision: Decision | { readonly do: "tell" };
  /** What is known of the pods that are in the way. */
  readonly answer: Preflight | undefined;
  /** Milliseconds until it is to be asked again; undefined if that is not needed. */
  readonly wait: number | undefined;
}

/** All times are milliseconds of one monotonic clock. */
export class Raises {
  readonly #parts: RaisesParts;
  readonly #states = new Map<string, State>();

  constructor(parts: RaisesParts) {
    this.#parts = parts;
  }

  /** Notes that pods of a namespace went or changed. True if that calls for a look: after the first one, a look is due anyway, however many follow. */
  podsChanged(namespace: string): boolean {
    const state = this.#states.get(namespace);
    if (state === undefined) return false;
    const wasOld = isOld(state);
    state.changedAt = this.#parts.monotonic();
    return !wasOld;
  }

  /** What this baseline had in place before, as far as it is known. */
  floorOf(entry: BaselineEntry): Standard | undefined {
    return this.#of(entry).floor;
  }

  /**
   * Decides what becomes of the level in this look, and asks the API server first where that is due: `ask` answers its warnings. Throws only ApiError of
   * class `fenced`.
   */
  async settle(entry: BaselineEntry, raise: Raise, ask: () => Promise<readonly string[]>): Promise<Settled> {
    const state = this.#of(entry);
    const { levels, mode, onViolation } = raise;
    const asked = printStandard(levels.asked);
    if (state.asked !== asked || state.mode !== mode) Object.assign(state, { asked, mode, answer: undefined, failures: 0, notBefore: 0 });
    if (!isRaise(levels)) this.#forgetAnswer(state, entry);
    if (mode === "Report") return this.#tell(entry, raise, ask);
    const hold = onViolation === "Hold";
    const known = hold && verdictOf(state.answer) === "clean" ? undefined : verdictOf(state.answer);
    let decision = decide(levels, onViolation, known);
    if (isRaise(levels) && decision.do !== "set" && this.#due(state, entry.home, hold) === 0) {
      decision = decide(levels, onViolation, await this.#ask(state, ask));
    }
    if (decision.do !== "hold") {
      this.#parts.watches.leave(entry.home);
      return { decision, answer: state.answer, wait: undefined };
    }
    this.#parts.watches.follow(entry.home);
    return { decision, answer: state.answer, wait: Math.max(this.#due(state, entry.home, hold), 1) };
  }

  /** Nothing is set: it is told what would break the level. Pods come and go, so it is asked again now and then. */
  async #tell(entry: BaselineEntry, { levels }: Raise, ask: () => Promise<readonly string[]>): Promise<Settled> {
    const state = this.#of(entry);
    state.floor = undefined;
    this.#parts.watches.leave(entry.home);
    const decision = { do: "tell" } as const;
    if (!isRaise(levels)) return { decision, answer: state.answer, wait: undefined };
    if (this.#due(state, entry.home, false) === 0) await this.#ask(state, ask);
    return { decision, answer: state.answer, wait: Math.max(this.#due(state, entry.home, false), 1) };
  }

  /** What is told after the look; `live` is as it stands now, `now` is RFC 3339. */
  conclude(entry: BaselineEntry, raise: Raise, seen: { readonly settled: Settled; readonly now: string }): RunningPods | undefined {
    const state = this.#of(entry);
    const { onViolation, levels, mode } = raise;
    if (mode === "Enforce") state.floor = nextFloor({ ...levels, floor: state.floor });
    return runningPodsOf({
      floor: onViolation === "Hold" ? state.floor : undefined,
      asked: levels.asked,
      held: seen.settled.decision.do === "hold",
      answer: seen.settled.answer,
      previous: recordedPods(entry),
      now: seen.now,
    });
  }

  /** Nothing is asked for, or nothing may be done: pods are of no interest. */
  leave(namespace: string): void {
    this.#parts.watches.leave(namespace);
    this.#states.delete(namespace);
  }

  /** Others may lead meanwhile. */
  clear(): void {
    this.#parts.watches.leaveAll();
    this.#states.clear();
  }

  #of(entry: BaselineEntry): State {
    const { home, uid } = entry;
    const before = this.#states.get(home);
    if (before?.uid === uid) return before;
    const state: State = { ...NOTHING_KNOWN, uid, floor: recordedFloor(entry) };
    this.#states.set(home, state);
    return state;
  }

  /** The level stands. What broke it stays told by the status, as it was then. */
  #forgetAnswer(state: State, entry: BaselineEntry): void {
    const record = recordedPods(entry);
    if (verdictOf(state.answer) !== "violated" || (record?.asked === state.asked && record.held !== true)) state.answer = undefined;
  }

  /** Milliseconds until the API server is to be asked. */
  #due(state: State, namespace: string, hold: boolean): number {
    const { answer, askedAt, notBefore, mode, toldUntil } = state;
    if (askedAt === undefined || (mode === "Enforce" && !hold)) return 0;
    const wait = (): number => {
      if (answer === undefined || !("violated" in answer)) return Math.max(notBefore, askedAt + limits.pause);
      if (mode === "Report") return toldUntil;
      if (!answer.violated || isOld(state)) return askedAt + limits.pause;
      return askedAt + (this.#parts.watches.tells(namespace) ? limits.net : limits.unwatched);
    };
    return Math.max(0, wait() - this.#parts.monotonic());
  }

  async #ask(state: State, ask: () => Promise<readonly string[]>): Promise<Verdict> {
    const { monotonic, random } = this.#parts;
    state.askedAt = monotonic();
    const answer = await preflight(ask);
    const { status = 0, retryAfter = 0 } = answer;
    state.failures = "unknown" in answer ? state.failures + 1 : 0;
    state.notBefore = monotonic() + Math.max(retryAfter, backoffDelay(limits.failed[state.mode], state.failures, random()));
    state.toldUntil = state.askedAt + limits.told * (1 + random() / 4);
    // What the API server does not know yet, it will in a moment: then there is an answer to be had.
    const passes = "unknown" in answer && isConfinement({ status, message: answer.unknown }) && state.failures <= PATIENCE;
    state.answer = passes ? undefined : answer;
    return verdictOf(answer);
  }
}

const NOTHING_KNOWN: Omit<State, "uid" | "floor"> = {
  asked: "",
  mode: "Enforce",
  answer: undefined,
  askedAt: undefined,
  changedAt: 0,
  failures: 0,
  notBefore: 0,
  toldUntil: 0,
};

/** Refusals in a row by our own confinement, before they are told. */
const PATIENCE = 3;

/** Whether pods went or changed since the last question, or too short before for the API server to have seen it. */
function isOld({ askedAt, changedAt }: State): boolean {
  return askedAt !== undefined && changedAt > askedAt - limits.lag;
}
