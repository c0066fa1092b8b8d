/** Prints a plan for a person at a terminal. */

import type { FindingSeverity } from "../../api/baseline-status.ts";
import { visible } from "../../api/visible.ts";
import type { JudgedFinding } from "../../findings/exceptions.ts";
import { kindTitle } from "../../findings/naming.ts";
import type { ChangeType } from "../../plan/changes.ts";
import { Colour, type Paint, paintFor } from "../colour.ts";
import { type PlannedBaseline, type PlannedChange, type RefusedPods, type RefusedWorkloads, summaryOf } from "./outcome.ts";
import { differenceText, fateOf, lossOf, nameOf, placeOf, podLines, remarkOf, summaryText, titleOf, workloadLines } from "./words.ts";

const SIGNS: Readonly<Record<ChangeType, string>> = { Create: "+", Change: "~", Remove: "-", Adopt: "=", Conflict: "!" };

const CHANGE_COLOURS: Readonly<Record<ChangeType, Colour>> = {
  Create: Colour.green,
  Change: Colour.yellow,
  Remove: Colour.red,
  Adopt: Colour.cyan,
  Conflict: Colour.red,
};
const SEVERITY_COLOURS: Readonly<Record<FindingSeverity, Colour>> = {
  Critical: Colour.red,
  High: Colour.red,
  Medium: Colour.yellow,
  Low: Colour.cyan,
};

/** One block per baseline and one line of summary. What others wrote is on one line and obeyed by no terminal, also with `colour`. */
export function planText(planned: readonly PlannedBaseline[], { colour }: { readonly colour: boolean }): string {
  const paint = paintFor(colour);
  return [...planned.flatMap((one) => [...blockOf(one, paint), ""]), paint(Colour.bold, summaryText(summaryOf(planned)))]
    .map((line) => `${line}\n`)
    .join("");
}

function blockOf(planned: PlannedBaseline, paint: Paint): readonly string[] {
  const { mode, refused, changes, findings, runningPods, workloads, problems, unknown, notes } = planned;
  const head = paint(Colour.bold, visible(`${titleOf(planned)} (${mode.toLowerCase()})`));
  const body = [
    ...(refused === undefined ? [] : [`  ${paint(Colour.red, "refused")} ${visible(refused)}`]),
    ...changes.flatMap((change) => linesOf(change, paint)),
    ...(findings.length === 0 ? [] : ["  findings", ...findings.map((finding) => findingLine(finding, paint))]),
    ...(runningPods === undefined ? [] : podsPart(runningPods, paint)),
    ...(workloads === undefined ? [] : workloadsPart(workloads, paint)),
    ...problems.map((problem) => `  ${paint(Colour.red, "problem")} ${visible(problem)}`),
    ...unknown.map((sentence) => `  ${paint(Colour.yellow, "not known")} ${visible(sentence)}`),
    ...notes.map((note) => `  note ${visible(note)}`),
  ];
  return [`${head}  ${visible(placeOf(planned))}`, ...(body.length === 0 ? ["  nothing to do"] : body)];
}

function linesOf(change: PlannedChange, paint: Paint): readonly string[] {
  const remark = remarkOf(change);
  const name = paint(CHANGE_COLOURS[change.type], visible(`${SIGNS[change.type]} ${nameOf(change)}`));
  const fields = change.fields.map((field) => `      ${visible(`${field.path}: ${differenceText(field, "->")}`)}`);
  return [`  ${name}${remark === undefined ? "" : visible(`  (${remark})`)}`, ...fields];
}

function podsPart(pods: RefusedPods, paint: Paint): readonly string[] {
  return [`  ${paint(Colour.yellow, "running pods")} ${visible(fateOf(pods))}`, ...refusalLines(podLines(pods))];
}

function workloadsPart(workloads: RefusedWorkloads, paint: Paint): readonly string[] {
  const { who, fate } = lossOf(workloads);
  return [`  ${paint(Colour.yellow, who)} ${fate}`, ...refusalLines(workloadLines(workloads))];
}

function refusalLines({ lines, rest }: ReturnType<typeof podLines>): readonly string[] {
  return [...lines.map(({ who, reasons }) => `    ${visible(`${who}: ${reasons}`)}`), ...(rest === undefined ? [] : [`    ${rest}`])];
}

function findingLine({ severity, rule, ref, message, accepted }: JudgedFinding, paint: Paint): string {
  const subject = visible(`${rule} ${kindTitle(ref)}/${ref.name}: ${message}`);
  const consent = accepted === undefined ? "" : visible(` (accepted by ${accepted.owner} until ${accepted.expires}: ${accepted.reason})`);
  return `    ${paint(SEVERITY_COLOURS[severity], severity)} ${subject}${consent}`;
}
