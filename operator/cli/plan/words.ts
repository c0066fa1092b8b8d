/** Words that all forms of a plan share. */
import type { FieldChange } from "../../plan/changes.ts";
import { shortened } from "../visible-text.ts";
import type { PlannedBaseline, PlannedChange, RefusedPods, RefusedWorkloads, Summary } from "./outcome.ts";

/** Characters of a value; a canonical value may have megabytes. */
const LONGEST_VALUE = 160;

/** `Kind name`. */
export function nameOf({ ref }: { readonly ref: { readonly kind: string; readonly name: string } }): string {
  return `${ref.kind} ${ref.name}`;
}

/** `payments`, or for the posture of the cluster its kind and where its objects live. */
export function titleOf({ kind, namespace }: PlannedBaseline): string {
  return kind === "SecurityBaseline" ? namespace : `${kind} in ${namespace}`;
}

/** `file:line` of a baseline. */
export function placeOf({ document }: PlannedBaseline): string {
  return `${document.file}:${document.lineOf(["metadata"])}`;
}

/** Characters before the first difference that are told of values too long to be told as a whole. */
const LEAD = 40;

/**
 * Two canonical values as they are told, each at most so many characters: of long ones what stands around the first difference, because what is cut off
 * must not be what differs. Undefined stays undefined.
 */
export function excerpts(
  { from, to }: NonNullable<FieldChange["values"]>,
  longest = LONGEST_VALUE,
): { readonly from: string | undefined; readonly to: string | undefined } {
  const isLong = Math.max(from?.length ?? 0, to?.length ?? 0) > longest;
  const start = isLong ? Math.max(0, commonLength(from ?? "", to ?? "") - LEAD) : 0;
  const excerpt = (value: string | undefined): string | undefined =>
    value === undefined || start === 0 ? value && shortened(value, longest) : `…${shortened(value.slice(start), longest - 1)}`;
  return { from: excerpt(from), to: excerpt(to) };
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** A value, or that there is none. */
export function valueText(value: string | undefined): string {
  return value ?? "nothing";
}

/** `from -> to (set by manager)`. */
export function differenceText({ values, manager }: FieldChange, arrow: string): string {
  const { from, to } = values === undefined ? {} : excerpts(values);
  const told = values === undefined ? "differs" : `${valueText(from)} ${arrow} ${valueText(to)}`;
  return manager === undefined ? told : `${told} (set by ${manager})`;
}

/** What is told after the name of a changed object; undefined if nothing. */
export function remarkOf({ note, reportedOnly }: PlannedChange): string | undefined {
  const parts = [...(reportedOnly ? ["reported only"] : []), ...(note === undefined ? [] : [note])];
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Running pods or workloads that are told, and characters of what is wrong with one. JSON has them all. */
const MOST_REFUSED = 20;
const LONGEST_REASONS = 300;

/** `break restricted:latest: they run on and could not come back`. */
export function fateOf({ asked, held, reportedOnly }: RefusedPods): string {
  const fate = held === undefined ? "they run on and could not come back" : `${held} until they are gone`;
  return `break ${asked}: ${fate}${reportedOnly ? " (reported only)" : ""}`;
}

/** An entry of running pods or workloads. */
export interface RefusalLine {
  /** `web-0`, `web-0 and 2 others`, or `Deployment web`. */
  readonly who: string;
  /** What of them breaks the level or the section. */
  readonly reasons: string;
}

/** The first pods, and one sentence about those that are not among them. */
export function podLines({ pods, isIncomplete }: RefusedPods): {
  readonly lines: readonly RefusalLine[];
  readonly rest: string | undefined;
} {
  const lines = pods.slice(0, MOST_REFUSED).map(({ pod, others, reasons }) => ({
    who: others === 0 ? pod : `${pod} and ${counted(others, "other")}`,
    reasons: shortened(reasons, LONGEST_REASONS),
  }));
  const more = pods.length - lines.length;
  if (pods.length === 0) return { lines, rest: "the API server names none of them" };
  const rest = [
    ...(more > 0 ? [`and others for ${counted(more, "more reason")}`] : []),
    ...(isIncomplete ? ["not all of them are named"] : []),
  ];
  return { lines, rest: rest.length === 0 ? undefined : rest.join("; ") };
}

/** `3 of 41 workloads`, and what becomes of them. */
export function lossOf({ judged, refused, arePodsMeant, reportedOnly }: RefusedWorkloads): { readonly who: string; readonly fate: string } {
  const fate = arePodsMeant ? "could not have their pods made again" : "could not be made again";
  return { who: `${refused.length} of ${counted(judged, "workload")}`, fate: `${fate}${reportedOnly ? " (reported only)" : ""}` };
}

/** The first workloads, and one sentence about those that are not among them. */
export function workloadLines({ refused }: RefusedWorkloads): {
  readonly lines: readonly RefusalLine[];
  readonly rest: string | undefined;
} {
  const lines = refused
    .slice(0, MOST_REFUSED)
    .map(({ kind, name, message }) => ({ who: `${kind} ${name}`, reasons: shortened(message, LONGEST_REASONS) }));
  const more = refused.length - lines.length;
  return { lines, rest: more > 0 ? `and ${counted(more, "other")}` : undefined };
}

/** `Plan: 3 to create, 1 to change, 1 to remove, 1 conflict; 2 findings`. */
export function summaryText(summary: Summary): string {
  const { create, change, remove, adopt, conflicts, reported, findings, accepted, runningPods, workloads, problems, unknown } = summary;
  const changes = [
    `${create} to create`,
    `${change} to change`,
    `${remove} to remove`,
    ...(adopt > 0 ? [`${adopt} to adopt`] : []),
    ...(conflicts > 0 ? [counted(conflicts, "conflict")] : []),
    ...(reported > 0 ? [`${reported} reported only`] : []),
  ];
  const others = [
    `${counted(findings, "finding")}${accepted > 0 ? ` (and ${accepted} accepted)` : ""}`,
    ...(runningPods > 0 ? [`${counted(runningPods, "running pod")} refused`] : []),
    ...(workloads > 0 ? [`${counted(workloads, "workload")} refused`] : []),
    ...(problems > 0 ? [counted(problems, "problem")] : []),
    ...(unknown > 0 ? [`${unknown} not known`] : []),
  ];
  return `Plan: ${changes.join(", ")}; ${others.join("; ")}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
