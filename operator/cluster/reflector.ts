/** Follows one kind for its store: lists, watches, and goes on after whatever the server or the network does. */
import type { JsonObject } from "../api/json.ts";
import { type BackoffRange, backoffDelay } from "./backoff.ts";
import { type Clock, sleep, systemClock } from "./clock.ts";
import { ApiError } from "./errors.ts";
import { badReply, restored, silence } from "./failures.ts";
import { FeedHealth } from "./feed-health.ts";
import { collectionRequest, listInPages, newestVersion, refusesStreaming, type Selection, stageEvent, streamingList } from "./list.ts";
import type { Log } from "./log.ts";
import { explain } from "./problem.ts";
import { isOlder } from "./resource-version.ts";
import type { FedStore, Relist } from "./store.ts";
import type { ApiRequest, Feed, FeedFailure, FrameStream, Store, Stored, Transport } from "./types.ts";
import { isExpired, isRestored, readEvent, type WatchEvent } from "./watch-event.ts";

export interface ReflectorOptions<T extends Stored> extends Selection {
  readonly transport: Transport;
  readonly store: FedStore<T>;
  readonly log: Log;
  /** Called when what depends on this feed may look different now, in sync or not. */
  readonly onStanding?: () => void;
  /** Objects per page where lists come in pages; default 500. */
  readonly pageSize?: number;
  readonly clock?: Clock;
  /** Answers 0 <= r < 1; default Math.random. */
  readonly random?: () => number;
}

