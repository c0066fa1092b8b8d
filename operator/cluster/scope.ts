/** Limits the life of one request: its caller's signal and its time limit become one signal whose reason is the ApiError to throw. */
import { ApiError } from "./errors.ts";

export interface Scope {
  readonly signal: AbortSignal;
  /** From now on the scope fails after `ms` milliseconds; replaces an earlier limit. */
  limit(ms: number, message: string): void;
  /** Takes the limit away. */
  lift(): void;
  /** Lets go of timer and signal; safe to call twice. */
  end(): void;
}

/**
 * Opens a scope. It has its own listener instead of `AbortSignal.any`, so that `end` leaves nothing behind on a signal that lives as long as
 * the process.
 */
export function openScope(outer: AbortSignal | undefined): Scope {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const abort = () => controller.abort(new ApiError({ status: 0, reason: "Aborted", message: "the request was given up" }));
  const lift = () => clearTimeout(timer);

  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort);
  return {
    signal: controller.signal,
    limit: (ms, message) => {
      lift();
      timer = setTimeout(() => controller.abort(new ApiError({ status: 0, reason: "Timeout", message })), ms);
    },
    lift,
    end: () => {
      lift();
      outer?.removeEventListener("abort", abort);
    },
  };
}

/** Waits for `work` no longer than the signal allows, then rejects with its reason; what `work` does afterwards is of no interest. */
export function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
