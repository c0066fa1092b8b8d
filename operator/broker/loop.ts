/** Looks at the requests for emergency access while this instance leads: which of them, and when. */
import { setImmediate as othersTurn } from "node:timers/promises";
import type { BreakGlassPerson } from "../api/break-glass-request.ts";
import { deadlineOf } from "../breakglass/grant.ts";
import { isOver, requesterIn, storyOf } from "../breakglass/history.ts";
import { isOverUnrecorded } from "../breakglass/pruning.ts";
import type { Clock } from "../cluster/clock.ts";
import { createWorkQueue, type WorkQueue } from "../cluster/work-queue.ts";
import type { Metrics } from "../observe/metrics.ts";
import { requesterOf } from "./by-person.ts";
import type { Leftovers } from "./leftovers.ts";
import { OpenRequests } from "./open-requests.ts";
import { Pace } from "./pace.ts";
import { type SweepParts, sweep } from "./sweep.ts";
import { type WalkEnd, type WalkParts, walk } from "./walk.ts";

/** Requests that are looked at side by side; the transport bounds their writes. */
const CONCURRENCY = 8;

/** Those of one person among them: whatever is written for one makes the API server slower for the others. */
const OF_ONE_PERSON = 1;

export interface BrokerLoopParts extends WalkParts, Pick<SweepParts, "ledger" | "removals"> {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, "setGrant" | "clearGrants">;
  /** Whether everything is known that a request could end by: on half a picture, what was not listed yet would count as gone. */
  readonly isReady: () => boolean;
  /** Told what of ended grants is still there. */
  readonly leftovers: Pick<Leftovers, "note" | "clear">;
  /** Called when the work of a term begins. */
  readonly onStart: () => void;
}

/**
 * Takes each request one step at a time, each on a fresh look, until there is nothing to do. Keys are uids of requests, and names of grants. People take
 * turns, and so do the namespaces of one person: however many requests somebody makes, those of others are looked at in between.
 */
export class BrokerLoop {
  readonly #parts: BrokerLoopParts;
  readonly #open = new OpenRequests();
  #queue: WorkQueue | undefined;
  #wake: () => void = () => undefined;

  constructor(parts: BrokerLoopParts) {
    this.#parts = parts;
  }

  /**
   * Notes that a look at a request would tell something new. What the ledger tells of is more urgent: nobody delays a decision about their access, or its
   * end, by asking for more.
   */
  changed(uid: string): void {
    const isRecorded = this.#parts.sources.histories.history(uid).length > 0;
    this.#queue?.add(uid, isRecorded ? "user" : "drift");
  }

  /** Notes that objects of this name may belong to no grant. */
  grantChanged(name: string): void {
    if (isGrant(name)) this.#queue?.add(name, "drift");
  }

