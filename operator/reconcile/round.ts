/** Goes through all namespaces one after another: for what each is to be told, and what can wait, so that one change costs no burst of writes. */
import type { Clock } from "../cluster/clock.ts";

/** Milliseconds between two namespaces: at most 25 writes a second, whoever changes whatever how often. */
const PAUSE = 40;

export interface RoundParts {
  readonly clock: Clock;
  readonly namespaces: () => Iterable<string>;
  readonly visit: (namespace: string) => void;
}

/** Goes once through all of them; what is news meanwhile makes one more round, however often it is. */
export class Round {
  readonly #parts: RoundParts;
  #left: string[] = [];
  #again = false;
  #cancel: (() => void) | undefined;

  constructor(parts: RoundParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#again = true;
    if (this.#cancel === undefined) this.#next();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#left = [];
    this.#again = false;
  }

  #next(): void {
    this.#cancel = undefined;
    if (this.#left.length === 0 && this.#again) {
      this.#again = false;
      this.#left = [...this.#parts.namespaces()];
    }
    const namespace = this.#left.shift();
    if (namespace === undefined) return;
    this.#parts.visit(namespace);
    this.#cancel = this.#parts.clock.after(PAUSE, () => this.#next());
  }
}
