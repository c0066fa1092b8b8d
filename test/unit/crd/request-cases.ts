/** Lists the specs at the edge of what the kinds of emergency access allow: requests, decisions and entries of the ledger. */
import { boundCases } from "./bound-cases.ts";
import { type Case, edit } from "./case.ts";
import { requiredCases } from "./secrets-field-cases.ts";
import { wordCases } from "./word-cases.ts";

const UID = "8a5c1d6e-0000-4000-8000-0123456789ab";
const HASH = "0123456789abcdef".repeat(4);
const FROM_10M = "write a duration from 10m to 24h, for example 30m";

const LATER = "2026-11-24T22:00:00Z";

export const FULL_REQUEST: object = {
  profile: "incident",
  duration: "30m",
  reason: "The database does not answer.",
  ticket: "INC-1",
  requester: { username: "alice", uid: "a-1" },
  bypass: true,
  extends: { name: "earlier", uid: UID },
  drill: true,
};

export const REQUEST_CASES: readonly Case[] = [
  ...boundCases(FULL_REQUEST, [
    { at: "profile", least: 1, most: 63 },
    { at: "reason", least: 20, most: 1024 },
    { at: "ticket", least: 1, most: 64 },
    { at: "requester.username", least: 1, most: 512 },
    { at: "requester.uid", most: 256 },
    { at: "extends.name", least: 1, most: 253 },
    { at: "extends.uid", least: 1, most: 64 },
  ]),
  ...requiredCases(FULL_REQUEST, ["profile", "duration", "reason", "requester.username", "extends.name", "extends.uid"]),
  edge(FULL_REQUEST, { reason: "shorter than a token", at: "duration", bad: "9m", good: "10m", says: FROM_10M }),
  edge(FULL_REQUEST, { reason: "longer than a day", at: "duration", bad: "1441m", good: "1440m", says: FROM_10M }),
  {
    ...edge(FULL_REQUEST, { reason: "in seconds", at: "duration", bad: "600s", good: "10m", says: "Hours and minutes" }),
    server: "spec.duration",
  },
  {
    reason: "without approval, but later",
    bad: edit(FULL_REQUEST, "startTime", () => LATER),
    good: edit(
      edit(FULL_REQUEST, "startTime", () => LATER),
      "bypass",
      () => false,
    ),
    at: "spec",
    says: "access without approval begins at once: remove `startTime` or `bypass`",
  },
  {
    reason: "a request says nothing of what it will get",
    bad: { ...FULL_REQUEST, role: "cluster-admin" },
    good: FULL_REQUEST,
    at: "spec.role",
    says: 'unknown field "role"',
    server: 'unknown field "spec.role"',
  },
];

export const FULL_DECISION: object = {
  requestRef: { name: "payments-1", uid: UID },
  profile: "incident",
  decision: "Approve",
  approver: { username: "bob", uid: "b-1" },
  profileHash: HASH,
  maxDuration: "15m",
  comment: "Call me before you begin.",
};

const STANDS_IN = edit(
  edit(FULL_DECISION, "maxDuration", () => undefined),
  "standIn",
  () => true,
);
const WITHOUT_LIMIT = edit(FULL_DECISION, "maxDuration", () => undefined);

export const DECISION_CASES: readonly Case[] = [
  ...boundCases(FULL_DECISION, [
    { at: "requestRef.name", least: 1, most: 253 },
    { at: "requestRef.uid", least: 1, most: 64 },
    { at: "profile", least: 1, most: 63 },
    { at: "approver.username", least: 1, most: 512 },
    { at: "approver.uid", most: 256 },
    { at: "profileHash", least: 1, most: 64 },
    { at: "comment", most: 1024 },
  ]),
  ...requiredCases(FULL_DECISION, ["requestRef", "requestRef.name", "requestRef.uid", "profile", "decision", "approver.username"]),
  ...wordCases(WITHOUT_LIMIT, [["decision", ["Approve", "Deny", "Revoke", "Withdraw", "Review"]]]),
  edge(FULL_DECISION, { reason: "shorter than a token", at: "maxDuration", bad: "9m", good: "10m", says: FROM_10M }),
  edge(FULL_DECISION, { reason: "longer than a day", at: "maxDuration", bad: "25h", good: "24h", says: FROM_10M }),
  {
    reason: "an approval of whatever the profile has become",
    bad: edit(FULL_DECISION, "profileHash", () => undefined),
    good: edit(
      edit(WITHOUT_LIMIT, "profileHash", () => undefined),
      "decision",
      () => "Deny",
    ),
    at: "spec",
    says: "an approval names what it approves: copy `profileHash` from status.resolved of the request",
  },
  ...["Revoke", "Withdraw", "Review"].map((decision) => ({
    reason: `nobody stands in to ${decision}`,
    bad: edit(STANDS_IN, "decision", () => decision),
    good: edit(STANDS_IN, "decision", () => "Deny"),
    at: "spec",
    says: "stand-ins approve and deny, and do all else in their own right: remove `standIn`",
  })),
  {
    reason: "who stands in for nobody says nothing",
    bad: edit(STANDS_IN, "decision", () => "Review"),
    good: edit(
      edit(STANDS_IN, "decision", () => "Review"),
      "standIn",
      () => false,
    ),
    at: "spec",
    says: "stand-ins approve and deny",
  },
  {
    reason: "only an approval shortens",
    bad: edit(FULL_DECISION, "decision", () => "Revoke"),
    good: edit(WITHOUT_LIMIT, "decision", () => "Revoke"),
    at: "spec",
    says: "only an approval shortens the access: remove `maxDuration`",
  },
];

