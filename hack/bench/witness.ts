/** Watches the cluster independently of the operator and tells the measurements when something was to be seen. */
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { RawClient, WatchEvent } from "./raw-client.ts";

/** Longest time that most things may take, in milliseconds; a benchmark that waits longer has failed. */
const TIMEOUT = 60_000;

interface Waiter {
  readonly sees: (event: WatchEvent) => boolean;
  readonly resolve: (seen: number) => void;
}

export class Witness {
  readonly #waiting = new Set<Waiter>();
  readonly #stop = new AbortController();

  private constructor() {}

  /** Follows a collection from now on, until `close`. */
  static async follow(client: RawClient, collection: string): Promise<Witness> {
    const witness = new Witness();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    witness.#run(client, collection, resolve).catch(reject);
    await promise;
    return witness;
  }

  /** When (by `performance.now`) the first event after this call arrived that is as described. Throws when none comes within `patience` milliseconds. */
  async sees(description: string, sees: (event: WatchEvent) => boolean, patience = TIMEOUT): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const waiter = { sees, resolve };
    const timer = setTimeout(() => reject(new Error(`not within ${patience} ms: ${description}`)), patience);
    this.#waiting.add(waiter);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(waiter);
    }
  }

  close(): void {
    this.#stop.abort();
  }

  async #run(client: RawClient, collection: string, ready: () => void): Promise<void> {
    try {
      for await (const event of client.watch(collection, this.#stop.signal, ready)) this.#tell(event);
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  #tell(event: WatchEvent): void {
    const now = performance.now();
    for (const { sees, resolve } of this.#waiting) if (sees(event)) resolve(now);
  }
}

/** Whether an object is the one of that name. */
export function isNamed({ metadata }: KubernetesObject, namespace: string, name: string): boolean {
  return metadata?.namespace === namespace && metadata.name === name;
}
