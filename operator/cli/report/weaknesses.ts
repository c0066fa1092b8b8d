/** Gathers from all baselines what differs now, what others weaken, and what somebody accepted. PURE. */
import type { ExceptionRef, FindingException } from "../../api/baseline.ts";
import type { DriftEntry, FindingEntry, FindingSeverity, ObjectRef } from "../../api/baseline-status.ts";
import type { Posture } from "../../api/postures.ts";
import { byText } from "../../controls/order.ts";
import { SEVERITIES } from "../../findings/find.ts";
import { rules } from "../../findings/index.ts";
import { isAbout, kindTitle } from "../../findings/naming.ts";
import type { DriftPart, DriftRow, ExceptionRow, FindingPart, FindingRow, ReportedObject } from "./report.ts";
import { byKeys, count } from "./sorting.ts";

const DAY = 24 * 60 * 60 * 1000;

/** Exceptions that end within so many days are marked. */
export const SOON_DAYS = 14;

/** Entries of a list in a status, of the schema. */
const MAX_LISTED = 50;

/** What differs from the baselines now. */
export function driftOf(baselines: readonly Posture[]): DriftPart {
  const open = baselines.flatMap((baseline) => openDrift(baseline).map((entry) => driftRow(baseline, entry)));
  return {
    open: open.toSorted(byKeys((row) => [row.since, row.namespace, row.section, row.object.kind, row.object.name, row.type])),
    unlisted: sum(baselines, unlistedDrift),
  };
}

function openDrift({ status }: Posture): readonly DriftEntry[] {
  return (status?.drift ?? []).filter(({ state }) => state === "Open");
}

/** Open entries are kept before repaired ones: where one of those is listed, no open one was left out. */
function unlistedDrift({ status }: Posture): number {
  const isAnyRepaired = (status?.drift ?? []).some(({ state }) => state === "Repaired");
  return isAnyRepaired ? 0 : (status?.droppedDrift ?? 0);
}

function driftRow(baseline: Posture, { control, type, ref, fields, manager, firstSeen, count: times }: DriftEntry): DriftRow {
  return {
    namespace: baseline.metadata.namespace ?? null,
    section: control,
    type,
    object: objectOf(ref),
    fields: fields ?? [],
    manager: manager ?? null,
    since: firstSeen,
    count: times,
  };
}

/** Findings that nobody accepted. */
export function findingsOf(baselines: readonly Posture[]): FindingPart {
  const open = baselines.flatMap((baseline) => openFindings(baseline).map((entry) => findingRow(baseline, entry)));
  const rank = (severity: FindingSeverity): number => SEVERITIES.indexOf(severity);
  const ofSeverity = (wanted: FindingSeverity): number => count(open, ({ severity }) => severity === wanted);
  return {
    open: open.toSorted(byKeys((row) => [rank(row.severity), row.since, row.namespace, row.rule, row.object.kind, row.object.name])),
    bySeverity: { Critical: ofSeverity("Critical"), High: ofSeverity("High"), Medium: ofSeverity("Medium"), Low: ofSeverity("Low") },
    unlisted: sum(baselines, (baseline) => Math.max(0, (baseline.status?.summary?.findings ?? 0) - openFindings(baseline).length)),
  };
}

function openFindings({ status }: Posture): readonly FindingEntry[] {
  return (status?.findings ?? []).filter(({ accepted }) => accepted === undefined);
}

function findingRow(baseline: Posture, { control, rule, severity, ref, message, firstSeen }: FindingEntry): FindingRow {
  return {
    namespace: baseline.metadata.namespace ?? null,
    section: control,
    rule,
    severity,
    object: objectOf(ref),
    message,
    since: firstSeen,
    standards: ruleOf(rule)?.standards ?? [],
  };
}

/** Every exception, those that end first at the top. `now`: milliseconds since the epoch. */
export function exceptionsOf(baselines: readonly Posture[], now: number): readonly ExceptionRow[] {
  const stated = baselines.flatMap((baseline) =>
    (baseline.spec?.exceptions ?? []).map((exception) => exceptionRow(baseline, exception, now)),
  );
  return stated.toSorted(
    byKeys((row) => [Date.parse(row.expires) || 0, row.namespace, row.rule, row.object.kind, row.object.name, row.owner, row.reason]),
  );
}

function exceptionRow(baseline: Posture, { rule, ref, reason, owner, expires }: FindingException, now: number): ExceptionRow {
  const left = Date.parse(expires) - now;
  const known = ruleOf(rule);
  return {
    namespace: baseline.metadata.namespace ?? null,
    rule,
    severity: known?.severity ?? null,
    section: known?.control ?? null,
    object: objectOf(ref),
    reason,
    owner,
    expires,
    // What is no time accepts nothing.
    state: left > 0 ? (left > SOON_DAYS * DAY ? "Valid" : "EndsSoon") : "Expired",
    inUse: isInUse(baseline, { rule, ref }),
  };
}

function isInUse({ status }: Posture, { rule, ref }: Pick<FindingException, "rule" | "ref">): boolean | null {
  const listed = status?.findings ?? [];
  const isThere = listed.some((entry) => entry.rule === rule && isAbout(ref, entry.ref));
  if (isThere) return true;
  return status?.observedGeneration === undefined || status.observedGeneration < 0 || listed.length >= MAX_LISTED ? null : false;
}

function ruleOf(id: string) {
  return rules.find((rule) => rule.id === id);
}

/** Rules and sections that rows may name, for whoever chooses among them. */
export function sectionsNamed(rows: readonly { readonly section: string | null }[]): readonly string[] {
  return [...new Set(rows.flatMap(({ section }) => section ?? []))].toSorted(byText);
}

function objectOf({ apiVersion, kind, name }: ExceptionRef | ObjectRef): ReportedObject {
  return { kind: apiVersion === undefined ? kind : kindTitle({ apiVersion, kind }), name };
}

function sum(baselines: readonly Posture[], number: (baseline: Posture) => number): number {
  return baselines.reduce((total, baseline) => total + number(baseline), 0);
}
