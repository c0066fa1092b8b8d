/** Holds the rows of a store by namespace and name. */
import type { Stored } from "./types.ts";

const nothing: ReadonlyMap<string, never> = new Map<string, never>();

/** Rows by namespace and name; a namespace without rows holds no entry. */
export class Rows<T extends Stored> {
  readonly #namespaces = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  list(namespace: string): ReadonlyMap<string, T> {
    return this.#namespaces.get(namespace) ?? nothing;
  }

  namespaces(): Iterable<string> {
    return this.#namespaces.keys();
  }

  *values(): Generator<T> {
    for (const names of this.#namespaces.values()) yield* names.values();
  }

  set(row: T): void {
    let names = this.#namespaces.get(row.namespace);
    if (names === undefined) {
      names = new Map();
      this.#namespaces.set(row.namespace, names);
    }
    if (!names.has(row.name)) this.#size += 1;
    names.set(row.name, row);
  }

  delete(namespace: string, name: string): void {
    const names = this.#namespaces.get(namespace);
    if (!names?.delete(name)) return;
    this.#size -= 1;
    if (names.size === 0) this.#namespaces.delete(namespace);
  }
}
