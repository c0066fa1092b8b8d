/** Keeps what is known of each object of one kind: its newest state that could be read, or nothing. */
import type { KubernetesObject } from "../api/object.ts";
import { identify, keyOf, type ObjectName, pathOf } from "./identity.ts";
import { isNewer } from "./resource-version.ts";
import { Rows } from "./rows.ts";
import type { Store, Stored } from "./types.ts";

/** What happened to one object; `current` is undefined when it went, `previous` when it is new. */
export interface Change<T extends Stored> {
  readonly previous: T | undefined;
  readonly current: T | undefined;
}

export interface StoreOptions<T extends Stored> {
  /** What to keep of an object, given what is kept of its previous state (same uid); undefined keeps nothing. Carries over the object's identity. */
  readonly project: (object: KubernetesObject, previous: T | undefined) => T | undefined;
  /**
   * Called after each change that did not come from a write of ours, and when an object can no longer be read, whoever wrote it. `key`: the
   * namespace, or the name of a cluster-scoped object. What it throws is reported; the change stays.
   */
  readonly onChange: (key: string, change: Change<T>) => void;
  /** Called when an object cannot be read (no identity, or `project` threw): what was kept of it goes, because it may be anything by now. */
  readonly onProblem: (problem: string) => void;
}

/** A complete list on its way into a store. Nothing is visible before `end`; one that is never ended leaves no trace. */
export interface Relist {
  put(object: KubernetesObject): void;
  /** Takes back an object that went while the list was under way. */
  drop(object: KubernetesObject): void;
  /** Makes the list the content of the store. `resourceVersion`: the state of the cluster that the list shows. */
  end(resourceVersion: string): void;
}

/** A store as the reflector that fills it sees it. */
export interface FedStore<T extends Stored> extends Store<T> {
  /** The store knows of everything up to this resourceVersion; undefined before the first complete list. */
  readonly position: string | undefined;
  /** Takes in a watch event about an object that is there. */
  change(object: KubernetesObject): void;
  /** Takes in a watch event about an object that is no longer there (or no longer selected). */
  remove(object: KubernetesObject): void;
  /** Notes that nothing else happened up to this resourceVersion. */
  advance(resourceVersion: string): void;
  /**
   * Begins to replace the content; an earlier list that was not ended is forgotten. `afresh`: the cluster has another past than the one that is
   * known (it was restored), so only the list counts, also where it is older, or has the same resourceVersion again for another content.
   */
  relist(options?: { readonly afresh?: boolean }): Relist;
}

/** An empty store. */
export function createStore<T extends Stored>(options: StoreOptions<T>): FedStore<T> {
  return new Cache(options);
}

/** A list under way. */
interface Staging<T extends Stored> {
  readonly rows: Rows<T>;
  readonly afresh: boolean;
  /** Paths that writes of ours touched since the list began: what we know of them may be newer than the list. */
  readonly written: Set<string>;
}

class Cache<T extends Stored> implements FedStore<T> {
  readonly #options: StoreOptions<T>;
  readonly #rows = new Rows<T>();
  /**
   * By path, the last state of an object that went by our own doing: watch events up to it are late, also those of an earlier object of that name.
   * Needed only until `position` has passed it, because the watch tells the changes of a kind in the order of their versions.
   */
  readonly #gone = new Map<string, string>();
  #position: string | undefined;
  #staging: Staging<T> | undefined;

  constructor(options: StoreOptions<T>) {
    this.#options = options;
  }

  get position(): string | undefined {
    return this.#position;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#rows.get(namespace, name);
  }

  list(namespace: string): ReadonlyMap<string, T> {
    return this.#rows.list(namespace);
  }

  namespaces(): Iterable<string> {
    return this.#rows.namespaces();
  }

