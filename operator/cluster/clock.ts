/** Tells the kernel the time and wakes it later, so that tests need not wait for real. */

/** A monotonic clock with timers. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes backwards. Only differences mean something. */
  now(): number;
  /** Calls `run` once, `ms` milliseconds from now; the answer cancels it (safe to call twice, or too late). */
  after(ms: number, run: () => void): () => void;
}

/** Longest delay of a timer in Node; anything above fires at once. */
const longestTimer = 2 ** 31 - 1;

/** The process's own clock. A wait beyond 24.8 days ends early: whoever waits looks again and waits for the rest. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, longestTimer));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms` milliseconds, or at once when `signal` is aborted. Never rejects and leaves no timer behind. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener("abort", done);
  });
}
