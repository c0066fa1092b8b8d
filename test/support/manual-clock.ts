/** Stands still until a test moves it: the clock of tests that must not wait for real. */
import type { Clock } from "../../operator/cluster/clock.ts";

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that were set and neither fired nor were cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer fires; undefined without one. */
  get next(): number | undefined {
    return this.pending === 0 ? undefined : Math.min(...[...this.#timers].map(({ due }) => due)) - this.#now;
  }

  /** Moves on, firing what falls due in order and letting each of them take its course. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (let timer = this.#first(end); timer !== undefined; timer = this.#first(end)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.due);
      timer.run();
      await settle();
    }
    this.#now = end;
  }

  #first(end: number): Timer | undefined {
    return [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
  }
}

/** Resolves when every promise that could go on without time or I/O has gone on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
