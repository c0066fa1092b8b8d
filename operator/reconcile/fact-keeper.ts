/** Keeps a fact of the cluster for the reconciler: as its objects tell it, and for a bounded time as they told it last. */
import type { KubernetesObject } from "../api/object.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { Feed, Stored } from "../cluster/types.ts";
import type { Known, ObjectFact } from "../facts/fact.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import { intern } from "../plan/intern.ts";

/** What is kept of an object that a fact is read from. */
export interface FactRow extends Stored {
  /** Canonical JSON of what the object adds. */
  readonly text: string;
}

/** Projects an object for a fact; undefined for one that does not count. */
export function projectFact<Row, T>(fact: ObjectFact<Row, T>, object: KubernetesObject): FactRow | undefined {
  const row = fact.project(object);
  if (row === undefined) return undefined;
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
  return { namespace, name, uid, resourceVersion, text: intern(canonicalJson(row as never)) };
}

export class FactKeeper<Row, T> {
  readonly #fact: ObjectFact<Row, T>;
  readonly #feed: Feed<FactRow>;
  /** Milliseconds of a monotonic clock since when there is no good value; the good one before it, if this process has seen any. */
  #lost: { readonly since: number; readonly last: T | undefined } | undefined;
  #good: T | undefined;

  constructor(fact: ObjectFact<Row, T>, feed: Feed<FactRow>) {
    this.#fact = fact;
    this.#feed = feed;
  }

  /** What is known now; `problem` says why the feed does not work, if so. Times only go forward. */
  at(now: number, problem: SectionProblem | undefined): Known<T> {
    const { source, combine, patience } = this.#fact;
    const rows = [...this.#feed.store.list(source.namespace).values()].map(({ text }) => JSON.parse(text) as Row);
    const value = combine(rows);
    const told = problem === undefined ? {} : { problem };
    if (this.#feed.synced && patience?.isLost(value) !== true) {
      this.#good = value;
      this.#lost = undefined;
      return { value, ...told };
    }
    this.#lost ??= { since: now, last: this.#good };
    if (patience === undefined || now - this.#lost.since >= patience.holds) return { value, ...told };
    const { last } = this.#lost;
    return { value: last, ...told, ...(last !== undefined && { caveat: patience.says }) };
  }

  /** Milliseconds until the answer changes by time alone; undefined if it does not. */
  due(now: number): number | undefined {
    const holds = this.#fact.patience?.holds;
    if (this.#lost === undefined || holds === undefined) return undefined;
    const rest = this.#lost.since + holds - now;
    return rest > 0 ? rest : undefined;
  }
}
