/** Keeps one person from crowding out the others: requests beyond so many open ones wait, and the ledger tells nothing of them. */
import type { BreakGlassRequestStatus } from "../api/break-glass-request.ts";
import type { Condition } from "../api/shared-types.ts";
import { approvalTimeoutSeconds } from "./profiles.ts";
import { rfc3339 } from "./times.ts";
import type { CurrentProfile, Snapshot, StoredRequest } from "./types.ts";

/**
 * Requests that one person may have open at a time in one namespace (those for the cluster are in one, too): waiting for approval, approved, or in use.
 * Few enough for whoever has to approve them. An incident in many namespaces is no flood, so each counts for itself.
 */
export const MAX_OPEN_REQUESTS = 10;

/** Reason of the condition `Granted`, and why the request is over if it stays so for too long. */
export const TOO_MANY_OPEN = "TooManyOpen";

const LIMIT = `${MAX_OPEN_REQUESTS} open requests here, as many as one person may have in a namespace`;

/** Whether a request that the ledger does not know has to wait for others of the same person. One that the ledger has lost is told of at once. */
export function isInLine({ request, history, ahead }: Snapshot): boolean {
  return history.length === 0 && request !== undefined && request.status?.phase === undefined && ahead >= MAX_OPEN_REQUESTS;
}

/**
 * When a request is over that the ledger does not know by then: milliseconds since the epoch. Without a profile there is nothing to wait for.
 */
export function inLineUntil({ createdAt }: Pick<StoredRequest, "createdAt">, profile: CurrentProfile["profile"] | undefined): number {
  return createdAt + (profile === undefined ? 0 : approvalTimeoutSeconds(profile) * 1000);
}

/** Whether a request is over without an entry in the ledger. That its status says so is believed: it opens nothing. */
export function isOverInLine({ history, request }: Pick<Snapshot, "history" | "request">): boolean {
  return history.length === 0 && request?.status?.phase === undefined && request?.status?.endedAt !== undefined;
}

/** The status of a request that waits in line, or has waited for too long: it has no phase, which is told by the ledger alone. `now` is in milliseconds. */
export function lineStatus(request: StoredRequest, profile: CurrentProfile | undefined, now: number): BreakGlassRequestStatus {
  const { generation: observedGeneration, createdAt } = request;
  const until = inLineUntil(request, profile?.profile);
  const isOver = now >= until;
  const message = isOver
    ? `its time was up before its turn came: its requester had ${LIMIT}; withdraw one of them, and make another`
    : `waits for its turn: its requester has ${LIMIT}; withdraw one of them, or wait until one ends`;
  const granted: Condition = {
    type: "Granted",
    status: "False",
    reason: TOO_MANY_OPEN,
    message,
    observedGeneration,
    lastTransitionTime: rfc3339(createdAt / 1000),
  };
  const times = isOver ? { endedAt: rfc3339(until / 1000), endReason: TOO_MANY_OPEN } : { pendingUntil: rfc3339(until / 1000) };
  return { observedGeneration, ...times, conditions: [granted] };
}
