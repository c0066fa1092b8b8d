/** Says how long to wait before trying again. */

/** Milliseconds between which waiting times move. */
export interface BackoffRange {
  readonly shortest: number;
  readonly longest: number;
}

/**
 * Milliseconds to wait after the given number of failures; where the shortest pause follows the first one, count from 0. Doubles with each failure;
 * `random` (0 <= r < 1) spreads it over the upper half of the step, so that parties that failed together do not come back together.
 */
export function backoffDelay(range: BackoffRange, failures: number, random: number): number {
  const step = Math.min(range.longest, range.shortest * 2 ** failures);
  return step / 2 + (step / 2) * random;
}
