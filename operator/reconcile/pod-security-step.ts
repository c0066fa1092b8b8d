/** The first and the last step of a look at a Pod Security level: what becomes of it, before anything else is written, and what is told of running pods. */
import type { RunningPods } from "../api/baseline-status.ts";
import { isRaise } from "../controls/pod-security/enforce.ts";
import { planBaseline } from "../plan/plan.ts";
import { isOutOfSight, type Raise, raiseIn, recordedPods, toldOf, withHold } from "../plan/raise.ts";
import { planInput, type Section, type Snapshot, sectionsOf } from "../plan/snapshot.ts";
import type { Plan } from "../plan/types.ts";
import type { BaselineEntry, Caches } from "./caches.ts";
import { type ActionResult, type Effects, execute, marksIn, rehearse } from "./execute.ts";
import { knownLive } from "./gather.ts";
import type { Pacing } from "./pacing.ts";
import { Raises, type RaisesParts, type Settled } from "./raises.ts";
import { heldProblem } from "./running-pods.ts";

export interface PodSecurityStepParts extends RaisesParts {
  readonly caches: Caches;
  readonly effects: Effects;
  readonly pacing: Pick<Pacing, "due" | "note">;
}

/** How a look begins: with what is decided before anything that depends on it is planned. */
export interface LookBegun {
  readonly snapshot: Snapshot;
  readonly sections: readonly Section[];
  /** What became of the mark, where that had to be given first. */
  readonly marked: readonly ActionResult[];
  /** Undefined where no Pod Security level is asked for. */
  readonly raise: Raise | undefined;
  readonly settled: Settled | undefined;
}

export class PodSecurityStep {
  readonly #parts: PodSecurityStepParts;
  readonly #raises: Raises;

  constructor(parts: PodSecurityStepParts) {
    this.#parts = parts;
    this.#raises = new Raises(parts);
  }

  /** See `Raises`. */
  podsChanged(namespace: string): boolean {
    return this.#raises.podsChanged(namespace);
  }

  /** Nothing is asked for, or nothing may be done: pods are of no interest. */
  leave(namespace: string): void {
    this.#raises.leave(namespace);
  }

  /** Others may lead meanwhile. */
  clear(): void {
    this.#raises.clear();
  }

  /**
   * Decides whether the Pod Security level of the namespace rises in this look. What runs there is asked by a rehearsal of the very write, for which the
   * namespace must carry the mark where the level is set, and not where it is only told of. Throws only ApiError of class `fenced`.
   */
  async begin(entry: BaselineEntry, snapshot: Snapshot): Promise<LookBegun> {
    const { caches, effects } = this.#parts;
    const sections = sectionsOf(snapshot);
    const floor = this.#raises.floorOf(entry);
    const raise = raiseIn(sections, snapshot.live, floor);
    if (raise === undefined) {
      if (!isOutOfSight(sections)) this.#raises.leave(entry.home);
      return { snapshot, sections, marked: [], raise, settled: undefined };
    }
    const rises = raise.mode === "Enforce" && isRaise(raise.levels);
    const marked = rises ? await this.#mark(entry.home, planBaseline(planInput(snapshot, sections))) : [];
    const settled = await this.#raises.settle(entry, raise, () => rehearse(raise.desired, raise.live, { ...effects, mode: raise.mode }));
    const live = marked.length === 0 ? snapshot.live : knownLive(caches, entry, snapshot);
    const begun = { snapshot: { ...snapshot, live }, marked, raise, settled };
    if (settled.decision.do !== "hold") return { ...begun, sections };
    const { labels } = settled.decision;
    return { ...begun, sections: withHold(sections, labels, heldProblem(raise.levels.asked, labels, settled.answer)) };
  }

  /** What is told of running pods, by control, once the writes are done; `live` is as it stands now, `now` is RFC 3339. */
  end(
    entry: BaselineEntry,
    { sections, raise, settled }: LookBegun,
    { live, now }: Pick<Snapshot, "live"> & { readonly now: string },
  ): ReadonlyMap<string, RunningPods> {
    const after = raise && raiseIn(sections, live, raise.levels.floor);
    if (isOutOfSight(sections)) return toldOf(recordedPods(entry));
    if (after === undefined || settled === undefined) return toldOf(undefined);
    return toldOf(this.#raises.conclude(entry, after, { settled, now }));
  }

  /** Gives the namespace the mark ahead of all else, where the plan wants it and it is due. */
  async #mark(namespace: string, { batches }: Plan): Promise<readonly ActionResult[]> {
    const { pacing, monotonic, effects } = this.#parts;
    const due = pacing.due(namespace, [marksIn(batches)], monotonic());
    const marked = await execute(due.batches, namespace, effects);
    if (marked.length > 0) pacing.note(namespace, batches, marked, monotonic());
    return marked;
  }
}
