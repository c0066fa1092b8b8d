/** Decides which namespaces are looked at and when, while this instance leads. */
import { setImmediate as othersTurn } from "node:timers/promises";
import type { SecurityBaselineStatus } from "../api/baseline-status.ts";
import type { Clock } from "../cluster/clock.ts";
import type { ApiError } from "../cluster/errors.ts";
import { createWorkQueue, type Priority, type WorkQueue } from "../cluster/work-queue.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Caches } from "./caches.ts";
import type { BaselineIdentity } from "./memory.ts";
import { asApiError } from "./problems.ts";
import type { Reconciler } from "./reconciler.ts";
import { Round } from "./round.ts";

/** Namespaces that are looked at side by side; the transport bounds their requests. */
const CONCURRENCY = 16;
/** Milliseconds in which changes outside of namespaces are collected. */
const CLUSTER_PAUSE = 500;
/** The same for what is only counted. */
const COUNT_PAUSE = 5000;

export interface LoopParts {
  readonly caches: Caches;
  readonly reconciler: Reconciler;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

/** Looks at namespaces as they change. Between two terms of leadership nothing is queued: each term begins with a look at everything. */
export class Loop {
  readonly #parts: LoopParts;
  #queue: WorkQueue | undefined;

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  /** Notes that a look at a namespace would tell something new. */
  changed(namespace: string, priority: Priority): void {
    this.#queue?.add(namespace, priority);
  }

  /** Notes that something outside of namespaces looks different. All of it is judged at once, so a stream of changes waits for one look. */
  clusterChanged(): void {
    this.#queue?.later(this.#parts.caches.breakGlassNamespace, CLUSTER_PAUSE);
  }

  /** Notes that something is to be counted anew in a namespace. It hurries nobody, so a stream of changes waits for one look. */
  countChanged(namespace: string): void {
    this.#queue?.later(namespace, COUNT_PAUSE);
  }

  /** Notes that every namespace with a baseline, or with leftovers of one, may look different. */
  changedForAll(): void {
    const { baselines, breakGlassNamespace, owned } = this.#parts.caches;
    const shared = [...owned].filter(([kind]) => kind.scope === "TheNamespace").flatMap(([, { store }]) => [...store.list("").keys()]);
    for (const namespace of new Set([...baselines.store.namespaces(), breakGlassNamespace, ...shared])) this.changed(namespace, "resync");
  }

  /** Notes that somebody else wrote the status of the baseline of this namespace; `ours` stood there before. */
  statusTaken(baseline: BaselineIdentity, ours: SecurityBaselineStatus | undefined): void {
    if (this.#queue !== undefined) this.#parts.reconciler.statusTaken(baseline, ours);
  }

  /** Works until the signal is aborted, then waits for what is under way. */
  async run(signal: AbortSignal): Promise<void> {
    const queue = createWorkQueue({ concurrency: CONCURRENCY, clock: this.#parts.clock, log: this.#parts.log });
    const round = new Round({
      clock: this.#parts.clock,
      namespaces: () => this.#parts.caches.baselines.store.namespaces(),
      visit: (namespace) => {
        this.#parts.reconciler.tellNews(namespace);
        this.changed(namespace, "resync");
      },
    });
    this.#queue = queue;
    this.#parts.reconciler.begin();
    this.changedForAll();
    await queue.run((namespace) => this.#look(namespace, queue, round), signal);
    round.stop();
    this.#queue = undefined;
    this.#parts.reconciler.end();
    this.#parts.metrics.clearBaselines();
  }

  async #look(namespace: string, queue: WorkQueue, round: Round): Promise<void> {
    const started = this.#parts.clock.now();
    try {
      const { failed, retry, again, news } = await this.#parts.reconciler.look(namespace);
      if (news === true) round.begin();
      this.#report(namespace, failed);
      if (retry === undefined) queue.forget(namespace);
      else queue.retryIn(namespace, retry);
      if (again !== undefined) queue.later(namespace, again);
    } catch (thrown) {
      const error = asApiError(thrown);
      this.#report(namespace, [error]);
      queue.retry(namespace, { atLeast: error.retryAfter ?? 0 });
    } finally {
      this.#parts.metrics.reconciled((this.#parts.clock.now() - started) / 1000);
    }
    // Most looks wait for nothing: thousands of them in a row would hold up the lease, the probes and every watch.
    await othersTurn();
  }

  #report(namespace: string, errors: readonly ApiError[]): void {
    for (const { reason, message } of errors) this.#parts.log.warn("write failed, will be tried again", { namespace, reason, message });
  }
}
