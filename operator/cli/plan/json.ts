/** Prints a plan for programs; docs/plan.md describes the form, which keeps its fields. */
import type { JudgedFinding } from "../../findings/exceptions.ts";
import type { FieldChange } from "../../plan/changes.ts";
import { printVisibleJson } from "../manifest-text.ts";
import { shortened } from "../visible-text.ts";
import { type PlannedBaseline, type PlannedChange, type RefusedPods, type RefusedWorkloads, summaryOf } from "./outcome.ts";
import { excerpts } from "./words.ts";

/** Raised when a field goes or gets another meaning; new fields do not raise it. */
const FORM = 1;

/** Characters of a value. */
const LONGEST_VALUE = 4_096;

/** One JSON object. */
export function planJson(planned: readonly PlannedBaseline[]): string {
  return printVisibleJson({ version: FORM, summary: summaryOf(planned), baselines: planned.map(baselineOf) });
}

function baselineOf({ kind, name, namespace, mode, document, ...told }: PlannedBaseline) {
  return {
    kind,
    name,
    namespace,
    mode,
    file: document.file,
    line: document.lineOf(["metadata"]),
    ...(told.refused !== undefined && { refused: told.refused }),
    changes: told.changes.map(changeOf),
    findings: told.findings.map(findingOf),
    ...(told.runningPods !== undefined && { runningPods: podsOf(told.runningPods) }),
    ...(told.workloads !== undefined && { workloads: workloadsOf(told.workloads) }),
    problems: told.problems,
    unknown: told.unknown,
    notes: told.notes,
  };
}

function changeOf({ type, control, ref, reportedOnly, note, fields }: PlannedChange) {
  return {
    type,
    ...(control !== undefined && { section: control }),
    ref,
    reportedOnly,
    ...(note !== undefined && { note }),
    fields: fields.map(fieldOf),
  };
}

/** A side that is absent is not there, so that the text `null` and nothing are two. */
function fieldOf({ path, values, manager }: FieldChange) {
  const { from, to } = values === undefined ? {} : excerpts(values, LONGEST_VALUE);
  return {
    path,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(values === undefined && { hidden: true }),
    ...(manager !== undefined && { manager }),
  };
}

function findingOf({ control, rule, severity, ref, message, accepted }: JudgedFinding) {
  return { section: control, rule, severity, ref, message, ...(accepted !== undefined && { accepted }) };
}

function podsOf({ asked, held, pods, isIncomplete, reportedOnly }: RefusedPods) {
  return {
    asked,
    held: held !== undefined,
    reportedOnly,
    pods: pods.map(({ pod, others, reasons }) => ({ name: pod, others, reasons: shortened(reasons, LONGEST_VALUE) })),
    ...(isIncomplete && { incomplete: true }),
  };
}

function workloadsOf({ judged, refused, arePodsMeant, reportedOnly }: RefusedWorkloads) {
  return {
    judged,
    ...(arePodsMeant && { podsOnly: true }),
    reportedOnly,
    refused: refused.map(({ message, ...ref }) => ({ ...ref, message: shortened(message, LONGEST_VALUE) })),
  };
}
