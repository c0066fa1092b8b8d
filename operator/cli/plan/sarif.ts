/** Prints a plan for code scanning, as SARIF 2.1.0 (OASIS): each change and finding at the line of the baseline that it comes from. */
import type { FindingSeverity } from "../../api/baseline-status.ts";
import { visible } from "../../api/visible.ts";
import { admission } from "../../controls/admission/admission.ts";
import { byText, sortedSet } from "../../controls/order.ts";
import { podSecurity } from "../../controls/pod-security/pod-security.ts";
import { EXCEPTION_EXPIRED, type JudgedFinding } from "../../findings/exceptions.ts";
import { rules } from "../../findings/index.ts";
import { kindTitle } from "../../findings/naming.ts";
import { kindKey } from "../../kinds/kind.ts";
import { namespace as namespaceKind } from "../../kinds/namespace.ts";
import { fingerprints, helpOn, physicalLocation, plain, type SarifLevel, sarifLog } from "../sarif.ts";
import type { PlannedBaseline, PlannedChange, RefusedPods, RefusedWorkloads } from "./outcome.ts";
import { fateOf, lossOf, nameOf, podLines, remarkOf, titleOf } from "./words.ts";

const LEVELS: Readonly<Record<FindingSeverity, SarifLevel>> = { Critical: "error", High: "error", Medium: "warning", Low: "note" };

/** As GitHub sorts alerts: over 9.0, from 7.0, from 4.0 and below. */
const SCORES: Readonly<Record<FindingSeverity, string>> = { Critical: "9.5", High: "8.0", Medium: "5.0", Low: "2.0" };

const CHANGE_RULES: Readonly<Record<string, string>> = {
  "PlannedChange/Adopt": "An object that somebody else made is taken over.",
  "PlannedChange/Change": "An object is changed.",
  "PlannedChange/Conflict": "An object that somebody else made stands in the way.",
  "PlannedChange/Create": "An object is created.",
  "PlannedChange/Problem": "Something of the baseline would not work in this cluster.",
  "PlannedChange/Refused": "The baseline would not be obeyed.",
  "PlannedChange/Remove": "An object is removed.",
  RunningPodsRefused: "Running pods break the Pod Security level that is asked for.",
  WorkloadRefused: "A workload breaks section admission, and could not be made again.",
};

/** A result before it knows the place of its rule. */
interface Result {
  readonly rule: string;
  readonly level: SarifLevel;
  readonly text: string;
  readonly planned: PlannedBaseline;
  /** Section whose line is shown; undefined: the object itself. */
  readonly section: string | undefined;
  /** What it is about, as `Kind/name`; undefined: the baseline. */
  readonly subject: string | undefined;
  /** What it is about is in no namespace. Default false. */
  readonly isOutside?: boolean;
  readonly accepted?: JudgedFinding["accepted"];
}

/** Kinds outside of namespaces of which something is found. */
const OUTSIDE: ReadonlySet<string> = new Set(rules.flatMap(({ kinds }) => kinds.filter(({ namespaced }) => !namespaced).map(kindKey)));

/** One log with one run. */
export function planSarif(planned: readonly PlannedBaseline[]): string {
  const results = planned.flatMap(resultsOf);
  const used = sortedSet(results.map(({ rule }) => rule));
  const unknown = planned.flatMap((one) => one.unknown.map((sentence) => ({ one, sentence })));
  return sarifLog({
    rules: used.map(ruleOf),
    notifications: unknown.map(({ one, sentence }) => ({
      level: "warning",
      message: { text: plain(`${titleOf(one)}: not known: ${sentence}`) },
      locations: [locationOf({ planned: one, section: undefined, subject: undefined })],
    })),
    results: results.map((result) => printed(result, used.indexOf(result.rule))),
    isSuccessful: true,
  });
}

function resultsOf(planned: PlannedBaseline): readonly Result[] {
  const { refused, problems, changes, findings, runningPods, workloads } = planned;
  const whole = { planned, section: undefined, subject: undefined };
  return [
    ...(refused === undefined ? [] : [{ ...whole, rule: "PlannedChange/Refused", level: "error", text: refused } as const]),
    ...problems.map((text): Result => ({ ...whole, rule: "PlannedChange/Problem", level: "warning", text })),
    ...changes.map((change) => changeResult(planned, change)),
    ...findings.map((finding) => findingResult(planned, finding)),
    ...(runningPods === undefined ? [] : [podsResult(planned, runningPods)]),
    ...(workloads === undefined ? [] : workloadResults(planned, workloads)),
  ];
}

