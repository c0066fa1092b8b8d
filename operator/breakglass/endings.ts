/** Says what ends a request in each phase, in the order in which it is asked. */
import type { LedgerEntry, LedgerEntryType } from "../api/break-glass-audit-entry.ts";
import type { DecisionKind } from "../api/break-glass-decision.ts";
import { roleObjection } from "./allowed-roles.ts";
import { isApproved, isAskedFor } from "./borne-out.ts";
import { deadlineIn, type Phase, recordedObjects, waitsUntil } from "./history.ts";
import { counting } from "./judgement.ts";
import { isExact, type Look, ownObjects, strangers, wantedObjects } from "./look.ts";
import type { StoredDecision } from "./types.ts";

/** Why a request ended, as status and ledger tell it. */
export type EndReason =
  | "DeadlinePassed"
  | "Revoked"
  | "Withdrawn"
  | "Denied"
  | "ApprovalTimedOut"
  | "IssueTimedOut"
  | "ProfileRemoved"
  | "ProfileChanged"
  | "RoleChanged"
  | "RoleMissing"
  | "RoleNotAllowed"
  | "RequestDeleted"
  | "RequesterMissing"
  | "NotApproved"
  | "LedgerLost"
  | "PoliciesLost"
  | "Tampered"
  | "NameTaken";

/** How a request ends, or (Suspended) is about to. */
export interface Ending {
  readonly type: EndingType;
  readonly reason: string;
  /** What the reason alone does not tell, one sentence with what to write instead. */
  readonly why: string | undefined;
  /** The decision that did it, if one did. */
  readonly decision: StoredDecision | undefined;
}

type EndingType = Extract<LedgerEntryType, "Denied" | "Withdrawn" | "TimedOut" | "Suspended" | "Expired" | "Revoked" | "Failed">;

interface Cause {
  readonly reason: EndReason;
  readonly why?: string;
  readonly decision?: StoredDecision | undefined;
}

/** `now` is in milliseconds by the API server's clock. */
type Check = (look: Look, now: number) => Cause | undefined;
type Row = readonly [Check, EndingType];

/** Whoever is responsible has taken back what the request rests on. */
const GONE: readonly Check[] = [requestDeleted, withdrawn, revoked, profileRemoved, roleNotAllowed];
/** Something is not what was approved. */
const ROLE: readonly Check[] = [roleMissing, roleChanged];

/**
 * Until the access is in use, any change of the profile ends the request: it was approved for the profile as it was. From then on only its
 * removal does, so that tidying up a profile does not cut off who is fighting an incident.
 */
const ENDINGS: Readonly<Partial<Record<Phase, readonly Row[]>>> = {
  Pending: [
    ...as("Withdrawn", [requestDeleted, withdrawn]),
    ...as("Denied", [ledgerLost, requesterMissing, notAskedFor, profileRemoved, roleNotAllowed, profileChanged, ...ROLE, denied, revoked]),
    ...as("TimedOut", [timedOut("ApprovalTimedOut")]),
  ],
  Approved: [
    ...as("Withdrawn", [requestDeleted, withdrawn]),
    ...as("Revoked", [denied, revoked, profileRemoved, roleNotAllowed]),
    ...as("Suspended", [notApproved, profileChanged, ...ROLE]),
    ...as("TimedOut", [timedOut("IssueTimedOut")]),
  ],
  Issuing: [
    ...as("Expired", [deadlinePassed]),
    ...as("Revoked", GONE),
    ...as("Failed", [nameTaken]),
    ...as("Suspended", [notApproved, profileChanged, ...ROLE, changedWhileMade, policiesLost]),
  ],
  Active: [...as("Expired", [deadlinePassed]), ...as("Revoked", GONE), ...as("Suspended", [notApproved, ...ROLE, tampered, policiesLost])],
};

/** How the request ends now; undefined while nothing ends it, or once it is over. */
export function endingOf(look: Look, now: number): Ending | undefined {
  const { phase, end } = look.story;
  if (phase === "Suspended") return asSuspended(end);
  for (const [check, type] of ENDINGS[phase] ?? []) {
    const cause = check(look, now);
    if (cause !== undefined) return { type, reason: cause.reason, why: cause.why, decision: cause.decision };
  }
  return undefined;
}

/** What was suspended ends by what it was suspended for. */
function asSuspended(entry: LedgerEntry | undefined): Ending {
  const { endReason = "Tampered", why } = entry?.details ?? {};
  return { type: "Revoked", reason: endReason, why, decision: undefined };
}

