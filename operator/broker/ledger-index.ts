/** Owns finding the ledger's last entry and the entries of a request without going through all of them each time. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import { entryName } from "../breakglass/chain.ts";
import { inOrder } from "../breakglass/verify.ts";
import type { Store } from "../cluster/types.ts";
import type { EntryRow } from "./rows.ts";

const NONE: readonly LedgerEntry[] = [];

/**
 * Follows a store by the names that new entries have. Only where that does not explain what is in the store (the first time, or when somebody
 * removed an entry) it is read from the start.
 */
export class LedgerIndex {
  readonly #store: Store<EntryRow>;
  readonly #namespace: string;
  readonly #byRequest = new Map<string, LedgerEntry[]>();
  #chain: string | undefined;
  #head: LedgerEntry | undefined;
  #known = 0;

  constructor(store: Store<EntryRow>, namespace: string) {
    this.#store = store;
    this.#namespace = namespace;
  }

  /** Takes in what is new. `chain` is the one that grows; undefined while it is not known. */
  refresh(chain: string | undefined): void {
    const rows = this.#store.list(this.#namespace);
    if (chain === this.#chain) this.#followNames();
    if (chain === this.#chain && this.#known === rows.size) return;
    this.#chain = chain;
    this.#readAll([...rows.values()]);
  }

  /** The last entry of the chain that grows; undefined before its first. */
  get head(): LedgerEntry | undefined {
    return this.#head;
  }

  /** Entries of one request, in order. */
  of(requestUID: string): readonly LedgerEntry[] {
    return this.#byRequest.get(requestUID) ?? NONE;
  }

  requests(): Iterable<string> {
    return this.#byRequest.keys();
  }

  #followNames(): void {
    if (this.#chain === undefined) return;
    for (;;) {
      const next = this.#store.get(this.#namespace, entryName(this.#chain, (this.#head?.seq ?? 0) + 1));
      if (next === undefined) return;
      this.#take(next.entry);
    }
  }

  #readAll(rows: readonly EntryRow[]): void {
    this.#byRequest.clear();
    this.#head = undefined;
    this.#known = 0;
    for (const { spec } of inOrder(rows.map(({ name, entry }) => ({ name, spec: entry })))) this.#take(spec);
  }

  #take(entry: LedgerEntry): void {
    const entries = this.#byRequest.get(entry.requestUID);
    if (entries === undefined) this.#byRequest.set(entry.requestUID, [entry]);
    else entries.push(entry);
    if (entry.chain === this.#chain) this.#head = entry;
    this.#known += 1;
  }
}
