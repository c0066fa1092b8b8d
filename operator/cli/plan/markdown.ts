/** Prints a plan for a pull request, so that no name in a cluster becomes markup, a link or a mention there. */
import { visible } from "../../api/visible.ts";
import type { JudgedFinding } from "../../findings/exceptions.ts";
import { kindTitle } from "../../findings/naming.ts";
import { type PlannedBaseline, type PlannedChange, summaryOf } from "./outcome.ts";
import { excerpts, fateOf, lossOf, nameOf, placeOf, podLines, remarkOf, summaryText, titleOf, valueText, workloadLines } from "./words.ts";

/** Characters of the whole: GitHub takes 65,536 in one comment. */
const LONGEST = 60_000;

const WORDS = { Create: "create", Change: "change", Remove: "remove", Adopt: "adopt", Conflict: "**conflict**" } as const;

/** The summary first, then one part per baseline; what is too long for one comment is cut at the end of a line, and said to be. */
export function planMarkdown(planned: readonly PlannedBaseline[]): string {
  const lines = [`**${summaryText(summaryOf(planned))}**`, "", ...planned.flatMap(partOf)];
  return cut(lines)
    .map((line) => `${line}\n`)
    .join("");
}

/** What begins markup, a link, a mention or a table cell, also in the middle of a line; `www.` alone makes an address. */
const MEANINGFUL = /[&<>`|*_[\]\\~!@#:$^{}%?]|(?<=www)\./gi;

/**
 * Text of others: as code, in which neither mentions nor issue numbers become links, and with all that means something written as a character reference,
 * which no parser of Markdown takes for structure.
 */
function code(text: string): string {
  return `<code>${visible(text).replace(MEANINGFUL, (character) => `&#${character.charCodeAt(0)};`)}</code>`;
}

function partOf(planned: PlannedBaseline): readonly string[] {
  const { mode, refused, changes, findings, runningPods, workloads, problems, unknown, notes } = planned;
  const lists = [
    ...(refused === undefined ? [] : [`- **refused**: ${code(refused)}`]),
    ...problems.map((problem) => `- **problem**: ${code(problem)}`),
    ...unknown.map((sentence) => `- **not known**: ${code(sentence)}`),
    ...notes.map((note) => `- note: ${code(note)}`),
  ];
  const parts = [
    ...(changes.length === 0 ? [] : [[...row("", "object", "field", "from", "to"), ...divider(5), ...changes.flatMap(rowsOf)]]),
    ...(findings.length === 0
      ? []
      : [[...row("finding", "rule", "object", "what it does, and what to do"), ...divider(4), ...findings.flatMap(rowOf)]]),
    ...(runningPods === undefined ? [] : [refusedPart("running pods", fateOf(runningPods), podLines(runningPods))]),
    ...(workloads === undefined ? [] : [refusedPart(lossOf(workloads).who, lossOf(workloads).fate, workloadLines(workloads))]),
    ...(lists.length === 0 ? [] : [lists]),
  ];
  const body = parts.length === 0 ? ["Nothing to do.", ""] : parts.flatMap((part) => [...part, ""]);
  return [`### ${code(titleOf(planned))} (${mode.toLowerCase()})`, "", code(placeOf(planned)), "", ...body];
}

function refusedPart(who: string, fate: string, { lines, rest }: ReturnType<typeof podLines>): readonly string[] {
  const rows = lines.flatMap((line) => row(code(line.who), code(line.reasons)));
  return [...row(who, code(fate)), ...divider(2), ...rows, ...(rest === undefined ? [] : row("", rest))];
}

function row(...cells: readonly string[]): readonly string[] {
  return [`| ${cells.join(" | ")} |`];
}

function divider(columns: number): readonly string[] {
  return row(...Array.from({ length: columns }, () => "---"));
}

function rowsOf(change: PlannedChange): readonly string[] {
  const remark = remarkOf(change);
  const first = row(WORDS[change.type], code(nameOf(change)), remark === undefined ? "" : code(remark), "", "");
  const fields = change.fields.flatMap(({ path, values, manager }) => {
    const by = manager === undefined ? "" : ` set by ${code(manager)}`;
    if (values === undefined) return row("", "", code(path), `not shown${by}`, "not shown");
    const { from, to } = excerpts(values);
    return row("", "", code(path), `${code(valueText(from))}${by}`, code(valueText(to)));
  });
  return [...first, ...fields];
}

function rowOf({ severity, rule, ref, message, accepted }: JudgedFinding): readonly string[] {
  const consent =
    accepted === undefined ? "" : `, accepted by ${code(accepted.owner)} until ${code(accepted.expires)}: ${code(accepted.reason)}`;
  return row(
    `${severity}${accepted === undefined ? "" : " (accepted)"}`,
    rule,
    code(`${kindTitle(ref)} ${ref.name}`),
    `${code(message)}${consent}`,
  );
}

function cut(lines: readonly string[]): readonly string[] {
  let length = 0;
  const end = lines.findIndex((line) => {
    length += line.length + 1;
    return length > LONGEST;
  });
  return end === -1 ? lines : [...lines.slice(0, end), "", `Cut here: ${lines.length - end} lines more than fit into a comment.`];
}
