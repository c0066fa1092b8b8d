/** Looks at one namespace: snapshot, desired, plan, apply, status, in this order and once each. */
import type { SecurityBaselineStatus } from "../api/baseline-status.ts";
import type { SectionProblem } from "../api/reasons.ts";
import { ApiError } from "../cluster/errors.ts";
import type { Writer } from "../cluster/types.ts";
import { ownedKinds } from "../controls/index.ts";
import type { Facts } from "../facts/index.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import type { BaselineState } from "../observe/baseline-gauges.ts";
import type { Metrics } from "../observe/metrics.ts";
import { beyondOf } from "../plan/beyond.ts";
import { planBaseline, planRelease } from "../plan/plan.ts";
import { misplacedProblem, reservedProblem } from "../plan/reserved.ts";
import { planInput, type Section, type Snapshot, withoutKind } from "../plan/snapshot.ts";
import type { Desired, Plan } from "../plan/types.ts";
import { type Found, findIn } from "../plan/weaknesses.ts";
import type { SelfTest } from "../policywatch/self-test.ts";
import { AdmissionStep } from "./admission-step.ts";
import { Bulletin } from "./bulletin.ts";
import type { BaselineEntry, Caches } from "./caches.ts";
import { conclude, type LookResult } from "./conclusion.ts";
import type { Recorder } from "./events.ts";
import { type ActionResult, type Effects, execute } from "./execute.ts";
import { waitForFindings } from "./findings.ts";
import { baselineOf, knownLive, liveObjects, misplacedOf, namespaceEnding, namespaceUnseen, snapshotOf } from "./gather.ts";
import { healthOf, waitForHealth } from "./health.ts";
import type { ImageReports } from "./image-reports.ts";
import { ImagesStep } from "./images-step.ts";
import { type BaselineIdentity, Memory } from "./memory.ts";
import { outcomesOf, repairedDrift } from "./outcomes.ts";
import { Pacing } from "./pacing.ts";
import { PodSecurityStep } from "./pod-security-step.ts";
import type { PodWatches } from "./pod-watches.ts";
import { refusedStatus } from "./status.ts";
import { StatusWriter } from "./status-writer.ts";
import type { TokenPodCount } from "./token-pods.ts";
import type { WorkloadWatches } from "./workload-watches.ts";

export interface ReconcilerParts {
  readonly caches: Caches;
  readonly writer: Writer;
  /** Writes as the field manager of this name, which applies an aspect of objects that sections share. */
  readonly writerAs: (fieldManager: string) => Writer;
  /** Writes as the field manager of the mark on Namespaces. */
  readonly marker: Writer;
  /** Writes as the field manager of what is in nobody's name. */
  readonly custodian: Writer;
  readonly recorder: Recorder;
  readonly metrics: Metrics;
  /** Pods of namespaces whose Pod Security level waits for them. */
  readonly podWatches: PodWatches;
  /** Pods that mount a token although their account gives none; undefined where nobody wants them counted. */
  readonly tokenPods: Pick<TokenPodCount, "toldIn"> | undefined;
  /** Workloads of namespaces in which a section only tells what it would refuse. */
  readonly workloadWatches: WorkloadWatches;
  /** What is told of the pods of namespaces whose policies on images wait for them. */
  readonly imageReports: ImageReports;
  /** Whether the API server enforces admission policies at all. */
  readonly selfTest: Pick<SelfTest, "begin">;
  /** Namespaces that the installation does not want touched. */
  readonly isReserved: (namespace: string) => boolean;
  /** Labels that the installation wants on every generated object. */
  readonly objectLabels: Readonly<Record<string, string>>;
  /** What is known of the cluster now. */
  readonly facts: () => Facts;
  /** What is amiss with the policies that confine this operator, one sentence; undefined if nothing is. */
  readonly confinementProblem: () => string | undefined;
  /** See `StatusWriterParts`. */
  readonly statusWritten: (baseline: Pick<BaselineEntry, "namespace">) => void;
  /** Milliseconds since the epoch, for the times in status. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock, for pauses. */
  readonly monotonic: () => number;
  /** Answers 0 <= r < 1. */
  readonly random: () => number;
}

const DONE: LookResult = { failed: [], retry: undefined, again: undefined };

