/** Drafts what the state machine writes into the ledger. */
import type { LedgerEntryType } from "../api/break-glass-audit-entry.ts";
import { boundsOf, boundsOfRole } from "./allowed-roles.ts";
import type { Ending } from "./endings.ts";
import { grantName } from "./grant.ts";
import { objectRow, startIn } from "./history.ts";
import type { Look } from "./look.ts";
import {
  approvalsRequired,
  approvalTimeoutSeconds,
  durationSeconds,
  escalationSeconds,
  grantSeconds,
  isBypass,
  type RoleBounds,
  roleFor,
} from "./profiles.ts";
import { rfc3339 } from "./times.ts";
import type { CurrentProfile, EntryDraft, LiveGrantObject, StoredDecision, StoredRequest } from "./types.ts";

/** Who acts where no person did. */
export const OPERATOR = "operator";

type Details = Readonly<Record<string, string | undefined>>;

interface Draft {
  readonly type: LedgerEntryType;
  readonly actor?: string | undefined;
  readonly decisions?: readonly StoredDecision[];
  readonly details?: Details;
}

/**
 * The first entry: what was asked for, and what it will be judged by. What cannot be found is left empty, and is denied at the next look. `now` is in
 * milliseconds.
 */
export function requestedEntry({ snapshot }: Look, request: StoredRequest, now: number): EntryDraft {
  const { spec } = request;
  const { profile, role, settings } = snapshot;
  const roleName = roleFor(spec, profile?.profile);
  const bounds = boundsOfRole(roleName, settings);
  return {
    type: "Requested",
    actor: spec.requester?.username ?? "",
    requestUID: snapshot.uid,
    ...(profile !== undefined && { profileHash: profile.hash }),
    details: present({
      namespace: request.namespace,
      request: request.name,
      profile: spec.profile,
      role: roleName,
      baselineUID: profile?.baselineUID,
      roleUID: role?.uid,
      roleRulesHash: role?.rulesHash,
      duration: spec.duration,
      startTime: spec.startTime,
      reason: spec.reason,
      ticket: spec.ticket,
      requesterUID: spec.requester?.uid,
      bypass: spec.bypass === true && !bounds.isUnbounded ? "true" : undefined,
      unbounded: bounds.isUnbounded ? "true" : undefined,
      drill: spec.drill === true ? "true" : undefined,
      extends: spec.extends?.uid,
      ledgerLost: isFromBefore(snapshot, request) ? "true" : undefined,
      ...(profile !== undefined && terms(request, profile, { ...bounds, now })),
    }),
  };
}

/**
 * Whether the ledger that told of this request is gone: it is older than the ledger, or somebody has told a phase of it before. It may have been granted,
 * revoked or held for review, and nobody knows. What the status says is believed here alone, where believing it opens nothing.
 */
function isFromBefore({ ledgerSince }: Look["snapshot"], { createdAt, status }: StoredRequest): boolean {
  return status?.phase !== undefined || (ledgerSince !== undefined && createdAt < ledgerSince);
}

/** The approvers have not answered for so long that stand-ins decide, too. */
export function escalatedEntry(look: Look, { profile }: CurrentProfile): EntryDraft {
  return entry(look, { type: "Escalated", details: { standIns: JSON.stringify(profile.approvers.escalation?.groups ?? []) } });
}

/** The request may be granted: `approvals` are those that count, none where they were skipped. `now` is in milliseconds. */
export function approvedEntry(look: Look, { profile }: CurrentProfile, approvals: readonly StoredDecision[], now: number): EntryDraft {
  const { request, settings } = look.snapshot;
  if (request === undefined) throw new Error("a request that is gone cannot be approved");
  const limits = approvals.flatMap(({ spec }) => (spec.maxDuration === undefined ? [] : [durationSeconds(spec.maxDuration)]));
  const bounds = boundsOf(look);
  const bypass = isBypass(request.spec, profile, bounds);
  return entry(look, {
    type: "Approved",
    actor: bypass ? look.story.requester : approvals.at(-1)?.spec.approver?.username,
    decisions: approvals,
    details: {
      duration: String(grantSeconds(request.spec, profile, { ...bounds, allowed: [...limits, settings.maxDuration] })),
      until: rfc3339(Math.max(now / 1000, startIn(look.story) ?? 0) + approvalTimeoutSeconds(profile)),
      ...(bypass
        ? { bypass: "true", skipped: JSON.stringify(profile.approvers.groups) }
        : { approvers: JSON.stringify(approvals.flatMap(({ spec }) => spec.approver?.username ?? [])) }),
    },
  });
}

/** Fixes name and deadline of the grant, once and for all. `now` is in milliseconds. */
export function issuingEntry(look: Look, now: number): EntryDraft {
  const { settings, uid } = look.snapshot;
  const seconds = Math.min(Number(look.story.approved?.details?.["duration"] ?? 0), settings.maxDuration);
  const deadline = Math.floor(now / 1000) + seconds;
  return { ...entry(look, { type: "Issuing" }), grant: grantName(uid, deadline), deadline: rfc3339(deadline) };
}

/** The access can be used. `objects` are those of the grant, in order of GRANT_PARTS. */
export function activeEntry(look: Look, objects: readonly LiveGrantObject[]): EntryDraft {
  return entry(look, { type: "Active", details: { objects: JSON.stringify(objects.map(objectRow)) } });
}

/** The end, or that the access is about to be taken back. `left`: objects that are still there. */
export function endEntry(look: Look, { type, reason, why, decision }: Ending, left: readonly LiveGrantObject[] = []): EntryDraft {
  return entry(look, {
    type,
    actor: decision?.spec.approver?.username,
    decisions: decision === undefined ? [] : [decision],
    details: { endReason: reason, why, left: left.length === 0 ? undefined : JSON.stringify(left.map(objectRow)) },
  });
}

/** Somebody else has looked at what was done with the access. */
export function reviewedEntry(look: Look, decision: StoredDecision): EntryDraft {
  const { comment } = decision.spec;
  return entry(look, { type: "Reviewed", actor: decision.spec.approver?.username, decisions: [decision], details: { comment } });
}

/** Every line can be read alone: it says which request, whose role and until when. */
function entry({ snapshot, story }: Look, { type, actor, decisions = [], details = {} }: Draft): EntryDraft {
  const { namespace, request, profile, resolved, drill, issuing } = story;
  return {
    type,
    actor: actor ?? OPERATOR,
    requestUID: snapshot.uid,
    ...(resolved.profileHash !== "" && { profileHash: resolved.profileHash }),
    ...(decisions.length > 0 && { decisionUIDs: decisions.map(({ uid }) => uid) }),
    ...(issuing?.grant !== undefined && { grant: issuing.grant }),
    ...(issuing?.deadline !== undefined && { deadline: issuing.deadline }),
    details: present({ namespace, request, profile, role: resolved.role || undefined, drill: drill ? "true" : undefined, ...details }),
  };
}

function terms(request: StoredRequest, { profile }: CurrentProfile, { now, ...bounds }: RoleBounds & { readonly now: number }): Details {
  const skips = isBypass(request.spec, profile, bounds);
  const escalation = skips ? undefined : escalationSeconds(profile);
  return {
    pendingUntil: rfc3339(request.createdAt / 1000 + approvalTimeoutSeconds(profile)),
    escalatesAt: escalation === undefined ? undefined : rfc3339(now / 1000 + escalation),
    required: skips ? "0" : String(approvalsRequired(profile, bounds)),
  };
}

function present(details: Details): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(details).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
