/** Keeps the policy reports of an installation as their baselines' status is, for whoever reads reports: a failure here is told and holds up nothing else. */
import { setImmediate as othersTurn } from "node:timers/promises";
import type { JsonObject } from "../api/json.ts";
import { REPORT_NAME } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import { clusterPosture, namespacePosture } from "../api/postures.ts";
import type { Clock } from "../cluster/clock.ts";
import type { ApiError } from "../cluster/errors.ts";
import { createOptionalFeed, type OptionalFeed } from "../cluster/optional-feed.ts";
import { createReflector } from "../cluster/reflector.ts";
import { createStore } from "../cluster/store.ts";
import type { Transport, Writer } from "../cluster/types.ts";
import { createWorkQueue, type WorkQueue } from "../cluster/work-queue.ts";
import { REPORT_KINDS, type ReportGroup, type ReportKind } from "../kinds/policy-report.ts";
import type { Log } from "../observe/log.ts";
import { type BaselineEntry, type Caches, postureStore } from "../reconcile/caches.ts";
import { Disputes } from "../reconcile/disputes.ts";
import { namespaceEnding } from "../reconcile/gather.ts";
import { asApiError, isInvalid, passesByItself } from "../reconcile/problems.ts";
import { Refusals } from "../reconcile/refusals.ts";
import { reportOf } from "./report.ts";
import { contentOf, projectReport, type ReportRow } from "./row.ts";

/** Reports that are written side by side. */
const CONCURRENCY = 4;
/** Milliseconds in which changes of one status are collected: nobody reads reports faster. */
const PAUSE = 1000;

/** Stands for the ClusterSecurityBaseline among the namespaces of the others. */
const CLUSTER = "";

/** The one object of each key, as refusals and disputes name it. */
const REPORT = { control: "report", ref: { kind: "report", name: REPORT_NAME } } as const;

const FOREIGN = `somebody else made the report ${REPORT_NAME}: rename or delete it`;
const CONTESTED = "another writer keeps changing the report: what is put back waits";
const NOT_STORED = "the API server stores another report than it is given: its kinds are of another version";

export interface PublisherParts {
  readonly group: ReportGroup;
  readonly transport: Transport;
  readonly writer: Writer;
  readonly caches: Pick<Caches, "baselines" | "clusterBaselines" | "apiGroups" | "owned" | "breakGlassNamespace">;
  /** Namespaces in which no baseline is obeyed: nothing is written there. */
  readonly isReserved: (namespace: string) => boolean;
  readonly log: Log;
  readonly clock: Clock;
  /** Answers 0 <= r < 1. */
  readonly random: () => number;
}

/** What the last write of a report made of it. */
interface Written {
  /** Digest of what was asked for. */
  readonly asked: string;
  /** Digest of what the API server stored. */
  readonly stored: string;
}