  observe(object: KubernetesObject): void {
    this.#withIdentity(object, (id) => {
      // A slow answer that the watch has overtaken: taking it in would bring back an object whose deletion was already told.
      if (this.#isPast(id.resourceVersion) || !this.#isNews(id)) return;
      const { previous, current, readable } = this.#replace(id, object);
      if (current === undefined) this.#gone.set(pathOf(id), id.resourceVersion);
      this.#staging?.written.add(pathOf(id));
      if (!readable && previous !== undefined) this.#signal({ previous, current });
    });
  }

  observeDeleted(namespace: string, name: string, uid: string): void {
    const held = this.#rows.get(namespace, name);
    if (held?.uid !== uid) return;
    this.#rows.delete(namespace, name);
    this.#gone.set(pathOf(held), held.resourceVersion);
    this.#staging?.written.add(pathOf(held));
  }

  refine(value: T): void {
    const held = this.#rows.get(value.namespace, value.name);
    if (held?.uid === value.uid && held.resourceVersion === value.resourceVersion) this.#rows.set(value);
  }

  change(object: KubernetesObject): void {
    this.#withIdentity(object, (id) => {
      const isNews = this.#isNews(id);
      this.advance(id.resourceVersion);
      if (isNews) this.#signal(this.#replace(id, object));
    });
  }

  remove(object: KubernetesObject): void {
    this.#withIdentity(object, (id) => {
      this.advance(id.resourceVersion);
      const previous = this.#rows.get(id.namespace, id.name);
      if (previous?.uid === id.uid && !isNewer(previous.resourceVersion, id.resourceVersion)) this.#forget(id);
    });
  }

  advance(resourceVersion: string): void {
    if (this.#isPast(resourceVersion)) return;
    this.#moveTo(resourceVersion);
  }

  relist({ afresh = false }: { readonly afresh?: boolean } = {}): Relist {
    const staging: Staging<T> = { rows: new Rows<T>(), written: new Set(), afresh };
    this.#staging = staging;
    return {
      put: (object) => this.#stage(staging, object),
      drop: (object) => this.#withIdentity(object, (id) => staging.rows.delete(id.namespace, id.name)),
      end: (resourceVersion) => this.#adopt(staging, resourceVersion),
    };
  }

  #isPast(resourceVersion: string): boolean {
    return this.#position !== undefined && !isNewer(resourceVersion, this.#position);
  }

  #moveTo(resourceVersion: string): void {
    this.#position = resourceVersion;
    for (const [path, last] of this.#gone) if (!isNewer(last, resourceVersion)) this.#gone.delete(path);
  }

  #isNews(id: Stored): boolean {
    const held = this.#rows.get(id.namespace, id.name);
    if (held !== undefined && !isNewer(id.resourceVersion, held.resourceVersion)) return false;
    return !this.#isLate(id);
  }

  #isLate(id: Stored): boolean {
    const last = this.#gone.get(pathOf(id));
    return last !== undefined && !isNewer(id.resourceVersion, last);
  }

  #replace(id: Stored, object: KubernetesObject): Change<T> & Reading<T> {
    const previous = this.#rows.get(id.namespace, id.name);
    const reading = this.#read(id, object, previous);
    if (reading.current === undefined) this.#rows.delete(id.namespace, id.name);
    else this.#rows.set(reading.current);
    return { previous, ...reading };
  }

  #read(id: Stored, object: KubernetesObject, known: T | undefined): Reading<T> {
    try {
      return { current: this.#options.project(object, known?.uid === id.uid ? known : undefined), readable: true };
    } catch (error) {
      this.#report(id, error);
      return { current: undefined, readable: false };
    }
  }

  #forget(name: ObjectName): void {
    const previous = this.#rows.get(name.namespace, name.name);
    this.#rows.delete(name.namespace, name.name);
    this.#signal({ previous, current: undefined });
  }

  #stage(staging: Staging<T>, object: KubernetesObject): void {
    const { rows, afresh } = staging;
    this.#withIdentity(
      object,
      (id) => {
        const known = rows.get(id.namespace, id.name) ?? (afresh ? undefined : this.#rows.get(id.namespace, id.name));
        const isKnown = known?.uid === id.uid && known.resourceVersion === id.resourceVersion;
        const current = isKnown ? known : this.#read(id, object, known).current;
        if (current === undefined) rows.delete(id.namespace, id.name);
        else rows.set(current);
      },
      ({ namespace, name }) => rows.delete(namespace, name),
    );
  }

  #adopt(staging: Staging<T>, resourceVersion: string): void {
    if (staging.afresh) staging.written.clear();
    // The list shows what came of earlier deletes, and no watch goes on from before it.
    for (const path of this.#gone.keys()) if (!staging.written.has(path)) this.#gone.delete(path);
    const changes = [...this.#takeIn(staging), ...this.#takeOut(staging, resourceVersion)];
    this.#staging = undefined;
    this.#moveTo(resourceVersion);
    for (const change of changes) this.#signal(change);
  }

  *#takeIn(staging: Staging<T>): Generator<Change<T>> {
    for (const current of staging.rows.values()) {
      const previous = this.#rows.get(current.namespace, current.name);
      if (this.#isLate(current) || !replaces(current, previous, staging)) continue;
      this.#rows.set(current);
      yield { previous, current };
    }
  }

  *#takeOut({ rows, written }: Staging<T>, resourceVersion: string): Generator<Change<T>> {
    for (const previous of this.#rows.values()) {
      if (rows.get(previous.namespace, previous.name) !== undefined) continue;
      if (written.has(pathOf(previous)) && isNewer(previous.resourceVersion, resourceVersion)) continue;
      this.#rows.delete(previous.namespace, previous.name);
      yield { previous, current: undefined };
    }
  }

  #signal(change: Change<T>): void {
    const row = change.current ?? change.previous;
    if (row === undefined) return;
    try {
      this.#options.onChange(keyOf(row), { previous: change.previous, current: change.current });
    } catch (error) {
      this.#report(row, error);
    }
  }

  /** `otherwise` gets the name of an object of which no more than that is told: by default what was kept of it goes. */
  #withIdentity(object: KubernetesObject, use: (id: Stored) => void, otherwise = (name: ObjectName): void => this.#forget(name)): void {
    const { name, id } = identify(object);
    if (id !== undefined) {
      use(id);
      return;
    }
    this.#report(name, new Error("an object without name, uid or resourceVersion"));
    otherwise(name);
  }

  #report(name: ObjectName, error: unknown): void {
    this.#options.onProblem(`${pathOf(name)}: ${error instanceof Error ? error.message : "what was thrown is no error"}`);
  }
}

/** What is to be kept of an object; nothing also where it can be read and does not matter. */
interface Reading<T extends Stored> {
  readonly current: T | undefined;
  readonly readable: boolean;
}

/** A listed row gives way only to what a write of ours made of the object while the list was under way. */
function replaces<T extends Stored>(row: T, held: T | undefined, { written, afresh }: Staging<T>): boolean {
  if (held === undefined || afresh) return true;
  if (held.uid === row.uid && held.resourceVersion === row.resourceVersion) return false;
  return !(written.has(pathOf(held)) && isNewer(held.resourceVersion, row.resourceVersion));
}
