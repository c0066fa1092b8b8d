/** Tells of the running pods that a Pod Security level would refuse: as a part of the status, and as the reason for which a level is held. PURE. */
import type { RunningPod, RunningPods } from "../api/baseline-status.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { Preflight } from "../cluster/pod-security.ts";
import { printStandard, type Standard, type StandardLabels } from "../kinds/pod-security-standard.ts";
import { staysText } from "../plan/raise.ts";
import { fitName, fitSentence } from "./fit.ts";

/** Bounds of the schema. */
const MAX_PODS = 20;
/** Entries that a message names at most, and characters of their reasons. */
const MAX_NAMED = 5;
const MAX_REASONS = 200;
/** Milliseconds for which it stays told what broke a level that has risen; as repaired drift. */
const KEPT = 24 * 60 * 60 * 1000;

export interface ToTell {
  /** Undefined where no level is held, or none was in place. */
  readonly floor: Standard | undefined;
  readonly asked: Standard;
  readonly held: boolean;
  /** Undefined if nobody asked in the life of this process. */
  readonly answer: Preflight | undefined;
  /** What stood in status before. */
  readonly previous: RunningPods | undefined;
  /** RFC 3339. */
  readonly now: string;
}

/** The part of the status; undefined if there is nothing to tell. */
export function runningPodsOf(told: ToTell): RunningPods | undefined {
  const { floor } = told;
  const parts = { ...(floor !== undefined && { floor: printStandard(floor) }), ...verdict(told) };
  return Object.keys(parts).length === 0 ? undefined : parts;
}

function verdict({ asked, held, answer, previous, now }: ToTell): RunningPods {
  if (answer === undefined && !held) return carried(printStandard(asked), previous, now);
  const seen = answerOf(answer, held);
  if (!held && seen === undefined) return {};
  const next = { asked: printStandard(asked), ...(held && { held }), ...seen };
  return { ...next, since: previous !== undefined && isSame(previous, next) ? (previous.since ?? now) : now };
}

/** Asked by an earlier process, when the level rose. */
function carried(asked: string, previous: RunningPods | undefined, now: string): RunningPods {
  if (previous?.asked !== asked || previous.held === true || previous.since === undefined) return {};
  if (Date.parse(now) - Date.parse(previous.since) >= KEPT) return {};
  const { floor: _floor, ...rest } = previous;
  return rest;
}

/** What the API server said; undefined where no pod is in the way. One that still holds a level, because it could not be written, is asked for again. */
function answerOf(answer: Preflight | undefined, held: boolean): Omit<RunningPods, "floor" | "asked" | "held" | "since"> | undefined {
  if (answer === undefined) return { unknown: NOT_ASKED };
  if (!("violated" in answer)) return { unknown: fitSentence(answer.unknown) };
  if (!answer.violated) return held ? { unknown: NOT_ASKED } : undefined;
  const pods = answer.pods.map(
    ({ pod, others, reasons }): RunningPod => ({ name: fitName(pod), ...(others > 0 && { others }), reasons: fitSentence(reasons) }),
  );
  return {
    ...(pods.length > 0 && { pods: pods.slice(0, MAX_PODS) }),
    ...(pods.length > MAX_PODS && { more: pods.length - MAX_PODS }),
    ...(answer.truncated && { incomplete: true }),
  };
}

const NOT_ASKED = "the API server is asked in a moment";

function isSame({ floor: _floor, since: _since, ...previous }: RunningPods, next: RunningPods): boolean {
  const text = (part: RunningPods): string => JSON.stringify(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return text(previous) === text(next);
}

/** Why a level is held; `labels` are those that are kept. */
export function heldProblem(asked: Standard, labels: StandardLabels, answer: Preflight | undefined): SectionProblem {
  return { reason: "Held", message: `${staysText(labels)}: ${inTheWay(printStandard(asked), answerOf(answer, true) ?? {})}` };
}

/** Which pods break a level, in one sentence. */
export function inTheWay(asked: string, { pods = [], more = 0, incomplete, unknown }: RunningPods): string {
  if (unknown !== undefined) return `it is not known which running pods break ${asked}: ${unknown}`;
  if (pods.length === 0) return `running pods break ${asked}, and the API server names none of them`;
  const named = pods.slice(0, MAX_NAMED).map(describe);
  const rest = pods.length - named.length + more;
  return [
    `running pods break ${asked}: ${named.join("; ")}`,
    ...(rest > 0 ? [`and for ${rest} more reasons others`] : []),
    ...(incomplete === true ? ["the API server has not named all of them"] : []),
  ].join("; ");
}

function describe({ name, others = 0, reasons }: RunningPod): string {
  const more = others === 0 ? "" : ` and ${others} more`;
  return `${name}${more} (${reasons.length > MAX_REASONS ? `${reasons.slice(0, MAX_REASONS)}...` : reasons})`;
}
