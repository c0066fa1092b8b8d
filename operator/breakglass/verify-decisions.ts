/** Holds the ledger against requests and decisions for auditors: whoever has the operator's token can write entries, but can neither ask nor decide. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { DecisionKind } from "../api/break-glass-decision.ts";
import { OPERATOR } from "./entries.ts";
import { requesterIn, type Story, storyOf } from "./history.ts";
import { isLongOver } from "./pruning.ts";
import { approvalsNeeded, objectionsTo, twiceAmong } from "./support.ts";
import type { StoredDecision, StoredRequest } from "./types.ts";
import { archivedOf } from "./verify-archive.ts";
import type { Finding, LedgerObject } from "./verify-findings.ts";
import { requestProblems } from "./verify-requests.ts";

/** What people wrote themselves, as far as whoever examines the ledger may read it. */
export interface Evidence {
  readonly requests: readonly StoredRequest[];
  readonly decisions: readonly StoredDecision[];
  /** Namespaces whose requests or decisions may not be read. */
  readonly unread: readonly string[];
  /** Milliseconds since the epoch by the API server's clock. */
  readonly now: number;
}

export interface Comparison {
  readonly findings: readonly Finding[];
  /** Entries that rest on what is gone, of requests that ended so long ago that it may be. */
  readonly outlived: number;
}

/** An entry with all that it is judged by. */
interface Case {
  readonly name: string;
  readonly entry: LedgerEntry;
  readonly story: Story;
  readonly request: StoredRequest | undefined;
  readonly decisionOf: (uid: string) => StoredDecision | undefined;
}

/** Something to be told of an entry: that it is not so, or that what would show it is gone. */
interface Verdict {
  readonly type: "Unsupported" | "Unproven";
  readonly what: string;
}

/** Compares a ledger with what people wrote. `objects` in order. What was archived in part was compared while all of it was there. */
export function compareWithDecisions(objects: readonly LedgerObject[], evidence: Evidence): Comparison {
  const requests = new Map(evidence.requests.map((request) => [request.uid, request]));
  const decisions = new Map(evidence.decisions.map((decision) => [decision.uid, decision]));
  const findings: Finding[] = unreadNamespaces(objects, evidence);
  const archived = [...Map.groupBy(objects, ({ spec }) => spec.chain).values()].map((entries) => archivedOf(entries).uids);
  let outlived = 0;
  for (const [uid, entries] of Map.groupBy(objects, ({ spec }) => spec.requestUID)) {
    if (archived.some((uids) => uids.has(uid))) continue;
    const story = storyOf(entries.map(({ spec }) => spec));
    if (evidence.unread.includes(story.namespace)) continue;
    const common = { story, request: requests.get(uid), decisionOf: (each: string) => decisions.get(each) };
    const told = entries.flatMap(({ name, spec }) => judge({ ...common, name, entry: spec }).map((verdict) => ({ name, ...verdict })));
    const old = told.filter(({ type }) => type === "Unproven" && isLongOver(story, evidence.now));
    outlived += old.length;
    findings.push(
      ...told.filter((each) => !old.includes(each)).map(({ name, type, what }) => ({ type, entry: name, message: `${name} ${what}` })),
    );
  }
  return { findings, outlived };
}

/** One line for each: its entries may be true, and nobody has looked. */
function unreadNamespaces(objects: readonly LedgerObject[], { unread }: Evidence): Finding[] {
  return unread.toSorted().map((namespace) => {
    const entry = objects.find(({ spec }) => spec.details?.["namespace"] === namespace)?.name ?? "";
    return {
      type: "Unread",
      entry,
      message: `entries about namespace ${namespace} were not compared with requests and decisions, which you may not list there: have the ClusterRole securitybaseline-auditor bound to you for the cluster`,
    };
  });
}

function judge(judged: Case): readonly Verdict[] {
  const { entry, story, request } = judged;
  const problems = requestProblems(entry, story, request).map((what): Verdict => ({ type: "Unsupported", what }));
  const claim = claimOf(entry, story);
  return claim === undefined ? problems : [...problems, ...rests(judged, claim)];
}

/** What an entry says that people did. */
interface Claim {
  readonly kind: DecisionKind | "Bypass" | "Unknown";
  /** Decisions that it takes. */
  readonly least: number;
}

const BY_REASON: Readonly<Record<string, DecisionKind>> = { Denied: "Deny", Revoked: "Revoke", Withdrawn: "Withdraw" };

function claimOf({ type, actor, details }: LedgerEntry, story: Story): Claim | undefined {
  if (type === "Reviewed") return { kind: "Review", least: 1 };
  if (type === "Approved" && details?.["bypass"] === "true") return { kind: "Bypass", least: 0 };
  if (type === "Approved") return { kind: "Approve", least: approvalsNeeded(story) };
  if (type === "Requested" || type === "Checkpoint") return undefined;
  const kind = BY_REASON[details?.["endReason"] ?? ""];
  if (kind !== undefined) return { kind, least: 1 };
  return actor === OPERATOR ? undefined : { kind: "Unknown", least: 1 };
}

function rests(judged: Case, { kind, least }: Claim): readonly Verdict[] {
  const { entry, request, decisionOf } = judged;
  if (kind === "Bypass") return request === undefined ? [unproven("skips the approval, and its request is gone")] : [];
  if (kind === "Unknown") return [unsupported(`names ${entry.actor}, who decided nothing by it`)];
  const uids = [...new Set(entry.decisionUIDs ?? [])];
  if (uids.length < least)
    return [unsupported(`rests on ${counted(uids.length)} to ${kind} where ${least} ${least === 1 ? "is" : "are"} needed`)];
  const found = uids.flatMap((uid) => decisionOf(uid) ?? []);
  const gone = uids.filter((uid) => decisionOf(uid) === undefined).map((uid) => unproven(`rests on decision ${uid}, which is gone`));
  return [...gone, ...found.flatMap((decision) => objections(judged, kind, decision)), ...people(entry, found)];
}

function counted(decisions: number): string {
  return decisions === 0 ? "no decision" : `${decisions} ${decisions === 1 ? "decision" : "decisions"}`;
}

/** Why a decision does not bear an entry out. */
function objections({ entry, story, request }: Case, kind: DecisionKind, decision: StoredDecision): readonly Verdict[] {
  const requester = request?.spec.requester ?? requesterIn(story);
  const whys = objectionsTo(decision, { kind, entry, story, requester });
  return whys.map((why) => unsupported(`rests on decision ${decision.namespace}/${decision.name}, which ${why}`));
}

/** Whether they are different people, and whether the entry names one of them. */
function people({ actor, decisionUIDs = [] }: LedgerEntry, found: readonly StoredDecision[]): readonly Verdict[] {
  const twice = twiceAmong(found);
  const isNamed = found.some(({ spec }) => spec.approver?.username === actor) || found.length < new Set(decisionUIDs).size;
  return [
    ...(twice === undefined ? [] : [unsupported(`rests on two decisions of ${twice.username}`)]),
    ...(isNamed ? [] : [unsupported(`names ${actor}, who made none of the decisions that it rests on`)]),
  ];
}

function unsupported(what: string): Verdict {
  return { type: "Unsupported", what };
}

function unproven(what: string): Verdict {
  return { type: "Unproven", what: `${what}: it cannot be checked` };
}