function as(type: EndingType, checks: readonly Check[]): readonly Row[] {
  return checks.map((check) => [check, type]);
}

function deadlinePassed({ story }: Look, now: number): Cause | undefined {
  const deadline = deadlineIn(story);
  return deadline !== undefined && now >= deadline * 1000 ? { reason: "DeadlinePassed" } : undefined;
}

function timedOut(reason: EndReason): Check {
  return ({ story }, now) => {
    const until = waitsUntil(story);
    return until !== undefined && now >= until * 1000 ? { reason } : undefined;
  };
}

function requestDeleted({ snapshot }: Look): Cause | undefined {
  return snapshot.request === undefined ? { reason: "RequestDeleted" } : undefined;
}

/** Where the policies are installed, the API server lets in no such request. */
function requesterMissing({ story }: Look): Cause | undefined {
  return story.requester === "" ? { reason: "RequesterMissing" } : undefined;
}

/**
 * Whoever holds the operator's token can write that something was asked for or approved, but can neither ask nor approve: what people wrote themselves is
 * believed before the ledger.
 */
function notApproved(look: Look): Cause | undefined {
  return notAskedFor(look) ?? (isApproved(look) ? undefined : { reason: "NotApproved" });
}

function notAskedFor(look: Look): Cause | undefined {
  return isAskedFor(look) ? undefined : { reason: "NotApproved", why: NOT_ASKED_FOR };
}

const NOT_ASKED_FOR =
  "the ledger tells otherwise than the request itself who asked for what: make another, and see what securitybaseline audit verify says";

function ledgerLost({ story }: Look): Cause | undefined {
  return story.requested?.details?.["ledgerLost"] === "true" ? { reason: "LedgerLost" } : undefined;
}

function withdrawn(look: Look): Cause | undefined {
  return decided(look, "Withdraw", "Withdrawn");
}

function denied(look: Look): Cause | undefined {
  return decided(look, "Deny", "Denied");
}

function revoked(look: Look): Cause | undefined {
  return decided(look, "Revoke", "Revoked");
}

function decided({ verdicts }: Look, kind: DecisionKind, reason: EndReason): Cause | undefined {
  const [decision] = counting(verdicts, kind);
  return decision === undefined ? undefined : { reason, decision };
}

/** Another baseline with an equal profile is another: the one that the request was made under is gone. */
function profileRemoved({ snapshot, story }: Look): Cause | undefined {
  return snapshot.profile?.baselineUID === story.resolved.baselineUID ? undefined : { reason: "ProfileRemoved" };
}

function profileChanged({ snapshot, story }: Look): Cause | undefined {
  return snapshot.profile?.hash === story.resolved.profileHash ? undefined : { reason: "ProfileChanged" };
}

function roleNotAllowed(look: Look): Cause | undefined {
  const why = roleObjection(look);
  return why === undefined ? undefined : { reason: "RoleNotAllowed", why };
}

function roleMissing({ snapshot }: Look): Cause | undefined {
  return snapshot.role === undefined ? { reason: "RoleMissing" } : undefined;
}

function roleChanged({ snapshot: { role }, story: { resolved } }: Look): Cause | undefined {
  const same = role?.name === resolved.role && role.uid === resolved.roleUID && role.rulesHash === resolved.roleRulesHash;
  return same ? undefined : { reason: "RoleChanged" };
}

function nameTaken(look: Look): Cause | undefined {
  return look.snapshot.taken.length > 0 || strangers(look).length > 0 ? { reason: "NameTaken" } : undefined;
}

/** Without them nobody knows what holds the access to its terms. Before anything is made there is nothing to take back: it waits. */
function policiesLost({ snapshot }: Look): Cause | undefined {
  return snapshot.policiesLost === undefined ? undefined : { reason: "PoliciesLost", why: snapshot.policiesLost };
}

/** One that is missing is made; one that differs was changed by somebody, and one that is on its way out leaves no room for another. */
function changedWhileMade(look: Look): Cause | undefined {
  const wanted = new Map(wantedObjects(look).map((object) => [object.part, object]));
  const intact = ownObjects(look).every((live) => {
    const object = wanted.get(live.part);
    return object !== undefined && isExact(live, object);
  });
  return intact ? undefined : { reason: "Tampered" };
}

function tampered(look: Look): Cause | undefined {
  const recorded = recordedObjects(look.story);
  const intact = wantedObjects(look).every((wanted, index) => {
    const live = look.snapshot.objects.get(wanted.part);
    return isExact(live, wanted) && live?.uid === recorded[index]?.uid;
  });
  return intact ? undefined : { reason: "Tampered" };
}
