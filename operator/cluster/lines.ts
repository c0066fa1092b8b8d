/** Lets keys wait in line for the work queue: first come first served, or by turns, so that nobody with many keys keeps the others waiting. */

/** Waiting keys, each once. Every operation takes constant time on average. */
export interface Line {
  readonly size: number;
  has(key: string): boolean;
  add(key: string): void;
  delete(key: string): void;
  /** Takes out the key whose turn it is; those of outer owners that are not free wait. */
  shift(isFree?: (owner: string) => boolean): string | undefined;
}

/** Answers to whom a key belongs: the keys of one owner have one turn together. */
export type OwnerOf = (key: string) => string;

/** An empty line in which owners take turns, and within the keys of one owner those of the next kind; without owners, first come first served. */
export function createLine([ownerOf, ...inner]: readonly OwnerOf[]): Line {
  return ownerOf === undefined ? new FirstCome() : new Turns(ownerOf, inner);
}

/** A first-in-first-out set. */
class FirstCome implements Line {
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

/** A line per owner, each of which has its turn after all others have had theirs. */
class Turns implements Line {
  readonly #ownerOf: OwnerOf;
  readonly #inner: readonly OwnerOf[];
  /** Whose each key was when it was added: that may change while it waits. */
  readonly #owners = new Map<string, string>();
  readonly #lines = new Map<string, Line>();
  /** As in `FirstCome`: an owner who has had a turn is added anew behind the others. */
  readonly #cursor = this.#lines.entries();

  constructor(ownerOf: OwnerOf, inner: readonly OwnerOf[]) {
    this.#ownerOf = ownerOf;
    this.#inner = inner;
  }

  get size(): number {
    return this.#owners.size;
  }

  has(key: string): boolean {
    return this.#owners.has(key);
  }

  add(key: string): void {
    if (this.has(key)) return;
    const owner = this.#ownerOf(key);
    const line = this.#lines.get(owner) ?? createLine(this.#inner);
    line.add(key);
    this.#owners.set(key, owner);
    this.#lines.set(owner, line);
  }

  delete(key: string): void {
    const owner = this.#owners.get(key);
    const line = owner === undefined ? undefined : this.#lines.get(owner);
    if (owner === undefined || line === undefined) return;
    line.delete(key);
    this.#owners.delete(key);
    if (line.size === 0) this.#lines.delete(owner);
  }

  shift(isFree: (owner: string) => boolean = () => true): string | undefined {
    for (let owners = this.#lines.size; owners > 0; owners -= 1) {
      const key = this.#turn(isFree);
      if (key !== undefined) return key;
    }
    return undefined;
  }

  /** Lets the next owner have a turn, who is the last one then. */
  #turn(isFree: (owner: string) => boolean): string | undefined {
    const { value } = this.#cursor.next();
    if (value === undefined) return undefined;
    const [owner, line] = value;
    const key = isFree(owner) ? line.shift() : undefined;
    if (key !== undefined) this.#owners.delete(key);
    this.#lines.delete(owner);
    if (line.size > 0) this.#lines.set(owner, line);
    return key;
  }
}
