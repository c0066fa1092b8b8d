/** Remembers for the broker which steps failed, so that none is tried again before its time, whatever happens meanwhile. */
import { type BackoffRange, backoffDelay } from "../cluster/backoff.ts";
import type { Clock } from "../cluster/clock.ts";
import type { ApiError } from "../cluster/errors.ts";

/** A step that is not to be tried yet. */
export interface Held {
  /** Why it failed the last time. */
  readonly error: ApiError;
  /** When it may be tried again, by the clock. */
  readonly until: number;
}

interface Failing extends Held {
  /** In a row. */
  readonly failures: number;
}

/** Milliseconds. Shorter than for baselines: one of the steps may be the end of somebody's access. */
const PAUSES: BackoffRange = { shortest: 500, longest: 60_000 };

/**
 * Steps by request. A request is looked at whenever something happens to it, and anybody may make something happen: what was refused a moment ago
 * must not be sent again each time. Its other steps go on, so that a refused entry holds up no end.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #failing = new Map<string, Map<string, Failing>>();

  /** `random` answers 0 <= r < 1. */
  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Why a step must not be tried now; undefined if it may. */
  held(uid: string, step: string): Held | undefined {
    const known = this.#failing.get(uid)?.get(step);
    return known !== undefined && this.#clock.now() < known.until ? known : undefined;
  }

  /** Why a step failed when it was tried last; undefined if it did not, or was done since. */
  failing(uid: string, step: string): ApiError | undefined {
    return this.#failing.get(uid)?.get(step)?.error;
  }

  /** Notes that a step failed. */
  failed(uid: string, step: string, error: ApiError): Held {
    const steps = this.#failing.get(uid) ?? new Map<string, Failing>();
    this.#failing.set(uid, steps);
    const failures = (steps.get(step)?.failures ?? 0) + 1;
    const pause = Math.max(error.retryAfter ?? 0, backoffDelay(PAUSES, failures - 1, this.#random()));
    const failing = { error, until: this.#clock.now() + pause, failures };
    steps.set(step, failing);
    return failing;
  }

  /** Notes that a step was done. */
  done(uid: string, step: string): void {
    this.#failing.get(uid)?.delete(step);
  }

  /** Notes that nothing is left to do for a request. */
  forget(uid: string): void {
    this.#failing.delete(uid);
  }
}
