/** Owns the loop that keeps a store equal to the cluster: list, watch, and what to do about each way in which they fail. */
import type { JsonObject } from "../api/json.ts";
import { type BackoffRange, backoffDelay } from "./backoff.ts";
import { type Clock, sleep, systemClock } from "./clock.ts";
import { ApiError } from "./errors.ts";
import { badReply } from "./failures.ts";
import { collectionRequest, listInPages, refusesStreaming, type Selection, stageEvent, streamingList } from "./list.ts";
import type { Log } from "./log.ts";
import { explain } from "./problem.ts";
import type { FedStore } from "./store.ts";
import type { Feed, FrameStream, Store, Stored, Transport } from "./types.ts";
import { isExpired, readEvent, type WatchEvent } from "./watch-event.ts";

export interface ReflectorOptions<T extends Stored> extends Selection {
  readonly transport: Transport;
  readonly store: FedStore<T>;
  readonly log: Log;
  /** Called when `synced` or `served` changed, and when `problem` changed while not in sync: what depends on this feed may look different now. */
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
  /** A watch that lived as long as this without a word was healthy: its kind is quiet. It is also the least time between two such watches. */
  settled: 1000,
  /** How long the server is asked to keep a watch open, so that a fleet of watches does not come back at once. */
  watchSeconds: { least: 300, spread: 300 },
  /** The server ends a watch by itself; one that is silent for this much longer hangs. */
  overdue: 30_000,
  /** A streaming list that takes longer than this is given up for pages. */
  streamingList: 60_000,
  /** So many failures in a row put the position itself in doubt (a restored etcd knows nothing of it). */
  failuresBeforeRelist: 5,
};

/** A reflector at rest; `run` starts it. */
export function createReflector<T extends Stored>(options: ReflectorOptions<T>): Reflector<T> {
  return new Loop(options);
}

/** What a watch brought since it was up to date: frames of any type, and changes of objects among them. */
interface Heard {
  /** When it began to be up to date, by the clock; undefined before. */
  since: number | undefined;
  frames: number;
  changes: number;
}

class Loop<T extends Stored> implements Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #fed: FedStore<T>;
  #problem: string | undefined;
  #mustList: boolean;
  #streams: boolean;
  #failures = 0;
  /** The last failure since a healthy watch was an expired position. */
  #expired: boolean;
  #announced: boolean;
  #served: boolean;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#fed = options.store;
    this.#mustList = true;
    this.#streams = true;
    this.#expired = false;
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

  get problem(): string | undefined {
    return this.#problem;
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
      return await this.#watch(signal);
    } catch (error) {
      return signal.aborted ? 0 : this.#recover(error);
    }
  }

  async #listInPages(signal: AbortSignal): Promise<void> {
    const { transport, pageSize = 500 } = this.#options;
    await listInPages({ transport, selection: this.#options, pageSize, signal }, () => this.#fed.relist());
    this.#listed();
  }

  #listed(): void {
    this.#mustList = false;
    this.#works();
    if (this.#announced) return;
    this.#announced = true;
    this.#announce();
  }

  #announce(): void {
    try {
      this.#options.onStanding?.();
    } catch (error) {
      this.#options.log.warn("a listener failed", { ...this.#facts(), problem: String(error) });
    }
  }

  #works(): void {
    this.#served = true;
    if (this.#problem !== undefined) this.#options.log.info("following again", this.#facts());
    this.#problem = undefined;
  }

  async #watch(signal: AbortSignal): Promise<number> {
    const { least, spread } = limits.watchSeconds;
    const seconds = least + Math.floor(spread * this.#random());
    const start = this.#mustList ? streamingList : { resourceVersion: this.#fed.position };
    const query = { watch: "1", allowWatchBookmarks: "true", timeoutSeconds: String(seconds), ...start };
    const stream = await this.#options.transport.stream(collectionRequest(this.#options, query, signal), seconds * 1000 + limits.overdue);
    const opened = this.#clock.now();
    const heard: Heard = { since: undefined, frames: 0, changes: 0 };
    try {
      if (this.#mustList) await this.#readAll(stream, heard);
      else await this.#readOn(stream.frames[Symbol.asyncIterator](), heard);
    } finally {
      stream.close();
      if (this.#wasHealthy(heard)) {
        this.#failures = 0;
        this.#expired = false;
      }
    }
    return heard.changes > 0 ? 0 : opened + limits.settled - this.#clock.now();
  }

  #wasHealthy({ since, frames }: Heard): boolean {
    return frames > 0 || (since !== undefined && this.#clock.now() - since >= limits.settled);
  }

  /** A streaming list, and the watch that it turns into. */
  async #readAll(stream: FrameStream, heard: Heard): Promise<void> {
    const list = this.#fed.relist();
    const cancel = this.#clock.after(limits.streamingList, () => stream.close());
    const frames = stream.frames[Symbol.asyncIterator]();
    try {
      for (let ended = false; !ended; ) {
        const { done, value } = await frames.next();
        if (done) throw this.#giveUpStreaming();
        ended = stageEvent(list, readEvent(value));
      }
    } finally {
      cancel();
    }
    this.#listed();
    await this.#readOn(frames, heard);
  }

  #giveUpStreaming(): ApiError {
    this.#streams = false;
    return badReply("the streaming list ended before it was complete");
  }

  async #readOn(frames: AsyncIterator<JsonObject>, heard: Heard): Promise<void> {
    heard.since = this.#clock.now();
    this.#works();
    for (let next = await frames.next(); !next.done; next = await frames.next()) {
      const event = readEvent(next.value);
      heard.frames += 1;
      if (event.tells === "present" || event.tells === "absent") heard.changes += 1;
      this.#take(event);
    }
  }

  #take(event: WatchEvent): void {
    if (event.tells === "present") this.#fed.change(event.object);
    if (event.tells === "absent") this.#fed.remove(event.object);
    if (event.tells === "progress") this.#fed.advance(event.resourceVersion);
  }

  /** Decides how to go on after a failure; answers the milliseconds to wait. */
  async #recover(error: unknown): Promise<number> {
    if (this.#mustList && this.#streams && refusesStreaming(error)) {
      this.#streams = false;
      return 0;
    }
    this.#failures += 1;
    const expired = isExpired(error);
    const expiredAgain = expired && this.#expired;
    this.#expired = expired;
    if (expired || this.#failures >= limits.failuresBeforeRelist) this.#mustList = true;
    // An expired position is no trouble of the server: listing can begin at once, unless that is what keeps failing.
    if (expired && !expiredAgain) return 0;
    await this.#tell(error);
    const asked = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
    return Math.max(asked, backoffDelay(limits.backoff, this.#failures, this.#random()));
  }

  async #tell(error: unknown): Promise<void> {
    const { problem, served } = await explain(error, this.#options);
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#served = served;
    this.#options.log.warn("cannot follow", { ...this.#facts(), problem });
    if (!served) this.#listAnew();
    if (!this.#announced) this.#announce();
  }

  /** A kind that went and came again has none of the objects that it had. */
  #listAnew(): void {
    this.#mustList = true;
    this.#announced = false;
  }

  #facts(): Readonly<Record<string, string>> {
    const { type, namespace = "" } = this.#options;
    return { resource: type.resource, apiVersion: type.apiVersion, namespace };
  }
}
