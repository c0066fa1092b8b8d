/** Deletes for the broker what is over for long, one object after the other and behind everything else: nobody waits for it. */
import { isDecisionPrunable, isRequestPrunable } from "../breakglass/pruning.ts";
import type { StoredDecision, StoredRequest } from "../breakglass/types.ts";
import { type Clock, sleep } from "../cluster/clock.ts";
import { ApiError } from "../cluster/errors.ts";
import type { ServerClock } from "../cluster/server-clock.ts";
import type { Feed, ResourceType, Stored, Transport, Writer } from "../cluster/types.ts";
import type { Log } from "../observe/log.ts";
import { exists } from "./absence.ts";
import { type BrokerCaches, DECISIONS, REQUESTS } from "./caches.ts";
import type { Histories } from "./snapshot.ts";
import { errorOf } from "./walk.ts";

export interface PrunerParts {
  readonly caches: Pick<BrokerCaches, "requests" | "requestOf" | "decisions">;
  readonly histories: Histories;
  /** See `Snapshot.archivedUntil`. */
  readonly archivedUntil: () => number | undefined;
  readonly writer: Pick<Writer, "delete">;
  /** To make sure that a request is gone before its decisions go. */
  readonly transport: Pick<Transport, "request">;
  readonly serverClock: Pick<ServerClock, "now">;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  /** Whether everything is known that tells whether something is over, and the policies that hold deletions to it are in force. */
  readonly mayPrune: () => boolean;
}

/** Milliseconds between two rounds. */
const PAUSE = 10 * 60_000;

export class Pruner {
  readonly #parts: PrunerParts;

  constructor(parts: PrunerParts) {
    this.#parts = parts;
  }

  /** Goes its rounds until the signal is aborted: to be called while this instance leads. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#parts.clock, PAUSE, signal);
      await this.round(signal);
    }
  }

  /** Deletes what is due. What is refused keeps nothing else, and is tried again in the next round. Throws nothing that the API server is the cause of. */
  async round(signal: AbortSignal): Promise<void> {
    const { requests, decisions } = this.#parts.caches;
    const refusals = [
      ...(await this.#prune(REQUESTS, requests, async (request) => this.#isOver(request, signal))),
      ...(await this.#prune(DECISIONS, decisions, (decision) => this.#isAlone(decision, signal))),
    ];
    const [first] = refusals;
    if (first === undefined) return;
    const { message } = first;
    this.#parts.log.warn("what is over could not be deleted, will be tried again", { objects: refusals.length, message });
  }

  /** Answers what went wrong, of each object once. */
  async #prune<T extends Stored>(type: ResourceType, feed: Feed<T>, isDue: (row: T) => Promise<boolean>): Promise<readonly ApiError[]> {
    const { store } = feed;
    const rows = [...store.namespaces()].flatMap((namespace) => [...store.list(namespace).values()]);
    const refusals: ApiError[] = [];
    for (const row of rows) {
      const error = await errorOf(async () => {
        if (await isDue(row)) await this.#delete(type, feed, row);
      });
      // Who leads no more has nothing to tell of.
      if (error?.class === "fenced") return refusals;
      if (error !== undefined) refusals.push(error);
    }
    return refusals;
  }

  #history(requestUID: string) {
    return this.#parts.histories.history(requestUID);
  }

  #isDue(signal: AbortSignal, rule: (now: number) => boolean): boolean {
    const now = this.#parts.serverClock.now();
    return !signal.aborted && now !== undefined && this.#parts.mayPrune() && rule(now);
  }

  #isOver(request: StoredRequest, signal: AbortSignal): boolean {
    const known = { request, history: this.#history(request.uid), archivedUntil: this.#parts.archivedUntil() };
    return this.#isDue(signal, (now) => isRequestPrunable(known, now));
  }

  /** Decisions go after their request, whatever the watch has told of it. */
  async #isAlone(decision: StoredDecision, signal: AbortSignal): Promise<boolean> {
    const { uid, name } = decision.spec.requestRef;
    if (this.#parts.caches.requestOf(uid) !== undefined) return false;
    if (!this.#isDue(signal, (now) => isDecisionPrunable(decision, this.#history(uid), now))) return false;
    return !(await exists({ type: REQUESTS, namespace: decision.namespace, name, uid }, this.#parts.transport));
  }

  /** What has changed since is left for the next round. */
  async #delete<T extends Stored>(type: ResourceType, { store }: Feed<T>, { namespace, name, uid, resourceVersion }: T): Promise<void> {
    try {
      const remaining = await this.#parts.writer.delete({ type, namespace, name }, { uid, resourceVersion });
      if (remaining === undefined) store.observeDeleted(namespace, name, uid);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    }
  }
}
