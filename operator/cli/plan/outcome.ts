/** What `plan` tells, before it takes a form. */
import type { Posture, PostureKind } from "../../api/postures.ts";
import type { SectionMode } from "../../api/shared-types.ts";
import type { PodViolation } from "../../cluster/pod-security.ts";
import type { JudgedFinding } from "../../findings/exceptions.ts";
import type { Change, ChangeType } from "../../plan/changes.ts";
import type { SourceDocument } from "../documents.ts";

/** A change, and whether the section only reports: then it would come with mode Enforce. */
export interface PlannedChange extends Change {
  readonly reportedOnly: boolean;
}

/** Running pods that a higher Pod Security level would refuse. */
export interface RefusedPods {
  /** The level that is asked for, with its version. */
  readonly asked: string;
  /** Where the level stands until the pods are gone; undefined if it rises in spite of them. */
  readonly held: string | undefined;
  /** Those that most pods share first; none where the API server names none. */
  readonly pods: readonly PodViolation[];
  /** Not all of them are named. */
  readonly isIncomplete: boolean;
  readonly reportedOnly: boolean;
}

/** A workload that could not be made again. */
export interface RefusedWorkload {
  readonly kind: string;
  readonly name: string;
  /** As the API server would word it, without the words around it. */
  readonly message: string;
}

/** Workloads that a section `admission` would not admit if they were made now. */
export interface RefusedWorkloads {
  /** How many were looked at. */
  readonly judged: number;
  /** By kind and name; at least one. */
  readonly refused: readonly RefusedWorkload[];
  /** They could be made, and their pods could not. */
  readonly arePodsMeant: boolean;
  readonly reportedOnly: boolean;
}

/** What one baseline would do. All sentences are without a full stop, and may hold text of others. */
export interface PlannedBaseline {
  readonly kind: PostureKind["kind"];
  readonly name: Posture["metadata"]["name"];
  /** Where its objects live. */
  readonly namespace: string;
  /** Default mode of its sections. */
  readonly mode: SectionMode;
  readonly document: SourceDocument;
  /** Why nothing of it would be obeyed; undefined if it would. */
  readonly refused: string | undefined;
  readonly changes: readonly PlannedChange[];
  /** As status would list them once the changes are made: open ones first, the worst first. */
  readonly findings: readonly JudgedFinding[];
  /** Undefined if none is in the way of a higher level, as far as is known. */
  readonly runningPods: RefusedPods | undefined;
  /** Undefined if each could be made again, as far as is known. */
  readonly workloads: RefusedWorkloads | undefined;
  /** What would not work, one sentence each. */
  readonly problems: readonly string[];
  /** What could not be looked at, one sentence each. */
  readonly unknown: readonly string[];
  readonly notes: readonly string[];
}

/** How much there is of everything. */
export interface Summary {
  readonly create: number;
  readonly change: number;
  readonly remove: number;
  readonly adopt: number;
  readonly conflicts: number;
  /** Changes that sections in mode Report only report. */
  readonly reported: number;
  /** Findings that nobody accepted. */
  readonly findings: number;
  readonly accepted: number;
  /** Running pods that a level would refuse which is not only reported, as many as are named. */
  readonly runningPods: number;
  /** Workloads that a section would not admit again which does not only report. */
  readonly workloads: number;
  /** Baselines that are refused, and what would not work. */
  readonly problems: number;
  readonly unknown: number;
}

/** Counts over all baselines. */
export function summaryOf(planned: readonly PlannedBaseline[]): Summary {
  const changes = planned.flatMap((one) => one.changes);
  const findings = planned.flatMap((one) => one.findings);
  const made = (type: ChangeType): number => changes.filter((change) => change.type === type && !change.reportedOnly).length;
  const open = findings.filter(({ accepted }) => accepted === undefined).length;
  return {
    create: made("Create"),
    change: made("Change"),
    remove: made("Remove"),
    adopt: made("Adopt"),
    conflicts: made("Conflict"),
    reported: changes.filter(({ reportedOnly }) => reportedOnly).length,
    findings: open,
    accepted: findings.length - open,
    runningPods: planned.reduce((sum, one) => sum + countPods(one), 0),
    workloads: planned.reduce((sum, { workloads }) => sum + (workloads?.reportedOnly === false ? workloads.refused.length : 0), 0),
    problems: planned.reduce((sum, { problems, refused }) => sum + problems.length + (refused === undefined ? 0 : 1), 0),
    unknown: planned.reduce((sum, { unknown }) => sum + unknown.length, 0),
  };
}

/** Where none is named, there is one at least. */
function countPods({ runningPods }: PlannedBaseline): number {
  if (runningPods === undefined || runningPods.reportedOnly) return 0;
  return Math.max(
    1,
    runningPods.pods.reduce((sum, { others }) => sum + 1 + others, 0),
  );
}

/**
 * Whether `--exit-code` answers 1: something would change, stands in the way, weakens a namespace, or would be refused. What is only reported changes nothing, and what is not
 * known is no difference.
 */
export function isDifferent(summary: Summary): boolean {
  const { create, change, remove, adopt, conflicts, findings, runningPods, workloads, problems } = summary;
  return create + change + remove + adopt + conflicts + findings + runningPods + workloads + problems > 0;
}
