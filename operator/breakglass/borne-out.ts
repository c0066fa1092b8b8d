/** Says for the broker whether what the ledger tells of a request is what people asked for and approved: whoever holds the operator's token can write it, too. */
import type { BreakGlassRequestSpec } from "../api/break-glass-request.ts";
import { boundsOf } from "./allowed-roles.ts";
import type { Look } from "./look.ts";
import { approvalsRequired, isBypass, roleFor } from "./profiles.ts";
import { approvalsNeeded, objectionsTo, twiceAmong } from "./support.ts";
import type { CurrentProfile } from "./types.ts";
import { requestProblems } from "./verify-requests.ts";

/**
 * Whether the entries tell of the request what it says itself: who asks, where, for what and for how long. The role is that of the profile, as long as
 * nobody has changed it: what it was before, only the ledger knows. True of a request that is gone, which ends by that.
 */
export function isAskedFor(look: Look): boolean {
  const { snapshot, story } = look;
  const { request } = snapshot;
  if (request === undefined) return true;
  const entries = [story.requested, story.approved, story.issuing].filter((entry) => entry !== undefined);
  if (entries.some((entry) => requestProblems(entry, story, request).length > 0)) return false;
  const profile = profileAsJudged(look);
  return profile === undefined || story.resolved.role === roleFor(request.spec, profile.profile);
}

/** Whether the decisions, or the request that asks to skip them, say what the entry Approved says. */
export function isApproved(look: Look): boolean {
  const { snapshot, story } = look;
  const { request, decisions } = snapshot;
  const { approved: entry } = story;
  if (entry === undefined || request === undefined) return false;
  if (entry.details?.["bypass"] === "true") return isSkipped(look, request.spec);
  const requester = request.spec.requester ?? { username: "" };
  const good = decisions.filter(
    (decision) =>
      entry.decisionUIDs?.includes(decision.uid) && objectionsTo(decision, { kind: "Approve", entry, story, requester }).length === 0,
  );
  return good.length >= needed(look) && twiceAmong(good) === undefined;
}

/** Nobody skips it for what can make itself permanent, whatever the ledger says of the request. */
function isSkipped(look: Look, spec: BreakGlassRequestSpec): boolean {
  const bounds = boundsOf(look);
  const profile = profileAsJudged(look);
  return profile === undefined ? spec.bypass === true && !bounds.isUnbounded : isBypass(spec, profile.profile, bounds);
}

/** The ledger alone could ask for too few. */
function needed(look: Look): number {
  const profile = profileAsJudged(look);
  const stated = profile === undefined ? 1 : approvalsRequired(profile.profile, boundsOf(look));
  return Math.max(stated, approvalsNeeded(look.story));
}

/** The profile, if it is as it was when the request was made. */
function profileAsJudged({ snapshot: { profile }, story }: Look): CurrentProfile | undefined {
  return profile?.hash === story.resolved.profileHash ? profile : undefined;
}
