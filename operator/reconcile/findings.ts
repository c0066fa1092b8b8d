/** Keeps the list of findings for status, and says when to judge them again. */
import type { FindingEntry } from "../api/baseline-status.ts";
import { EXCEPTION_EXPIRED, type JudgedFinding } from "../findings/exceptions.ts";
import { SEVERITIES } from "../findings/find.ts";
import { kindKey } from "../kinds/kind.ts";
import type { Found } from "../plan/weaknesses.ts";
import { fitName, fitSentence } from "./fit.ts";

/** Entries that status holds at most; the rest is counted. */
const MAX_FINDINGS = 50;

/** Exceptions end once a second at most; a timer holds less than 25 days. */
const WAITS = { least: 1000, most: 24 * 60 * 60 * 1000 };

/** Milliseconds until an exception ends, or until it is worth asking again; undefined if none is in use. */
export function waitForFindings({ due }: Pick<Found, "due">, now: number): number | undefined {
  return due === undefined ? undefined : Math.min(Math.max(due - now, WAITS.least), WAITS.most);
}

/** Findings for status. */
export interface FindingLog {
  readonly entries: readonly FindingEntry[];
  /** How many of all findings nobody accepted. */
  readonly open: number;
  /** What is told of exceptions, one sentence each. */
  readonly remarks: readonly string[];
}

/** What stood in status before keeps its time, and stays while it cannot be looked at. */
export function logFindings({ findings, unseen, idle }: Found, previous: readonly FindingEntry[] | undefined, now: string): FindingLog {
  const before = new Map((previous ?? []).map((entry) => [identityOf(entry), entry]));
  const seen = findings.map((finding) => entryOf(finding, before, now));
  const carried = [...before.values()].filter(({ ref }) => unseen.has(kindKey(ref)));
  const fresh = seen.filter(({ ref }) => !unseen.has(kindKey(ref)));
  const all = carried.length === 0 ? fresh : [...fresh, ...carried].toSorted(byWeight);
  return {
    entries: all.slice(0, MAX_FINDINGS),
    open: all.filter(({ accepted }) => accepted === undefined).length,
    remarks: unseen.size === 0 ? idle : [],
  };
}

/** Open ones before accepted ones, the worst first. */
function byWeight(a: FindingEntry, b: FindingEntry): number {
  const isAccepted = (entry: FindingEntry): number => (entry.accepted === undefined ? 0 : 1);
  return isAccepted(a) - isAccepted(b) || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

function entryOf(finding: JudgedFinding, before: ReadonlyMap<string, FindingEntry>, now: string): FindingEntry {
  const { control, rule, severity, ref, message, accepted } = finding;
  const told = { control, rule, severity, ref: { ...ref, name: fitName(ref.name) }, message: fitSentence(message) };
  const firstSeen = before.get(identityOf(told))?.firstSeen ?? now;
  return { ...told, firstSeen, ...(accepted !== undefined && { accepted }) };
}

function identityOf({ rule, ref, message }: Pick<FindingEntry, "rule" | "ref" | "message">): string {
  // One object may carry several expired exceptions.
  return JSON.stringify([rule, kindKey(ref), ref.name, rule === EXCEPTION_EXPIRED ? message : ""]);
}
