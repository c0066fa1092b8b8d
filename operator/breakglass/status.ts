/** Prints the status of a request from the ledger and from what is judged now; nothing ever reads it back. */

import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { BreakGlassRequestStatus, DecisionStatus, PhaseChange } from "../api/break-glass-request.ts";
import { archivedStatus, isArchived } from "./archived.ts";
import { grantedCondition } from "./condition.ts";
import { isInLine, isOverInLine, lineStatus } from "./crowd.ts";
import { escalatesIn, isOver, phaseOf, type RecordedObject, recordedObjects, type Story, waitsUntil } from "./history.ts";
import { counting, type Verdict } from "./judgement.ts";
import { type Look, lookAt } from "./look.ts";
import { rfc3339 } from "./times.ts";
import type { Snapshot } from "./types.ts";

/** Decisions that a status lists: together what the schema allows. Phases are never so many that they need a bound: each comes once at most. */
const MAX_COUNTING = 56;
const MAX_STRAY = 8;

/**
 * The status of a request, the same as long as nothing changes; undefined while the ledger does not know it and nothing keeps it from doing so.
 * Empty lists are left out, as the API server does. `now` is in milliseconds by the API server's clock.
 */
export function statusOf(snapshot: Snapshot, now: number): BreakGlassRequestStatus | undefined {
  const look = lookAt(snapshot);
  const { story } = look;
  const observedGeneration = snapshot.request?.generation ?? 0;
  if (story.phase === "New") return unrecorded(snapshot, now);
  return {
    phase: story.phase,
    observedGeneration,
    ...askedFor(look),
    ...granted(story),
    ...over(story),
    ...recorded(snapshot.history),
    conditions: [grantedCondition(look, observedGeneration)],
  };
}

/** What is not recorded has no phase. Why it is not is all that there is to tell. */
function unrecorded(snapshot: Snapshot, now: number): BreakGlassRequestStatus | undefined {
  const { request, profile, ledgerRefusal, archivedUntil } = snapshot;
  if (request !== undefined && archivedUntil !== undefined && isArchived(snapshot)) return archivedStatus(request, archivedUntil);
  if (request === undefined || isOverInLine(snapshot)) return request?.status;
  if (isInLine(snapshot)) return lineStatus(request, profile, now);
  if (ledgerRefusal === undefined) return undefined;
  const { generation, createdAt } = request;
  const message = `not recorded yet: ${ledgerRefusal}`;
  const granted = { type: "Granted", status: "False", reason: "Obstacle", message, observedGeneration: generation } as const;
  return { observedGeneration: generation, conditions: [{ ...granted, lastTransitionTime: rfc3339(createdAt / 1000) }] };
}

function askedFor({ story, verdicts }: Look): BreakGlassRequestStatus {
  const until = waitsUntil(story);
  const escalation = escalatesIn(story);
  const required = story.requested?.details?.["required"];
  const received = story.approved === undefined ? counting(verdicts, "Approve").length : votes(story.approved);
  return {
    ...(required !== undefined && {
      resolved: { ...story.resolved, ...(story.isUnbounded && { unbounded: true }), expiryGuarantee: "APIServer" },
      approvals: { required: Number(required), received },
    }),
    ...(until !== undefined && { pendingUntil: rfc3339(until) }),
    ...(escalation !== undefined && { escalatesAt: rfc3339(escalation) }),
    ...decided(verdicts),
  };
}

/** However many others somebody makes, those that count stand first. */
function decided(verdicts: readonly Verdict[]): BreakGlassRequestStatus {
  const shown = [
    ...verdicts.filter(({ counts }) => counts).slice(0, MAX_COUNTING),
    ...verdicts.filter(({ counts }) => !counts).slice(-MAX_STRAY),
  ];
  const more = verdicts.length - shown.length;
  return {
    ...(shown.length > 0 && { decisions: shown.map(decisionStatus) }),
    ...(more > 0 && { moreDecisions: more }),
  };
}

function granted(story: Story): BreakGlassRequestStatus {
  const { issuing } = story;
  if (issuing?.grant === undefined || issuing.deadline === undefined) return {};
  const [identity, ...bindings] = recordedObjects(story);
  const made = identity === undefined ? {} : { uid: identity.uid, bindings: bindings.map(withoutEmptyNamespace) };
  return { issuedAt: issuing.time, deadline: issuing.deadline, grant: { serviceAccount: issuing.grant, ...made } };
}

function over(story: Story): BreakGlassRequestStatus {
  const { end, reviewed } = story;
  if (end === undefined || !isOver(story)) return {};
  const reason = end.details?.["endReason"];
  return {
    endedAt: end.time,
    ...(reason !== undefined && { endReason: reason }),
    ...(reviewed !== undefined && { review: { reviewer: reviewed.actor, time: reviewed.time } }),
  };
}

function recorded(history: readonly LedgerEntry[]): BreakGlassRequestStatus {
  const first = history[0];
  const last = history.at(-1);
  if (first === undefined || last === undefined) return {};
  return {
    ledger: { firstSeq: first.seq, lastSeq: last.seq, headHash: last.hash },
    history: history.flatMap(phaseChange),
  };
}

function phaseChange(entry: LedgerEntry): readonly PhaseChange[] {
  const phase = phaseOf(entry);
  const reason = entry.details?.["endReason"];
  return phase === "New" ? [] : [{ phase, time: entry.time, ...(reason !== undefined && { reason }) }];
}

function votes({ decisionUIDs = [] }: LedgerEntry): number {
  return decisionUIDs.length;
}

function decisionStatus({ decision: { name, uid, spec }, counts, message }: Verdict): DecisionStatus {
  const approver = spec.approver?.username ?? "";
  return { name, uid, decision: spec.decision, approver, counts, ...(message !== undefined && { message }) };
}

function withoutEmptyNamespace({ kind, namespace, name, uid }: RecordedObject) {
  return { kind, ...(namespace !== "" && { namespace }), name, uid };
}
