/** Follows a kind that may not be installed; sends nothing until its group and version are served, nor while another shows the same objects. */
import type { ApiGroups } from "./api-groups.ts";
import { notServed } from "./problem.ts";
import type { Reflector } from "./reflector.ts";
import type { Feed, FeedFailure, ResourceType, Store, Stored } from "./types.ts";

export interface OptionalFeedOptions<T extends Stored> {
  readonly type: ResourceType;
  readonly groups: ApiGroups;
  /** An `apiVersion` that shows the same objects: while it is served, the kind counts as absent. */
  readonly unlessServed?: string;
  /** A reflector at rest over an empty store; called anew for each time that the kind is there. */
  readonly follow: () => Reflector<T>;
  /** Called when the kind came or went. */
  readonly onStanding: () => void;
}

export interface OptionalFeed<T extends Stored> extends Feed<T> {
  /** Follows the kind whenever it is there, until the signal is aborted. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** A feed at rest; `run` starts it. */
export function createOptionalFeed<T extends Stored>(options: OptionalFeedOptions<T>): OptionalFeed<T> {
  return new Intermittent(options);
}

class Intermittent<T extends Stored> implements OptionalFeed<T> {
  readonly #options: OptionalFeedOptions<T>;
  #reflector: Reflector<T>;

  constructor(options: OptionalFeedOptions<T>) {
    this.#options = options;
    this.#reflector = options.follow();
  }

  get store(): Store<T> {
    return this.#reflector.store;
  }

  get synced(): boolean {
    return this.served && this.#reflector.synced;
  }

  get served(): boolean {
    return this.#isWanted && this.#reflector.served;
  }

  get failure(): FeedFailure | undefined {
    return this.served ? this.#reflector.failure : undefined;
  }

  get problem(): string | undefined {
    return this.served ? this.#reflector.problem : notServed(this.#options.type);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { groups, onStanding } = this.#options;
    while (!signal.aborted) {
      await groups.until(() => this.#isWanted, signal);
      const term = new AbortController();
      const following = signal.aborted ? undefined : this.#reflector.run(term.signal);
      await groups.until(() => !this.#isWanted, signal);
      term.abort();
      // What was known of a kind that went says nothing about the one that comes.
      this.#reflector = this.#options.follow();
      onStanding();
      await following;
    }
  }

  get #isWanted(): boolean {
    const { groups, type, unlessServed } = this.#options;
    return groups.serves(type.apiVersion) && (unlessServed === undefined || !groups.serves(unlessServed));
  }
}
