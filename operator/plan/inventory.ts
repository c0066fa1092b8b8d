/**
 * Tells what a baseline had in place from what was there before it, also where somebody has removed every mark of ours. The record stands
 * in status, but no record is believed alone: docs/design/0004.
 */
import { sortedSet } from "../controls/order.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { objectKey } from "./object-key.ts";
import { isOurs } from "./ownership.ts";
import type { Desired, Live } from "./types.ts";

/** What is remembered of one object. */
interface Entry {
  readonly uid: string;
  /** This process has seen the object in place; otherwise the status says so. */
  readonly seen: boolean;
}

/** What a look saw. */
export interface LookedAt {
  readonly asked: readonly Desired[];
  /** What is there after its writes. */
  readonly live: readonly Live[];
  /** Asked for, but of a kind that is not there now. */
  readonly lost: readonly Desired[];
  /** False while a section cannot say what it asks for. */
  readonly isComplete: boolean;
}

/** Objects that a baseline had in place, by key. Immutable. */
export class Inventory {
  readonly #entries: ReadonlyMap<string, Entry>;
  /** Seconds since the epoch at which the baseline was made. */
  readonly #since: number | undefined;

  constructor(entries: ReadonlyMap<string, Entry>, since: number | undefined) {
    this.#entries = entries;
    this.#since = since;
  }

  /** As the status of a baseline tells it. A line that does not read like one of ours is passed over. */
  static recorded(lines: readonly string[], since: number | undefined): Inventory {
    const entries = lines.flatMap((line): [string, Entry][] => {
      const [resource, name, uid, ...rest] = line.split(" ");
      if (!resource || !name || !uid || rest.length > 0) return [];
      return [[`${resource} ${name}`, { uid, seen: false }]];
    });
    return new Inventory(new Map(entries), since);
  }

  /**
   * Whether the object of this name was in place before: `live` is what stands there now, undefined if nothing does. What this process has not
   * seen itself is believed only of an object that the API server made after the baseline: a stranger that was there before stays one,
   * whatever a status says.
   */
  had(kind: OwnedKind, name: string, live: Pick<Live, "created"> | undefined): boolean {
    const entry = this.#entries.get(objectKey(kind, name));
    if (entry === undefined) return false;
    if (live === undefined || entry.seen) return true;
    return live.created !== undefined && this.#since !== undefined && live.created >= this.#since;
  }

  /** Whether an object of this name is to be watched closely. */
  has(kind: OwnedKind, name: string): boolean {
    return this.#entries.size > 0 && this.#entries.has(objectKey(kind, name));
  }

  /**
   * After a look: what is asked for and stands there as ours is in place; what was in place and is still asked for stays remembered, because it
   * is to come back; `lost` went with its kind, and nobody took it away; the rest is given up, unless it is not known what all is asked for.
   */
  after({ asked, live, lost, isComplete }: LookedAt): Inventory {
    const there = new Map(live.filter(isOurs).map((one) => [objectKey(one.kind, one.name), one.uid]));
    const gone = new Set(lost.map(({ kind, name }) => objectKey(kind, name)));
    const entries = asked.flatMap(({ kind, name }): [string, Entry][] => {
      const key = objectKey(kind, name);
      const uid = there.get(key);
      if (uid !== undefined) return [[key, { uid, seen: true }]];
      const before = this.#entries.get(key);
      return before === undefined || gone.has(key) ? [] : [[key, before]];
    });
    const kept = isComplete ? [] : this.#entries;
    return new Inventory(new Map([...kept, ...entries]), this.#since);
  }

  /** Lines for the status, sorted. */
  lines(): readonly string[] {
    return sortedSet([...this.#entries].map(([key, { uid }]) => `${key} ${uid}`));
  }
}

/** Nothing was in place. */
export const EMPTY_INVENTORY = new Inventory(new Map(), undefined);
