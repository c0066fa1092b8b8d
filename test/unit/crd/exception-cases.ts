/** Lists the exceptions of findings at the edge of what the CRD allows. */
import type { Case } from "./case.ts";

const EXCEPTION = {
  rule: "UserSubject",
  ref: { kind: "RoleBinding", name: "bob-admin" },
  reason: "bob drives the migration of the ledger",
  owner: "team payments",
  expires: "2027-03-31T00:00:00Z",
};

const exception = (fields: object) => ({ exceptions: [{ ...EXCEPTION, ...fields }] });
const without = (field: keyof typeof EXCEPTION) => {
  const { [field]: _left, ...rest } = EXCEPTION;
  return { exceptions: [rest] };
};

const REQUIRED: readonly Case[] = (["rule", "ref", "reason", "owner", "expires"] as const).map((field) => ({
  reason: `nobody accepts a finding without ${field}`,
  bad: without(field),
  good: exception({}),
  at: `spec.exceptions[0].${field}`,
  says: "required",
  server: `spec.exceptions[0].${field}: Required value`,
}));

export const EXCEPTION_CASES: readonly Case[] = [
  ...REQUIRED,
  {
    reason: "a day is written as a time",
    bad: exception({ expires: "31 March" }),
    good: exception({}),
    at: "spec.exceptions[0].expires",
    says: '"31 March" is not of format date-time: write a time, for example 2027-03-31T00:00:00Z',
    server: "spec.exceptions[0].expires",
  },
  {
    reason: "one rule at a time",
    bad: exception({ rule: "*" }),
    good: exception({ rule: "ClusterAdminBinding" }),
    at: "spec.exceptions[0].rule",
    says: '"*" does not fit: Rule of the finding, as in status',
    server: "spec.exceptions[0].rule",
  },
  {
    reason: "one object at a time",
    bad: exception({ ref: { kind: "RoleBinding" } }),
    good: exception({}),
    at: "spec.exceptions[0].ref.name",
    says: "required",
    server: "spec.exceptions[0].ref.name: Required value",
  },
  {
    reason: "a reason that says something",
    bad: exception({ reason: "needed" }),
    good: exception({ reason: "needed now" }),
    at: "spec.exceptions[0].reason",
    says: "too short: write at least 10 characters",
    server: "spec.exceptions[0].reason",
  },
  {
    reason: "somebody owns it",
    bad: exception({ owner: "" }),
    good: exception({ owner: "b" }),
    at: "spec.exceptions[0].owner",
    says: "too short: write at least 1 character",
    server: "spec.exceptions[0].owner",
  },
  {
    reason: "64 exceptions are many",
    bad: { exceptions: Array.from({ length: 65 }, () => EXCEPTION) },
    good: { exceptions: Array.from({ length: 64 }, () => EXCEPTION) },
    at: "spec.exceptions",
    says: "too many entries: write at most 64",
    server: "spec.exceptions",
  },
];
