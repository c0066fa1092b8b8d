/** Turns a plan and what became of it into what status tells of each section. */
import type { JudgedWorkloads, RunningPods, TokenPods } from "../api/baseline-status.ts";
import type { SectionProblem } from "../api/reasons.ts";
import { worstProblem } from "../api/reasons.ts";
import { byText } from "../controls/order.ts";
import { targetOf } from "../plan/order.ts";
import type { Section } from "../plan/snapshot.ts";
import type { Drift, Plan, SectionPlan } from "../plan/types.ts";
import type { SectionOutcome } from "./conditions.ts";
import type { SeenDrift } from "./drift-log.ts";
import type { ActionResult } from "./execute.ts";
import type { SectionHealth } from "./health.ts";
import { problemOf } from "./problems.ts";
import type { ToldRefusal } from "./refusals.ts";

export interface OutcomeInput {
  readonly sections: readonly Section[];
  readonly plan: Plan;
  /** The plan for what is there after the writes. */
  readonly after: Plan;
  readonly results: readonly ActionResult[];
  /** What is told of writes that fail. */
  readonly refused: readonly ToldRefusal[];
  /** Objects that another writer keeps changing, as `Kind name`, by control. */
  readonly contested: ReadonlyMap<string, readonly string[]>;
  /** How the sections' objects fare with their backends, by control. */
  readonly health: ReadonlyMap<string, SectionHealth>;
  /** Running pods that a higher Pod Security level would refuse, by control. */
  readonly runningPods: ReadonlyMap<string, RunningPods>;
  /** Pods that mount a token although their account gives none, by control. */
  readonly tokenPods: ReadonlyMap<string, TokenPods>;
  /** Workloads held against what is only told of, by control. */
  readonly workloads: ReadonlyMap<string, JudgedWorkloads>;
}

/** How each section stands after the writes. */
export function outcomesOf(input: OutcomeInput): SectionOutcome[] {
  const plans = byControl(input.plan);
  const after = byControl(input.after);
  return input.sections.map((section) => {
    const { control, mode, desired } = section;
    const { name, condition, standards } = control;
    const common = { control: name, condition, standards, mode, managed: desired.length, ...seenOf(input, name) };
    const [planned, end] = [plans.get(name), after.get(name)];
    if (planned === undefined || end === undefined) return { ...common, inSync: 0, drifted: [], problem: section.blocked };
    const open = openDrift(planned, input.results);
    const drifted = [...new Set(open.map(({ ref }) => objectName(ref)))].sort(byText);
    const health = input.health.get(name);
    const state = { planned, end, open, complete: end.inSync === desired.length };
    const isWritten = mode === "Enforce" || desired.some(({ tells }) => tells === true);
    const problem = worstProblem([...writing(input, state, isWritten), ...withHealth(section.problems, health?.problem)]);
    // What could not be checked matters where all seems well.
    const unchecked = problem === undefined && health?.caveat !== undefined ? [health.caveat] : [];
    return {
      ...common,
      inSync: end.inSync,
      drifted,
      problem,
      entries: health?.entries,
      caveats: [...section.caveats, ...unchecked],
    };
  });
}

type Seen = Pick<SectionOutcome, "runningPods" | "tokenPods" | "workloads">;

/** What else is told of what is there. */
function seenOf({ runningPods, tokenPods, workloads }: OutcomeInput, name: string): Seen {
  return { runningPods: runningPods.get(name), tokenPods: tokenPods.get(name), workloads: workloads.get(name) };
}

/** A backend that does not work must not hide a kind that is not there: the entries of the status tell of the one, and nothing else of the other. */
function withHealth(problems: readonly SectionProblem[], health: SectionProblem | undefined): readonly SectionProblem[] {
  if (health === undefined) return problems;
  const same = problems.find(({ reason }) => reason === health.reason);
  if (same === undefined) return [...problems, health];
  return [...problems.filter((one) => one !== same), { reason: health.reason, message: `${same.message}; ${health.message}` }];
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

/** `Kind name`, as messages name an object. */
export function objectName({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind} ${name}`;
}

function succeeded(results: readonly ActionResult[]): ActionResult[] {
  return results.filter(({ error, differs, held }) => error === undefined && differs.length === 0 && held !== true);
}

function openDrift(planned: SectionPlan, results: readonly ActionResult[]): Drift[] {
  const repaired = repairedDrift(results);
  return planned.drift.filter((drift) => !repaired.has(drift));
}

interface SectionState {
  readonly planned: SectionPlan;
  /** The same section after the writes. */
  readonly end: SectionPlan;
  readonly open: readonly Drift[];
  readonly complete: boolean;
}

/** What is amiss with the objects themselves. A section that only reports tells of differences elsewhere; here it tells why else it is not complete. */
function writing(input: OutcomeInput, state: SectionState, isWritten: boolean): readonly SectionProblem[] {
  const { open, complete, end } = state;
  const pending: SectionProblem[] = complete ? [] : [{ reason: "Progressing", message: pendingMessage(end) }];
  if (!isWritten) return open.length === 0 ? pending : [];
  return [...problemsIn(input, state), ...pending];
}

function pendingMessage({ ending, awaiting }: SectionPlan): string {
  if (ending.length > 0) return `${ending.join(", ")} is being deleted and something holds it up; it is made again once it is gone`;
  if (awaiting.length > 0) return `${awaiting.join(", ")} is left as it is until it is known what it depends on in the cluster`;
  return "not everything is in place yet";
}

function problemsIn({ refused, contested }: OutcomeInput, { planned }: SectionState): readonly SectionProblem[] {
  const { control } = planned;
  const failures = refused.filter((one) => (one.control ?? control) === control).flatMap(({ problem }) => problem ?? []);
  const conflicts = planned.conflicts.map((message): SectionProblem => ({ reason: "Conflict", message }));
  const disputed = contested.get(control) ?? [];
  const disputes = disputed.length === 0 ? [] : [disputeAbout(disputed)];
  return [...failures, ...conflicts, ...disputes];
}

/** What is told of a write that failed; undefined for what passes by itself, and for one that did not fail. */
export function failureOf({ action, error, differs }: ActionResult): SectionProblem | undefined {
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

function disputeAbout(objects: readonly string[]): SectionProblem {
  return { reason: "Contested", message: `another writer keeps changing ${objects.join(", ")}; repairs are slowed down until it stops` };
}
