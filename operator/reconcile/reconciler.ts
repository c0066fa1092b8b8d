/** Owns the look at one namespace: snapshot, desired, plan, apply, status, in this order and once each. */
import type { SecurityBaselineStatus } from "../api/baseline-status.ts";
import { printPath } from "../api/problem.ts";
import { COMPLIANT, READY, type SectionProblem } from "../api/reasons.ts";
import { validate } from "../api/validate.ts";
import type { ApiError } from "../cluster/errors.ts";
import type { Writer } from "../cluster/types.ts";
import type { BreakGlassStanding } from "../controls/control.ts";
import type { Metrics } from "../observe/metrics.ts";
import { planBaseline, planRelease } from "../plan/plan.ts";
import type { Action, Live, Plan, PlanInput } from "../plan/types.ts";
import { type BaselineEntry, type Caches, postureStore } from "./caches.ts";
import type { SectionOutcome } from "./conditions.ts";
import type { Recorder } from "./events.ts";
import { type ActionResult, execute, type Hands } from "./execute.ts";
import { happeningsBetween } from "./happenings.ts";
import { healthOf, waitForHealth } from "./health.ts";
import { Memory } from "./memory.ts";
import { notMade, outcomesOf, repairedDrift, seenDrift } from "./outcomes.ts";
import { RepairPacing } from "./repair-pacing.ts";
import { baselineOf, liveObjects, misplacedOf, namespaceEnding, type Sections, sectionsOf, withoutKind } from "./snapshot.ts";
import { nextStatus, refusedStatus } from "./status.ts";

export interface ReconcilerParts {
  readonly caches: Caches;
  readonly writer: Writer;
  readonly recorder: Recorder;
  readonly metrics: Metrics;
  /** Namespaces that the installation does not want touched. */
  readonly isReserved: (namespace: string) => boolean;
  /** How the installation of emergency access stands; undefined while that is not known. */
  readonly breakGlass: () => BreakGlassStanding | undefined;
  /** Milliseconds since the epoch, for the times in status. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock, for pauses. */
  readonly monotonic: () => number;
}

/** What the queue should do next with this namespace. */
export interface LookResult {
  /** Writes that failed and should be tried again, with the longest wait that the server asked for. */
  readonly failed: readonly ApiError[];
  /** Milliseconds until the next look even if nothing changes. */
  readonly again: number | undefined;
}

const DONE: LookResult = { failed: [], again: undefined };

