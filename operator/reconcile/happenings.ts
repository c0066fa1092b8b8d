/** Says which changes of a status are worth an Event: drift that is new or ended, what weakens the namespace anew or no more, and pods that hold a level. */
import type { DriftEntry, DriftType, FindingEntry, RunningPods, SecurityBaselineStatus } from "../api/baseline-status.ts";
import { controls } from "../controls/index.ts";
import { kindTitle } from "../findings/naming.ts";
import { kindKey } from "../kinds/kind.ts";
import { objectKey } from "../plan/object-key.ts";
import type { Happening } from "./events.ts";
import { inTheWay } from "./running-pods.ts";

/** An Event without what it is about. */
export type Told = Pick<Happening, "type" | "reason" | "action" | "note">;

/** What happened between two documents of status: drift in the order of the newer list, then what was found, and what is gone. */
export function happeningsBetween(previous: SecurityBaselineStatus | undefined, next: SecurityBaselineStatus): Told[] {
  return [
    ...driftBetween(previous, next),
    ...raisesBetween(previous, next),
    ...refusalsBetween(previous, next),
    ...findingsBetween(previous, next),
  ];
}

/** That a level begins to wait and that it rose, once each; and what broke one that rose all the same, or would in mode Report. */
function raisesBetween(previous: SecurityBaselineStatus | undefined, next: SecurityBaselineStatus): Told[] {
  return (next.controls ?? []).flatMap(({ name, mode, runningPods: after = {} }): Told[] => {
    const earlier = previous?.controls?.find((one) => one.name === name);
    const before = earlier?.runningPods ?? {};
    if (mode === "Report") return brokenIfEnforced(before, after);
    const { asked = "" } = after;
    if (after.held === true) {
      if (before.held === true) return [];
      return [{ type: "Warning", reason: "RaiseHeld", action: "Hold", note: `enforce is not raised: ${inTheWay(asked, after)}` }];
    }
    return [...endOfHold(before, after), ...brokenAllTheSame(earlier?.mode === "Report" ? {} : before, after)];
  });
}

function endOfHold(before: RunningPods, after: RunningPods): Told[] {
  if (before.held !== true || before.asked === undefined) return [];
  const rose = after.floor === before.asked;
  const note = rose ? `no running pod breaks ${before.asked} any more: enforce was raised` : "enforce no longer waits for running pods";
  return [{ type: "Normal", reason: rose ? "RaiseDone" : "RaiseNotHeld", action: "Raise", note }];
}

function brokenAllTheSame(before: RunningPods, after: RunningPods): Told[] {
  const { asked, pods } = after;
  if (asked === undefined || pods === undefined || before.since === after.since) return [];
  const note = `enforce was raised, and these pods are refused when they are made again: ${inTheWay(asked, after)}`;
  return [{ type: "Warning", reason: "RunningPodsRefused", action: "Raise", note }];
}

/** Told when the first pod is in the way. The list changes with every new version of a workload, which is no news. */
function brokenIfEnforced(before: RunningPods, { asked, ...after }: RunningPods): Told[] {
  if (asked === undefined || after.pods === undefined || before.pods !== undefined) return [];
  return [{ type: "Warning", reason: "RunningPodsRefused", action: "Report", note: `if enforce rose now: ${inTheWay(asked, after)}` }];
}

/** Told when the first workload could not be made again: which ones they are changes with each of their versions. */
function refusalsBetween(previous: SecurityBaselineStatus | undefined, next: SecurityBaselineStatus): Told[] {
  return (next.controls ?? []).flatMap(({ name, workloads = {} }): Told[] => {
    const { judged = 0, refused = 0, entries = [] } = workloads;
    const before = previous?.controls?.find((one) => one.name === name)?.workloads;
    const [first] = entries;
    if (first === undefined || (before?.refused ?? 0) > 0) return [];
    const example = `${first.kind} ${first.name}: ${first.message}`;
    const note = `in mode Enforce ${refused} of ${judged} workloads could not be made again: ${example}`;
    return [{ type: "Warning", reason: "WorkloadsRefused", action: "Report", note }];
  });
}

