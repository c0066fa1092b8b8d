/** Turns many measurements into few figures. */

/** What a number of measurements of one thing look like; the unit is that of the measurements. */
export interface Distribution {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** One figure per round, over all rounds. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Throws when there is no measurement. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = sortedOf(values);
  const at = (share: number): number => rounded(nearestRank(sorted, share));
  return { count: sorted.length, min: at(0), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

/** The median of an even number of figures is the mean of the two in the middle. Throws when there is no figure. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = sortedOf(figures);
  const upper = nearestRank(sorted, (sorted.length + 1) / (2 * sorted.length));
  return {
    min: rounded(nearestRank(sorted, 0)),
    median: rounded((nearestRank(sorted, 0.5) + upper) / 2),
    max: rounded(nearestRank(sorted, 1)),
  };
}

/** Four significant digits: more would be noise. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function sortedOf(values: readonly number[]): number[] {
  if (values.length === 0) throw new Error("nothing was measured");
  return values.toSorted((a, b) => a - b);
}

/** The smallest value that at least this share of all values does not exceed. */
function nearestRank(sorted: readonly number[], share: number): number {
  const rank = Math.min(sorted.length, Math.max(1, Math.ceil(share * sorted.length)));
  return sorted[rank - 1] ?? Number.NaN;
}
