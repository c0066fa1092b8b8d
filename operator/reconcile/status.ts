/** Makes the status document of a look: from what it found and the previous document, and only if it says something new. */
import { isDeepStrictEqual } from "node:util";
import type { ControlStatus, SecurityBaselineStatus } from "../api/baseline-status.ts";
import { CLUSTER_WEAKENED, type SectionProblem } from "../api/reasons.ts";
import type { ClusterNews } from "../plan/beyond.ts";
import { type AboutBaseline, clusterVerdict, conditionsOf, refusedConditions, type SectionOutcome } from "./conditions.ts";
import { type DriftLog, pruneDrift } from "./drift-log.ts";
import type { FindingLog } from "./findings.ts";
import { happeningsBetween } from "./happenings.ts";
import { recentAfter } from "./recent.ts";

export interface StatusInput {
  /** The document that stands there now. */
  readonly previous: SecurityBaselineStatus | undefined;
  readonly generation: number;
  readonly sections: readonly SectionOutcome[];
  readonly about?: Omit<AboutBaseline, "findings" | "cluster">;
  /** What weakens every namespace, where that is told; undefined where it is not, or not known. */
  readonly cluster?: ToldOfCluster | undefined;
  /** The drift known after this look. */
  readonly log: DriftLog;
  readonly findings: FindingLog;
  /** Lines of the objects that are or were in place. */
  readonly inventory: readonly string[];
  /** RFC 3339 with seconds. */
  readonly now: string;
}

/** What a namespace is told of the whole cluster. */
export interface ToldOfCluster {
  readonly news: ClusterNews;
  /** It is this namespace's turn: otherwise the news waits for something else to be told, because one change concerns every namespace. */
  readonly due: boolean;
}

/** The status after a reconcile, or undefined if the previous one already says all of it. */
export function nextStatus(input: StatusInput): SecurityBaselineStatus | undefined {
  const { previous, generation, about = {}, log, findings, now } = input;
  const sections = [...input.sections].sort((a, b) => (a.control < b.control ? -1 : 1));
  const inventory = input.inventory.slice(0, MAX_INVENTORY);
  const standing = previous?.conditions?.find(({ type }) => type === CLUSTER_WEAKENED);
  const told = input.cluster === undefined ? standing : clusterVerdict(input.cluster.news);
  const document = (drift: DriftLog, cluster: AboutBaseline["cluster"]): SecurityBaselineStatus => ({
    observedGeneration: generation,
    ...(previous?.recent !== undefined && { recent: previous.recent }),
    summary: {
      managed: sum(sections, (section) => section.managed),
      inSync: sum(sections, (section) => section.inSync),
      drifted: sum(sections, (section) => section.drifted.length),
      findings: findings.open,
    },
    conditions: conditionsOf(sections, { ...about, findings, cluster }, { previous: previous?.conditions ?? [], generation, now }),
    ...controlFields(sections),
    ...driftFields(drift),
    ...(findings.entries.length > 0 ? { findings: findings.entries } : {}),
    ...(inventory.length > 0 ? { inventory } : {}),
  });
  if (sameStatus(document(log, input.cluster?.due === true ? told : standing), previous)) return undefined;
  const next = document(pruneDrift(log, now), told);
  return { ...next, ...recentAfter(previous?.recent, happeningsBetween(previous, next), now) };
}

/** The status of a baseline that is refused as a whole; what is known of drift stays listed. */
export function refusedStatus(
  input: Pick<StatusInput, "previous" | "generation" | "now"> & { readonly problem: SectionProblem },
): SecurityBaselineStatus | undefined {
  const { previous, generation, now, problem } = input;
  const next: SecurityBaselineStatus = {
    ...previous,
    observedGeneration: generation,
    conditions: refusedConditions(problem, { previous: previous?.conditions ?? [], generation, now }),
  };
  return sameStatus(next, previous) ? undefined : next;
}

/** Bounds of the schema. */
const MAX_INVENTORY = 1024;
const MAX_ENTRIES = 256;

function controlStatus({
  control,
  mode,
  managed,
  inSync,
  standards,
  entries,
  runningPods,
  tokenPods,
  workloads,
}: SectionOutcome): ControlStatus {
  return {
    name: control,
    mode,
    managed,
    inSync,
    standards,
    ...(entries !== undefined && { entries: entries.slice(0, MAX_ENTRIES) }),
    ...(runningPods !== undefined && { runningPods }),
    ...(tokenPods !== undefined && { tokenPods }),
    ...(workloads !== undefined && { workloads }),
  };
}

/** The drift that a status tells. */
export function logOf(status: SecurityBaselineStatus | undefined): DriftLog {
  return { entries: status?.drift ?? [], dropped: status?.droppedDrift ?? 0 };
}

/** A list that becomes empty is left out: the API server drops it with its last entry and takes an empty one for news. */
function controlFields(sections: readonly SectionOutcome[]): Pick<SecurityBaselineStatus, "controls"> {
  return sections.length === 0 ? {} : { controls: sections.map(controlStatus) };
}

function driftFields(log: DriftLog): Pick<SecurityBaselineStatus, "drift" | "droppedDrift"> {
  return {
    ...(log.entries.length > 0 ? { drift: log.entries } : {}),
    ...(log.dropped > 0 ? { droppedDrift: log.dropped } : {}),
  };
}

function sum(sections: readonly SectionOutcome[], count: (section: SectionOutcome) => number): number {
  return sections.reduce((total, section) => total + count(section), 0);
}

/** Whether two documents are stored alike. */
export function sameStatus(next: SecurityBaselineStatus, previous: SecurityBaselineStatus | undefined): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(next)), JSON.parse(JSON.stringify(previous ?? {})));
}
