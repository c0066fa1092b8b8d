/** Declares what stands in a manifest for values that only Helm knows, and turns manifests with these stand-ins into lines of a template. */
import { Document, visit } from "yaml";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { BreakGlassSettings } from "../../../operator/breakglass/types.ts";

const CUSTODIAN = "chart-value-custodian";
const ROLE = "chart-value-role";
const UNBOUNDED = "chart-value-unbounded";
const LABEL = "chart-value-label";
const NAMESPACE = "chart-value-namespace";
/** No number of the policies is near it: what they add to it is the distance. */
const SECONDS = 765_430_000;
const SECONDS_WRITTEN = /76543\d{4}/g;
const ANY = /chart-value-|76543\d{4}/;

/** Settings of which every value can be found again in what follows from them. */
export const STAND_INS = {
  namespace: NAMESPACE,
  roles: [ROLE],
  unboundedRoles: [UNBOUNDED],
  maxDuration: SECONDS,
  custodians: [CUSTODIAN],
  allowSystemNamespaces: true,
  objectLabels: { [LABEL]: "value" },
} as const satisfies BreakGlassSettings;

/** Lists, by the entry that stands for all: a template that prints them as JSON. */
const LISTS: Readonly<Record<string, string>> = {
  [CUSTODIAN]: `include "securitybaseline.names" .Values.breakGlass.custodians`,
  [UNBOUNDED]: `include "securitybaseline.names" .Values.breakGlass.unboundedRoles`,
  [ROLE]: `include "securitybaseline.boundedRoles" .`,
};

const WHOLE: ReadonlySet<string> = new Set([NAMESPACE, ...Object.keys(LISTS)]);

type Replacement = readonly [written: string, template: string];

/** What is written inside of other text, in the order in which it is looked for. */
const INSIDE: readonly Replacement[] = [
  ...Object.entries(LISTS).map(([entry, list]): Replacement => [`['${entry}']`, `[{{ include "securitybaseline.quoted" (${list}) }}]`]),
  // Beside entries that are always there; in expressions first, then in messages.
  ...Object.entries(LISTS).flatMap(([entry, list]) => ["'", ""].flatMap((mark) => besideOthers(`${mark}${entry}${mark}`, entry, list))),
  ...Object.entries(LISTS).map(([entry, list]): Replacement => [entry, `{{ ${list} | fromJsonArray | join ", " }}`]),
  [`{'${LABEL}': 'value'}`, `{{ include "securitybaseline.celMap" .Values.objectLabels }}`],
  [NAMESPACE, "{{ .Values.breakGlass.namespace }}"],
];

function besideOthers(written: string, entry: string, list: string): readonly Replacement[] {
  const each = written.replace(entry, "{{ . }}");
  return [
    [`${written}, `, `{{ range ${list} | fromJsonArray }}${each}, {{ end }}`],
    [`, ${written}`, `{{ range ${list} | fromJsonArray }}, ${each}{{ end }}`],
  ];
}

/** The lines of a template that prints these documents. Throws where a stand-in is left that no rule here knows. */
export function templateLines(documents: readonly JsonObject[]): readonly string[] {
  const lines = documents.flatMap((document, index) => [...(index === 0 ? [] : ["---"]), ...documentLines(document)]);
  const left = lines.find((line) => ANY.test(line));
  if (left !== undefined) throw new Error(`the generator of the chart does not know what to write for: ${left.trim()}`);
  return lines;
}

function documentLines(value: JsonObject): readonly string[] {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    // Whatever Helm puts between others' text, a block needs no quotes and no escapes.
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === "string" && ANY.test(scalar.value) && !WHOLE.has(scalar.value)) scalar.type = "BLOCK_LITERAL";
    },
  });
  const lines = document.toString({ lineWidth: 0 }).trimEnd().split("\n");
  return items(lines.map((line) => line.replaceAll("{{", `{{ "{{" }}`))).map(filled);
}

/** Items of lists that hold a stand-in are repeated for each entry; each becomes one node of several lines, which nothing cuts in two. */
function items(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) => entryOf(line) !== undefined);
  if (at === -1) return lines;
  const entry = entryOf(lines[at] ?? "") ?? "";
  const start = lines.slice(0, at + 1).findLastIndex((line) => /^ *- /.test(line));
  const indent = indentOf(lines[start] ?? "");
  const length = lines.slice(start + 1).findIndex((line) => indentOf(line) <= indent);
  const end = length === -1 ? lines.length : start + 1 + length;
  const body = lines.slice(start, end).map((line) => line.replace(entry, "{{ . | toJson }}"));
  const node = [`{{- range ${LISTS[entry]} | fromJsonArray }}`, ...body, "{{- end }}"].join("\n");
  return [...lines.slice(0, start), node, ...items(lines.slice(end))];
}

/** The stand-in that is all of a line's value. */
function entryOf(line: string): string | undefined {
  return Object.keys(LISTS).find((entry) => new RegExp(`^ *(- )*(\\w+: )?${entry}$`).test(line));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function filled(line: string): string {
  const whole = line.replace(new RegExp(`^( *(?:- )*(?:\\w+: )?)${NAMESPACE}$`), "$1{{ .Values.breakGlass.namespace | toJson }}");
  const inside = INSIDE.reduce((text, [standIn, template]) => text.replaceAll(standIn, () => template), whole);
  return inside.replace(SECONDS_WRITTEN, (number) => seconds(Number(number) - SECONDS));
}

function seconds(more: number): string {
  const cap = `include "securitybaseline.seconds" .Values.breakGlass.maxDuration`;
  return more === 0 ? `{{ ${cap} }}` : `{{ add (${cap}) ${more} }}`;
}
