/** Remembers for the broker which objects it removed that no entry of the ledger explained, so that people are told. */
import type { LiveGrantObject } from "../breakglass/types.ts";

export class Removals {
  /** Names of the objects, since this process began. */
  readonly #names = new Set<string>();
  /** Objects that are gone before the ledger could tell of them, by uid. */
  readonly #untold = new Map<string, LiveGrantObject>();
  readonly #onChange: () => void;

  /** `onChange` is called when `caveat` says something else. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Notes that an object is gone. `isTold`: the ledger tells of it. */
  removed(object: LiveGrantObject, isTold: boolean): void {
    if (!isTold) this.#untold.set(object.uid, object);
    if (this.#names.has(object.name)) return;
    this.#names.add(object.name);
    this.#onChange();
  }

  /** Notes that the ledger tells of an object. */
  told({ uid }: LiveGrantObject): void {
    this.#untold.delete(uid);
  }

  /** Objects of a name that are gone, and of which the ledger does not tell yet. */
  untold(name: string): readonly LiveGrantObject[] {
    return [...this.#untold.values()].filter((object) => object.name === name);
  }

  /** What was removed, one sentence that is the same for the same names; undefined if nothing was. */
  caveat(): string | undefined {
    const [name, ...more] = [...this.#names].sort();
    if (name === undefined) return undefined;
    const names = more.length === 0 ? name : `${name} and ${more.length} more`;
    return `objects of grants were removed that no request explains (${names}): see the entries of type Removed in the ledger, and whether the token of the operator was stolen`;
  }
}