export class PolicyReportPublisher {
  readonly #parts: PublisherParts;
  readonly #inNamespace: OptionalFeed<ReportRow>;
  readonly #ofCluster: OptionalFeed<ReportRow>;
  readonly #written = new Map<string, Written>();
  /** Why a report is not as it should be, by key. */
  readonly #problems = new Map<string, string>();
  readonly #disputes = new Disputes();
  readonly #refusals: Refusals;
  #queue: WorkQueue | undefined;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    const { inNamespace, ofCluster } = REPORT_KINDS[parts.group];
    this.#inNamespace = this.#feedOf(inNamespace, (namespace) => this.#changedAt(namespace));
    this.#ofCluster = this.#feedOf(ofCluster, () => this.#changedAt(CLUSTER));
    this.#refusals = new Refusals(parts.random);
  }

  /** Notes that a baseline, or its status, is another one than before. */
  changed({ namespace }: Pick<BaselineEntry, "namespace">): void {
    this.#changedAt(namespace);
  }

  /** Resources that cannot be followed at present. */
  failing(): readonly string[] {
    const { inNamespace, ofCluster } = REPORT_KINDS[this.#parts.group];
    return [
      ...(this.#inNamespace.failure === undefined ? [] : [inNamespace.resource]),
      ...(this.#ofCluster.failure === undefined ? [] : [ofCluster.resource]),
    ];
  }

  /** Namespaces whose report is not as it should be; that of the cluster is told where the posture of the cluster is at home. */
  failingReports(): readonly string[] {
    return [...this.#problems.keys()].map((key) => (key === CLUSTER ? this.#parts.caches.breakGlassNamespace : key));
  }

  /** Follows the reports until the signal is aborted. Never rejects. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#inNamespace.run(signal), this.#ofCluster.run(signal), this.#tellAbsence(signal)]);
  }

  /** Writes reports until the signal is aborted, then waits for what is under way. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    const queue = createWorkQueue({ concurrency: CONCURRENCY, clock, log });
    this.#queue = queue;
    this.#changedForAll();
    await queue.run((key) => this.#look(key, queue), signal);
    this.#queue = undefined;
    // Others may write until the next term.
    this.#written.clear();
    this.#problems.clear();
    this.#disputes.clear();
    this.#refusals.clear();
  }

  /** Follows the reports of our name, whoever made them. */
  #feedOf(type: ReportKind, onChange: (key: string) => void): OptionalFeed<ReportRow> {
    const { transport, log, caches } = this.#parts;
    const onStanding = (): void => this.#changedForAll();
    const onProblem = (problem: string): void => log.warn("object skipped", { resource: type.resource, problem });
    const follow = () => {
      const store = createStore<ReportRow>({ project: projectReport, onChange, onProblem });
      return createReflector({ transport, store, log, type, fieldSelector: `metadata.name=${REPORT_NAME}`, onStanding });
    };
    return createOptionalFeed({ type, groups: caches.apiGroups, follow, onStanding });
  }

  /** Says once each time that the kinds are not there. */
  async #tellAbsence(signal: AbortSignal): Promise<void> {
    const { group, log, caches } = this.#parts;
    const { apiVersion } = REPORT_KINDS[group].inNamespace;
    const isServed = (): boolean => caches.apiGroups.serves(apiVersion);
    while (!signal.aborted) {
      await caches.apiGroups.until(() => caches.apiGroups.feed.synced && !isServed(), signal);
      if (!signal.aborted) log.warn("no policy reports are written: the API server does not serve their kinds", { apiVersion });
      await caches.apiGroups.until(isServed, signal);
      if (!signal.aborted) log.info("policy reports are written: the API server serves their kinds", { apiVersion });
    }
  }

  #changedAt(key: string): void {
    this.#queue?.later(key, PAUSE);
  }

  #changedForAll(): void {
    for (const namespace of this.#parts.caches.baselines.store.namespaces()) this.#queue?.add(namespace, "resync");
    this.#queue?.add(CLUSTER, "resync");
  }

  async #look(key: string, queue: WorkQueue): Promise<void> {
    const wait = await this.#keep(key);
    if (wait !== undefined) queue.later(key, wait);
    // Most looks wait for nothing: thousands of them in a row would hold up the lease, the probes and every watch.
    await othersTurn();
  }

  /** Brings one report to what the status says; answers the milliseconds until it is to be looked at again, if it is. */
  async #keep(key: string): Promise<number | undefined> {
    const feed = key === CLUSTER ? this.#ofCluster : this.#inNamespace;
    const entry = this.#entryOf(key);
    if (entry === undefined || !feed.synced) return this.#forget(key);
    const row = feed.store.get(key, REPORT_NAME);
    if (row?.ours === false) return this.#tell(key, FOREIGN);
    const report = reportOf(this.#parts.group, entry);
    const asked = contentOf(report);
    const written = this.#written.get(key);
    if (row !== undefined && isInPlace(row, asked, written)) return this.#inPlace(key, row.content === asked);
    const wait = this.#waitFor(key, asked);
    if (wait > 0) return wait;
    try {
      const answer = await this.#write(key, report);
      feed.store.observe(answer);
      if (written !== undefined && row?.content !== written.stored) this.#disputes.repaired(key, REPORT, this.#parts.clock.now());
      const stored = contentOf(answer);
      this.#written.set(key, { asked, stored });
      return this.#inPlace(key, stored === asked);
    } catch (thrown) {
      return this.#failed(key, asked, asApiError(thrown));
    }
  }

  /** Milliseconds for which neither an event nor another change lets it be written. */
  #waitFor(key: string, asked: string): number {
    const now = this.#parts.clock.now();
    const contested = this.#disputes.waitFor(key, REPORT, now);
    if (contested > 0) this.#tell(key, CONTESTED);
    return Math.max(contested, this.#refusals.waitFor(key, REPORT_NAME, now, asked));
  }

  #write(key: string, report: JsonObject): Promise<KubernetesObject> {
    const { inNamespace, ofCluster } = REPORT_KINDS[this.#parts.group];
    const type = key === CLUSTER ? ofCluster : inNamespace;
    return this.#parts.writer.apply({ type, namespace: key, name: REPORT_NAME }, report);
  }

  /** Nothing is to be written; who fights over the report is told of until that is over. */
  #inPlace(key: string, asAsked: boolean): number | undefined {
    const now = this.#parts.clock.now();
    this.#refusals.succeeded(key, REPORT_NAME);
    if (this.#disputes.contested(key, now).size > 0) this.#tell(key, CONTESTED);
    else this.#tell(key, asAsked ? undefined : NOT_STORED);
    return this.#disputes.nextCheck(key, now);
  }

  /** The baseline to be told of; undefined where there is none, or none that is obeyed, or that stays. */
  #entryOf(key: string): BaselineEntry | undefined {
    const { caches, isReserved } = this.#parts;
    const posture = key === CLUSTER ? clusterPosture : namespacePosture;
    const entry = postureStore(caches, posture).get(key, posture.name);
    if (entry === undefined || entry.baseline.metadata.deletionTimestamp !== undefined) return undefined;
    return isReserved(key) || namespaceEnding(caches, key) ? undefined : entry;
  }

  /** What is invalid is tried ever more rarely, until something else is to be said. */
  #failed(key: string, asked: string, error: ApiError): number | undefined {
    const now = this.#parts.clock.now();
    this.#refusals.failed(key, REPORT_NAME, now, {
      atLeast: error.retryAfter ?? 0,
      passing: passesByItself(error),
      invalidIn: isInvalid(error) ? asked : undefined,
      told: { control: undefined, problem: undefined },
    });
    if (error.class !== "fenced" && !this.#refusals.pass(key)) this.#tell(key, `${error.reason}: ${error.message}`);
    return this.#refusals.next(key, now);
  }

  #forget(key: string): undefined {
    this.#written.delete(key);
    this.#problems.delete(key);
    this.#disputes.forget(key);
    this.#refusals.forget(key);
  }

  #tell(key: string, problem: string | undefined): undefined {
    const before = this.#problems.get(key);
    if (problem === before) return;
    const about = key === CLUSTER ? {} : { namespace: key };
    if (problem === undefined) {
      this.#problems.delete(key);
      this.#parts.log.info("a policy report is as it should be again", about);
    } else {
      this.#problems.set(key, problem);
      this.#parts.log.warn("a policy report is not as it should be", { ...about, problem });
    }
  }
}

/** What the API server made of the same report is as good as it gets. */
function isInPlace({ content }: ReportRow, asked: string, written: Written | undefined): boolean {
  return content === asked || (content === written?.stored && asked === written.asked);
}
