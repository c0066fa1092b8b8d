/** Counts how often one object is repaired: whoever keeps changing it is told of in `Contested` instead of being raced. */

const WINDOW = 60_000;
/** Repairs inside one window from which on the next one waits. */
const MAX_REPAIRS = 10;
const FIRST_PAUSE = 30_000;
const LONGEST_PAUSE = 300_000;
/** Without a repair for this long the dispute is over. */
const QUIET = 600_000;

/** What is repaired. */
export interface Repaired {
  readonly control: string;
  readonly ref: { readonly kind: string; readonly name: string };
}

interface Dispute {
  /** Times of the last repairs, oldest first; at most MAX_REPAIRS + 1. */
  readonly repairs: readonly number[];
  /** Set while contested: milliseconds between repairs. */
  readonly pause: number | undefined;
}

/** Remembers repairs per namespace and object. All times are milliseconds of one monotonic clock. */
export class Disputes {
  readonly #namespaces = new Map<string, Map<string, Dispute>>();
  readonly #longestPause: (control: string) => number | undefined;

  /** `longestPause`: see `Control.longestPause`. */
  constructor(longestPause: (control: string) => number | undefined = () => undefined) {
    this.#longestPause = longestPause;
  }

  /** Milliseconds until this object may be repaired; 0 for now. */
  waitFor(namespace: string, drift: Repaired, now: number): number {
    const dispute = this.#namespaces.get(namespace)?.get(objectOf(drift));
    if (dispute?.pause === undefined) return 0;
    return Math.max(0, (dispute.repairs.at(-1) ?? 0) + dispute.pause - now);
  }

  /** Notes a repair that was made. */
  repaired(namespace: string, drift: Repaired, now: number): void {
    const disputes = this.#namespaces.get(namespace) ?? new Map<string, Dispute>();
    this.#namespaces.set(namespace, disputes);
    const key = objectOf(drift);
    const before = disputes.get(key);
    const repairs = [...(before?.repairs ?? []), now].slice(-(MAX_REPAIRS + 1));
    disputes.set(key, { repairs, pause: nextPause(before?.pause, repairs, this.#longestPause(drift.control)) });
  }

  /** Objects in dispute as `Kind name`, sorted, by control. Disputes that ended are forgotten on the way. */
  contested(namespace: string, now: number): ReadonlyMap<string, readonly string[]> {
    const disputes = this.#namespaces.get(namespace) ?? new Map<string, Dispute>();
    for (const [key, dispute] of disputes) if (isOver(dispute, now)) disputes.delete(key);
    if (disputes.size === 0) this.#namespaces.delete(namespace);
    const open = [...disputes].filter(([, dispute]) => dispute.pause !== undefined).map(([key]) => key.split("\n") as [string, string]);
    const controls = Map.groupBy(open, ([control]) => control);
    return new Map([...controls].map(([control, keys]) => [control, keys.map(([, object]) => object).sort()]));
  }

  /** Milliseconds until the first dispute of this namespace may be over, or undefined if there is none. */
  nextCheck(namespace: string, now: number): number | undefined {
    const ends = [...(this.#namespaces.get(namespace)?.values() ?? [])]
      .filter((dispute) => dispute.pause !== undefined)
      .map((dispute) => (dispute.repairs.at(-1) ?? 0) + QUIET - now);
    return ends.length === 0 ? undefined : Math.max(0, Math.min(...ends));
  }

  forget(namespace: string): void {
    this.#namespaces.delete(namespace);
  }

  clear(): void {
    this.#namespaces.clear();
  }
}

function isOver(dispute: Dispute, now: number): boolean {
  return now - (dispute.repairs.at(-1) ?? 0) >= (dispute.pause === undefined ? WINDOW : QUIET);
}

function nextPause(pause: number | undefined, repairs: readonly number[], longest = LONGEST_PAUSE): number | undefined {
  if (pause !== undefined) return Math.min(pause * 2, longest);
  const first = repairs[0] ?? 0;
  const last = repairs.at(-1) ?? 0;
  return repairs.length > MAX_REPAIRS && last - first <= WINDOW ? Math.min(FIRST_PAUSE, longest) : undefined;
}

function objectOf(drift: Repaired): string {
  return `${drift.control}\n${drift.ref.kind} ${drift.ref.name}`;
}
