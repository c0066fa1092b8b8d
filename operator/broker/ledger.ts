/** Writes the ledger for the broker: one entry at a time, each continuing the last one; nobody else's place is ever taken. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { KubernetesObject } from "../api/object.ts";
import { entryManifest, entryName, linkEntry } from "../breakglass/chain.ts";
import type { Footing, StoredCheckpoint } from "../breakglass/checkpoint.ts";
import { rfc3339 } from "../breakglass/times.ts";
import type { EntryDraft } from "../breakglass/types.ts";
import type { Namesake } from "../breakglass/unnamed.ts";
import { ApiError } from "../cluster/errors.ts";
import { objectPath } from "../cluster/paths.ts";
import type { ObjectTarget, Store, Transport, Writer } from "../cluster/types.ts";
import { ENTRIES } from "./caches.ts";
import { LedgerIndex } from "./ledger-index.ts";
import { type EntryRow, projectEntry } from "./rows.ts";

export interface LedgerOptions {
  /** Entries of the break-glass namespace. */
  readonly store: Store<EntryRow>;
  readonly writer: Pick<Writer, "create">;
  /** To look at the entry that stands where ours was to stand. */
  readonly transport: Pick<Transport, "request">;
  /** The break-glass namespace. */
  readonly namespace: string;
  /** See `chainName`; undefined while the break-glass namespace is not there. */
  readonly chain: () => string | undefined;
  /** The checkpoint that tells where the ledger begins; undefined where there is none. */
  readonly checkpoint: () => StoredCheckpoint | undefined;
  /** Called when `refusal` says something else. */
  readonly onRefusal?: () => void;
}