function changeResult(planned: PlannedBaseline, change: PlannedChange): Result {
  const { type, control, ref, fields, reportedOnly } = change;
  const remark = remarkOf(change);
  const paths = fields.length === 0 ? "" : `: ${fields.map(({ path }) => path).join(", ")}`;
  return {
    planned,
    rule: `PlannedChange/${type}`,
    level: type === "Conflict" && !reportedOnly ? "warning" : "note",
    text: `${type} ${nameOf(change)} in ${planned.namespace}${paths}${remark === undefined ? "" : ` (${remark})`}`,
    section: control,
    subject: `${ref.kind}/${ref.name}`,
  };
}

function findingResult(planned: PlannedBaseline, { rule, severity, ref, message, control, accepted }: JudgedFinding): Result {
  const isOutside = OUTSIDE.has(kindKey(ref));
  const kind = kindTitle(ref);
  const text = `${kind} ${ref.name}${isOutside ? "" : ` in ${planned.namespace}`} ${message}`;
  return { planned, rule, level: LEVELS[severity], text, section: control, subject: `${kind}/${ref.name}`, isOutside, accepted };
}

/** One for all pods of a namespace: their names change with each rollout. */
function podsResult(planned: PlannedBaseline, pods: RefusedPods): Result {
  const { lines, rest } = podLines(pods);
  const named = [...lines.map(({ who, reasons }) => `${who} (${reasons})`), ...(rest === undefined ? [] : [rest])].join("; ");
  return {
    planned,
    rule: "RunningPodsRefused",
    level: pods.reportedOnly ? "note" : "warning",
    text: `running pods in ${planned.namespace} ${fateOf(pods)}: ${named}`,
    section: podSecurity.name,
    subject: `${namespaceKind.kind}/${planned.namespace}`,
  };
}

/** One for each: whoever looks after a workload can mend it alone. */
function workloadResults(planned: PlannedBaseline, workloads: RefusedWorkloads): readonly Result[] {
  const { fate } = lossOf(workloads);
  return workloads.refused.map(({ kind, name, message }) => ({
    planned,
    rule: "WorkloadRefused",
    level: workloads.reportedOnly ? "note" : "warning",
    text: `${kind} ${name} in ${planned.namespace} ${fate}: ${message}`,
    section: admission.name,
    subject: `${kind}/${name}`,
  }));
}

function printed(result: Result, ruleIndex: number) {
  const { rule, level, text, planned, subject, accepted } = result;
  const identity = [rule, planned.kind, planned.namespace, subject ?? "", subject === undefined || rule === EXCEPTION_EXPIRED ? text : ""];
  return {
    ruleId: rule,
    ruleIndex,
    level,
    message: { text: plain(text) },
    locations: [locationOf(result)],
    partialFingerprints: fingerprints(identity),
    ...(accepted !== undefined && {
      suppressions: [
        {
          kind: "inSource",
          status: "accepted",
          justification: visible(`${accepted.owner}, until ${accepted.expires}: ${accepted.reason}`),
        },
      ],
    }),
  };
}

function locationOf({
  planned: { document, namespace },
  section,
  subject,
  isOutside = false,
}: Pick<Result, "planned" | "section" | "subject" | "isOutside">) {
  const path = section === undefined ? ["metadata"] : ["spec", section];
  return {
    physicalLocation: physicalLocation(document.file, document.lineOf(path)),
    ...(subject !== undefined && {
      logicalLocations: [{ fullyQualifiedName: visible(isOutside ? subject : `${namespace}/${subject}`), kind: "resource" }],
    }),
  };
}

function ruleOf(id: string) {
  const change = CHANGE_RULES[id];
  if (change !== undefined) return { id, shortDescription: { text: change }, help: helpOn("docs/plan.md"), properties: { tags: ["plan"] } };
  const rule = rules.find((one) => one.id === id);
  const severity = rule?.severity ?? "Medium";
  return {
    id,
    shortDescription: { text: `${id}: severity ${severity}` },
    help: helpOn(`docs/findings/${id}.md`),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { "security-severity": SCORES[severity], tags: ["security", ...(rule?.standards ?? []).toSorted(byText)] },
  };
}
