/** Keeps workers of the work queue free for what is fresh: what failed, and what can wait, may take no more than a share of them. */
import { type LaneName, laneNames } from "./lanes.ts";

interface Share {
  readonly lanes: readonly LaneName[];
  /** Of all workers. A share is never less than one of them. */
  readonly part: number;
}

const shares: readonly Share[] = [
  { lanes: ["retry"], part: 1 / 4 },
  // Also with events of their own: whoever makes namespaces that hang can make events in them. More than retries get, for those who mend what failed.
  { lanes: ["failingUser", "failingDrift", "retry"], part: 1 / 2 },
  { lanes: ["resync", "retry"], part: 3 / 4 },
];

/** A share of a certain number of workers. */
interface Account {
  readonly limit: number;
  busy: number;
}

export class Shares {
  readonly #accounts: ReadonlyMap<LaneName, readonly Account[]>;

  constructor(workers: number) {
    const accounts = shares.map(({ lanes, part }) => ({ lanes, account: { limit: Math.max(1, Math.floor(workers * part)), busy: 0 } }));
    const accountsOf = (lane: LaneName) => accounts.filter(({ lanes }) => lanes.includes(lane)).map(({ account }) => account);
    this.#accounts = new Map(laneNames.map((lane) => [lane, accountsOf(lane)]));
  }

  /** True if one more worker may take a key of this lane. */
  mayTake(lane: LaneName): boolean {
    return this.#of(lane).every(({ busy, limit }) => busy < limit);
  }

  began(lane: LaneName): void {
    for (const account of this.#of(lane)) account.busy += 1;
  }

  ended(lane: LaneName): void {
    for (const account of this.#of(lane)) account.busy -= 1;
  }

  #of(lane: LaneName): readonly Account[] {
    return this.#accounts.get(lane) ?? [];
  }
}