/** What the decision to append was made on. */
export interface AppendBasis {
  /** Milliseconds since the epoch by the API server's clock. */
  readonly now: number;
  /** How many entries of the request were known. */
  readonly known: number;
}

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #index: LedgerIndex;
  #turn: Promise<unknown> = Promise.resolve();
  #refusal: string | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#index = new LedgerIndex(options.store, options.namespace);
  }

  /**
   * Appends an entry and answers it as stored.
   * @throws ApiError 409 if the decision to append was made without an entry that stands there: it is in the store now
   */
  append(draft: EntryDraft, basis: AppendBasis): Promise<LedgerEntry> {
    const appended = this.#turn.then(() => this.#append(draft, basis));
    this.#turn = appended.then(
      () => this.#refuses(undefined),
      (error: unknown) => this.#refuses(error),
    );
    return appended;
  }

  /** Why no entry could be written when that was tried last, one sentence; undefined if it could. The next attempt tells whether that is over. */
  refusal(): string | undefined {
    return this.#refusal;
  }

  /** What stands in the ledger and does not belong there, one sentence; undefined if nothing. It is in nobody's way. */
  caveat(): string | undefined {
    const [entry, ...more] = this.#fresh().detached;
    if (entry === undefined) return undefined;
    const entries = more.length === 0 ? `entry ${entry} stands` : `entry ${entry} and ${more.length} more stand`;
    return `${entries} behind a gap in the ledger: the operator wrote none there; see what securitybaseline audit verify says, and whether the token of the operator was stolen`;
  }

  /** The last entry; undefined in an empty ledger. */
  head(): LedgerEntry | undefined {
    return this.#fresh().head;
  }

  /** Entries of one request, in order. */
  history(requestUID: string): readonly LedgerEntry[] {
    return this.#fresh().of(requestUID);
  }

  /** The request whose grant has this name, with its entries; undefined if no entry names one. */
  namesake(grant: string): Namesake | undefined {
    const uid = this.#fresh().withGrant(grant);
    return uid === undefined ? undefined : { uid, history: this.history(uid) };
  }

  /**
   * Asks the API server whether the ledger goes on after what is known of it. Answers whether it does not, which is why what no entry tells of here is told
   * of by none; what is found is known from then on. @throws ApiError if the API server does not tell
   */
  async isAllKnown(): Promise<boolean> {
    const { chain, namespace, transport } = this.#options;
    const name = chain();
    if (name === undefined) throw new ApiError({ status: 404, reason: "NotFound", message: `namespace ${namespace} is not there` });
    const { head } = this.#fresh();
    const seq = (head?.seq ?? this.#footing().seq) + 1;
    const target: ObjectTarget = { type: ENTRIES, namespace, name: entryName(name, seq) };
    try {
      this.#keep(await transport.request({ method: "GET", path: objectPath(target) }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return true;
      throw error;
    }
    if ((this.#fresh().head?.seq ?? 0) < seq) throw stuck(target.name);
    return false;
  }

  /** uids of the requests that the ledger tells of. */
  requests(): Iterable<string> {
    return this.#fresh().requests();
  }

  /** The entries of the unbroken run, in order. */
  run(): readonly LedgerEntry[] {
    return this.#fresh().run();
  }

  /** See `Footing.archivedUntil`. */
  archivedUntil(): number | undefined {
    return this.#fresh().footing?.archivedUntil;
  }

  /** Why nothing may be granted, one sentence; undefined if every entry can be read and the place of the next one is known. */
  obstacle(): string | undefined {
    const { unreadable, footing } = this.#fresh();
    const [entry] = unreadable;
    if (entry === undefined && footing === undefined) return MISFIT;
    return (
      entry &&
      `the ledger cannot be read: entry ${entry} is of another form than this version of the operator knows; install the version that wrote it`
    );
  }

  /** That another entry came first is no refusal, nor that this instance may not write any more. */
  #refuses(error: unknown): void {
    if (error instanceof ApiError && (error.status === 409 || error.class === "fenced")) return;
    const before = this.#refusal;
    this.#refusal =
      error === undefined ? undefined : `the ledger cannot be written, and nothing is granted that it does not tell of: ${wordsOf(error)}`;
    if (this.#refusal !== before) this.#options.onRefusal?.();
  }

  #fresh(): LedgerIndex {
    this.#index.refresh(this.#options.chain(), this.#options.checkpoint());
    return this.#index;
  }

  /** @throws ApiError if the place of the next entry is not known: the first one may be free, and is none */
  #footing(): Footing {
    const { footing } = this.#fresh();
    if (footing === undefined) throw new ApiError({ status: 0, reason: "BadReply", message: MISFIT });
    return footing;
  }

  async #append(draft: EntryDraft, { now, known }: AppendBasis): Promise<LedgerEntry> {
    const { chain, namespace, writer } = this.#options;
    const name = chain();
    if (name === undefined) throw new ApiError({ status: 404, reason: "NotFound", message: `namespace ${namespace} is not there` });
    const footing = this.#footing();
    const { head } = this.#fresh();
    // Another instance may have come first while this one waited for its turn: then the next place is free, and ours to leave alone.
    if (this.history(draft.requestUID).length !== known) throw overtaken();
    const place = { chain: name, seq: (head?.seq ?? footing.seq) + 1, prevHash: head?.hash ?? footing.hash, time: rfc3339(now / 1000) };
    const entry = linkEntry(draft, place);
    const target: ObjectTarget = { type: ENTRIES, namespace, name: entryName(entry.chain, entry.seq) };
    try {
      return this.#keep(await writer.create(target, entryManifest(entry, namespace)));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      return this.#explain(entry, target, error);
    }
  }

  /** Answers the entry if its place is taken by itself: the answer to an earlier attempt got lost. */
  async #explain(entry: LedgerEntry, target: ObjectTarget, conflict: ApiError): Promise<LedgerEntry> {
    const present = await this.#present(target);
    if (present?.hash === entry.hash) return present;
    const isKnownNow = (this.#fresh().head?.seq ?? 0) >= entry.seq;
    throw isKnownNow ? conflict : stuck(target.name);
  }

  async #present(target: ObjectTarget): Promise<LedgerEntry | undefined> {
    try {
      return this.#keep(await this.#options.transport.request({ method: "GET", path: objectPath(target) }));
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }

  #keep(object: KubernetesObject): LedgerEntry {
    this.#options.store.observe(object);
    return projectEntry(object).entry;
  }
}

/** Nobody but an administrator without policies can have done that. */
const MISFIT =
  "the ledger and its checkpoint do not fit, so that the place of the next entry is not known: see what securitybaseline audit verify says, and restore the BreakGlassCheckpoint or the entries behind what was archived";

/** Longest part of a server's answer that is told. */
const MAX_WORDS = 512;

function wordsOf(error: unknown): string {
  if (!(error instanceof ApiError)) return "the write failed";
  return error.status === 0 ? error.reason : error.message.slice(0, MAX_WORDS);
}

/** Looking again at once would only find the same: it is no conflict that the next look takes into account. */
function stuck(name: string): ApiError {
  return new ApiError({ status: 0, reason: "BadReply", message: `the ledger does not go on: what stands at ${name} cannot be read` });
}

function overtaken(): ApiError {
  return new ApiError({ status: 409, reason: "Conflict", message: "the ledger tells more of the request than was known" });
}
