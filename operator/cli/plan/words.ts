/** Words that all forms of a plan share. */
import type { FieldChange } from "../../plan/changes.ts";
import { shortened } from "../visible-text.ts";
import type { PlannedBaseline, PlannedChange, Summary } from "./outcome.ts";

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

/** A value as it is told: canonical JSON, at most so many characters. */
export function valueText(value: string | undefined, longest = LONGEST_VALUE): string {
  return value === undefined ? "nothing" : shortened(value, longest);
}

/** `from -> to (by manager)`; empty where the values are told nowhere. */
export function differenceText({ values, manager }: FieldChange, arrow: string): string {
  const told = values === undefined ? "differs" : `${valueText(values.from)} ${arrow} ${valueText(values.to)}`;
  return manager === undefined ? told : `${told} (set by ${manager})`;
}

/** What is told after the name of a changed object; undefined if nothing. */
export function remarkOf({ note, reportedOnly }: PlannedChange): string | undefined {
  const parts = [...(reportedOnly ? ["reported only"] : []), ...(note === undefined ? [] : [note])];
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** `Plan: 3 to create, 1 to change, 1 to remove, 1 conflict; 2 findings`. */
export function summaryText(summary: Summary): string {
  const { create, change, remove, adopt, conflicts, reported, findings, accepted, problems, unknown } = summary;
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
    ...(problems > 0 ? [counted(problems, "problem")] : []),
    ...(unknown > 0 ? [`${unknown} not known`] : []),
  ];
  return `Plan: ${changes.join(", ")}; ${others.join("; ")}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
