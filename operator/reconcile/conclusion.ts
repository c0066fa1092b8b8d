/** The end of a look as one value: what to write next, what to tell, and when to look again. PURE. */
import type { SecurityBaselineStatus } from "../api/baseline-status.ts";
import { COMPLIANT, READY } from "../api/reasons.ts";
import type { ApiError } from "../cluster/errors.ts";
import type { BaselineState } from "../observe/baseline-gauges.ts";
import type { Inventory } from "../plan/inventory.ts";
import type { Desired, Plan } from "../plan/types.ts";
import type { Found } from "../plan/weaknesses.ts";
import type { AboutBaseline, SectionOutcome } from "./conditions.ts";
import { type DriftLog, type Judged, mergeDrift } from "./drift-log.ts";
import type { ActionResult } from "./execute.ts";
import { logFindings } from "./findings.ts";
import { fitName } from "./fit.ts";
import { happeningsBetween, type Told } from "./happenings.ts";
import { seenDrift } from "./outcomes.ts";
import { logOf, nextStatus, sameStatus, type ToldOfCluster } from "./status.ts";

/** What the queue should do next with this namespace. */
export interface LookResult {
  /** Writes that failed. */
  readonly failed: readonly ApiError[];
  /** Milliseconds until the first failed write is to be tried again; undefined if none fails. */
  readonly retry: number | undefined;
  /** Milliseconds until the next look even if nothing changes. */
  readonly again: number | undefined;
  /** There is news for all namespaces. */
  readonly news?: boolean;
}

export interface LookedAtBaseline {
  /** The status that stands there now. */
  readonly standing: SecurityBaselineStatus | undefined;
  /** The status that we wrote last; another one than `standing` if somebody changed it. */
  readonly ours: SecurityBaselineStatus | undefined;
  /** What was seen in earlier looks and stands in no status yet. */
  readonly unwritten: DriftLog | undefined;
  readonly generation: number;
  readonly about: Omit<AboutBaseline, "findings" | "cluster">;
  /** See `StatusInput`. */
  readonly cluster?: ToldOfCluster | undefined;
  readonly found: Found;
  readonly sections: readonly SectionOutcome[];
  readonly plan: Plan;
  /** Desired objects that could not be looked at. */
  readonly withheld: readonly Desired[];
  readonly results: readonly ActionResult[];
  readonly inventory: Inventory;
  /** Objects that another writer keeps changing, by section. */
  readonly contested: BaselineState["contested"];
  /** RFC 3339 with seconds. */
  readonly now: string;
}

export interface Conclusion {
  /** The status to write; undefined if the one that stands there says it all. */
  readonly status: SecurityBaselineStatus | undefined;
  /** All drift that should stand in status after this look. */
  readonly log: DriftLog;
  /** Events to record once the status is written. */
  readonly tells: readonly Told[];
  readonly state: BaselineState;
}

/** Concludes a look. What was seen before and never got into a status is told with what was seen now. */
export function conclude(input: LookedAtBaseline): Conclusion {
  const { standing, ours, unwritten, generation, about, cluster, found, sections, plan, results, inventory, contested, now } = input;
  const previous = ours ?? standing;
  const seen = seenDrift(plan, results);
  const log = mergeDrift(unwritten ?? logOf(previous), seen, judgedBy(input), now);
  const findings = logFindings(found, previous?.findings, now);
  const next = nextStatus({ previous, generation, about, cluster, sections, log, findings, inventory: inventory.lines(), now });
  const told = next ?? previous ?? {};
  const status = next ?? (previous === undefined || sameStatus(previous, standing) ? undefined : previous);
  const reasonOfNot = (type: string): string | undefined =>
    told.conditions?.find((condition) => condition.type === type && condition.status !== "True")?.reason;
  const open = seen.filter(({ repaired }) => !repaired).map(({ drift }) => ({ control: drift.control, type: drift.type }));
  return {
    status,
    log,
    tells: next === undefined ? [] : happeningsBetween(previous, next),
    state: {
      notReady: reasonOfNot(READY),
      notCompliant: reasonOfNot(COMPLIANT),
      contested: new Map([...contested].filter(([control]) => sections.some((section) => section.control === control))),
      drift: open,
      findings: found.findings.filter(({ accepted }) => accepted === undefined).map(({ rule, severity }) => ({ rule, severity })),
    },
  };
}

/** What could not be looked at is as it was last seen. */
function judgedBy({ sections, plan, withheld }: LookedAtBaseline): Judged {
  const planned = new Set(plan.sections.map(({ control }) => control as string));
  const hidden = new Set(withheld.map(({ kind, name }) => `${kind.kind} ${fitName(name)}`));
  return {
    inUse: new Set(sections.map(({ control }) => control)),
    sees: ({ control, ref }) => planned.has(control) && !hidden.has(`${ref.kind} ${ref.name}`),
  };
}