export const FULL_ENTRY: object = {
  v: 1,
  chain: "c0123456789",
  seq: 1,
  prevHash: "0".repeat(64),
  time: "2026-11-23T10:00:00Z",
  type: "Issuing",
  actor: "operator",
  requestUID: UID,
  profileHash: HASH,
  decisionUIDs: [UID],
  grant: "bg-0123456789-1790000000",
  deadline: "2026-11-23T11:00:00Z",
  details: { namespace: "payments" },
  hash: HASH,
};

const TYPES = ["Requested", "Escalated", "Approved", "Denied", "Withdrawn", "TimedOut", "Issuing"];
const LATER_TYPES = ["Active", "Suspended", "Expired", "Revoked", "Failed", "Reviewed", "Checkpoint"];
const NEEDED = ["v", "chain", "seq", "prevHash", "time", "type", "actor", "requestUID", "hash"];

export const ENTRY_CASES: readonly Case[] = [
  ...boundCases(FULL_ENTRY, [
    { at: "v", least: 1 },
    { at: "chain", least: 1, most: 32 },
    { at: "seq", least: 1 },
    { at: "prevHash", least: 64, most: 64 },
    { at: "actor", most: 512 },
    { at: "requestUID", least: 1, most: 64 },
    { at: "profileHash", most: 64 },
    { at: "decisionUIDs", most: 64 },
    { at: "decisionUIDs[0]", most: 64 },
    { at: "grant", most: 63 },
    { at: "details", most: 32 },
    { at: "details.namespace", most: 16384 },
    { at: "hash", least: 64, most: 64 },
  ]),
  ...requiredCases(FULL_ENTRY, NEEDED),
  ...wordCases(FULL_ENTRY, [["type", [...TYPES, ...LATER_TYPES]]]),
  ...["time", "deadline"].map((at) => ({
    ...edge(FULL_ENTRY, {
      reason: "a time is RFC 3339",
      at,
      bad: "yesterday",
      good: "2026-11-23T10:00:00Z",
      says: "is not of format date-time",
    }),
    server: `spec.${at}`,
  })),
  ...["C1", "1c", "c-1"].map((bad) => ({
    ...edge(FULL_ENTRY, { reason: `${bad} names no chain`, at: "chain", bad, good: "c1", says: "does not fit" }),
    server: "spec.chain",
  })),
];

export const FULL_CHECKPOINT: object = {
  chain: "c0123456789",
  lastSeq: 1200,
  headHash: HASH,
  fileDigest: HASH,
  location: "s3://audit/ledger-1.jsonl",
  archivist: { username: "ada", uid: UID },
};

export const CHECKPOINT_CASES: readonly Case[] = [
  ...boundCases(FULL_CHECKPOINT, [
    { at: "chain", least: 1, most: 32 },
    { at: "lastSeq", least: 1, most: 999_999_999_999 },
    { at: "headHash", least: 64, most: 64 },
    { at: "fileDigest", least: 64, most: 64 },
    { at: "location", least: 1, most: 1024 },
    { at: "archivist.username", least: 1, most: 512 },
    { at: "archivist.uid", most: 256 },
  ]),
  ...requiredCases(FULL_CHECKPOINT, ["chain", "lastSeq", "headHash", "fileDigest", "location", "archivist"]),
  ...["headHash", "fileDigest"].map((at) => ({
    ...edge(FULL_CHECKPOINT, {
      reason: "a SHA-256 has small hexadecimal digits",
      at,
      bad: "A".repeat(64),
      good: HASH,
      says: "does not fit",
    }),
    server: `spec.${at}`,
  })),
];

interface Edge {
  readonly reason: string;
  /** Printed path below the spec. */
  readonly at: string;
  readonly bad: string;
  readonly good: string;
  readonly says: string;
}

function edge(full: object, { reason, at, bad, good, says }: Edge): Case {
  return { reason: `${at}: ${reason}`, bad: edit(full, at, () => bad), good: edit(full, at, () => good), at: `spec.${at}`, says };
}
