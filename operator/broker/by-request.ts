/** Finds what is about one request among everything of a kind. */
import type { Change } from "../cluster/store.ts";
import type { Stored } from "../cluster/types.ts";

/** Rows of a store by the uid of the request that they are about, as the watch tells of them: writes of ours do not show here. */
export class ByRequest<T extends Stored> {
  readonly #rows = new Map<string, Map<string, T>>();
  readonly requestOf: (row: T) => string;

  /** `requestOf` answers the uid of the request that a row is about. */
  constructor(requestOf: (row: T) => string) {
    this.requestOf = requestOf;
  }

  note({ previous, current }: Change<T>): void {
    if (previous !== undefined) this.#take(previous);
    if (current === undefined) return;
    const key = this.requestOf(current);
    const siblings = this.#rows.get(key) ?? new Map<string, T>();
    this.#rows.set(key, siblings.set(current.uid, current));
  }

  /** In any order. */
  of(requestUID: string): readonly T[] {
    return [...(this.#rows.get(requestUID)?.values() ?? [])];
  }

  #take(row: T): void {
    const key = this.requestOf(row);
    const siblings = this.#rows.get(key);
    if (siblings?.delete(row.uid) && siblings.size === 0) this.#rows.delete(key);
  }
}
