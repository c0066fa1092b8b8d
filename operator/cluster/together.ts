/** Fills several stores from one stream, for whoever keeps different things of the same objects: the API server is asked once. */
import type { KubernetesObject } from "../api/object.ts";
import type { FedStore, Relist } from "./store.ts";
import type { Store, Stored } from "./types.ts";

/** Stores that are filled together. */
export interface Together<T extends Stored> {
  /** What the stream is put into. */
  readonly fed: FedStore<T>;
  /** Each store by itself, in the order in which they were given. What is put into one is known to all. */
  readonly views: readonly Store<T>[];
}

/** Puts stores together; whoever reads all of them as one reads the first. Throws without any. */
export function together<T extends Stored>(stores: readonly FedStore<T>[]): Together<T> {
  const [first] = stores;
  if (first === undefined) throw new Error("no store to fill");
  const all = new All(first, stores);
  return { fed: all, views: stores.map((store) => new View(store, all)) };
}

class All<T extends Stored> implements FedStore<T> {
  readonly #first: FedStore<T>;
  readonly #stores: readonly FedStore<T>[];

  constructor(first: FedStore<T>, stores: readonly FedStore<T>[]) {
    this.#first = first;
    this.#stores = stores;
  }

  get position(): string | undefined {
    return this.#first.position;
  }

  get size(): number {
    return this.#first.size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#first.get(namespace, name);
  }

  list(namespace: string): ReadonlyMap<string, T> {
    return this.#first.list(namespace);
  }

  namespaces(): Iterable<string> {
    return this.#first.namespaces();
  }

  observe(object: KubernetesObject): void {
    for (const store of this.#stores) store.observe(object);
  }

  observeDeleted(namespace: string, name: string, uid: string): void {
    for (const store of this.#stores) store.observeDeleted(namespace, name, uid);
  }

  refine(value: T): void {
    this.#first.refine(value);
  }

  change(object: KubernetesObject): void {
    for (const store of this.#stores) store.change(object);
  }

  remove(object: KubernetesObject): void {
    for (const store of this.#stores) store.remove(object);
  }

  advance(resourceVersion: string): void {
    for (const store of this.#stores) store.advance(resourceVersion);
  }

  relist(options?: { readonly afresh?: boolean }): Relist {
    const lists = this.#stores.map((store) => store.relist(options));
    const each = (act: (list: Relist) => void): void => {
      for (const list of lists) act(list);
    };
    return {
      put: (object) => each((list) => list.put(object)),
      drop: (object) => each((list) => list.drop(object)),
      end: (resourceVersion) => each((list) => list.end(resourceVersion)),
    };
  }
}

/** Reads one store, and writes all. */
class View<T extends Stored> implements Store<T> {
  readonly #own: Store<T>;
  readonly #all: Store<T>;

  constructor(own: Store<T>, all: Store<T>) {
    this.#own = own;
    this.#all = all;
  }

  get size(): number {
    return this.#own.size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#own.get(namespace, name);
  }

  list(namespace: string): ReadonlyMap<string, T> {
    return this.#own.list(namespace);
  }

  namespaces(): Iterable<string> {
    return this.#own.namespaces();
  }

  observe(object: KubernetesObject): void {
    this.#all.observe(object);
  }

  observeDeleted(namespace: string, name: string, uid: string): void {
    this.#all.observeDeleted(namespace, name, uid);
  }

  refine(value: T): void {
    this.#own.refine(value);
  }
}
