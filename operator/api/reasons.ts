/** Lists the conditions that every baseline has, and the reasons that users may see in them. */

export const READY = "Ready";
export const COMPLIANT = "Compliant";
/** Tools that wait for a resource give up while it is True (convention of kstatus). */
export const STALLED = "Stalled";
/** Only there, and True, while something outside of all namespaces weakens every one. */
export const CLUSTER_WEAKENED = "ClusterWeakened";
/** Of a ClusterSecurityBaseline alone. */
export const CONFINED = "Confined";

/** Why a baseline, or one section of it, is not in place. Ordered: the first one that applies is told in `Ready`. */
export const PROBLEM_REASONS = [
  "ReservedNamespace",
  "InvalidSpec",
  "Forbidden",
  "Conflict",
  "Contested",
  "BackendUnavailable",
  "Held",
  "Progressing",
] as const;

export type ProblemReason = (typeof PROBLEM_REASONS)[number];

/** What only a person can end; everything else may pass by itself. They stand before the others, so `Ready` tells one of them where there is one. */
export const STALLING_REASONS: ReadonlySet<Reason> = new Set<ProblemReason>(["ReservedNamespace", "InvalidSpec", "Forbidden", "Conflict"]);

/** Reasons of conditions that are True, and of sections that only report. */
export type StateReason = "InPlace" | "Drifted" | "Weakened" | "NothingAsked";

export type Reason = ProblemReason | StateReason;

/** A problem with one section (or with the whole baseline); `message` is deterministic and says what to do. */
export interface SectionProblem {
  readonly reason: ProblemReason;
  readonly message: string;
}

/** Picks the problem that matters most: by reason, then by message so that the answer does not depend on order. */
export function worstProblem(problems: readonly SectionProblem[]): SectionProblem | undefined {
  const rank = (problem: SectionProblem): number => PROBLEM_REASONS.indexOf(problem.reason);
  return [...problems].sort((a, b) => rank(a) - rank(b) || (a.message < b.message ? -1 : 1))[0];
}
