/** Puts the checks on one kind of objects together to the two policies that judge it: one that refuses and one that only tells. */
import { RESERVED_NAMESPACES } from "../../api/installation.ts";
import { ADMISSION_LABEL, BASELINE_NAME } from "../../api/names.ts";
import { quoteList } from "../cel.ts";
import { type Matched, namespacesNamed, type Policy } from "../policy.ts";
import { applies, type Check, SECTION } from "./check.ts";

/** Begins the names of these policies; a refusal names the policy. */
export const ADMISSION_PREFIX = "securitybaseline-admission-";

/** Name of the variable that holds the baseline of the namespace. */
export const BASELINE = "baseline";

/** How an object is read: the variables that hold its parts, and the terms by which the checks call them. */
export interface Reading<Of> {
  readonly variables: Readonly<Record<string, string>>;
  readonly terms: Of;
}

/** Objects that are judged by the same checks. */
export interface Subject<Of> {
  readonly name: string;
  /** What is judged, as it stands in a sentence. */
  readonly what: string;
  readonly matches: readonly Matched[];
  readonly conditions?: Readonly<Record<string, string>>;
  /** CEL: the object makes others later, which are judged then; default: none does. */
  readonly isTemplate?: string;
  /** CEL: a changed object is judged as a new one; default: an update is refused for what it makes worse. */
  readonly isJudgedAnew?: string;
  /** CEL: the labels by which the object may be exempt. */
  readonly labels: string;
  /** Reads `object` or `oldObject`; the variables end with the suffix. */
  read(object: string, suffix: string): Reading<Of>;
  readonly checks: readonly Check<Of>[];
}

/** What tells the two policies of a subject apart. */
interface Way extends Pick<Policy, "onFailure" | "actions"> {
  readonly suffix: string;
  readonly modes: readonly string[];
  /** CEL, with `mode` and `templatesWarned` as variables: this policy speaks about the request. */
  readonly speaks: string;
  /** CEL: how the message begins. */
  readonly verdict: string;
}

const REFUSED: Way = {
  suffix: "",
  modes: ["Enforce"],
  actions: ["Deny", "Audit"],
  speaks: "variables.mode == 'Enforce' && !variables.onlyWarned",
  verdict: "' refuses it: '",
};

/** `Ignore`, because an error of a policy that fails closed refuses whatever its actions are. */
const TOLD: Way = {
  suffix: "-report",
  modes: ["Enforce", "Report"],
  onFailure: "Ignore",
  actions: ["Warn", "Audit"],
  speaks: "variables.mode == 'Report' || (variables.mode == 'Enforce' && variables.onlyWarned)",
  verdict: "(variables.onlyWarned && variables.mode == 'Enforce' ? ' refuses its pods: ' : ' would refuse it: ')",
};

/** Where Kyverno runs, it writes reports of what breaks policies with this label (https://kyverno.io/docs/policy-reports). */
const REPORTED = { "reports.kyverno.io/enabled": "true" };

/** Problems that one message tells; of more it tells the first three and their number. */
const MOST = 8;

/** Characters of one problem, and of the whole: the API server drops messages of more than 5 KiB or with line breaks. */
const LONGEST = 550;

/** The two policies about a subject. In namespaces of the cluster itself they judge nothing, whatever mark these carry. */
export function policiesOn<Of>(subject: Subject<Of>): readonly [Policy, Policy] {
  return [policyOn(subject, REFUSED), policyOn(subject, TOLD)];
}

function policyOn<Of>(subject: Subject<Of>, way: Way): Policy {
  return {
    name: ADMISSION_PREFIX + subject.name + way.suffix,
    about: about(subject.what, way),
    labels: REPORTED,
    ...(way.onFailure && { onFailure: way.onFailure }),
    ...(way.actions && { actions: way.actions }),
    matches: subject.matches,
    namespaces: [{ key: ADMISSION_LABEL, operator: "In", values: way.modes }, ...namespacesNamed("NotIn", ...RESERVED_NAMESPACES)],
    params: { kind: "SecurityBaseline", name: BASELINE_NAME, ifMissing: "Allow" },
    ...(subject.conditions && { conditions: subject.conditions }),
    variables: variablesOf(subject, way),
    validations: [
      {
        expression: "variables.problems.size() == 0",
        message: "the SecurityBaseline of this namespace refuses it, for too many reasons to be told: see spec.admission",
        messageExpression: message(way),
      },
    ],
  };
}

