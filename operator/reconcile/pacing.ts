/** Decides when a write of a plan may go out: repairs that others keep undoing are slowed down, and so is what fails. */
import { controls } from "../controls/index.ts";
import { objectKey } from "../plan/object-key.ts";
import { controlOf, targetOf } from "../plan/order.ts";
import type { Action, Plan } from "../plan/types.ts";
import { isConfinement } from "../policywatch/refusal.ts";
import { Disputes } from "./disputes.ts";
import { type ActionResult, takesMarkBack } from "./execute.ts";
import { failureOf, repairedDrift } from "./outcomes.ts";
import { isInvalid, passesByItself } from "./problems.ts";
import { type Failed, Refusals, type ToldRefusal } from "./refusals.ts";

const longestPauses: ReadonlyMap<string, number | undefined> = new Map(controls.map(({ name, longestPause }) => [name, longestPause]));

/** All times are milliseconds of one monotonic clock. */
export class Pacing {
  readonly #disputes = new Disputes((control) => longestPauses.get(control));
  readonly #statuses = new Disputes();
  readonly #refusals: Refusals;

  /** `random` answers 0 <= r < 1. */
  constructor(random: () => number) {
    this.#refusals = new Refusals(random);
  }

  /** The writes that may go out now, and the shortest wait among the others. */
  due(namespace: string, batches: Plan["batches"], now: number): { readonly batches: Plan["batches"]; readonly wait: number | undefined } {
    const waits: number[] = [];
    const isDue = (action: Action): boolean => {
      // The mark is taken back last, and what waits for its next try needs it.
      if (takesMarkBack(action) && waits.length > 0) return false;
      const drift = "drift" in action ? action.drift : undefined;
      const disputed = drift === undefined ? 0 : this.#disputes.waitFor(namespace, drift, now);
      const wait = Math.max(disputed, this.#refusals.waitFor(namespace, keyOf(action), now, stateOf(action)));
      if (wait > 0) waits.push(wait);
      return wait === 0;
    };
    // A mark that has to wait holds up everything: the API server would refuse it.
    const marks = batches.flat().filter(({ verb }) => verb === "mark");
    if (marks.some((action) => action.verb === "mark" && action.enforced && !isDue(action)))
      return { batches: [], wait: Math.min(...waits) };
    const due = batches.map((batch) => batch.filter(isDue)).filter((batch) => batch.length > 0);
    return { batches: due, wait: waits.length === 0 ? undefined : Math.min(...waits) };
  }

  /** Notes what became of the writes of a plan. */
  note(namespace: string, planned: Plan["batches"], results: readonly ActionResult[], now: number): void {
    this.#refusals.keep(namespace, new Set(planned.flat().map(keyOf)));
    for (const drift of repairedDrift(results)) this.#disputes.repaired(namespace, drift, now);
    for (const result of results) {
      const [key, failed] = [keyOf(result.action), howItFailed(result)];
      if (failed === undefined) this.#refusals.succeeded(namespace, key);
      else this.#refusals.failed(namespace, key, now, failed);
    }
  }

  /** What is told of the writes that fail, also of those that wait for their next try. */
  refused(namespace: string): readonly ToldRefusal[] {
    return this.#refusals.told(namespace);
  }

  /** Whether some writes fail, and all of them in a way that should be over in a moment. */
  passes(namespace: string): boolean {
    return this.#refusals.pass(namespace);
  }

  /** Milliseconds until the first of them may be tried again; undefined if none fails. */
  nextTry(namespace: string, now: number): number | undefined {
    return this.#refusals.next(namespace, now);
  }

  /** Milliseconds until a status that somebody else wrote may be put right; counts as done when it is 0. */
  restoresStatus(namespace: string, now: number): number {
    const wait = this.#statuses.waitFor(namespace, STATUS, now);
    if (wait === 0) this.#statuses.repaired(namespace, STATUS, now);
    return wait;
  }

  /** Objects in dispute as `Kind name`, sorted, by control. */
  contested(namespace: string, now: number): ReadonlyMap<string, readonly string[]> {
    return this.#disputes.contested(namespace, now);
  }

  /** Milliseconds until a dispute may be over; undefined if there is none. */
  nextCheck(namespace: string, now: number): number | undefined {
    return this.#disputes.nextCheck(namespace, now);
  }

  /** What is asked for is another thing now: what was refused may be tried at once. */
  editedSpec(namespace: string): void {
    this.#refusals.forget(namespace);
  }

  forget(namespace: string): void {
    this.#disputes.forget(namespace);
    this.#statuses.forget(namespace);
    this.#refusals.forget(namespace);
  }

  clear(): void {
    this.#disputes.clear();
    this.#statuses.clear();
    this.#refusals.clear();
  }
}

/** Undefined for a write that did not fail. */
function howItFailed(result: ActionResult): Failed | undefined {
  const { action, error, differs } = result;
  const told = { control: controlOf(action), problem: failureOf(result) };
  if (error === undefined) return differs.length === 0 ? undefined : { changed: true, told };
  return {
    atLeast: error.retryAfter ?? 0,
    changed: isConfinement(error),
    passing: passesByItself(error),
    invalidIn: isInvalid(error) ? stateOf(action) : undefined,
    told,
  };
}

/** What a dispute about the status is about. */
const STATUS = { control: "status", ref: { kind: "status", name: "" } } as const;

/** Version of the object that the action is about; "" for one that is missing. */
function stateOf(action: Action): string {
  return action.verb === "apply" ? (action.version ?? "") : action.live.resourceVersion;
}

function keyOf(action: Action): string {
  const { kind, name } = targetOf(action);
  return `${action.verb === "mark" ? `mark ${action.enforced} ` : ""}${objectKey(kind, name)}`;
}
