/** Gives tests each state of a baseline that docs/status.md lists, and what its page says that tools make of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { PROBLEM_REASONS, type ProblemReason, type StateReason } from "../../operator/api/reasons.ts";
import type { SectionOutcome } from "../../operator/reconcile/conditions.ts";
import { nextStatus, refusedStatus } from "../../operator/reconcile/status.ts";

const REFUSED_AS_A_WHOLE: ReadonlySet<string> = new Set<ProblemReason>(["ReservedNamespace"]);
/** A record, so that a new reason that is missing here is no TypeScript. */
const STATE_REASONS: Readonly<Record<StateReason, true>> = { InPlace: true, NothingAsked: true, Drifted: true, Weakened: true };

/** Every reason that a condition can have. */
export const REASONS: readonly string[] = [...Object.keys(STATE_REASONS), ...PROBLEM_REASONS];

/** A row of the table of reasons. */
export interface DocumentedState {
  readonly reason: string;
  readonly kstatus: string;
  readonly argoCd: string;
}

/** The rows of the table of reasons in docs/status.md. */
export function documentedStates(): readonly DocumentedState[] {
  const page = readFileSync(join(import.meta.dirname, "../../docs/status.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \| (?:True|False) \| (\w+) \| (\w+) \|/gm)];
  return rows.map(([, reason = "", kstatus = "", argoCd = ""]) => ({ reason, kstatus, argoCd }));
}

/** A baseline whose only section has this reason, with the status that the operator writes. */
export function stateOf(reason: string, mode: SectionOutcome["mode"] = "Enforce"): KubernetesObject {
  const metadata = { namespace: "payments", name: "baseline", generation: 3 };
  const object = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata };
  const problem = PROBLEM_REASONS.find((known) => known === reason);
  const told = { previous: undefined, generation: 3, now: "2026-11-23T10:00:00Z" };
  if (problem !== undefined && REFUSED_AS_A_WHOLE.has(problem)) {
    return { ...object, status: refusedStatus({ ...told, problem: { reason: problem, message: "no" } }) };
  }
  const section: SectionOutcome = {
    control: "access",
    condition: "AccessReady",
    standards: [],
    mode,
    managed: 2,
    inSync: 2,
    drifted: reason === "Drifted" ? ["Role forged"] : [],
    problem: problem && { reason: problem, message: "no" },
  };
  const sections = reason === "NothingAsked" ? [] : [section];
  return {
    ...object,
    status: nextStatus({
      ...told,
      sections,
      log: { entries: [], dropped: 0 },
      findings: { entries: [], open: reason === "Weakened" ? 1 : 0, remarks: [] },
      inventory: [],
    }),
  };
}
