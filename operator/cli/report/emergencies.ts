/** Tells of emergency access: by the ledger where it may be read, otherwise by what the requests say of themselves. PURE. */
import type { LedgerEntry } from "../../api/break-glass-audit-entry.ts";
import type { BreakGlassRequestStatus } from "../../api/break-glass-request.ts";
import { type Story, storyOf, waitsForReview } from "../../breakglass/history.ts";
import { isOpen, phaseOf, type StoredBreakGlassRequest } from "../break-glass/objects.ts";
import type { EmergencyPart, EmergencyRow } from "./report.ts";
import { byKeys, count } from "./sorting.ts";

/** Days that a report looks back. */
const DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;

export interface EmergencyLists {
  readonly requests: readonly StoredBreakGlassRequest[] | undefined;
  readonly entries: readonly LedgerEntry[] | undefined;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly breakGlassNamespace: string;
}

/** Emergency access of the last days, and what is open or not reviewed from before. `now`: milliseconds since the epoch. Null where no list is known. */
export function emergenciesOf(lists: EmergencyLists, now: number): EmergencyPart | null {
  const { requests, entries, namespace, breakGlassNamespace } = lists;
  if (requests === undefined && entries === undefined) return null;
  const asked = new Map((requests ?? []).map((request) => [request.metadata.uid, request]));
  const told = recordsByRequest(entries ?? []);
  const rows = [...new Set([...asked.keys(), ...told.keys()])]
    .map((uid) => rowOf(asked.get(uid), told.get(uid), breakGlassNamespace))
    .map((row) => (requests === undefined ? { ...row, isRequestGone: false } : row))
    .filter((row) => namespace === undefined || row.namespace === namespace)
    .filter((row) => isOfInterest(row, now - DAYS * DAY));
  const shown = rows.toSorted(byKeys((row) => [-(Date.parse(row.asked) || 0), row.namespace, row.request]));
  return {
    days: DAYS,
    requests: shown,
    active: count(shown, ({ phase }) => phase === "Active"),
    reviewsOwed: count(shown, ({ isReviewOwed }) => isReviewOwed),
  };
}

/** What the ledger holds of one request. */
interface Recorded {
  readonly story: Story;
  /** The newest entry; each can be read alone. */
  readonly last: LedgerEntry;
}

/** Entries that belong to no request (`Removed`, `Checkpoint`) have no story. */
function recordsByRequest(entries: readonly LedgerEntry[]): ReadonlyMap<string, Recorded> {
  const byRequest = Map.groupBy(entries.toSorted(byKeys(({ seq }) => [seq])), ({ requestUID }) => requestUID);
  const records = [...byRequest].flatMap(([uid, history]): readonly (readonly [string, Recorded])[] => {
    const [story, last] = [storyOf(history), history.at(-1)];
    return last === undefined || story.phase === "New" ? [] : [[uid, { story, last }]];
  });
  return new Map(records);
}

function rowOf(request: StoredBreakGlassRequest | undefined, record: Recorded | undefined, breakGlassNamespace: string): EmergencyRow {
  const said = request === undefined ? NOTHING_SAID : saidBy(request);
  const row = record === undefined ? said : { ...said, ...recordedIn(record, said) };
  return { ...row, isForCluster: row.namespace === breakGlassNamespace, isRequestGone: request === undefined };
}

type Said = Omit<EmergencyRow, "isForCluster" | "isRequestGone">;

const NOTHING_SAID: Said = {
  namespace: "",
  request: "",
  who: "",
  role: null,
  profile: "",
  reason: "",
  ticket: null,
  asked: "",
  from: null,
  to: null,
  approvedBy: [],
  bypass: false,
  drill: false,
  phase: "",
  isReviewOwed: false,
  reviewedBy: null,
};

function saidBy(request: StoredBreakGlassRequest): Said {
  const { metadata, spec, status } = request;
  const history = status?.history ?? [];
  const active = history.find(({ phase }) => phase === "Active");
  return {
    namespace: metadata.namespace,
    request: metadata.name,
    who: spec.requester?.username ?? "",
    role: status?.resolved?.role ?? null,
    profile: spec.profile,
    reason: spec.reason,
    ticket: spec.ticket ?? null,
    asked: metadata.creationTimestamp,
    from: active?.time ?? status?.issuedAt ?? null,
    to: status?.endedAt ?? status?.deadline ?? null,
    approvedBy: approversIn(status),
    bypass: spec.bypass ?? false,
    drill: spec.drill ?? false,
    phase: phaseOf(request),
    isReviewOwed: !isOpen(request) && active !== undefined && spec.drill !== true && status?.review === undefined,
    reviewedBy: status?.review?.reviewer ?? null,
  };
}

function approversIn(status: BreakGlassRequestStatus | undefined): readonly string[] {
  return (status?.decisions ?? []).flatMap(({ decision, counts, approver }) => (counts && decision === "Approve" ? [approver] : []));
}

/** What the ledger tells. Its beginning may be archived: what it does not tell is as the request says. */
function recordedIn({ story, last }: Recorded, said: Said): Partial<Said> {
  const { phase, requested, approved, issuing, active, end, reviewed, drill } = story;
  return {
    ...placeIn(last),
    ...(requested !== undefined && askedIn(story, requested)),
    ...(approved !== undefined && {
      approvedBy: namesIn(detail(approved, "approvers")),
      bypass: detail(approved, "bypass") === "true",
    }),
    ...(active !== undefined && { from: active.time }),
    ...(issuing?.deadline !== undefined && { to: issuing.deadline }),
    ...(end !== undefined && { to: end.time }),
    ...(requested !== undefined && { drill }),
    phase,
    isReviewOwed: waitsForReview(story) || (requested === undefined && said.isReviewOwed),
    reviewedBy: reviewed?.actor ?? said.reviewedBy,
  };
}

function placeIn(entry: LedgerEntry): Partial<Said> {
  const [namespace, request] = [detail(entry, "namespace"), detail(entry, "request")];
  const [profile, role] = [detail(entry, "profile"), detail(entry, "role")];
  return {
    ...(namespace !== undefined && { namespace }),
    ...(request !== undefined && { request }),
    ...(profile !== undefined && { profile }),
    ...(role !== undefined && { role }),
  };
}

function detail({ details }: LedgerEntry, key: string): string | undefined {
  return details?.[key];
}

function askedIn(story: Story, requested: LedgerEntry): Partial<Said> {
  return {
    namespace: story.namespace,
    request: story.request,
    who: story.requester,
    role: story.resolved.role || null,
    profile: story.profile,
    reason: detail(requested, "reason") ?? "",
    ticket: detail(requested, "ticket") ?? null,
    asked: requested.time,
    bypass: detail(requested, "bypass") === "true",
  };
}

/** A list of names as JSON; text that is none names nobody. */
function namesIn(text: string | undefined): readonly string[] {
  try {
    const names: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [];
  }
}

const OPEN_PHASES: readonly string[] = ["New", "Pending", "Approved", "Issuing", "Active", "Suspended"];

/** What has no time that can be read is shown: nobody hides by one. */
function isOfInterest({ asked, to, phase, isReviewOwed }: EmergencyRow, since: number): boolean {
  const isOld = [asked, to ?? asked].every((time) => Date.parse(time) < since);
  return !isOld || isReviewOwed || OPEN_PHASES.includes(phase);
}
