/** Says which entry may follow which in the story of one request. */
import type { LedgerEntryType } from "../api/break-glass-audit-entry.ts";

/** What may come next, by what came last; "" is the beginning. */
const NEXT: Readonly<Record<LedgerEntryType | "", readonly LedgerEntryType[]>> = {
  "": ["Requested", "Removed", "Checkpoint"],
  Requested: ["Escalated", "Approved", "Denied", "Withdrawn", "TimedOut"],
  Escalated: ["Approved", "Denied", "Withdrawn", "TimedOut"],
  Approved: ["Issuing", "Withdrawn", "TimedOut", "Revoked", "Suspended"],
  Issuing: ["Active", "Expired", "Revoked", "Failed", "Suspended"],
  Active: ["Expired", "Revoked", "Suspended"],
  Suspended: ["Revoked"],
  Expired: ["Reviewed"],
  Revoked: ["Reviewed"],
  Denied: [],
  Withdrawn: [],
  TimedOut: [],
  Failed: [],
  Reviewed: [],
  Removed: [],
  Checkpoint: ["Checkpoint"],
};

/** Whether an entry of type `next` may follow one of type `previous`; without `previous`, whether it may be the first of a request. */
export function mayFollow(previous: LedgerEntryType | undefined, next: LedgerEntryType): boolean {
  return (NEXT[previous ?? ""] ?? []).includes(next);
}
