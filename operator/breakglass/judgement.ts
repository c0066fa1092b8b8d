/** Judges which decisions count, and says why the others do not. */

import type { DecisionKind } from "../api/break-glass-decision.ts";
import type { BreakGlassPerson } from "../api/break-glass-request.ts";
import { isEscalated } from "./escalation.ts";
import { ENDS, escalatesIn, isOver, type Phase, requesterIn, type Story, storyOf } from "./history.ts";
import { rfc3339, unixSeconds } from "./times.ts";
import type { Snapshot, StoredDecision } from "./types.ts";

/** A decision as it is judged. */
export interface Verdict {
  readonly decision: StoredDecision;
  readonly counts: boolean;
  /** Why it does not count; undefined if it does. */
  readonly message: string | undefined;
}

/** Everything that one decision is judged by. */
interface Bench {
  readonly decision: StoredDecision;
  readonly story: Story;
  readonly profile: Snapshot["profile"];
  /** People whose vote (Approve or Deny) counts already. */
  readonly voters: readonly BreakGlassPerson[];
}

/** Says why a decision does not count, or undefined. */
type Objection = (bench: Bench) => string | undefined;

const GRANTABLE: readonly Phase[] = ["Pending", "Approved", "Issuing", "Active"];

/** Phases in which a decision can bring about anything. A Deny takes back an approval that was not issued yet; later, that takes Revoke. */
const OPEN: Readonly<Record<DecisionKind, readonly Phase[]>> = {
  Approve: ["Pending"],
  Deny: ["Pending", "Approved"],
  Revoke: GRANTABLE,
  Withdraw: GRANTABLE,
  Review: ENDS,
};

const OBJECTIONS: Readonly<Record<DecisionKind, readonly Objection[]>> = {
  Approve: [ofAnother, own, otherState, lateApproval, notAskedYet, votedAlready],
  Deny: [ofAnother, own, late, notAskedYet, votedAlready],
  Revoke: [ofAnother, late],
  Withdraw: [ofAnother, notOwn, late],
  Review: [ofAnother, own, nothingToReview, late, early, reviewedAlready],
};

/**
 * Judges all decisions that name a request by its uid, in the order in which they could count first. What led to an entry of the ledger counts for good;
 * of what is new, each person's first valid vote counts.
 */
export function judge({ history, decisions, profile }: Pick<Snapshot, "history" | "decisions" | "profile">): readonly Verdict[] {
  const story = storyOf(history);
  const used = new Set(history.flatMap(({ decisionUIDs = [] }) => decisionUIDs));
  const sorted = decisions.toSorted(inOrder(story));
  const voters = sorted.filter((decision) => used.has(decision.uid) && isVote(decision)).flatMap(personsOf);
  return sorted.map((decision) => {
    if (used.has(decision.uid)) return { decision, counts: true, message: undefined };
    const message = OBJECTIONS[decision.spec.decision].map((objection) => objection({ decision, story, profile, voters })).find(Boolean);
    const counts = message === undefined;
    if (counts && isVote(decision)) voters.push(...personsOf(decision));
    return { decision, counts, message };
  });
}

/** The decisions of a kind that count, oldest first. */
export function counting(verdicts: readonly Verdict[], kind: DecisionKind): readonly StoredDecision[] {
  return verdicts.filter(({ counts, decision }) => counts && decision.spec.decision === kind).map(({ decision }) => decision);
}

/** Whoever shares a name, or a uid that is not empty, is taken for one person. */
export function isSamePerson(a: BreakGlassPerson, b: BreakGlassPerson): boolean {
  return a.username === b.username || (!!a.uid && a.uid === b.uid);
}

function isVote({ spec }: StoredDecision): boolean {
  return spec.decision === "Approve" || spec.decision === "Deny";
}

function personsOf({ spec }: StoredDecision): readonly BreakGlassPerson[] {
  return spec.approver === undefined ? [] : [spec.approver];
}

function isRequester({ decision, story }: Bench): boolean {
  const requester = requesterIn(story);
  return personsOf(decision).some((person) => isSamePerson(person, requester));
}

/** Whoever may decide in one namespace or on one profile has no say in another: the policies judged the decision by those that it is in and names. */
function ofAnother({ decision, story }: Bench): string | undefined {
  if (decision.namespace !== story.namespace) return "is in another namespace than the request";
  if (decision.spec.requestRef.name !== story.request) return "names another request";
  if (decision.spec.profile !== story.profile) return `names another profile than the request, which is for ${story.profile}`;
  return decision.spec.approver === undefined ? "names nobody who decided" : undefined;
}

function own(bench: Bench): string | undefined {
  return isRequester(bench) ? "nobody decides on a request of their own" : undefined;
}

function notOwn(bench: Bench): string | undefined {
  return isRequester(bench) ? undefined : "only the requester withdraws";
}

function otherState({ decision, story }: Bench): string | undefined {
  return decision.spec.profileHash === story.resolved.profileHash ? undefined : "approves another state of the profile";
}

function late({ decision, story }: Bench): string | undefined {
  const { phase } = story;
  return OPEN[decision.spec.decision].includes(phase) ? undefined : `brings about nothing in phase ${phase}`;
}

/** Approvals that came in time stay counted where they were too few. */
function lateApproval(bench: Bench): string | undefined {
  const { approved, end } = bench.story;
  const inTime = approved === undefined && bench.decision.createdAt < unixSeconds(end?.time ?? "") * 1000;
  return inTime ? undefined : late(bench);
}

/** Nobody has to decide once more: it counts as soon as the time has come. */
function notAskedYet({ decision, story, profile }: Bench): string | undefined {
  if (decision.spec.standIn !== true || isEscalated(story, profile)) return undefined;
  const from = escalatesIn(story);
  if (from === undefined) return "is by a stand-in, and the profile has none";
  return story.phase === "Pending" ? `is by a stand-in, who decides from ${rfc3339(from)} on` : "is by a stand-in, who was not asked";
}

function votedAlready({ decision, voters }: Bench): string | undefined {
  const voted = personsOf(decision).some((person) => voters.some((voter) => isSamePerson(voter, person)));
  return voted ? "the same person has voted before" : undefined;
}

function nothingToReview({ story }: Bench): string | undefined {
  if (story.drill) return "a drill needs no review";
  return isOver(story) && story.active === undefined ? "there was no access to review" : undefined;
}

/** Times of objects have whole seconds. */
function early({ decision, story }: Bench): string | undefined {
  return decision.createdAt < unixSeconds(story.end?.time ?? "") * 1000 ? "was made before the access was over" : undefined;
}

function reviewedAlready({ story }: Bench): string | undefined {
  return story.reviewed === undefined ? undefined : "somebody else has reviewed before";
}

/** By age, but for what stand-ins decided before their time: what the same people decided as approvers meanwhile came first. */
function inOrder(story: Story): (a: StoredDecision, b: StoredDecision) => number {
  const from = (escalatesIn(story) ?? 0) * 1000;
  const since = ({ createdAt, spec }: StoredDecision): number => (spec.standIn ? Math.max(createdAt, from) : createdAt);
  return (a, b) => since(a) - since(b) || a.createdAt - b.createdAt || (a.uid < b.uid ? -1 : 1);
}
