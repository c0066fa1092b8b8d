/** Owns turning a plan and what became of it into what status tells of each section. */
import type { SectionProblem } from "../api/reasons.ts";
import { worstProblem } from "../api/reasons.ts";
import { byText } from "../controls/order.ts";
import { targetOf } from "../plan/order.ts";
import { isOurs, isShareable } from "../plan/ownership.ts";
import { objectKey } from "../plan/plan.ts";
import type { Action, Desired, Drift, Live, Plan, SectionPlan } from "../plan/types.ts";
import type { SectionOutcome } from "./conditions.ts";
import type { SeenDrift } from "./drift-log.ts";
import type { ActionResult } from "./execute.ts";
import type { SectionHealth } from "./health.ts";
import { problemOf } from "./problems.ts";
import type { Section } from "./snapshot.ts";

export interface OutcomeInput {
  readonly sections: readonly Section[];
  readonly plan: Plan;
  /** The plan for what is there after the writes. */
  readonly after: Plan;
  readonly results: readonly ActionResult[];
  /** Objects that another writer keeps changing, as `Kind name`, by control. */
  readonly contested: ReadonlyMap<string, readonly string[]>;
  /** How the sections' objects fare with their backends, by control. */
  readonly health: ReadonlyMap<string, SectionHealth>;
}

/** How each section stands after the writes. */
export function outcomesOf(input: OutcomeInput): SectionOutcome[] {
  const plans = byControl(input.plan);
  const after = byControl(input.after);
  return input.sections.map((section) => {
    const { control, mode, desired } = section;
    const common = { control: control.name, condition: control.condition, standards: control.standards, mode, managed: desired.length };
    const planned = plans.get(control.name);
    if (planned === undefined) return { ...common, inSync: 0, drifted: [], problem: section.blocked };
    const open = openDrift(planned, input.results);
    const inSync = after.get(control.name)?.inSync ?? 0;
    const drifted = [...new Set(open.map(({ ref }) => objectName(ref)))].sort(byText);
    const health = input.health.get(control.name);
    const state = { planned, open, complete: inSync === desired.length };
    const problems = [...(mode === "Enforce" ? problemsIn(input, state) : []), section.lacking, section.problem, health?.problem];
    return {
      ...common,
      inSync,
      drifted,
      problem: worstProblem(problems.filter((one) => one !== undefined)),
      entries: health?.entries,
      caveat: health?.caveat,
    };
  });
}

function byControl(plan: Plan): ReadonlyMap<string, SectionPlan> {
  return new Map(plan.sections.map((section) => [section.control, section]));
}

/** Every drift of this look, and whether a write of this look put it right. */
export function seenDrift(plan: Plan, results: readonly ActionResult[]): SeenDrift[] {
  const repaired = repairedDrift(results);
  return plan.sections.flatMap(({ drift }) => drift.map((one) => ({ drift: one, repaired: repaired.has(one) })));
}

/** The drift that the successful writes of this look put right. */
export function repairedDrift(results: readonly ActionResult[]): ReadonlySet<Drift> {
  const drifts = succeeded(results).map(({ action }) => ("drift" in action ? action.drift : undefined));
  return new Set(drifts.filter((drift) => drift !== undefined));
}

/**
 * Desired objects that are not in place after a look because they were never made: absent from what it saw (`live`) or
 * somebody else's, and not written, or refused.
 */
export function notMade(sections: readonly Section[], live: readonly Live[], results: readonly ActionResult[]): Desired[] {
  const written = results.flatMap(({ action, error }) => (error === undefined && "desired" in action ? [action.desired] : []));
  const usable = live.filter((one) => isOurs(one) || isShareable(one));
  const there = new Set([...usable, ...written].map(({ kind, name }) => objectKey(kind, name)));
  const refused = new Set(results.flatMap(({ action, error }) => (error !== undefined && action.verb === "apply" ? [action.desired] : [])));
  return sections.flatMap(({ desired }) => desired).filter((one) => refused.has(one) || !there.has(objectKey(one.kind, one.name)));
}

/** `Kind name`, as messages name an object. */
export function objectName({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind} ${name}`;
}

function succeeded(results: readonly ActionResult[]): ActionResult[] {
  return results.filter(({ error, differs }) => error === undefined && differs.length === 0);
}

function openDrift(planned: SectionPlan, results: readonly ActionResult[]): Drift[] {
  const repaired = repairedDrift(results);
  return planned.drift.filter((drift) => !repaired.has(drift));
}

interface SectionState {
  readonly planned: SectionPlan;
  readonly open: readonly Drift[];
  readonly complete: boolean;
}

function problemsIn({ results, contested }: OutcomeInput, { planned, open, complete }: SectionState): readonly SectionProblem[] {
  const { control } = planned;
  const failures = results.filter(({ action }) => controlOf(action) === control).flatMap((result) => failureOf(result) ?? []);
  const conflicts = open.filter(({ type }) => type === "Conflict").map(({ ref }) => conflictWith(objectName(ref)));
  const disputed = contested.get(control) ?? [];
  const disputes = disputed.length === 0 ? [] : [disputeAbout(disputed)];
  const pending: SectionProblem[] = complete ? [] : [{ reason: "Progressing", message: "not everything is in place yet" }];
  return [...failures, ...conflicts, ...disputes, ...pending];
}

function controlOf(action: Action): string | undefined {
  return "desired" in action ? action.desired.control : action.control;
}

function failureOf({ action, error, differs }: ActionResult): SectionProblem | undefined {
  const { kind, name } = targetOf(action);
  const object = objectName({ kind: kind.kind, name });
  if (error !== undefined) return problemOf({ object, error });
  return differs.length === 0 ? undefined : changedInFlight(object, differs);
}

function changedInFlight(object: string, fields: readonly string[]): SectionProblem {
  return {
    reason: "Contested",
    message: `${object}: ${fields.toSorted(byText).join(", ")} differs from what was written; something in the cluster changes it on the way`,
  };
}

function conflictWith(object: string): SectionProblem {
  return {
    reason: "Conflict",
    message: `${object} exists and somebody else made it: rename or delete it, or set spec.adoptExisting to true`,
  };
}

function disputeAbout(objects: readonly string[]): SectionProblem {
  return { reason: "Contested", message: `another writer keeps changing ${objects.join(", ")}; repairs are slowed down until it stops` };
}
