/** Finds the ledger's last entry and the entries of a request for the broker, without going through all of them each time. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import { entryName } from "../breakglass/chain.ts";
import { type Footing, footingOf, GROUND, type StoredCheckpoint } from "../breakglass/checkpoint.ts";
import { inOrder } from "../breakglass/verify.ts";
import type { Store } from "../cluster/types.ts";
import { isReadable } from "./readable.ts";
import type { EntryRow } from "./rows.ts";

/**
 * Follows a store by the names that new entries have. Only where that does not explain what is in the store (the first time, or when somebody
 * removed or replaced an entry) it is read from the start.
 */
export class LedgerIndex {
  readonly #store: Store<EntryRow>;
  readonly #namespace: string;
  readonly #byRequest = new Map<string, EntryRow[]>();
  /** Requests by the name of their grant. */
  readonly #byGrant = new Map<string, string>();
  #unreadable: readonly EntryRow[] = [];
  #detached: EntryRow[] = [];
  #chain: string | undefined;
  #checkpoint: StoredCheckpoint | undefined;
  /** Undefined where checkpoint and ledger do not fit. */
  #footing: Footing | undefined = GROUND;
  #head: EntryRow | undefined;
  #known = 0;

  constructor(store: Store<EntryRow>, namespace: string) {
    this.#store = store;
    this.#namespace = namespace;
  }

  /** Takes in what is new. `chain` is the one that grows, undefined while it is not known; `checkpoint` tells of its beginning. */
  refresh(chain: string | undefined, checkpoint: StoredCheckpoint | undefined): void {
    const rows = this.#store.list(this.#namespace);
    const isSame = chain === this.#chain && checkpoint === this.#checkpoint;
    if (isSame) this.#followNames();
    const stands = [this.#head, ...this.#unreadable, ...this.#detached].every((row) => this.#stands(row));
    if (isSame && this.#known === rows.size && stands) return;
    this.#chain = chain;
    this.#checkpoint = checkpoint;
    this.#readAll([...rows.values()]);
  }

  /** Where the run of the chain begins; undefined where checkpoint and ledger do not fit. */
  get footing(): Footing | undefined {
    return this.#footing;
  }

  /** The unbroken run of the chain that grows, in order. It is read anew each time. */
  run(): readonly LedgerEntry[] {
    const entries: LedgerEntry[] = [];
    for (let seq = (this.#footing?.seq ?? 0) + 1; seq <= (this.head?.seq ?? 0); seq += 1) {
      const row = this.#store.get(this.#namespace, entryName(this.#chain ?? "", seq));
      if (row !== undefined) entries.push(row.entry);
    }
    return entries;
  }

  /** The last entry of the chain that grows, before any gap: what somebody put behind one takes no place that is to come. Undefined before the first. */
  get head(): LedgerEntry | undefined {
    return this.#head?.entry;
  }

  /** Names of entries of the chain that grows which stand behind a gap: the operator writes none, or some before them are gone. */
  get detached(): readonly string[] {
    return this.#detached.map(({ name }) => name);
  }

  /** Names of entries that tell nothing to this version of the program. They count neither as absent nor as what they said before. */
  get unreadable(): readonly string[] {
    return this.#unreadable.map(({ name }) => name).sort();
  }

  /** Entries of one request, in order. */
  of(requestUID: string): readonly LedgerEntry[] {
    if (this.#byRequest.get(requestUID)?.every((row) => this.#stands(row)) === false) {
      this.#readAll([...this.#store.list(this.#namespace).values()]);
    }
    return (this.#byRequest.get(requestUID) ?? []).map(({ entry }) => entry);
  }

  /** uid of the request whose grant has this name; undefined if there is none. */
  withGrant(name: string): string | undefined {
    return this.#byGrant.get(name);
  }

  requests(): Iterable<string> {
    return this.#byRequest.keys();
  }

  /** Whether the store still has this very row. */
  #stands(row: EntryRow | undefined): boolean {
    return row === undefined || this.#store.get(row.namespace, row.name) === row;
  }

  #followNames(): void {
    if (this.#chain === undefined || this.#footing === undefined) return;
    for (;;) {
      const next = this.#store.get(this.#namespace, entryName(this.#chain, this.#nextSeq(this.#footing)));
      if (next === undefined || !isReadable(next.entry)) return;
      this.#take(next);
    }
  }

  #readAll(rows: readonly EntryRow[]): void {
    this.#byRequest.clear();
    this.#byGrant.clear();
    this.#head = undefined;
    this.#detached = [];
    this.#unreadable = rows.filter(({ entry }) => !isReadable(entry));
    this.#known = this.#unreadable.length;
    const readable = rows.filter(({ entry }) => isReadable(entry)).map((row) => ({ name: row.name, spec: row.entry, row }));
    const ordered = inOrder(readable).map(({ row }) => row);
    const grown = ordered.filter(({ entry }) => entry.chain === this.#chain).map(({ entry }) => entry);
    this.#footing = footingOf(grown, this.#checkpoint);
    for (const row of ordered) this.#take(row);
  }

  #nextSeq({ seq }: Footing): number {
    return (this.head?.seq ?? seq) + 1;
  }

  #take(row: EntryRow): void {
    this.#known += 1;
    const footing = this.#footing;
    const isOfChain = row.entry.chain === this.#chain;
    // What is archived counts as gone, whether it has been deleted or not: a half of it could tell anything.
    if (isOfChain && footing !== undefined && row.entry.seq <= footing.seq) return;
    this.#remember(row);
    if (!isOfChain || footing === undefined) return;
    if (row.entry.seq === this.#nextSeq(footing)) this.#head = row;
    else this.#detached.push(row);
  }

  #remember(row: EntryRow): void {
    const { type, grant, requestUID } = row.entry;
    if (type === "Issuing" && grant !== undefined) this.#byGrant.set(grant, requestUID);
    const entries = this.#byRequest.get(requestUID);
    if (entries === undefined) this.#byRequest.set(requestUID, [row]);
    else entries.push(row);
  }
}
