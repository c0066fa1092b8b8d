/** Sets up a work queue whose handlers run until a test lets them go. */
import type { Sharing } from "../../operator/cluster/lanes.ts";
import { createWorkQueue, type WorkQueue } from "../../operator/cluster/work-queue.ts";
import { ManualClock, settle } from "./manual-clock.ts";

export class Bench {
  readonly clock = new ManualClock();
  readonly stop = new AbortController();
  readonly started: string[] = [];
  readonly warnings: string[] = [];
  readonly queue: WorkQueue;
  readonly #held = new Map<string, PromiseWithResolvers<void>>();

  constructor(concurrency: number, sharing?: Sharing) {
    const log = {
      info: () => undefined,
      warn: (message: string, { key = "", problem = "" }) => this.warnings.push(`${message}: ${key} ${problem}`),
    };
    this.queue = createWorkQueue({ concurrency, clock: this.clock, log, random: () => 0, ...(sharing && { sharing }) });
  }

  run(): Promise<void> {
    return this.queue.run((key) => {
      this.started.push(key);
      const held = Promise.withResolvers<void>();
      this.#held.set(key, held);
      return held.promise;
    }, this.stop.signal);
  }

  get running(): string[] {
    return [...this.#held.keys()];
  }

  async finish(key: string, error?: Error): Promise<void> {
    const held = this.#held.get(key);
    this.#held.delete(key);
    if (error) held?.reject(error);
    else held?.resolve();
    await settle();
  }
}
