/** Tells the broker when the policies that hold grants have been missing or changed for so long that what is in use must end. */
import type { Clock } from "../cluster/clock.ts";
import type { Transport } from "../cluster/types.ts";
import { BREAK_GLASS_PREFIX } from "../policies/break-glass/index.ts";
import { type Fault, faultText, isLost } from "../policywatch/faults.ts";
import { isStillLost } from "../policywatch/still-lost.ts";
import type { PolicyWatch } from "../policywatch/watch.ts";
import { REMEDY } from "./guard.ts";

/**
 * Milliseconds. An upgrade changes the policies and replaces the operator that knows the former ones, and `kubectl apply` may take a while: that must not end
 * anybody's access. Longer, and what a missing policy lets happen goes on.
 */
const GRACE = 60_000;

export interface LostPoliciesParts {
  readonly policies: Pick<PolicyWatch, "faults" | "feeds">;
  readonly transport: Pick<Transport, "request">;
  readonly clock: Clock;
  /** Called when there has come to be a `loss`. */
  readonly onLoss: () => void;
}

/**
 * Counts from what this process has seen itself, without a break: another one that leads later counts on its own, and so does this one after a time
 * in which it could not see the policies. Not to see is not to miss: nothing ends by it.
 */
export class LostPolicies {
  readonly #parts: LostPoliciesParts;
  #cancel: (() => void) | undefined;
  #loss: string | undefined;

  constructor(parts: LostPoliciesParts) {
    this.#parts = parts;
  }

  /** Why what is in use must end, one sentence; undefined if it need not. To be confirmed before it does. */
  get loss(): string | undefined {
    return this.#loss;
  }

  /** Looks again: to be called when something changed that the policies are known by. */
  check(): void {
    if (!this.#sees() || this.#faults().length === 0) this.close();
    else this.#cancel ??= this.#parts.clock.after(GRACE, () => this.#lose());
  }

  /** Whether the API server itself says so: what is watched may lag behind. @throws ApiError if it does not tell */
  async confirm(): Promise<boolean> {
    const answers = await Promise.all(this.#faults().map(({ object }) => isStillLost(object, this.#parts.transport)));
    return answers.includes(true);
  }

  /** Forgets what was seen. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#loss = undefined;
  }

  #lose(): void {
    const [fault] = this.#faults();
    this.#loss =
      fault && `the policies that hold access to its terms were not in force for more than a minute: ${faultText(fault, REMEDY)}`;
    this.#parts.onLoss();
  }

  #sees(): boolean {
    return this.#parts.policies.feeds.every(({ synced, served, problem }) => synced && served && problem === undefined);
  }

  #faults(): readonly Fault[] {
    return this.#parts.policies.faults().filter((fault) => isLost(fault) && fault.object.policy.startsWith(BREAK_GLASS_PREFIX));
  }
}
