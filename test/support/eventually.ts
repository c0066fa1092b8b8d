/** Waits in tests: for a condition, never for a time. */
import { setTimeout as delay } from "node:timers/promises";

const POLL_INTERVAL = 50;
/** Milliseconds: on a machine that has other things to do, what takes one second may take twenty. */
const DEFAULT_TIMEOUT = 40_000;

/**
 * Repeats `probe` until it neither throws nor answers false, and answers what it answered.
 * After `timeout` milliseconds it throws with the description and the last failure.
 */
export async function eventually<T>(description: string, probe: () => T | Promise<T>, timeout = DEFAULT_TIMEOUT): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const attempt = await attemptOnce(probe);
    if (attempt.done) return attempt.value;
    if (performance.now() >= deadline) {
      throw new Error(`not within ${timeout} ms: ${description}: ${attempt.message}`, { cause: attempt.cause });
    }
    await delay(POLL_INTERVAL);
  }
}

type Attempt<T> = { done: true; value: T } | { done: false; message: string; cause?: unknown };

async function attemptOnce<T>(probe: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    const value = await probe();
    return value === false ? { done: false, message: "still false" } : { done: true, value };
  } catch (cause) {
    return { done: false, message: cause instanceof Error ? cause.message : String(cause), cause };
  }
}
