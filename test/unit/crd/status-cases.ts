/** Lists the statuses at the edge of what the CRD allows: `bad` and `good` are statuses here, not specs. */
import type { Case } from "./case.ts";

const AT = "2026-11-23T10:00:00Z";
const ENTRY = {
  control: "network",
  ref: { apiVersion: "v1", kind: "Namespace", name: "payments" },
  type: "Modified",
  firstSeen: AT,
  lastSeen: AT,
  count: 1,
  state: "Open",
};
const CONDITION = { type: "Ready", status: "True", reason: "InPlace", message: "", lastTransitionTime: AT };

const drift = (fields: object) => ({ drift: [{ ...ENTRY, ...fields }] });
const condition = (fields: object) => ({ conditions: [{ ...CONDITION, ...fields }] });
const entries = (count: number) => ({ drift: Array.from({ length: count }, () => ENTRY) });
const paths = (count: number, length: number) => Array.from({ length: count }, (_, index) => `${"p".repeat(length - 2)}${index + 10}`);

const OBJECT = { kind: "ExternalSecret", name: "db", state: "Failed", reason: "SecretSyncedError" };
const object = (fields: object) => objects([{ ...OBJECT, ...fields }]);
const objects = (list: readonly object[]) => ({ controls: [{ name: "secrets", mode: "Enforce", managed: 1, inSync: 1, entries: list }] });
const OBJECT_AT = "status.controls[0].entries[0]";

export const STATUS_CASES: readonly Case[] = [
  {
    reason: "nobody has looked yet is -1, and nothing is before it",
    bad: { observedGeneration: -2 },
    good: { observedGeneration: -1 },
    at: "status.observedGeneration",
    says: "too small: write at least -1",
    server: "status.observedGeneration",
  },
  {
    reason: "at most ten sentences of what happened",
    bad: { recent: Array.from({ length: 11 }, () => "10:00:00 x") },
    good: { recent: Array.from({ length: 10 }, () => "10:00:00 x") },
    at: "status.recent",
    says: "too many entries: write at most 10",
    server: "status.recent",
  },
  {
    reason: "a sentence has at most 512 characters",
    bad: { recent: ["x".repeat(513)] },
    good: { recent: ["x".repeat(512)] },
    at: "status.recent[0]",
    says: "too long: write at most 512 characters",
    server: "status.recent[0]",
  },
  {
    reason: "status stays small: at most 50 entries of drift",
    bad: entries(51),
    good: entries(50),
    at: "status.drift",
    says: "too many entries: write at most 50",
    server: "status.drift",
  },
  {
    reason: "at most 32 fields per entry",
    bad: drift({ fields: paths(33, 10) }),
    good: drift({ fields: paths(32, 10) }),
    at: "status.drift[0].fields",
    says: "too many entries: write at most 32",
    server: "status.drift[0].fields",
  },
  {
    reason: "a field path has at most 512 characters",
    bad: drift({ fields: paths(1, 513) }),
    good: drift({ fields: paths(1, 512) }),
    at: "status.drift[0].fields[0]",
    says: "too long: write at most 512 characters",
    server: "status.drift[0].fields[0]",
  },
  {
    reason: "what was seen was seen once at least",
    bad: drift({ count: 0 }),
    good: drift({ count: 2147483647 }),
    at: "status.drift[0].count",
    says: "too small: write at least 1",
    server: "status.drift[0].count",
  },
  {
    reason: "times are RFC 3339",
    bad: drift({ lastSeen: "yesterday" }),
    good: drift({ lastSeen: "2026-11-23T10:00:00.5+01:00" }),
    at: "status.drift[0].lastSeen",
    says: '"yesterday" is not of format date-time',
    server: "status.drift[0].lastSeen",
  },
  {
    reason: "kinds of drift are named",
    bad: drift({ type: "Deleted" }),
    good: drift({ type: "Missing" }),
    at: "status.drift[0].type",
    says: '"Deleted" is not allowed: write Missing, or Modified, or Unmanaged, or Conflict',
    server: "status.drift[0].type",
  },
  {
    reason: "a condition's message has at most 32768 characters",
    bad: condition({ message: "m".repeat(32769) }),
    good: condition({ message: "m".repeat(32768) }),
    at: "status.conditions[0].message",
    says: "too long: write at most 32768 characters",
    server: "status.conditions[0].message",
  },
  {
    reason: "a condition has a reason",
    bad: condition({ reason: "" }),
    good: condition({ reason: "R" }),
    at: "status.conditions[0].reason",
    says: "too short: write at least 1 character",
    server: "status.conditions[0].reason",
  },
  {
    reason: "conditions are told apart by type",
    bad: { conditions: [CONDITION, { ...CONDITION, status: "False" }] },
    good: { conditions: [CONDITION, { ...CONDITION, type: "Compliant" }] },
    at: "status.conditions[1]",
    says: "duplicate type",
    server: "status.conditions[1]: Duplicate value",
  },
  {
    reason: "at most 256 objects of a section",
    bad: objects(Array.from({ length: 257 }, () => OBJECT)),
    good: objects(Array.from({ length: 256 }, () => OBJECT)),
    at: "status.controls[0].entries",
    says: "too many entries: write at most 256",
    server: "status.controls[0].entries",
  },
  ...["Synced", "Pending", "Failed", "Unused"].map((state) => ({
    reason: `the state of an object may be ${state}, but not ${state}x`,
    bad: object({ state: `${state}x` }),
    good: object({ state }),
    at: `${OBJECT_AT}.state`,
    says: "is not allowed: write Synced, or Pending, or Failed, or Unused",
    server: `${OBJECT_AT}.state`,
  })),
  ...["kind", "name", "state", "reason"].map((field) => ({
    reason: `the ${field} of an object is told`,
    bad: object({ [field]: undefined }),
    good: object({}),
    at: `${OBJECT_AT}.${field}`,
    says: `required: add ${field}`,
    server: `${OBJECT_AT}.${field}: Required value`,
  })),
  {
    reason: "an object's state has a reason",
    bad: object({ reason: "" }),
    good: object({ reason: "R" }),
    at: `${OBJECT_AT}.reason`,
    says: "too short: write at least 1 character",
    server: `${OBJECT_AT}.reason`,
  },
  ...(
    [
      ["kind", 63],
      ["name", 253],
      ["reason", 128],
      ["message", 512],
    ] as const
  ).map(([field, most]) => ({
    reason: `the ${field} of an object has at most ${most} characters`,
    bad: object({ [field]: "x".repeat(most + 1) }),
    good: object({ [field]: "x".repeat(most) }),
    at: `${OBJECT_AT}.${field}`,
    says: `too long: write at most ${most} characters`,
    server: `${OBJECT_AT}.${field}`,
  })),
];