function about(what: string, { onFailure }: Way): string {
  return onFailure === undefined
    ? `Refuses ${what} that the section admission of the namespace's baseline does not admit.`
    : `Warns of ${what} that the section admission of the namespace's baseline does not admit, where it does not refuse them.`;
}

function message({ verdict }: Way): string {
  const shown = `(variables.problems.size() > ${MOST} ? [variables.problems[0], variables.problems[1], variables.problems[2]] : variables.problems)`;
  const rest = `(variables.problems.size() > ${MOST} ? ['and ' + string(variables.problems.size() - 3) + ' more'] : [])`;
  const cut = `p.size() > ${LONGEST} ? p.substring(0, ${LONGEST}) + '...' : p`;
  return [
    `'the SecurityBaseline of ' + request.namespace + ${verdict}`,
    ` + (${shown}.map(p, ${cut}) + ${rest}).join('; ').replace('\\n', ' ').replace('\\r', ' ')`,
  ].join("");
}

/** In the order in which they read each other. The API server evaluates none that is not read. */
function variablesOf<Of>(subject: Subject<Of>, way: Way): Readonly<Record<string, string>> {
  const [now, before] = [subject.read("object", ""), subject.read("oldObject", "Before")];
  const names = (suffix: string): string => subject.checks.map(({ name }) => `variables.${name}Problems${suffix}`).join("\n+ ");
  const isCompared = `request.operation == 'UPDATE' && !(${subject.isJudgedAnew ?? "false"})`;
  return {
    // Where else these expressions are judged, the baseline comes from elsewhere, and nothing but this differs.
    [BASELINE]: "dyn(params)",
    section: `variables.${BASELINE}.?spec.?admission.orValue({})`,
    mode: `variables.${BASELINE}.?spec.?admission.hasValue() ? ${SECTION}.?mode.orValue(variables.${BASELINE}.spec.?mode.orValue('Enforce')) : 'Off'`,
    onlyWarned: `(${subject.isTemplate ?? "false"}) && ${SECTION}.?workloads.orValue('Deny') == 'Warn'`,
    ...now.variables,
    ...before.variables,
    exempt: exemptions(subject.labels),
    ...Object.assign({}, ...subject.checks.map(({ terms }) => terms ?? {})),
    ...problemVariables(subject.checks, now.terms, ""),
    ...problemVariables(subject.checks, before.terms, "Before"),
    problemsBefore: `${isCompared} ? (${names("Before")}) : []`,
    problems: `!(${way.speaks}) ? [] : (${names("")}).filter(p, !(p in variables.problemsBefore))`,
  };
}

/** The state before is read by the same rules and exemptions: an update is refused for what it makes worse. */
function problemVariables<Of>(checks: readonly Check<Of>[], terms: Of, suffix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    checks.map((check) => [`${check.name}Problems${suffix}`, `${applies(check)} ? (${check.problems(terms)}) : []`]),
  );
}

/** CEL: the checks that do not apply, one list per exemption. CEL has no clock: what counts is when the object was created. */
function exemptions(labels: string): string {
  const carries = `e.matchLabels.all(k, k in ${labels} && ${labels}[k] == e.matchLabels[k])`;
  const lasts = "timestamp(dyn(object).metadata.creationTimestamp) < timestamp(e.expires)";
  return `${SECTION}.?exemptions.orValue([]).filter(e, ${carries} && ${lasts}).map(e, e.checks)`;
}

/** CEL: the request is about an object of one of these kinds. */
export function isOfKind(...kinds: readonly string[]): string {
  return `request.kind.kind in ${quoteList(kinds)}`;
}
