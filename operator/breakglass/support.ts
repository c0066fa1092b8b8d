/** Says whether a decision bears out what the ledger says that somebody decided: for the broker, which goes by it, and for auditors. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { DecisionKind } from "../api/break-glass-decision.ts";
import type { BreakGlassPerson } from "../api/break-glass-request.ts";
import { wasEscalated } from "./escalation.ts";
import type { Story } from "./history.ts";
import { isSamePerson } from "./judgement.ts";
import { durationSeconds } from "./profiles.ts";
import { unixSeconds } from "./times.ts";
import type { StoredDecision } from "./types.ts";

/** Seconds by which an entry may be earlier than what it tells of: the policy on the ledger lets its time differ by as much. */
const TOLERANCE = 60;

/** What an entry says that people decided. */
export interface Claim {
  readonly kind: DecisionKind;
  readonly entry: LedgerEntry;
  readonly story: Story;
  /** Who asked, by the request itself where it is there. */
  readonly requester: BreakGlassPerson;
}

/** Why a decision does not bear out a claim, each as the rest of a sentence. */
export function objectionsTo({ spec, namespace, createdAt }: StoredDecision, { kind, entry, story, requester }: Claim): readonly string[] {
  const isOwn = spec.approver !== undefined && isSamePerson(spec.approver, requester);
  const checks: readonly (readonly [fits: boolean, why: string])[] = [
    [spec.decision === kind, `is to ${spec.decision}, not to ${kind}`],
    [spec.requestRef.uid === entry.requestUID && namespace === story.namespace, "is about another request"],
    [spec.profile === story.profile, "is about another profile"],
    [kind !== "Approve" || spec.profileHash === entry.profileHash, "approves another state of the profile"],
    [isOwn === (kind === "Withdraw") || kind === "Revoke", isOwn ? "is by who asked" : "is not by who asked"],
    [spec.standIn !== true || wasEscalated(story), "is by a stand-in, who was not asked"],
    [spec.maxDuration === undefined || Number(entry.details?.["duration"]) <= durationSeconds(spec.maxDuration), "approves less time"],
    [createdAt <= (unixSeconds(entry.time) + TOLERANCE) * 1000, "is younger"],
  ];
  return checks.filter(([fits]) => !fits).map(([, why]) => why);
}

/** Somebody who made two of these decisions; undefined if each is by another person. */
export function twiceAmong(decisions: readonly StoredDecision[]): BreakGlassPerson | undefined {
  const people = decisions.flatMap(({ spec }) => spec.approver ?? []);
  return people.find((person, index) => people.slice(0, index).some((other) => isSamePerson(person, other)));
}

/** Decisions that an approval takes which was not skipped. */
export function approvalsNeeded({ requested }: Story): number {
  return Math.max(1, Number(requested?.details?.["required"]) || 1);
}
