/** Decides which key is worked on when: each by one worker at a time, urgent ones first, failing ones with growing pauses and few workers. */
import { type BackoffRange, backoffDelay } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { isMoreUrgent, type LaneName, Lanes, laneOf, type Priority, type Reason, type Sharing } from "./lanes.ts";
import type { Log } from "./log.ts";
import { Shares } from "./shares.ts";

export type { Priority } from "./lanes.ts";

export interface WorkQueueOptions {
  /** Keys that are worked on side by side. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Answers 0 <= r < 1; default Math.random. */
  readonly random?: () => number;
  /** Default: first come first served. */
  readonly sharing?: Sharing;
}

/** A key that nothing is to be done about costs nothing. */
export interface WorkQueue {
  /** Keys that could be worked on now. */
  readonly waiting: number;
  /**
   * Lets a key be worked on; one that is being worked on is worked on once more afterwards. A pause of `retry` does not hold it up, only what was
   * added for `resync` then waits with the retries.
   */
  add(key: string, priority: Priority): void;
  /** Adds the key in `ms` milliseconds, unless it is worked on before. Of several calls the earliest counts. */
  later(key: string, ms: number): void;
  /** Like `retry`, in exactly `ms` milliseconds: for a caller who paces what failed himself. */
  retryIn(key: string, ms: number): void;
  /**
   * Notes that the key failed, and adds it behind everything else after a pause that grows with each call until `forget`: 0.5 s to 5 min with jitter,
   * and not less than `atLeast` milliseconds. At most a quarter of the workers is busy with such keys, at most half with keys that failed.
   */
  retry(key: string, options?: { readonly atLeast?: number }): void;
  /** Notes that the key was worked on with success: the next `retry` begins with a short pause. */
  forget(key: string): void;
  /**
   * Works until the signal is aborted, then waits for the handlers that run. A handler that fails is reported and its key tried again. A queue runs
   * once; afterwards it takes nothing in.
   */
  run(handler: (key: string) => Promise<void>, signal: AbortSignal): Promise<void>;
}

const retryRange: BackoffRange = { shortest: 500, longest: 300_000 };

/** An empty queue; keys may be added before it runs. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new Queue(options);
}

interface Appointment {
  readonly due: number;
  readonly cancel: () => void;
}

class Queue implements WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #random: () => number;
  readonly #lanes: Lanes;
  readonly #shares: Shares;
  /** Keys that are worked on, with the reason to go on with if they were added meanwhile. */
  readonly #running = new Map<string, Reason | undefined>();
  readonly #appointments = new Map<string, Appointment>();
  /** Failures in a row; no entry for a key that works. */
  readonly #failures = new Map<string, number>();
  #handler: ((key: string) => Promise<void>) | undefined;
  #ended: boolean;
  #drained: (() => void) | undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#lanes = new Lanes(options.sharing);
    this.#shares = new Shares(options.concurrency);
    this.#ended = false;
  }

  get waiting(): number {
    return this.#lanes.size;
  }

  add(key: string, priority: Priority): void {
    this.#add(key, priority);
  }

  later(key: string, ms: number): void {
    this.#appoint(key, ms, "resync");
  }

  retry(key: string, { atLeast = 0 }: { readonly atLeast?: number } = {}): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#appoint(key, Math.max(atLeast, backoffDelay(retryRange, failures, this.#random())), "retry");
  }

  retryIn(key: string, ms: number): void {
    this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1);
    this.#appoint(key, ms, "retry");
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  async run(handler: (key: string) => Promise<void>, signal: AbortSignal): Promise<void> {
    this.#handler = handler;
    this.#start();
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      if (signal.aborted) this.#end();
      else signal.addEventListener("abort", () => this.#end(), { once: true });
    });
  }

  #add(key: string, reason: Reason): void {
    if (this.#ended) return;
    if (!this.#running.has(key)) {
      this.#lanes.put(key, laneOf(reason, this.#failures.has(key)));
      this.#start();
      return;
    }
    const noted = this.#running.get(key);
    if (noted === undefined || isMoreUrgent(reason, noted)) this.#running.set(key, reason);
  }

  #appoint(key: string, ms: number, reason: Reason): void {
    if (this.#ended) return;
    const due = this.#options.clock.now() + ms;
    const known = this.#appointments.get(key);
    if (known !== undefined && known.due <= due) return;
    known?.cancel();
    const cancel = this.#options.clock.after(ms, () => {
      this.#appointments.delete(key);
      this.#add(key, reason);
    });
    this.#appointments.set(key, { due, cancel });
  }

  #start(): void {
    while (this.#handler !== undefined && this.#running.size < this.#options.concurrency) {
      const next = this.#lanes.take((lane) => this.#shares.mayTake(lane));
      if (next === undefined) return;
      const { key, lane } = next;
      // This look replaces the one that was arranged: whoever works on the key arranges the next.
      this.#appointments.get(key)?.cancel();
      this.#appointments.delete(key);
      this.#running.set(key, undefined);
      void this.#work(key, lane, this.#handler);
    }
  }

  async #work(key: string, lane: LaneName, handler: (key: string) => Promise<void>): Promise<void> {
    this.#shares.began(lane);
    try {
      await handler(key);
    } catch (error) {
      this.#options.log.warn("a handler failed", { key, problem: String(error) });
      this.retry(key);
    }
    const again = this.#running.get(key);
    this.#running.delete(key);
    this.#shares.ended(lane);
    this.#lanes.done(key);
    if (again !== undefined) this.#add(key, again);
    if (this.#ended) this.#settle();
    else this.#start();
  }

  #end(): void {
    this.#ended = true;
    this.#handler = undefined;
    for (const { cancel } of this.#appointments.values()) cancel();
    this.#appointments.clear();
    this.#settle();
  }

  #settle(): void {
    if (this.#running.size === 0) this.#drained?.();
  }
}
