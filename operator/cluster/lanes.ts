/** Keeps the keys that wait for the work queue, in the order in which they have their turn. */
import { createLine, type Line, type OwnerOf } from "./lines.ts";

/** Why a key is to be looked at, the most urgent first: somebody edited what is asked for, something differs, or it is time to look again. */
export const priorities = ["user", "drift", "resync"] as const;

export type Priority = (typeof priorities)[number];

/** A priority, or that the last look failed. */
export type Reason = Priority | "retry";

const reasons: readonly Reason[] = [...priorities, "retry"];

/**
 * Where keys wait, the most urgent first. Those whose last look failed wait apart, so that they have their turn and yet cannot take the place of
 * others, whatever happens to them.
 */
export const laneNames = ["user", "failingUser", "drift", "failingDrift", "resync", "retry"] as const;

export type LaneName = (typeof laneNames)[number];

/** The lane of a key: `isFailing` if its last look failed. */
export function laneOf(reason: Reason, isFailing: boolean): LaneName {
  if (reason === "retry" || !isFailing) return reason;
  return reason === "user" ? "failingUser" : reason === "drift" ? "failingDrift" : "retry";
}

/** Every so many turns a lane of the least urgent goes first, each in its turn, so that neither constant edits nor a stubborn second writer can starve it. */
const fairTurn = 8;
const fairLanes: readonly LaneName[] = ["resync", "retry"];

const MOST_URGENT: LaneName = "user";

/** How keys share the workers. */
export interface Sharing {
  /** Who takes turns among equally urgent keys, see `createLine`. */
  readonly owners: readonly OwnerOf[];
  /** Keys of one outer owner that are worked on side by side; one more that is most urgent, so that it need not wait for the others. */
  readonly atOnce: number;
}

/** Waiting keys: each once, within a lane first come first served, or by turns (see `createLine`). Every operation takes constant time on average. */
export class Lanes {
  readonly #lanes: Readonly<Record<LaneName, Line>>;
  readonly #sharing: Sharing;
  /** Owners of the keys that were taken and not given back. */
  readonly #taken = new Map<string, string>();
  readonly #busy = new Map<string, number>();
  #turns = 0;

  constructor(sharing: Sharing = { owners: [], atOnce: Number.POSITIVE_INFINITY }) {
    this.#sharing = sharing;
    const { owners } = sharing;
    this.#lanes = {
      user: createLine(owners),
      failingUser: createLine(owners),
      drift: createLine(owners),
      failingDrift: createLine(owners),
      resync: createLine(owners),
      retry: createLine(owners),
    };
  }

  get size(): number {
    return laneNames.reduce((sum, name) => sum + this.#lanes[name].size, 0);
  }

  /** Lets a key wait; one that waits already moves up if this is more urgent, and keeps its place otherwise. */
  put(key: string, lane: LaneName): void {
    const current = laneNames.find((each) => this.#lanes[each].has(key));
    if (current !== undefined && laneNames.indexOf(lane) >= laneNames.indexOf(current)) return;
    if (current !== undefined) this.#lanes[current].delete(key);
    this.#lanes[lane].add(key);
  }

  /** Takes out the key whose turn it is, of the lanes that may have one. */
  take(mayTake: (lane: LaneName) => boolean): { readonly key: string; readonly lane: LaneName } | undefined {
    for (const lane of this.#order()) {
      const key = mayTake(lane) ? this.#lanes[lane].shift((owner) => this.#busyOf(owner) < this.#limitOf(lane)) : undefined;
      if (key === undefined) continue;
      this.#turns += 1;
      this.#began(key);
      return { key, lane };
    }
    return undefined;
  }

  /** Notes that a key is not worked on any more. */
  done(key: string): void {
    const owner = this.#taken.get(key);
    if (owner === undefined) return;
    this.#taken.delete(key);
    const busy = this.#busyOf(owner) - 1;
    if (busy > 0) this.#busy.set(owner, busy);
    else this.#busy.delete(owner);
  }

  #began(key: string): void {
    const owner = this.#sharing.owners[0]?.(key);
    if (owner === undefined) return;
    this.#taken.set(key, owner);
    this.#busy.set(owner, this.#busyOf(owner) + 1);
  }

  #limitOf(lane: LaneName): number {
    return this.#sharing.atOnce + (lane === MOST_URGENT ? 1 : 0);
  }

  #busyOf(owner: string): number {
    return this.#busy.get(owner) ?? 0;
  }

  #order(): readonly LaneName[] {
    const turn = this.#turns + 1;
    const fair = turn % fairTurn === 0 ? fairLanes[(turn / fairTurn - 1) % fairLanes.length] : undefined;
    return fair === undefined ? laneNames : [fair, ...laneNames];
  }
}

/** True if `a` has its turn before `b`. */
export function isMoreUrgent(a: Reason, b: Reason): boolean {
  return reasons.indexOf(a) < reasons.indexOf(b);
}
