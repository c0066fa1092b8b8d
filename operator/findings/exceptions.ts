/** Applies the exceptions of a baseline to what was found: accepted until they expire, and told when they have, or when they are about nothing. PURE. */
import type { FindingException } from "../api/baseline.ts";
import type { Acceptance, FindingSeverity } from "../api/baseline-status.ts";
import type { Finding } from "./find.ts";
import { isAbout, kindTitle } from "./naming.ts";

/** A finding as it is told. */
export interface JudgedFinding {
  readonly control: string;
  readonly rule: string;
  readonly severity: FindingSeverity;
  readonly ref: Finding["ref"];
  readonly message: string;
  readonly accepted?: Acceptance;
}

export interface Judgement {
  /** Open ones as they came, accepted ones behind them. */
  readonly findings: readonly JudgedFinding[];
  /** One sentence about each exception that is about nothing. */
  readonly idle: readonly string[];
  /** Milliseconds since the epoch at which the next exception that accepts something ends. */
  readonly due: number | undefined;
}

/** Rule of the finding that tells of an exception whose time is over. */
export const EXCEPTION_EXPIRED = "ExceptionExpired";

/** `now`: milliseconds since the epoch. */
export function applyExceptions(found: readonly Finding[], exceptions: readonly FindingException[], now: number): Judgement {
  const used = new Set<FindingException>();
  const judged = found.flatMap((finding): readonly JudgedFinding[] => {
    const matching = exceptions.filter(({ rule, ref }) => rule === finding.rule.id && isAbout(ref, finding.ref));
    for (const exception of matching) used.add(exception);
    const last = matching.toSorted((a, b) => endOf(b) - endOf(a))[0];
    const told = { ...summary(finding), severity: finding.rule.severity, message: finding.message };
    if (last === undefined) return [told];
    const { reason, owner, expires } = last;
    return endOf(last) > now ? [{ ...told, accepted: { reason, owner, expires } }] : [told, expired(finding, last)];
  });
  const ends = judged.flatMap(({ accepted }) => (accepted === undefined ? [] : [Date.parse(accepted.expires)]));
  return {
    findings: [...judged.filter(({ accepted }) => accepted === undefined), ...judged.filter(({ accepted }) => accepted !== undefined)],
    idle: exceptions.filter((exception) => !used.has(exception)).map(told),
    due: ends.length === 0 ? undefined : Math.min(...ends),
  };
}

function summary({ rule, ref }: Finding): Pick<JudgedFinding, "control" | "rule" | "ref"> {
  return { control: rule.control, rule: rule.id, ref };
}

function expired(finding: Finding, { owner, expires }: FindingException): JudgedFinding {
  const message = `the exception of ${owner} for ${finding.rule.id} ended at ${expires}: mend the object, or write a later day into spec.exceptions`;
  return { ...summary(finding), rule: EXCEPTION_EXPIRED, severity: "Medium", message };
}

function told({ rule, ref }: FindingException): string {
  const kind = ref.apiVersion === undefined ? ref.kind : kindTitle({ ...ref, apiVersion: ref.apiVersion });
  return `the exception for ${kind} ${ref.name} (${rule}) is about nothing that is found: remove it from spec.exceptions`;
}

function endOf({ expires }: FindingException): number {
  return Date.parse(expires);
}
