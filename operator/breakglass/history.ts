/** Reads the ledger entries of one request: the phase they lead to, and the facts that later steps rest on. */

import type { LedgerEntry, LedgerEntryType } from "../api/break-glass-audit-entry.ts";
import type { BreakGlassPerson, BreakGlassPhase } from "../api/break-glass-request.ts";
import type { Json } from "../api/json.ts";
import { unixSeconds } from "./times.ts";
import type { LiveGrantObject } from "./types.ts";

/** `New` has no entry yet. */
export type Phase = BreakGlassPhase | "New";

const PHASES: Readonly<Record<LedgerEntryType, BreakGlassPhase | undefined>> = {
  Requested: "Pending",
  Escalated: undefined,
  Approved: "Approved",
  Denied: "Denied",
  Withdrawn: "Withdrawn",
  TimedOut: "TimedOut",
  Issuing: "Issuing",
  Active: "Active",
  Suspended: "Suspended",
  Expired: "Expired",
  Revoked: "Revoked",
  Failed: "Failed",
  Reviewed: undefined,
  Removed: undefined,
  Checkpoint: undefined,
};

/** Whether this is a type of entry that is known here. */
export function isEntryType(type: unknown): type is LedgerEntryType {
  return typeof type === "string" && Object.hasOwn(PHASES, type);
}

/** Phases that never change. */
export const ENDS: readonly Phase[] = ["Expired", "Revoked", "Denied", "Withdrawn", "TimedOut", "Failed"];

/** What the ledger knows of one request. Fields of what has not happened yet are undefined. */
export interface Story {
  readonly phase: Phase;
  readonly namespace: string;
  /** Name of the request. */
  readonly request: string;
  readonly profile: string;
  /** Username. */
  readonly requester: string;
  /** Absent where the authenticator gave none. */
  readonly requesterUID: string | undefined;
  readonly drill: boolean;
  /** The installation allowed the role although a grant of it can make itself permanent. */
  readonly isUnbounded: boolean;
  /** What the request is judged by. Empty texts where it was not found. */
  readonly resolved: {
    readonly baselineUID: string;
    readonly profileHash: string;
    readonly role: string;
    readonly roleUID: string;
    readonly roleRulesHash: string;
  };
  readonly requested: LedgerEntry | undefined;
  readonly escalated: LedgerEntry | undefined;
  readonly approved: LedgerEntry | undefined;
  readonly issuing: LedgerEntry | undefined;
  readonly active: LedgerEntry | undefined;
  /** The entry of the present phase if that is Suspended or an end. */
  readonly end: LedgerEntry | undefined;
  readonly reviewed: LedgerEntry | undefined;
}

/** An object of a grant that was recorded as in use. */
export type RecordedObject = Pick<LiveGrantObject, "namespace" | "name" | "uid"> & { readonly kind: string };

/** Reads the entries of one request, in order. */
export function storyOf(history: readonly LedgerEntry[]): Story {
  const phase = phaseOf(history.findLast(({ type }) => PHASES[type] !== undefined));
  const first = (type: LedgerEntryType): LedgerEntry | undefined => history.find((entry) => entry.type === type);
  const requested = first("Requested");
  const text = (key: string): string => requested?.details?.[key] ?? "";
  return {
    phase,
    namespace: text("namespace"),
    request: text("request"),
    profile: text("profile"),
    requester: requested?.actor ?? "",
    requesterUID: requested?.details?.["requesterUID"],
    drill: text("drill") === "true",
    isUnbounded: text("unbounded") === "true",
    resolved: {
      baselineUID: text("baselineUID"),
      profileHash: requested?.profileHash ?? "",
      role: text("role"),
      roleUID: text("roleUID"),
      roleRulesHash: text("roleRulesHash"),
    },
    requested,
    escalated: first("Escalated"),
    approved: first("Approved"),
    issuing: first("Issuing"),
    active: first("Active"),
    end: history.findLast(({ type }) => type === "Suspended" || ENDS.some((end) => end === PHASES[type])),
    reviewed: first("Reviewed"),
  };
}

/** Phase that an entry leads to; undefined for one that changes none. */
export function phaseOf(entry: LedgerEntry | undefined): Phase {
  return entry === undefined ? "New" : (PHASES[entry.type] ?? "New");
}

/** Who asked, as the ledger tells it. */
export function requesterIn({ requester: username, requesterUID: uid }: Story): BreakGlassPerson {
  return { username, ...(uid !== undefined && { uid }) };
}

/** Whether nothing but a review can follow. */
export function isOver({ phase }: Story): boolean {
  return ENDS.includes(phase);
}

/** Whether somebody else has to look at what was done with the access. What is being taken back was in use, too. */
export function waitsForReview(story: Story): boolean {
  return (isOver(story) || story.phase === "Suspended") && story.active !== undefined && !story.drill && story.reviewed === undefined;
}

/** Deadline of the grant in Unix seconds, as it was fixed once; undefined before. */
export function deadlineIn({ issuing }: Story): number | undefined {
  return issuing?.deadline === undefined ? undefined : unixSeconds(issuing.deadline);
}

/** When a pending request, or an approved one that waits for its issue, ends by time alone: Unix seconds, or undefined. */
export function waitsUntil({ phase, requested, approved }: Story): number | undefined {
  const text = { Pending: requested?.details?.["pendingUntil"], Approved: approved?.details?.["until"] }[String(phase)];
  return text === undefined ? undefined : unixSeconds(text);
}

/** From when on stand-ins decide about the request, in Unix seconds; undefined where the profile has none. */
export function escalatesIn({ requested }: Story): number | undefined {
  return secondsIn(requested, "escalatesAt");
}

/** When the access is to begin, in Unix seconds; undefined for at once. */
export function startIn({ requested }: Story): number | undefined {
  return secondsIn(requested, "startTime");
}

function secondsIn(entry: LedgerEntry | undefined, key: string): number | undefined {
  const seconds = unixSeconds(entry?.details?.[key] ?? "");
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** The objects that the entry Active names, in order of GRANT_PARTS; empty before, and where the entry cannot be read. */
export function recordedObjects({ active }: Story): readonly RecordedObject[] {
  const rows = parsed(active?.details?.["objects"] ?? "[]");
  return Array.isArray(rows) ? rows.map(recordedObject) : [];
}

/** As it stands in the ledger: `[kind, namespace, name, uid]`. */
export function objectRow({ kind, namespace, name, uid }: LiveGrantObject): readonly [string, string, string, string] {
  return [kind.kind, namespace, name, uid];
}

/** Text that is no JSON must not keep a request from its end. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function recordedObject(row: Json): RecordedObject {
  const [kind = "", namespace = "", name = "", uid = ""] = Array.isArray(row) ? row.map(String) : [];
  return { kind, namespace, name, uid };
}
