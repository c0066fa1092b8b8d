/** Turns the signals that ask a process to end into one AbortSignal, and tells how long ago that was, for the command that runs until then. */
import type { EventEmitter } from "node:events";
import { fromEvent, merge, take } from "rxjs";
import type { Clock } from "./cluster/clock.ts";

/**
 * Aborted by SIGTERM or SIGINT, whichever comes first. Nobody listens to either after that: a second signal, also the other one, ends
 * a process at once that does not come to its end.
 */
export function stopSignal(source: EventEmitter = process): AbortSignal {
  const stop = new AbortController();
  merge(fromEvent(source, "SIGTERM"), fromEvent(source, "SIGINT"))
    .pipe(take(1))
    .subscribe(() => stop.abort());
  return stop.signal;
}

/** Answers whether the signal was aborted `ms` milliseconds ago or earlier. */
export function abortedFor(signal: AbortSignal, ms: number, clock: Pick<Clock, "now">): () => boolean {
  let due = Number.POSITIVE_INFINITY;
  signal.addEventListener("abort", () => {
    due = clock.now() + ms;
  });
  return () => clock.now() >= due;
}