/** Accepted findings are no news; an exception that ends is. */
function findingsBetween(previous: SecurityBaselineStatus | undefined, next: SecurityBaselineStatus): Told[] {
  const openIn = (status: SecurityBaselineStatus | undefined): readonly FindingEntry[] =>
    (status?.findings ?? []).filter(({ accepted }) => accepted === undefined);
  const keyOf = ({ rule, ref }: FindingEntry): string => JSON.stringify([rule, kindKey(ref), ref.name]);
  const [before, after] = [openIn(previous), openIn(next)].map((entries) => new Set(entries.map(keyOf)));
  const what = ({ rule, ref }: FindingEntry): string => `${kindTitle(ref)} ${ref.name}: ${rule}`;
  // What was only pushed off a full list is not gone.
  const isWhole = openIn(next).length === (next.summary?.findings ?? 0);
  const gone = isWhole ? openIn(previous).filter((entry) => !after?.has(keyOf(entry))) : [];
  return [
    ...openIn(next)
      .filter((entry) => !before?.has(keyOf(entry)))
      .map((entry): Told => ({ type: "Warning", reason: "FindingDetected", action: "Report", note: `${what(entry)}, ${entry.message}` })),
    ...gone.map(
      (entry): Told => ({
        type: "Normal",
        reason: "FindingGone",
        action: "Report",
        note: `${what(entry)} is no longer found, or accepted`,
      }),
    ),
  ];
}

function driftBetween(previous: SecurityBaselineStatus | undefined, next: SecurityBaselineStatus): Told[] {
  const before = new Map((previous?.drift ?? []).map((entry) => [identity(entry), entry]));
  const inPlace = new Set((previous?.inventory ?? []).map((line) => line.slice(0, line.lastIndexOf(" "))));
  return (next.drift ?? []).flatMap((entry) => {
    const earlier = before.get(identity(entry));
    if (earlier?.count === entry.count && earlier.state === entry.state) return [];
    const isNews = earlier?.count !== entry.count;
    return [tell(entry, isNews && isAlarm(entry, inPlace))];
  });
}

function tell(entry: DriftEntry, alarming: boolean): Told {
  const what = whatDiffers(entry);
  if (entry.state === "Repaired")
    return { type: alarming ? "Warning" : "Normal", reason: "DriftRepaired", action: "Repair", note: `${what}, ${ENDS[entry.type]}` };
  return { type: "Warning", reason: "DriftDetected", action: "Report", note: what };
}

/** A difference in one sentence, without how it ended. */
export function whatDiffers(entry: DriftEntry): string {
  return `${entry.ref.kind} ${entry.ref.name}${describe(entry)}`;
}

/** Whether somebody tampered with a section that raises an alarm. What was `inPlace` and is not asked for any more was given up by an edit of the baseline. */
function isAlarm({ control, type, ref }: DriftEntry, inPlace: ReadonlySet<string>): boolean {
  const section = controls.find(({ name }) => name === control);
  if (section?.alarms !== true) return false;
  const kinds = section.owns.filter((kind) => kindKey(kind) === kindKey(ref));
  return type !== "Unmanaged" || !kinds.some((kind) => inPlace.has(objectKey(kind, ref.name)));
}

const WORDS: Readonly<Record<DriftType, string>> = {
  Missing: "is missing",
  Modified: "was changed",
  Unmanaged: "carries our label but is not asked for",
  Conflict: "exists and somebody else made it",
};

/** How a difference ended, whoever ended it. */
const ENDS: Readonly<Record<DriftType, string>> = {
  Missing: "made again",
  Modified: "put back",
  Unmanaged: "removed",
  Conflict: "no longer so",
};

function describe({ type, fields = [], manager }: DriftEntry): string {
  if (type === "Modified" && fields.length > 0) {
    return `: ${listed(fields)} ${fields.length === 1 ? "was" : "were"} changed${manager === undefined ? "" : ` by ${manager}`}`;
  }
  return ` ${WORDS[type]}${manager === undefined ? "" : ` (${manager})`}`;
}

/** All of them stand in the drift entry. */
function listed(fields: readonly string[]): string {
  const named = fields.slice(0, 3).join(", ");
  return fields.length > 3 ? `${named} and ${fields.length - 3} more` : named;
}

function identity({ control, ref, type, fields }: DriftEntry): string {
  return JSON.stringify([control, ref.apiVersion, ref.kind, ref.name, type, fields ?? []]);
}