export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #effects: Effects;
  readonly #memory: Memory;
  readonly #pacing: Pacing;
  readonly #statuses: StatusWriter;
  readonly #bulletin = new Bulletin();
  readonly #admission: AdmissionStep;
  readonly #images: ImagesStep;
  readonly #podSecurity: PodSecurityStep;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    this.#memory = new Memory(parts.objectLabels);
    this.#pacing = new Pacing(parts.random);
    this.#statuses = new StatusWriter(parts);
    const storeOf: Effects["storeOf"] = (kind) => {
      const feed = parts.caches.owned.get(kind);
      if (feed === undefined) throw new Error(`no control owns ${kind.kind}`);
      return feed.store;
    };
    const { writer, writerAs, marker, custodian } = parts;
    const aspects = new Map(
      ownedKinds.flatMap((kind) => (kind.aspect === undefined ? [] : [[kind, writerAs(kind.aspect.manager)] as const])),
    );
    const writerOf: Effects["writerOf"] = (kind) => aspects.get(kind) ?? writer;
    this.#effects = { writerOf, marker, custodian, storeOf };
    this.#admission = new AdmissionStep({ ...parts, watches: parts.workloadWatches });
    this.#images = new ImagesStep({ reports: parts.imageReports });
    this.#podSecurity = new PodSecurityStep({ ...parts, watches: parts.podWatches, effects: this.#effects, pacing: this.#pacing });
  }

  /** Begins a term of leadership: others may have led since the last one. */
  begin(): void {
    this.#memory.clear();
    this.#pacing.clear();
    this.#bulletin.clear();
    this.#podSecurity.clear();
    this.#admission.clear();
    this.#images.clear();
  }

  /** Notes that the next look at a namespace is to tell what is news in the whole cluster. */
  tellNews(namespace: string): void {
    this.#bulletin.tell(namespace);
  }

  /** Ends a term of leadership: nothing is waited for any more. */
  end(): void {
    this.#podSecurity.clear();
    this.#admission.clear();
    this.#images.clear();
  }

  /** Notes that pods of a namespace whose level waits for them went or changed; true if that calls for a look. */
  podsChanged(namespace: string): boolean {
    return this.#podSecurity.podsChanged(namespace);
  }

  /** Notes that somebody else wrote the status of this baseline; `ours` stood there before. */
  statusTaken(baseline: BaselineIdentity, ours: SecurityBaselineStatus | undefined): void {
    this.#memory.statusTaken(baseline, ours);
  }

  /** Whether a baseline is known to have had an object of this name in place. */
  isExpected(kind: OwnedKind, namespace: string, name: string): boolean {
    return this.#memory.inventoryOf(namespace).has(kind, name);
  }

  /**
   * Brings one namespace to what its baseline says, as far as its modes allow, and tells so in status. Throws only ApiError: when status
   * cannot be written, or when this instance may not write any more.
   */
  async look(namespace: string): Promise<LookResult> {
    const { caches, now } = this.#parts;
    const entry = baselineOf(caches, namespace);
    if (namespace === caches.breakGlassNamespace) this.#bulletin.renew(caches, entry, now());
    const looked = await this.#lookAt(namespace, entry);
    // Taken last: a look that fails loses no news.
    return { ...looked, news: this.#bulletin.take() };
  }

  async #lookAt(namespace: string, entry: BaselineEntry | undefined): Promise<LookResult> {
    if (namespaceEnding(this.#parts.caches, namespace)) {
      this.#leave(namespace);
      // What waits for a finalizer can take days: nobody is to be woken for a namespace that goes.
      this.#parts.metrics.removeBaseline(namespace);
      return DONE;
    }
    const misplaced = await this.#refuseMisplaced(namespace);
    if (entry === undefined) return this.#release(namespace);
    if (!this.#memory.knows(entry)) this.#pacing.editedSpec(namespace);
    const refused = this.#refusal(entry);
    if (refused === undefined && namespaceUnseen(this.#parts.caches, entry)) return { ...DONE, again: misplaced };
    const end = await (refused === undefined ? this.#enforce(entry) : this.#refuse(entry, refused));
    return { ...end, again: shortest([end.again, misplaced]) };
  }

  async #release(namespace: string): Promise<LookResult> {
    this.#memory.forget(namespace);
    this.#leave(namespace);
    this.#parts.metrics.removeBaseline(namespace);
    const now = this.#parts.monotonic();
    const planned = planRelease(liveObjects(this.#parts.caches, namespace));
    if (planned.length === 0) this.#pacing.forget(namespace);
    const results = await execute(this.#pacing.due(namespace, planned, now).batches, namespace, this.#effects);
    const after = this.#parts.monotonic();
    this.#pacing.note(namespace, planned, results, after);
    return { failed: errorsOf(results), retry: this.#pacing.nextTry(namespace, after), again: undefined };
  }

  /** Two objects that state the posture of one namespace would undo each other's work. */
  async #refuseMisplaced(namespace: string): Promise<number | undefined> {
    const entry = misplacedOf(this.#parts.caches, namespace);
    if (entry === undefined) return undefined;
    return this.#writeRefusal(entry, misplacedProblem(namespace));
  }

  #refusal(entry: BaselineEntry): SectionProblem | undefined {
    const { namespace } = entry;
    if (this.#parts.isReserved(namespace)) return reservedProblem(namespace);
    return this.#memory.of(entry).baseline.refused;
  }

  async #refuse(entry: BaselineEntry, problem: SectionProblem): Promise<LookResult> {
    this.#leave(entry.home);
    const again = await this.#writeRefusal(entry, problem);
    this.#parts.metrics.setBaseline(entry.home, {
      notReady: problem.reason,
      notCompliant: problem.reason,
      contested: new Map(),
      drift: [],
      findings: [],
    });
    return { ...DONE, again };
  }

  /** Answers the milliseconds until a status that was held back may be written. */
  async #writeRefusal(entry: BaselineEntry, problem: SectionProblem): Promise<number | undefined> {
    const { generation, baseline } = entry;
    const previous = this.#memory.oursOf(entry) ?? baseline.status;
    const next = refusedStatus({ previous, generation, now: this.#timestamp(), problem });
    const status = next ?? (previous === baseline.status ? undefined : previous);
    if (status === undefined) return undefined;
    // It has been told before of this generation: somebody else changed it.
    if (baseline.status?.observedGeneration === generation) {
      const wait = this.#pacing.restoresStatus(entry.home, this.#parts.monotonic());
      if (wait > 0) return wait;
    }
    await this.#statuses.write(entry, status);
    this.#memory.restored(entry);
    return undefined;
  }

  async #enforce(entry: BaselineEntry): Promise<LookResult> {
    const { caches, monotonic } = this.#parts;
    const namespace = entry.home;
    const remembered = this.#memory.of(entry);
    const started = monotonic();
    const { baseline, inventory } = remembered;
    const gathered = snapshotOf(caches, entry, { baseline, facts: this.#parts.facts(), inventory, now: started });
    const begun = await this.#podSecurity.begin(entry, gathered);
    const { snapshot, marked, settled } = begun;
    const sections = this.#images.begin(entry, begun.sections, snapshot.live);
    const planned = planInput(snapshot, sections);
    const plan = planBaseline(planned);
    const paced = this.#pacing.due(namespace, plan.batches, monotonic());
    const written = await execute(paced.batches, namespace, this.#effects);
    this.#pacing.note(namespace, plan.batches, written, monotonic());
    const results = [...marked, ...written];
    this.#noteRepairs(results, started);
    const { end, after } = this.#lookAfter(entry, { snapshot, sections, plan, wrote: results.length > 0 });
    this.#settle(after);
    remembered.inventory = inventory.after({
      asked: sections.flatMap(({ desired }) => desired),
      live: end.live,
      lost: withoutKind(sections, snapshot.kinds),
      isComplete: sections.every(({ refused }) => refused === undefined),
    });
    const now = this.#parts.now();
    const health = healthOf(sections, namespace, { caches, now, monotonic: monotonic() });
    const contested = this.#pacing.contested(namespace, monotonic());
    const counted = this.#admission.look(entry, sections);
    const runningPods = this.#podSecurity.end(entry, begun, { live: end.live, now: this.#timestamp() });
    const tokenPods = this.#parts.tokenPods?.toldIn(entry, sections) ?? new Map();
    const refused = this.#pacing.refused(namespace);
    const outcomes = outcomesOf({
      sections,
      plan,
      after,
      results,
      refused,
      contested,
      health,
      runningPods,
      tokenPods,
      workloads: counted.workloads,
    });
    const { withheld } = planned;
    const beyond = beyondOf(caches, namespace, { wide: !entry.posture.namespaced });
    const found = findIn(end, sections, { clusterRoles: caches.clusterRoles, beyond, now });
    const passes = this.#pacing.passes(namespace);
    const wait = await this.#tell(entry, { outcomes, plan, found, withheld, results, contested, passes });
    return {
      failed: errorsOf(results),
      retry: this.#pacing.nextTry(namespace, monotonic()),
      again: shortest([
        paced.wait,
        settled?.wait,
        counted.wait,
        wait,
        this.#pacing.nextCheck(namespace, monotonic()),
        waitForHealth(health, now),
        waitForFindings(found, now),
      ]),
    };
  }

  /** What is there after the writes, and what of it is still to be done. */
  #lookAfter(
    entry: BaselineEntry,
    { snapshot, sections, plan, wrote }: { snapshot: Snapshot; sections: readonly Section[]; plan: Plan; wrote: boolean },
  ): { end: Snapshot; after: Plan } {
    if (!wrote) return { end: snapshot, after: plan };
    const end = { ...snapshot, live: knownLive(this.#parts.caches, entry, snapshot) };
    return { end, after: planBaseline(planInput(end, sections)) };
  }

  #noteRepairs(results: readonly ActionResult[], started: number): void {
    const now = this.#parts.monotonic();
    for (const { control } of repairedDrift(results)) this.#parts.metrics.repaired(control, (now - started) / 1000);
  }

  #settle(plan: Plan): void {
    for (const { live, fingerprint } of plan.settled) {
      this.#effects.storeOf(live.kind).refine({ ...live, satisfies: fingerprint, detail: undefined });
    }
  }

  /** Tells in status, events and gauges what was found; answers the milliseconds until a status that was held back may be written. */
  async #tell(
    entry: BaselineEntry,
    seen: {
      readonly outcomes: Parameters<typeof conclude>[0]["sections"];
      readonly plan: Plan;
      readonly found: Found;
      readonly withheld: readonly Desired[];
      readonly results: readonly ActionResult[];
      readonly contested: BaselineState["contested"];
      /** Nothing fails but what will have passed in a moment: it is not told yet. */
      readonly passes: boolean;
    },
  ): Promise<number | undefined> {
    const remembered = this.#memory.of(entry);
    const { outcomes, plan, found, withheld, results, contested, passes } = seen;
    const { status, log, tells, state } = conclude({
      standing: entry.baseline.status,
      ours: remembered.ours,
      unwritten: remembered.unwritten,
      generation: entry.generation,
      about: {
        notUnderstood: remembered.baseline.notUnderstood,
        confinement: entry.posture.namespaced ? undefined : { problem: this.#parts.confinementProblem() },
      },
      cluster: this.#bulletin.for(entry),
      sections: outcomes,
      plan,
      found,
      withheld,
      results,
      contested,
      inventory: remembered.inventory,
      now: this.#timestamp(),
    });
    this.#parts.metrics.setBaseline(entry.home, state);
    // Kept until a write succeeds: what was seen is told, whatever happens meanwhile.
    remembered.unwritten = log;
    if (passes) return undefined;
    if (remembered.ours !== undefined) {
      const wait = this.#pacing.restoresStatus(entry.home, this.#parts.monotonic());
      if (wait > 0) return wait;
    }
    await this.#statuses.write(entry, status);
    this.#bulletin.told(entry.home);
    remembered.unwritten = undefined;
    remembered.ours = undefined;
    const { posture, namespace, name, uid } = entry;
    for (const told of tells) this.#parts.recorder.record({ regarding: { kind: posture.kind, namespace, name, uid }, ...told });
    return undefined;
  }

  /** Nothing but the objects of the namespace is of interest any more. */
  #leave(namespace: string): void {
    this.#podSecurity.leave(namespace);
    this.#admission.leave(namespace);
    this.#images.leave(namespace);
  }

  #timestamp(): string {
    return `${new Date(this.#parts.now()).toISOString().slice(0, 19)}Z`;
  }
}

function shortest(waits: readonly (number | undefined)[]): number | undefined {
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** What the server took and stored otherwise is to be tried again, too. */
function errorsOf(results: readonly ActionResult[]): ApiError[] {
  return results.flatMap(({ error, differs }) => {
    if (error !== undefined) return [error];
    if (differs.length === 0) return [];
    return [new ApiError({ status: 200, reason: "Changed", message: `stored otherwise than written: ${differs.join(", ")}` })];
  });
}
