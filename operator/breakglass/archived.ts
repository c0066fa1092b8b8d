/** Says which requests the ledger may have told of in its part that was archived: they are over, and nothing more is written about them. */
import type { BreakGlassRequestStatus } from "../api/break-glass-request.ts";
import { rfc3339 } from "./times.ts";
import type { Snapshot, StoredRequest } from "./types.ts";

/** Reason of the condition `Granted`, and why the request is over. */
const ARCHIVED = "LedgerArchived";

type Known = Pick<Snapshot, "request" | "history" | "archivedUntil">;

/** Whether a request of which the ledger tells nothing is older than the last entry that was archived. Only what was over has been. */
export function isArchived({ request, history, archivedUntil }: Known): boolean {
  return history.length === 0 && request !== undefined && archivedUntil !== undefined && request.createdAt < archivedUntil;
}

/** The status of such a request: what stands there, if that tells of an end. `until`: `Snapshot.archivedUntil`. */
export function archivedStatus({ generation, status }: StoredRequest, until: number): BreakGlassRequestStatus {
  if (status?.endedAt !== undefined) return status;
  const endedAt = rfc3339(until / 1000);
  const message = "the request is older than the part of the ledger that was archived, and over: make another";
  const granted = { type: "Granted", status: "False", reason: ARCHIVED, message, observedGeneration: generation } as const;
  return { observedGeneration: generation, endedAt, endReason: ARCHIVED, conditions: [{ ...granted, lastTransitionTime: endedAt }] };
}