export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #hands: Hands;
  readonly #memory = new Memory();
  readonly #pacing = new RepairPacing();

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    const storeOf: Hands["storeOf"] = (kind) => {
      const feed = parts.caches.owned.get(kind);
      if (feed === undefined) throw new Error(`no control owns ${kind.kind}`);
      return feed.store;
    };
    this.#hands = { writer: parts.writer, storeOf };
  }

  /**
   * Brings one namespace to what its baseline says, as far as its modes allow, and tells so in status. Throws only ApiError: when status
   * cannot be written, or when this instance may not write any more.
   */
  async look(namespace: string): Promise<LookResult> {
    const entry = baselineOf(this.#parts.caches, namespace);
    const live = liveObjects(this.#parts.caches, namespace);
    if (namespaceEnding(live)) return DONE;
    await this.#refuseMisplaced(namespace);
    if (entry === undefined) return this.#release(namespace, live);
    const refused = this.#refusal(entry);
    if (refused !== undefined) return this.#refuse(entry, refused);
    return this.#enforce(entry, live);
  }

  async #release(namespace: string, live: readonly Live[]): Promise<LookResult> {
    this.#memory.forget(namespace);
    this.#pacing.forget(namespace);
    this.#parts.metrics.removeBaseline(namespace);
    const results = await execute(planRelease(live), namespace, this.#hands);
    return { failed: errorsOf(results), again: undefined };
  }

  /** Two objects that state the posture of one namespace would undo each other's work. */
  async #refuseMisplaced(namespace: string): Promise<void> {
    const entry = misplacedOf(this.#parts.caches, namespace);
    if (entry === undefined) return;
    const message = `namespace ${namespace} is reserved for emergency access: what is made there is stated by the ClusterSecurityBaseline; remove this object`;
    await this.#writeRefusal(entry, { reason: "ReservedNamespace", message });
  }

  #refusal({ namespace, posture, baseline }: BaselineEntry): SectionProblem | undefined {
    if (this.#parts.isReserved(namespace)) {
      const message = `namespace ${namespace} is reserved: the operator must be started with --allow-reserved-namespaces to manage it`;
      return { reason: "ReservedNamespace", message };
    }
    // Our own status may have been written by a newer version of this program.
    const { status: _status, ...stated } = baseline;
    const [problem] = validate(posture.kind, stated);
    return problem && { reason: "InvalidSpec", message: `${printPath(problem.path)}: ${problem.message}` };
  }

  async #refuse(entry: BaselineEntry, problem: SectionProblem): Promise<LookResult> {
    await this.#writeRefusal(entry, problem);
    this.#parts.metrics.setBaseline(entry.home, { ready: false, compliant: false, drift: [] });
    return DONE;
  }

  async #writeRefusal(entry: BaselineEntry, problem: SectionProblem): Promise<void> {
    const { generation, baseline } = entry;
    await this.#writeStatus(entry, refusedStatus({ previous: baseline.status, generation, now: this.#timestamp(), problem }));
  }

  async #enforce(entry: BaselineEntry, live: readonly Live[]): Promise<LookResult> {
    const namespace = entry.home;
    const sections = sectionsOf({ caches: this.#parts.caches, breakGlass: this.#parts.breakGlass() }, entry);
    const plan = planBaseline(this.#planInput(entry, sections, live));
    const started = this.#parts.monotonic();
    const paced = this.#pace(namespace, plan.batches, started);
    const results = await execute(paced.batches, namespace, this.#hands);
    this.#noteRepairs(namespace, results, started);
    const failed = errorsOf(results);
    const after = results.length === 0 ? plan : planBaseline(this.#planInput(entry, sections, liveObjects(this.#parts.caches, namespace)));
    this.#settle(after);

    const missing = notMade(sections.used, live, results);
    const { lasting } = this.#memory.note(
      entry,
      missing,
      failed.some(({ status }) => status === 409),
    );
    this.#memory.lose(namespace, withoutKind(sections));
    const contested = this.#pacing.contested(namespace, this.#parts.monotonic());
    const now = this.#parts.now();
    const health = healthOf(sections.used, entry, { caches: this.#parts.caches, now });
    const outcomes = outcomesOf({ sections: sections.used, plan, after, results, contested, health });
    const transient = !lasting && failed.length > 0 && failed.every(({ status }) => status === 409);
    if (!transient) await this.#tell(entry, outcomes, { plan, results });
    return {
      failed,
      again: shortest([paced.wait, this.#pacing.nextCheck(namespace, this.#parts.monotonic()), waitForHealth(health, now)]),
    };
  }

  #planInput(entry: BaselineEntry, sections: Sections, live: readonly Live[]): PlanInput {
    const { spec } = entry.baseline;
    const usable = sections.used.filter(({ blocked }) => blocked === undefined);
    const desired = usable.flatMap(({ present }) => present);
    return {
      sections: usable.map(({ control, mode, present }) => ({
        control: control.name,
        owns: control.owns,
        mode,
        desired: present,
      })),
      retired: sections.retired.map(({ name, owns }) => ({ control: name, owns })),
      adoptExisting: spec?.adoptExisting ?? false,
      deletionPolicy: spec?.deletionPolicy ?? "Delete",
      live,
      known: this.#memory.known(entry, desired),
    };
  }

  /** Holds back repairs of what another writer keeps changing; answers the shortest wait among those. */
  #pace(namespace: string, batches: Plan["batches"], now: number): { batches: Plan["batches"]; wait: number | undefined } {
    const waits: number[] = [];
    const isDue = (action: Action): boolean => {
      const drift = "drift" in action ? action.drift : undefined;
      const wait = drift === undefined ? 0 : this.#pacing.waitFor(namespace, drift, now);
      if (wait > 0) waits.push(wait);
      return wait === 0;
    };
    const due = batches.map((batch) => batch.filter(isDue)).filter((batch) => batch.length > 0);
    return { batches: due, wait: shortest(waits) };
  }

  #noteRepairs(namespace: string, results: readonly ActionResult[], started: number): void {
    const now = this.#parts.monotonic();
    for (const drift of repairedDrift(results)) {
      this.#pacing.repaired(namespace, drift, now);
      this.#parts.metrics.repaired(drift.control, (now - started) / 1000);
    }
  }

  #settle(plan: Plan): void {
    for (const { live, fingerprint } of plan.settled) {
      this.#hands.storeOf(live.kind).refine({ ...live, satisfies: fingerprint, detail: undefined });
    }
  }

  async #tell(entry: BaselineEntry, sections: readonly SectionOutcome[], done: { plan: Plan; results: ActionResult[] }): Promise<void> {
    const previous = entry.baseline.status;
    const seen = seenDrift(done.plan, done.results);
    const status = nextStatus({ previous, generation: entry.generation, sections, seen, now: this.#timestamp() });
    await this.#writeStatus(entry, status);
    const told = status ?? previous ?? {};
    const isTrue = (type: string): boolean => told.conditions?.find((condition) => condition.type === type)?.status === "True";
    const open = seen.filter(({ repaired }) => !repaired).map(({ drift }) => ({ control: drift.control, type: drift.type }));
    this.#parts.metrics.setBaseline(entry.home, { ready: isTrue(READY), compliant: isTrue(COMPLIANT), drift: open });
    if (status === undefined) return;
    const { posture, namespace, name, uid } = entry;
    const regarding = { kind: posture.kind, namespace, name, uid };
    for (const happening of happeningsBetween(previous, status)) this.#parts.recorder.record({ regarding, ...happening });
  }

  async #writeStatus({ posture, namespace, name, uid }: BaselineEntry, status: SecurityBaselineStatus | undefined): Promise<void> {
    if (status === undefined) return;
    const target = { type: posture, namespace, name, subresource: "status" };
    const metadata = { name, uid, ...(posture.namespaced && { namespace }) };
    const manifest = { apiVersion: posture.apiVersion, kind: posture.kind, metadata, status: JSON.parse(JSON.stringify(status)) };
    postureStore(this.#parts.caches, posture).observe(await this.#parts.writer.apply(target, manifest));
  }

  #timestamp(): string {
    return `${new Date(this.#parts.now()).toISOString().slice(0, 19)}Z`;
  }
}

function shortest(waits: readonly (number | undefined)[]): number | undefined {
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function errorsOf(results: readonly ActionResult[]): ApiError[] {
  return results.flatMap(({ error }) => (error === undefined ? [] : [error]));
}