export interface Reflector<T extends Stored> extends Feed<T> {
  /** Follows the selection until the signal is aborted, whatever happens. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** Milliseconds, unless a name says seconds. */
const limits = {
  backoff: { shortest: 500, longest: 30_000 } satisfies BackoffRange,
  /** A watch that stays up as long as this works: its kind is quiet. It is also the least time between two such watches. */
  settled: 1000,
  /**
   * How long the server is asked to keep a watch open. Only its end proves that something is still at the other end: a quiet kind may have no
   * bookmark for ten minutes, and whatever stands in between answers keep-alives by itself. Spread, so that watches do not come back together.
   */
  watchSeconds: { least: 35, spread: 10 },
  /** A watch that goes on for this much longer hangs: with the longest of them, within a minute. */
  overdue: 10_000,
  /** A stream without a byte for this long hangs. */
  silent: 55_000,
  /** A streaming list that takes longer than this is given up for pages. */
  streamingList: 60_000,
  /** Of the watch that a streaming list turns into, which is not ended by the server but here. */
  listSeconds: 150,
  /** How much shorter than asked for a watch may be: clocks differ. */
  early: 2000,
  /** So many failures in a row put the position itself in doubt. */
  failuresBeforeRelist: 5,
};

/** A reflector at rest; `run` starts it. */
export function createReflector<T extends Stored>(options: ReflectorOptions<T>): Reflector<T> {
  return new Loop(options);
}

/** One watch from the moment on at which it is up to date. */
interface Turn {
  readonly stream: FrameStream;
  readonly frames: AsyncIterator<JsonObject>;
  /** Milliseconds for which it should last. */
  readonly length: number;
  /** Whether the server ends it, or we. */
  readonly endedBy: "server" | "us";
}

class Loop<T extends Stored> implements Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #fed: FedStore<T>;
  readonly #health: FeedHealth;
  #mustList: boolean;
  #streams: boolean;
  #failures = 0;
  /** The last failure since a watch worked was a position that the server does not go on from. */
  #misplaced: boolean;
  /** The server may not be the one that told the position: it must be asked how far it is. A watch from its future is silent for ever. */
  #inDoubt: boolean;
  /** The cluster has another past than the one in the store. */
  #restored: boolean;
  /** The last stream fell silent: then an open one proves nothing yet. */
  #silent: boolean;
  #announced: boolean;
  #served: boolean;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#fed = options.store;
    this.#health = new FeedHealth({ clock: this.#clock, onChange: (failure) => this.#healthChanged(failure) });
    this.#mustList = true;
    this.#streams = true;
    this.#misplaced = false;
    this.#inDoubt = false;
    this.#restored = false;
    this.#silent = false;
    this.#announced = false;
    this.#served = true;
  }

  get store(): Store<T> {
    return this.#fed;
  }

  get synced(): boolean {
    // From the moment on at which the first list takes effect: whoever is told of its content finds the feed in sync.
    return this.#fed.position !== undefined;
  }

  get failure(): FeedFailure | undefined {
    return this.#health.failure;
  }

  get problem(): string | undefined {
    return this.#health.failure?.message;
  }

  get served(): boolean {
    return this.#served;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await sleep(this.#clock, await this.#round(signal), signal);
  }

  /** One list and watch; answers the milliseconds to wait before the next one. */
  async #round(signal: AbortSignal): Promise<number> {
    try {
      if (this.#mustList && !this.#streams) await this.#listInPages(signal);
      if (this.#mustList) return await this.#listAndWatch(signal);
      if (this.#inDoubt) await this.#checkPosition(signal);
      return await this.#watch(signal);
    } catch (error) {
      return signal.aborted ? 0 : this.#recover(error);
    }
  }

  async #listInPages(signal: AbortSignal): Promise<void> {
    const { transport, pageSize = 500 } = this.#options;
    await listInPages({ transport, selection: this.#options, pageSize, signal }, () => this.#beginList());
    this.#listed();
  }

  /** A streaming list, and the watch that it turns into. */
  async #listAndWatch(signal: AbortSignal): Promise<number> {
    const stream = await this.#open({ ...streamingList, timeoutSeconds: String(limits.listSeconds) }, signal);
    const frames = stream.frames[Symbol.asyncIterator]();
    const cancel = this.#clock.after(limits.streamingList, () => stream.close());
    try {
      await this.#readList(frames);
    } finally {
      cancel();
      if (this.#mustList) stream.close();
    }
    return this.#follow({ stream, frames, length: this.#watchSeconds() * 1000, endedBy: "us" });
  }

  async #readList(frames: AsyncIterator<JsonObject>): Promise<void> {
    const list = this.#beginList();
    for (let ended = false; !ended; ) {
      const { done, value } = await this.#next(frames);
      if (done) throw this.#giveUpStreaming();
      ended = stageEvent(list, readEvent(value));
    }
    this.#silent = false;
    this.#listed();
  }

  #giveUpStreaming(): ApiError {
    this.#streams = false;
    return badReply("the streaming list ended before it was complete");
  }

  /** A list that ends before the position is no list of the cluster that the store knows: it must be made anew, without comparing. */
  #beginList(): Relist {
    const list = this.#fed.relist({ afresh: this.#restored });
    const end = (resourceVersion: string): void => {
      if (!this.#restored) this.#refuseOlder(resourceVersion);
      list.end(resourceVersion);
    };
    return { ...list, end };
  }

  #refuseOlder(resourceVersion: string): void {
    if (this.#fed.position !== undefined && isOlder(resourceVersion, this.#fed.position)) throw restored();
  }

  #listed(): void {
    this.#mustList = false;
    this.#inDoubt = false;
    this.#restored = false;
    if (!this.#served) this.#health.works();
    this.#served = true;
    if (this.#announced) return;
    this.#announced = true;
    this.#announce();
  }

  async #checkPosition(signal: AbortSignal): Promise<void> {
    this.#refuseOlder(await newestVersion({ transport: this.#options.transport, selection: this.#options, signal }));
    this.#inDoubt = false;
  }

  async #watch(signal: AbortSignal): Promise<number> {
    const seconds = this.#watchSeconds();
    const stream = await this.#open({ resourceVersion: this.#fed.position, timeoutSeconds: String(seconds) }, signal);
    return this.#follow({ stream, frames: stream.frames[Symbol.asyncIterator](), length: seconds * 1000, endedBy: "server" });
  }

  #open(query: NonNullable<ApiRequest["query"]>, signal: AbortSignal): Promise<FrameStream> {
    const request = collectionRequest(this.#options, { watch: "1", allowWatchBookmarks: "true", ...query }, signal);
    return this.#options.transport.stream(request, limits.silent);
  }

  #watchSeconds(): number {
    const { least, spread } = limits.watchSeconds;
    return least + Math.floor(spread * this.#random());
  }

  /** Takes in what a watch tells until it ends; answers the milliseconds to wait before the next one. */
  async #follow(turn: Turn): Promise<number> {
    const { stream, frames, length, endedBy } = turn;
    const since = this.#clock.now();
    let timeIsUp = false;
    const end = (): void => {
      timeIsUp = true;
      stream.close();
    };
    const cancelEnd = this.#clock.after(endedBy === "us" ? length : length + limits.overdue, end);
    const cancelSettled = this.#clock.after(limits.settled, () => this.#works({ proof: !this.#silent }));
    const before = this.#fed.position;
    try {
      for (let next = await this.#next(frames); !next.done; next = await this.#next(frames)) this.#hear(readEvent(next.value));
    } finally {
      cancelEnd();
      cancelSettled();
      stream.close();
    }
    if (timeIsUp && endedBy === "server") throw this.#fellSilent(silence());
    return this.#endedAfter(this.#clock.now() - since, { length, told: this.#fed.position !== before });
  }

  async #next(frames: AsyncIterator<JsonObject>): Promise<IteratorResult<JsonObject>> {
    try {
      return await frames.next();
    } catch (error) {
      throw error instanceof ApiError && error.reason === "Timeout" ? this.#fellSilent(error) : error;
    }
  }

  #fellSilent(error: ApiError): ApiError {
    this.#silent = true;
    return error;
  }

  #hear(event: WatchEvent): void {
    const before = this.#fed.position;
    if (event.tells === "progress") this.#refuseOlder(event.resourceVersion);
    this.#take(event);
    if (this.#silent || this.#fed.position !== before) this.#works({ proof: true });
  }

  #take(event: WatchEvent): void {
    if (event.tells === "present") this.#fed.change(event.object);
    if (event.tells === "absent") this.#fed.remove(event.object);
    if (event.tells === "progress") this.#fed.advance(event.resourceVersion);
  }

  /** A watch that ended by itself; answers the milliseconds to wait before the next one. */
  #endedAfter(lived: number, { length, told }: { readonly length: number; readonly told: boolean }): number {
    if (lived >= length - limits.early) {
      this.#works({ proof: true });
      return 0;
    }
    // Servers end all watches when they lose what they knew, for example because their etcd is another one now.
    this.#inDoubt = true;
    if (!told && lived < limits.settled) throw badReply("the server ended the watch as soon as it had opened");
    return limits.settled - lived;
  }

  /** `proof`: following works; otherwise only the next pause is a short one again. */
  #works({ proof }: { readonly proof: boolean }): void {
    this.#failures = 0;
    this.#misplaced = false;
    if (!proof) return;
    this.#silent = false;
    this.#health.works();
  }

  /** Decides how to go on after a failure; answers the milliseconds to wait. */
  async #recover(error: unknown): Promise<number> {
    if (this.#mustList && this.#streams && refusesStreaming(error)) {
      this.#streams = false;
      return 0;
    }
    this.#failures += 1;
    this.#doubt(error);
    const misplaced = isExpired(error) || isRestored(error);
    const misplacedAgain = misplaced && this.#misplaced;
    this.#misplaced = misplaced;
    if (misplaced || this.#failures >= limits.failuresBeforeRelist) this.#mustList = true;
    // That is no trouble of the server: listing can begin at once, unless that is what keeps failing.
    if (misplaced && !misplacedAgain) return 0;
    await this.#tell(error);
    const asked = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
    return Math.max(asked, backoffDelay(limits.backoff, this.#failures, this.#random()));
  }

  #doubt(error: unknown): void {
    this.#inDoubt = true;
    if (!isRestored(error)) return;
    this.#restored = true;
    this.#options.log.warn("listing anew, whatever was known", { ...this.#facts(), problem: restored().message });
  }

  async #tell(error: unknown): Promise<void> {
    const { problem, served } = await explain(error, this.#options);
    const went = this.#served && !served;
    this.#served = served;
    if (!served) this.#listAnew();
    if (went) this.#announce();
    this.#health.failed({ status: error instanceof ApiError ? error.status : 0, message: problem });
  }

  /** A kind that went and came again has none of the objects that it had. */
  #listAnew(): void {
    this.#mustList = true;
    this.#announced = false;
  }

  #healthChanged(failure: FeedFailure | undefined): void {
    if (failure === undefined) this.#options.log.info("following again", this.#facts());
    else this.#options.log.warn("cannot follow", { ...this.#facts(), problem: failure.message });
    this.#announce();
  }

  #announce(): void {
    try {
      this.#options.onStanding?.();
    } catch (error) {
      this.#options.log.warn("a listener failed", { ...this.#facts(), problem: String(error) });
    }
  }

  #facts(): Readonly<Record<string, string>> {
    const { type, namespace = "" } = this.#options;
    return { resource: type.resource, apiVersion: type.apiVersion, namespace };
  }
}
