/** Writes the condition `Granted`, which tells people whether access can be used and what is missing; it holds no time and no counter, so it does not flap. */
import { unboundedNotice } from "../api/grantable-roles.ts";
import type { Condition } from "../api/shared-types.ts";
import { boundsOf } from "./allowed-roles.ts";
import type { EndReason } from "./endings.ts";
import { OPERATOR } from "./entries.ts";
import { isEscalated } from "./escalation.ts";
import { escalatesIn, isOver, type Phase } from "./history.ts";
import { counting } from "./judgement.ts";
import { type Look, ownObjects } from "./look.ts";
import { isBypass, isReviewOwed } from "./profiles.ts";
import { rfc3339 } from "./times.ts";

type Verdict = Pick<Condition, "status" | "reason" | "message">;

/** A token lasts ten minutes at least, so this length is accepted for as long as any is. */
const SHORTEST_TOKEN = "10m";

const SENTENCES: Readonly<Record<EndReason, string>> = {
  DeadlinePassed: "the access ended at its deadline",
  Revoked: "revoked",
  Withdrawn: "withdrawn",
  Denied: "denied",
  ApprovalTimedOut: "not approved in time",
  IssueTimedOut: "approved, but could not be issued in time",
  ProfileRemoved: "the profile is gone, or is not enforced any more",
  ProfileChanged: "the profile was changed after the request was made: make another",
  RoleChanged: "the ClusterRole was changed after the request was made: make another",
  RoleMissing: "the ClusterRole does not exist",
  RoleNotAllowed: "the installation does not allow the ClusterRole",
  RequestDeleted: "the request was deleted",
  RequesterMissing: "the request does not say who asks",
  NotApproved: "the decisions that it was approved by are not there, or do not approve it: make another",
  LedgerLost: "the request is older than the ledger, which does not tell what became of it: make another",
  PoliciesLost: "the policies that hold access to its terms were not in force for more than a minute",
  Tampered: "somebody changed or removed an object of the grant",
  NameTaken:
    "an object with the name of the grant is not of this grant, and was left alone: make another request, whose grant has another name",
};

const SAID: Readonly<Partial<Record<Phase, (look: Look) => Verdict>>> = {
  Pending: pending,
  Approved: (look) => underway(look, aboutToBeIssued(look)),
  Issuing: (look) => underway(look, beingMade(look)),
  Active: active,
  Suspended: (look) => ended(look, "is being taken back: "),
};

/** The condition of a request that is in the ledger. */
export function grantedCondition(look: Look, observedGeneration: number): Condition {
  const verdict = SAID[look.story.phase]?.(look) ?? ended(look, "");
  const caveats = unboundedCaveat(look).filter((sentence) => !verdict.message.includes(sentence));
  const message = [verdict.message, ...caveats].join("; ");
  return { type: "Granted", ...verdict, message, observedGeneration, lastTransitionTime: since(look, verdict) };
}

/** What must not be forgotten at any time: what such a grant can do, and that somebody has yet to look at what it did. */
function unboundedCaveat(look: Look): readonly string[] {
  const { story } = look;
  const { isUnbounded } = isOver(story) ? story : boundsOf(look);
  if (!isUnbounded) return [];
  const isOwed = isOver(story) && story.active !== undefined && story.reviewed === undefined;
  return [unboundedNotice(story.resolved.role), ...(isOwed ? ["somebody else has yet to review what was done with it"] : [])];
}

/** Whether an earlier use must be reviewed before this request can be granted. Who skips the approval, or practises, is not held up. */
export function isHeldForReview(look: Look): boolean {
  const { request, profile, unreviewed } = look.snapshot;
  const bounds = boundsOf(look);
  if (request === undefined || profile === undefined || !isReviewOwed(profile.profile, bounds)) return false;
  return unreviewed.length > 0 && request.spec.drill !== true && !isBypass(request.spec, profile.profile, bounds);
}

