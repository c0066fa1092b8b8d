/** Tells a look at the cluster as conditions: deterministic, sorted, without times or counters that flap. */
import type { EntryStatus, JudgedWorkloads, RunningPods, TokenPods } from "../api/baseline-status.ts";
import {
  CLUSTER_WEAKENED,
  COMPLIANT,
  CONFINED,
  READY,
  type Reason,
  type SectionProblem,
  STALLED,
  STALLING_REASONS,
  worstProblem,
} from "../api/reasons.ts";
import type { Condition, SectionMode } from "../api/shared-types.ts";
import { kindTitle } from "../findings/naming.ts";
import type { ClusterNews } from "../plan/beyond.ts";
import type { FindingLog } from "./findings.ts";
import { fitMessage } from "./fit.ts";

/** How one section stands after this reconcile. */
export interface SectionOutcome {
  readonly control: string;
  readonly condition: string;
  readonly standards: readonly string[];
  readonly mode: Exclude<SectionMode, "Off">;
  readonly managed: number;
  readonly inSync: number;
  /** Refs of objects that differ now, as `Kind name`, sorted. */
  readonly drifted: readonly string[];
  readonly problem: SectionProblem | undefined;
  /** How its objects fare with their backends; absent if none has any. */
  readonly entries?: readonly EntryStatus[] | undefined;
  /** Running pods that a higher Pod Security level would refuse; absent where nothing is to be told. */
  readonly runningPods?: RunningPods | undefined;
  /** Pods that mount a token although their account gives none; absent where nothing is to be told. */
  readonly tokenPods?: TokenPods | undefined;
  /** Workloads held against what is only told of; absent where nothing is to be told. */
  readonly workloads?: JudgedWorkloads | undefined;
  /** What to add whatever else is told, one sentence each. */
  readonly caveats?: readonly string[];
}

/** What is true of a condition before its times are known. */
interface Verdict {
  readonly type: string;
  readonly status: Condition["status"];
  readonly reason: Reason;
  readonly message: string;
}

/** A condition without its times. */
export type Claim = Pick<Condition, "type" | "status" | "reason" | "message">;

export interface ConditionContext {
  readonly previous: readonly Condition[];
  readonly generation: number;
  /** RFC 3339 with seconds. */
  readonly now: string;
}

/** How the operator's confinement stands; told where the posture of the whole cluster is stated. */
export interface Confinement {
  /** What is amiss, one sentence; undefined if nothing is. */
  readonly problem: string | undefined;
}

/** What conditions tell besides sections. */
export interface AboutBaseline {
  /** What of the baseline this version does not know, one sentence. */
  readonly notUnderstood?: string | undefined;
  readonly confinement?: Confinement | undefined;
  /** What of others weakens the namespace. */
  readonly findings?: Pick<FindingLog, "entries" | "open" | "remarks">;
  /** What weakens every namespace, told where only one is looked at. */
  readonly cluster?: Claim | undefined;
}

/** Conditions of a baseline whose sections were processed. */
export function conditionsOf(sections: readonly SectionOutcome[], about: AboutBaseline, context: ConditionContext): Condition[] {
  const { notUnderstood, confinement } = about;
  const [ready, compliant] = [readyOf(sections), weakenedBy(compliantOf(sections), about.findings)];
  const whole = notUnderstood === undefined ? [ready, compliant] : [ready, compliant].map((verdict) => withUnknown(verdict, notUnderstood));
  const stalled = notUnderstood === undefined ? stalledBy(ready) : stalledBy(unknownOnly(READY, notUnderstood));
  const confined = confinement === undefined ? [] : [confinedOf(confinement)];
  const cluster = about.cluster === undefined ? [] : [about.cluster];
  return dated([...whole, ...stalled, ...sections.map(sectionVerdict), ...confined, ...cluster], context);
}

/** What a namespace is told of findings outside of all; undefined while there are none. Its own `Compliant` stays: nobody can mend them there. */
export function clusterVerdict({ open, listed }: ClusterNews): Verdict | undefined {
  if (open === 0) return undefined;
  const what = open === 1 ? "1 finding of the whole cluster reaches" : `${open} findings of the whole cluster reach`;
  const where = listed ? "see status.findings of ClusterSecurityBaseline cluster" : "apply a ClusterSecurityBaseline to see which";
  return { type: CLUSTER_WEAKENED, status: "True", reason: "Weakened", message: `${what} this namespace, too: ${where}` };
}

/** Whether only a person can go on. Absent otherwise: whoever waits reads that the operator is at work, or done. */
function stalledBy({ status, reason, message }: Verdict): Verdict[] {
  if (status === "True" || !STALLING_REASONS.has(reason)) return [];
  return [{ type: STALLED, status: "True", reason, message }];
}

/** Whether the API server holds the operator's account to what the baselines ask for. */
function confinedOf({ problem }: Confinement): Verdict {
  if (problem !== undefined) return { type: CONFINED, status: "False", reason: "BackendUnavailable", message: problem };
  return { type: CONFINED, status: "True", reason: "InPlace", message: "every policy that confines the operator is as declared" };
}

