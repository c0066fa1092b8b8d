/** Remembers for a feed since when and why its kind cannot be followed, and tells each change of that once. */
import type { Clock } from "./clock.ts";
import type { FeedFailure } from "./types.ts";

export interface FeedHealthOptions {
  readonly clock: Clock;
  /** Called when a failure begins, changes its cause, or ends (undefined). */
  readonly onChange: (failure: FeedFailure | undefined) => void;
}

export class FeedHealth {
  readonly #options: FeedHealthOptions;
  #failure: FeedFailure | undefined;

  constructor(options: FeedHealthOptions) {
    this.#options = options;
  }

  get failure(): FeedFailure | undefined {
    return this.#failure;
  }

  failed({ status, message }: Omit<FeedFailure, "since">): void {
    const before = this.#failure;
    if (before?.message === message && before.status === status) return;
    this.#set({ since: before?.since ?? this.#options.clock.now(), status, message });
  }

  works(): void {
    if (this.#failure !== undefined) this.#set(undefined);
  }

  #set(failure: FeedFailure | undefined): void {
    this.#failure = failure;
    this.#options.onChange(failure);
  }
}
