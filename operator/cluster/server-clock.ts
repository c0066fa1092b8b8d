/** Tells the API server's time from the `Date` of its answers, carried on by a clock that nobody can set. */

export interface ServerClock {
  /** Notes the `Date` header of an answer that has just arrived, in milliseconds since the epoch; undefined for an answer without one. */
  saw(date: number | undefined): void;
  /** The API server's time in milliseconds since the epoch, right within two seconds; undefined before its first answer. */
  now(): number | undefined;
  /** Milliseconds between this machine's wall clock and the API server's; undefined before its first answer. */
  skew(): number | undefined;
}

export interface ServerClockOptions {
  /** Milliseconds of a clock that never goes backwards. */
  readonly monotonic: () => number;
  /** Milliseconds since the epoch by this machine; nothing but `skew` reads it. */
  readonly wall: () => number;
}

/** Milliseconds: a `Date` has whole seconds (RFC 9110, 5.6.7), and the answer was on its way. Further behind, the server's clock was set back. */
const TOLERANCE = 2_000;

/** A clock that knows nothing yet. */
export function createServerClock({ monotonic, wall }: ServerClockOptions): ServerClock {
  /** What the server's time is ahead of the monotonic clock. Cut-off seconds and slow answers only ever make it too small: the largest is the best. */
  let ahead: number | undefined;

  const now = (): number | undefined => (ahead === undefined ? undefined : monotonic() + ahead);

  return {
    saw: (date) => {
      if (date === undefined) return;
      const seen = date - monotonic();
      if (ahead === undefined || seen > ahead || seen < ahead - TOLERANCE) ahead = seen;
    },
    now,
    skew: () => {
      const time = now();
      return time === undefined ? undefined : Math.abs(wall() - time);
    },
  };
}
