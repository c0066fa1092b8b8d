/** Owns which key is worked on when: each key by one worker at a time, urgent ones first, failing ones with growing pauses. */
import { type BackoffRange, backoffDelay } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { isMoreUrgent, Lanes, type Priority } from "./lanes.ts";
import type { Log } from "./log.ts";

export type { Priority } from "./lanes.ts";

export interface WorkQueueOptions {
  /** Keys that are worked on side by side. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Answers 0 <= r < 1; default Math.random. */
  readonly random?: () => number;
}

/** A key that nothing is to be done about costs nothing. */
export interface WorkQueue {
  /** Keys that could be worked on now. */
  readonly waiting: number;
  /** Lets a key be worked on; one that is being worked on is worked on once more afterwards. */
  add(key: string, priority: Priority): void;
  /** Adds the key in `ms` milliseconds, unless it is worked on before. Of several calls the earliest counts. */
  later(key: string, ms: number, priority?: Priority): void;
  /** Like `later`, after a pause that grows with each call until `forget`: 0.5 s to 5 min with jitter, and not less than `atLeast` milliseconds. */
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
  readonly #lanes = new Lanes();
  /** Keys that are worked on, with the priority to go on with if they were added meanwhile. */
  readonly #running = new Map<string, Priority | undefined>();
  readonly #appointments = new Map<string, Appointment>();
  /** Failures in a row; no entry for a key that works. */
  readonly #failures = new Map<string, number>();
  #handler: ((key: string) => Promise<void>) | undefined;
  #ended: boolean;
  #drained: (() => void) | undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#ended = false;
  }

  get waiting(): number {
    return this.#lanes.size;
  }

  add(key: string, priority: Priority): void {
    if (this.#ended) return;
    if (!this.#running.has(key)) {
      this.#lanes.put(key, priority);
      this.#start();
      return;
    }
    const noted = this.#running.get(key);
    if (noted === undefined || isMoreUrgent(priority, noted)) this.#running.set(key, priority);
  }

  later(key: string, ms: number, priority: Priority = "resync"): void {
    this.#appoint(key, ms, priority);
  }

  retry(key: string, { atLeast = 0 }: { readonly atLeast?: number } = {}): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#appoint(key, Math.max(atLeast, backoffDelay(retryRange, failures, this.#random())), "drift");
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

  #appoint(key: string, ms: number, priority: Priority): void {
    if (this.#ended) return;
    const due = this.#options.clock.now() + ms;
    const known = this.#appointments.get(key);
    if (known !== undefined && known.due <= due) return;
    known?.cancel();
    const cancel = this.#options.clock.after(ms, () => {
      this.#appointments.delete(key);
      this.add(key, priority);
    });
    this.#appointments.set(key, { due, cancel });
  }

  #start(): void {
    while (this.#handler !== undefined && this.#running.size < this.#options.concurrency) {
      const key = this.#lanes.take();
      if (key === undefined) return;
      // This look replaces the one that was arranged: whoever works on the key arranges the next.
      this.#appointments.get(key)?.cancel();
      this.#appointments.delete(key);
      this.#running.set(key, undefined);
      void this.#work(key, this.#handler);
    }
  }

  async #work(key: string, handler: (key: string) => Promise<void>): Promise<void> {
    try {
      await handler(key);
    } catch (error) {
      this.#options.log.warn("a handler failed", { key, problem: String(error) });
      this.retry(key);
    }
    const again = this.#running.get(key);
    this.#running.delete(key);
    if (again !== undefined) this.add(key, again);
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
