/** Owns the order in which waiting keys have their turn. */

/** Why a key is to be looked at, the most urgent first: somebody edited what is asked for, something differs, or it is time to look again. */
export const priorities = ["user", "drift", "resync", "retry"] as const;

export type Priority = (typeof priorities)[number];

/** Every so many turns the least urgent lane goes first, so that constant edits or a stubborn second writer cannot starve it. */
const fairTurn = 8;

/** Waiting keys: each once, first come first served within a priority. Every operation takes constant time on average. */
export class Lanes {
  readonly #lanes = { user: new Lane(), drift: new Lane(), resync: new Lane(), retry: new Lane() } satisfies Record<Priority, Lane>;
  #turns = 0;

  get size(): number {
    return priorities.reduce((sum, priority) => sum + this.#lanes[priority].size, 0);
  }

  /** Lets a key wait; one that waits already moves up if this is more urgent, and keeps its place otherwise. */
  put(key: string, priority: Priority): void {
    const current = priorities.find((each) => this.#lanes[each].has(key));
    if (current !== undefined && !isMoreUrgent(priority, current)) return;
    if (current !== undefined) this.#lanes[current].delete(key);
    this.#lanes[priority].add(key);
  }

  /** Takes out the key whose turn it is. */
  take(): string | undefined {
    this.#turns += 1;
    const order = this.#turns % fairTurn === 0 ? priorities.toReversed() : priorities;
    for (const priority of order) {
      const key = this.#lanes[priority].shift();
      if (key !== undefined) return key;
    }
    return undefined;
  }
}

/** True if `a` has its turn before `b`. */
export function isMoreUrgent(a: Priority, b: Priority): boolean {
  return priorities.indexOf(a) < priorities.indexOf(b);
}

/** A first-in-first-out set. */
class Lane {
  readonly #keys = new Set<string>();
  /**
   * Stays where it is between turns: a fresh iterator would walk over the holes that earlier turns left. Everything behind it was taken out and what is
   * added comes in front of it, so it never reaches its end (where it would stay) as long as there is a key.
   */
  readonly #cursor = this.#keys.values();

  get size(): number {
    return this.#keys.size;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  add(key: string): void {
    this.#keys.add(key);
  }

  delete(key: string): void {
    this.#keys.delete(key);
  }

  shift(): string | undefined {
    if (this.size === 0) return undefined;
    const { value } = this.#cursor.next();
    if (value !== undefined) this.#keys.delete(value);
    return value;
  }
}