/** What is not understood is not in effect: nobody may read that all is in place. */
function withUnknown(verdict: Verdict, notUnderstood: string): Verdict {
  if (verdict.status === "True") return unknownOnly(verdict.type, notUnderstood);
  return { ...verdict, message: `${verdict.message}; ${notUnderstood}` };
}

function unknownOnly(type: string, notUnderstood: string): Verdict {
  return { type, status: "False", reason: "InvalidSpec", message: notUnderstood };
}

/** Conditions of a baseline that is refused as a whole: nothing was looked at, what is in place stays. */
export function refusedConditions(problem: SectionProblem, context: ConditionContext): Condition[] {
  const verdict = { status: "False", reason: problem.reason, message: problem.message } as const;
  const ready: Verdict = { ...verdict, type: READY };
  return dated([ready, { ...verdict, type: COMPLIANT }, ...stalledBy(ready)], context);
}

function dated(claims: readonly Claim[], { previous, generation, now }: ConditionContext): Condition[] {
  return claims
    .map((claim) => {
      const before = previous.find((condition) => condition.type === claim.type);
      const lastTransitionTime = before?.status === claim.status ? before.lastTransitionTime : now;
      return { ...claim, message: fitMessage(claim.message), observedGeneration: generation, lastTransitionTime };
    })
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}

function sectionVerdict(section: SectionOutcome): Verdict {
  const { message, ...verdict } = withoutCaveats(section);
  return { ...verdict, message: [message, ...(section.caveats ?? [])].join("; ") };
}

function withoutCaveats(section: SectionOutcome): Verdict {
  const { condition: type, problem, drifted } = section;
  if (problem !== undefined) return { type, status: "False", reason: problem.reason, message: problem.message };
  if (drifted.length > 0) return { type, status: "False", reason: "Drifted", message: driftMessage(section) };
  return { type, status: "True", reason: "InPlace", message: "everything is as the baseline says" };
}

function driftMessage(section: SectionOutcome): string {
  const objects = `differs from the baseline: ${section.drifted.join(", ")}`;
  return section.mode === "Report" ? `${objects} (mode Report changes nothing)` : objects;
}

function readyOf(sections: readonly SectionOutcome[]): Verdict {
  const enforced = sections.filter((section) => section.mode === "Enforce");
  const problem = worstProblem(
    enforced.flatMap((section) =>
      section.problem === undefined ? [] : [{ ...section.problem, message: `${section.control}: ${section.problem.message}` }],
    ),
  );
  if (problem !== undefined) return { type: READY, status: "False", ...problem };
  if (sections.length === 0) return { type: READY, status: "True", reason: "NothingAsked", message: "no section is in use" };
  if (enforced.length === 0) return { type: READY, status: "True", reason: "InPlace", message: "every section only reports" };
  const message = enforced.length === sections.length ? "every section is in place" : "every section in mode Enforce is in place";
  return { type: READY, status: "True", reason: "InPlace", message };
}

const NOT_ALL = "not everything is in place";

/** Objects of others that a message names at most. */
const MAX_NAMED = 10;

/** Nobody may read that all is well while objects of others undo it. What is accepted counts as well. */
function weakenedBy(verdict: Verdict, findings: AboutBaseline["findings"]): Verdict {
  if (findings === undefined) return verdict;
  const { entries, open, remarks } = findings;
  const withRemarks = (message: string): string => [message, ...remarks].join("; ");
  if (open === 0) return { ...verdict, message: withRemarks(verdict.message) };
  const named = entries.filter(({ accepted }) => accepted === undefined).slice(0, MAX_NAMED);
  const more = open > named.length ? ` and ${open - named.length} more` : "";
  const weakened = `weakened by objects of others: ${named.map(({ rule, ref }) => `${kindTitle(ref)} ${ref.name} (${rule})`).join(", ")}${more}`;
  if (verdict.status === "True") return { ...verdict, status: "False", reason: "Weakened", message: withRemarks(weakened) };
  return { ...verdict, message: withRemarks(`${verdict.message}; ${weakened}`) };
}

function compliantOf(sections: readonly SectionOutcome[]): Verdict {
  const off = sections.filter(({ drifted, problem, inSync, managed }) => drifted.length > 0 || problem !== undefined || inSync < managed);
  if (sections.length === 0) return { type: COMPLIANT, status: "True", reason: "NothingAsked", message: "no section is in use" };
  if (off.length === 0) return { type: COMPLIANT, status: "True", reason: "InPlace", message: "the namespace is as the baseline says" };
  const message = off
    .map((section) => `${section.control}: ${section.drifted.length > 0 ? driftMessage(section) : (section.problem?.message ?? NOT_ALL)}`)
    .join("; ");
  return { type: COMPLIANT, status: "False", reason: "Drifted", message };
}