  /** Notes that the requests of a namespace may look different. */
  changedIn(namespace: string): void {
    for (const uid of this.#open.affected(namespace)) this.changed(uid);
  }

  /**
   * Notes that any request that is not over may look different, or that more is known than before. What may end somebody's access is as urgent as what
   * they do themselves: it would have no turn as long as others go on.
   */
  changedForAll(): void {
    this.#wake();
    for (const uid of this.#open.affected()) this.changed(uid);
  }

  /** Works until the signal is aborted, then waits for what is under way. Begins when everything is known. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#ready(signal);
    if (signal.aborted) return;
    this.#parts.onStart();
    const pace = new Pace(this.#parts.clock);
    const { clock, log } = this.#parts;
    const owners = [(uid: string) => this.#requesterOf(uid)?.username ?? "", (uid: string) => this.#namespaceOf(uid)];
    const queue = createWorkQueue({ concurrency: CONCURRENCY, clock, log, sharing: { owners, atOnce: OF_ONE_PERSON } });
    this.#queue = queue;
    for (const uid of this.#known()) queue.add(uid, "resync");
    for (const name of this.#parts.sources.caches.grantNames()) this.grantChanged(name);
    await queue.run((key) => (isGrant(key) ? this.#sweep(key, queue, pace) : this.#look(key, queue, pace)), signal);
    this.#queue = undefined;
    this.#open.clear();
    this.#parts.metrics.clearGrants();
    this.#parts.leftovers.clear();
  }

  async #ready(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#parts.isReady()) {
      const woken = Promise.withResolvers<void>();
      const wake = (): void => woken.resolve();
      this.#wake = wake;
      signal.addEventListener("abort", wake, { once: true });
      await woken.promise;
      signal.removeEventListener("abort", wake);
    }
  }

  /** Every request that exists, or that the ledger tells of. */
  #known(): ReadonlySet<string> {
    const { caches, histories } = this.#parts.sources;
    const { store } = caches.requests;
    const existing = [...store.namespaces()].flatMap((namespace) => [...store.list(namespace).values()]);
    return new Set([...histories.requests(), ...existing.map(({ uid }) => uid)]);
  }

  async #look(uid: string, queue: WorkQueue, pace: Pace): Promise<void> {
    // Before, so that whoever ends meanwhile knows who is next.
    this.#note(uid, this.#open.get(uid)?.inLine ?? false);
    const end = await walk(uid, this.#parts, pace);
    this.#note(uid, end.inLine ?? false);
    if (end.left !== undefined) this.#parts.leftovers.note(uid, end.left);
    if (end.failure === undefined) {
      queue.forget(uid);
      if (end.unfinished !== true) pace.forget(uid);
    }
    this.#arrange(uid, end, queue);
    // Most looks wait for nothing: many of them in a row would hold up the lease, the probes and every watch.
    await othersTurn();
  }

  async #sweep(name: string, queue: WorkQueue, pace: Pace): Promise<void> {
    const end = await sweep(name, this.#parts, pace);
    if (end.failure === undefined) {
      queue.forget(name);
      pace.forget(name);
    }
    this.#arrange(name, end, queue);
    await othersTurn();
  }

  #arrange(uid: string, { failure, heldUntil, wait, unfinished }: WalkEnd, queue: WorkQueue): void {
    if (heldUntil !== undefined) queue.retryIn(uid, Math.max(0, heldUntil - this.#parts.clock.now()));
    else if (failure !== undefined && failure.class !== "fenced") queue.retry(uid, { atLeast: failure.retryAfter ?? 0 });
    if (wait !== undefined) queue.later(uid, wait);
    if (unfinished === true) queue.add(uid, "resync");
  }

  #note(uid: string, inLine: boolean): void {
    const { caches, histories, archivedUntil } = this.#parts.sources;
    const history = histories.history(uid);
    const story = storyOf(history);
    const request = caches.requestOf(uid);
    const namespace = this.#namespaceOf(uid);
    if (isOver(story)) this.#parts.squatters.forget(uid);
    if (isOver(story) || isOverUnrecorded({ request, history, archivedUntil: archivedUntil() }) || namespace === "") {
      for (const next of this.#open.close(uid)) this.changed(next);
    } else {
      const recorded = history.length > 0;
      this.#open.note(uid, { namespace, requester: this.#requesterOf(uid), createdAt: request?.createdAt, recorded, inLine });
    }
    this.#parts.metrics.setGrant(namespace, uid, story.phase === "Active");
  }

  #namespaceOf(uid: string): string {
    const { caches, histories } = this.#parts.sources;
    return caches.requestOf(uid)?.namespace ?? storyOf(histories.history(uid)).namespace;
  }

  #requesterOf(uid: string): BreakGlassPerson | undefined {
    const { caches, histories } = this.#parts.sources;
    const request = caches.requestOf(uid);
    return request === undefined ? requesterIn(storyOf(histories.history(uid))) : requesterOf(request);
  }
}

/** No uid looks like the name of a grant. */
function isGrant(key: string): boolean {
  return deadlineOf(key) !== undefined;
}