function pending(look: Look): Verdict {
  const { snapshot, story, verdicts } = look;
  const required = Number(story.requested?.details?.["required"] ?? 0);
  const received = counting(verdicts, "Approve").length;
  const groups = snapshot.profile?.profile.approvers.groups ?? [];
  const held = isHeldForReview(look);
  const missing = [
    ...(received < required
      ? [`has ${received} of ${required} approvals by members of ${groups.toSorted().join(", ")}`, ...standIns(look)]
      : []),
    ...(held ? [`waits until somebody else has reviewed ${snapshot.unreviewed.toSorted().join(", ")}`] : []),
  ];
  if (missing.length === 0) return underway(look, "is about to be decided");
  return denial(held ? "AwaitingReview" : "AwaitingApproval", missing.join("; "));
}

/** Whom else to ask, and from when on. */
function standIns({ snapshot: { profile }, story }: Look): readonly string[] {
  const from = escalatesIn(story);
  const { escalation } = profile?.profile.approvers ?? {};
  if (from === undefined || escalation === undefined) return [];
  const when = isEscalated(story, profile) ? `since ${rfc3339(from)}` : `from ${rfc3339(from)} on`;
  return [`members of ${escalation.groups.toSorted().join(", ")} stand in ${when}`];
}

function aboutToBeIssued({ story: { requested } }: Look): string {
  const start = requested?.details?.["startTime"];
  return start === undefined ? "approved, and about to be issued" : `approved, and issued from ${start} on`;
}

function underway({ snapshot, story }: Look, message: string): Verdict {
  const obstacle = snapshot.obstacle ?? snapshot.ledgerRefusal;
  return obstacle === undefined ? denial(story.phase, message) : denial("Obstacle", `nothing can be granted now: ${obstacle}`);
}

function beingMade({ snapshot: { creationRefused: reason } }: Look): string {
  if (reason === undefined) return "the objects of the grant are being made";
  return `the objects of the grant cannot be made yet, the API server answers ${reason}: see the operator's log, and quotas and admission of the namespace`;
}

function active({ snapshot, story }: Look): Verdict {
  const { namespace } = snapshot.settings;
  const place = story.namespace === namespace ? "the cluster" : `namespace ${story.namespace}`;
  const mint = `kubectl create token ${story.issuing?.grant} -n ${namespace} --duration=${SHORTEST_TOKEN}`;
  const message = `access to ${place} as ClusterRole ${story.resolved.role} until ${story.issuing?.deadline}; mint a token with: ${mint}`;
  return { status: "True", reason: "Active", message };
}

function ended(look: Look, prefix: string): Verdict {
  const { phase, end } = look.story;
  const reason = end?.details?.["endReason"] ?? phase;
  const sentence = end?.details?.["why"] ?? (Object.hasOwn(SENTENCES, reason) ? SENTENCES[reason as EndReason] : reason);
  const by = end === undefined || end.actor === OPERATOR ? "" : ` by ${end.actor}`;
  return denial(reason, `${prefix}${sentence}${by}${stillThere(look)}`);
}

/** What cannot be removed is told for as long as it is there. */
function stillThere(look: Look): string {
  const { undeletable } = look.snapshot;
  const stuck = ownObjects(look).filter(({ part, terminatingSince }) => terminatingSince !== undefined || undeletable.includes(part));
  if (stuck.length === 0) return "";
  const names = stuck.map(({ kind, namespace, name }) => `${kind.kind} ${namespace === "" ? "" : `${namespace}/`}${name}`);
  return `; cannot be removed: ${names.join(", ")}: see the finalizers there, and what refuses the deletion`;
}

function denial(reason: string, message: string): Verdict {
  return { status: "False", reason, message };
}

/** When the condition took its status: with the entry Active, or with the one after it, or from the beginning. */
function since({ snapshot: { history }, story: { active: entry, requested } }: Look, { status }: Verdict): string {
  const after = entry === undefined ? requested : history[history.indexOf(entry) + (status === "True" ? 0 : 1)];
  return after?.time ?? "";
}
