/** Paces writes that fail, object by object: neither an event nor another object's success lets one be tried before its time. */
import type { SectionProblem } from "../api/reasons.ts";
import { type BackoffRange, backoffDelay } from "../cluster/backoff.ts";

const RANGE: BackoffRange = { shortest: 500, longest: 300_000 };
/** What is changed on its way into the store may be let alone at any moment: nobody tells when. */
const CHANGED_RANGE: BackoffRange = { shortest: 500, longest: 30_000 };

/** What the API server calls invalid stays so until the object or the schema changes. Of the latter nobody tells: it is tried ever more rarely, as long as a timer can be. */
const INVALID_RANGE: BackoffRange = { shortest: 500, longest: 2_147_483_647 };

/** Failures in a row of a write that should pass by itself, before it is told. */
const PATIENCE = 3;

/** A failure that is not over. */
interface Refusal {
  readonly failures: number;
  readonly passing: boolean;
  readonly notBefore: number;
  /** As long as the object is in this state, it waits longer. */
  readonly invalid: { readonly state: string; readonly notBefore: number } | undefined;
  readonly told: ToldRefusal;
}

/** What is told of a failure until the write succeeds or is no longer wanted. */
export interface ToldRefusal {
  /** Section; undefined for what concerns all of them. */
  readonly control: string | undefined;
  /** Undefined for a failure that passes by itself. */
  readonly problem: SectionProblem | undefined;
}

/** How a write failed. */
export interface Failed {
  /** Milliseconds that the server asked to wait. */
  readonly atLeast?: number;
  /** Something changes it on its way: the server stored something else, or our own confinement does not know it again. */
  readonly changed?: boolean;
  /** It should pass by itself: a race against another writer, or against what the API server knows of the baseline. */
  readonly passing?: boolean;
  /** The API server called it invalid, in this state of the object. */
  readonly invalidIn?: string | undefined;
  readonly told: ToldRefusal;
}

/** Remembers failures per namespace and object. All times are milliseconds of one monotonic clock. */
export class Refusals {
  readonly #namespaces = new Map<string, Map<string, Refusal>>();
  readonly #random: () => number;

  /** `random` answers 0 <= r < 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds until this object, which is in this state now, may be written; 0 for now. */
  waitFor(namespace: string, key: string, now: number, state = ""): number {
    const { invalid, notBefore = 0 } = this.#namespaces.get(namespace)?.get(key) ?? {};
    return Math.max(0, (invalid?.state === state ? invalid.notBefore : notBefore) - now);
  }

  /** Notes a write that failed. */
  failed(namespace: string, key: string, now: number, { atLeast = 0, changed = false, passing = false, invalidIn, told }: Failed): void {
    const refusals = this.#namespaces.get(namespace) ?? new Map<string, Refusal>();
    this.#namespaces.set(namespace, refusals);
    const failures = (refusals.get(key)?.failures ?? 0) + 1;
    const random = this.#random();
    const after = (range: BackoffRange): number => now + Math.max(atLeast, backoffDelay(range, failures, random));
    const invalid = invalidIn === undefined ? undefined : { state: invalidIn, notBefore: after(INVALID_RANGE) };
    refusals.set(key, { failures, passing, notBefore: after(changed ? CHANGED_RANGE : RANGE), invalid, told });
  }

  /** Notes a write that succeeded. */
  succeeded(namespace: string, key: string): void {
    const refusals = this.#namespaces.get(namespace);
    if (refusals?.delete(key) && refusals.size === 0) this.#namespaces.delete(namespace);
  }

  /** Forgets failures of writes that are no longer wanted. */
  keep(namespace: string, wanted: ReadonlySet<string>): void {
    for (const key of this.#namespaces.get(namespace)?.keys() ?? []) if (!wanted.has(key)) this.succeeded(namespace, key);
  }

  /** What is told of the failures that are not over. */
  told(namespace: string): readonly ToldRefusal[] {
    return [...(this.#namespaces.get(namespace)?.values() ?? [])].map(({ told }) => told);
  }

  /** Whether something fails, and nothing but what should pass by itself and has not lasted. */
  pass(namespace: string): boolean {
    const refusals = [...(this.#namespaces.get(namespace)?.values() ?? [])];
    return refusals.length > 0 && refusals.every(({ passing, failures }) => passing && failures <= PATIENCE);
  }

  /** Milliseconds until the first failed write may be tried again; undefined if there is none. */
  next(namespace: string, now: number): number | undefined {
    const times = [...(this.#namespaces.get(namespace)?.values() ?? [])].map(({ notBefore, invalid }) => invalid?.notBefore ?? notBefore);
    return times.length === 0 ? undefined : Math.max(0, Math.min(...times) - now);
  }

  /** What is asked for is another thing now: everything may be tried at once. */
  forget(namespace: string): void {
    this.#namespaces.delete(namespace);
  }

  clear(): void {
    this.#namespaces.clear();
  }
}
