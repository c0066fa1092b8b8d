/** Lists the specs at the edge of what section `breakGlass` allows, in a SecurityBaseline and in a ClusterSecurityBaseline. */
import { BREAK_GLASS_BOUNDS, boundCases } from "./bound-cases.ts";
import { type Case, edit, FULL } from "./case.ts";
import { PATTERN_CASES } from "./pattern-cases.ts";
import { requiredCases } from "./secrets-field-cases.ts";
import { wordCases } from "./word-cases.ts";

const AT = "breakGlass.profiles[0]";

const REQUIRED: readonly string[] = [
  `${AT}.name`,
  `${AT}.role`,
  `${AT}.requesters`,
  `${AT}.requesters.groups`,
  `${AT}.approvers`,
  `${AT}.approvers.groups`,
  `${AT}.approvers.escalation.after`,
  `${AT}.approvers.escalation.groups`,
  `${AT}.maxDuration`,
  `${AT}.bypass.allowed`,
];

interface Edge {
  readonly reason: string;
  readonly field: string;
  readonly bad: unknown;
  readonly good: unknown;
  readonly says: string;
  /** Place of the rule, where it is not the field. */
  readonly at?: string;
  readonly server?: string;
}

const FROM_15M = "write a duration from 15m to 24h, for example 1h or 90m";
const FROM_10M = "write a duration from 10m to 24h, for example 30m";
const FROM_1M = "write a duration from 1m to 24h, for example 30m";
const BEFORE_THE_END = "stand-ins decide before the request is over: lower `approvers.escalation.after` or raise `approvalTimeout`";
const FORM = "Hours and minutes, for example `1h`, `90m` or `1h30m`.";

/** Durations of every form that is none of ours. */
const FORMLESS = ["30s", "1h30", "0h", "90", "-1h", "1.5h", "1h 30m", "30m1h"];

/** As short as it may be, so that it is never what is wrong about another duration. */
const SHORT_BYPASS = edit(FULL, `${AT}.bypass.maxDuration`, () => "10m");

const EDGES: readonly Edge[] = [
  { reason: "too short to be worth a token", field: "maxDuration", bad: "14m", good: "15m", says: FROM_15M },
  { reason: "longer than a day", field: "maxDuration", bad: "25h", good: "24h", says: FROM_15M },
  { reason: "longer than a day, in minutes", field: "maxDuration", bad: "1441m", good: "1440m", says: FROM_15M },
  { reason: "a longer day", field: "maxDuration", bad: "24h1m", good: "23h59m", says: FROM_15M },
  { reason: "no time at all", field: "maxDuration", bad: "", good: "1h", says: "write at least 2", server: "maxDuration" },
  { reason: "too many digits", field: "maxDuration", bad: "100h1000m", good: "1h", says: "write at most 8", server: "maxDuration" },
  ...FORMLESS.map((bad) => ({
    reason: `${bad} is no duration`,
    field: "maxDuration",
    bad,
    good: "90m",
    says: FORM,
    server: "maxDuration",
  })),
  { reason: "waiting for more than a day", field: "approvalTimeout", bad: "24h1m", good: "24h", says: FROM_1M },
  { reason: "waiting for no time", field: "approvalTimeout", bad: "0m", good: "11m", says: FORM, server: "approvalTimeout" },
  { reason: "a bypass that is shorter than a token", field: "bypass.maxDuration", bad: "9m", good: "10m", says: FROM_10M },
  {
    reason: "a bypass that lasts longer than what was approved",
    field: "bypass.maxDuration",
    bad: "61m",
    good: "60m",
    says: "access without approval may not last longer than with it: lower `bypass.maxDuration` or raise `maxDuration`",
    at: AT,
  },
  {
    reason: "a bypass for nobody",
    field: "bypass.groups",
    bad: undefined,
    good: ["a"],
    says: "say who may skip the approval: add `groups`",
    at: `${AT}.bypass`,
  },
  {
    reason: "a bypass without end",
    field: "bypass.maxDuration",
    bad: undefined,
    good: "15m",
    says: "say how long access without approval may last: add `maxDuration`",
    at: `${AT}.bypass`,
  },
  ...PATTERN_CASES.map(([reason, bad, good]) => ({
    reason: `ticket pattern: ${reason}: ${bad.slice(0, 40)}`,
    field: "ticketPattern",
    bad,
    good,
    says: "not a regular expression (RE2)",
  })),
  {
    reason: "a group of Kubernetes asks",
    field: "requesters.groups[0]",
    bad: "system:authenticated",
    good: "oncall",
    says: 'groups that begin with "system:" belong to Kubernetes',
  },
  {
    reason: "a group of Kubernetes decides",
    field: "approvers.groups[0]",
    bad: "system:masters",
    good: "leads",
    says: 'groups that begin with "system:" belong to Kubernetes',
  },
  {
    reason: "a group of Kubernetes stands in",
    field: "approvers.escalation.groups[0]",
    bad: "system:authenticated",
    good: "managers",
    says: 'groups that begin with "system:" belong to Kubernetes',
  },
  {
    reason: "stand-ins who are asked at once",
    field: "approvers.escalation.after",
    bad: "0m",
    good: "1m",
    says: FORM,
    server: "after",
  },
  {
    reason: "stand-ins who are asked when nothing waits any more",
    field: "approvers.escalation.after",
    bad: "30m",
    good: "29m",
    says: BEFORE_THE_END,
    at: AT,
  },
  {
    reason: "waiting for no longer than until the stand-ins are asked",
    field: "approvalTimeout",
    bad: "10m",
    good: "11m",
    says: BEFORE_THE_END,
    at: AT,
  },
  {
    reason: "a group of Kubernetes skips the approval",
    field: "bypass.groups[0]",
    bad: "system:masters",
    good: "leads",
    says: 'groups that begin with "system:" belong to Kubernetes',
  },
  {
    reason: "the name of a profile is a DNS label",
    field: "name",
    bad: "Incident",
    good: "incident-2",
    says: "At most 63 lower-case letters",
    server: "name",
  },
];

function edgeCase({ reason, field, bad, good, says, at = `${AT}.${field}`, server }: Edge): Case {
  const place = `${AT}.${field}`;
  return {
    reason: `breakGlass: ${reason}`,
    bad: edit(SHORT_BYPASS, place, () => bad),
    good: edit(SHORT_BYPASS, place, () => good),
    at: `spec.${at}`,
    says,
    ...(server !== undefined && { server }),
  };
}

const WITHOUT_TIMEOUT = edit(FULL, `${AT}.approvalTimeout`, () => undefined);

/** Rows of a SecurityBaseline. */
export const BREAK_GLASS_CASES: readonly Case[] = [
  ...EDGES.map(edgeCase),
  ...requiredCases(FULL, REQUIRED),
  {
    reason: "breakGlass: stand-ins who are asked no sooner than the time that is filled in is over",
    bad: edit(WITHOUT_TIMEOUT, `${AT}.approvers.escalation.after`, () => "30m"),
    good: edit(WITHOUT_TIMEOUT, `${AT}.approvers.escalation.after`, () => "29m"),
    at: `spec.${AT}`,
    says: BEFORE_THE_END,
  },
  {
    reason: "profiles are told apart by name",
    bad: edit(FULL, "breakGlass.profiles", (profiles) => [...(profiles as object[]), ...(profiles as object[])]),
    good: FULL,
    at: "spec.breakGlass.profiles[1]",
    says: "duplicate name",
    server: "spec.breakGlass.profiles[1]: Duplicate value",
  },
];

/** A ClusterSecurityBaseline in which every field stands. */
export const FULL_CLUSTER: object = {
  mode: "Enforce",
  adoptExisting: true,
  deletionPolicy: "Retain",
  breakGlass: (FULL as { readonly breakGlass: object }).breakGlass,
};

const TWO = "access to the whole cluster takes two approvals: set `approvers.required` to 2 or more";
const ONE_HOUR = "access to the whole cluster lasts one hour at most: lower `maxDuration`";

/** Rows of a ClusterSecurityBaseline. */
export const CLUSTER_BASELINE_CASES: readonly Case[] = [
  ...boundCases(FULL_CLUSTER, [...BREAK_GLASS_BOUNDS, { at: `${AT}.approvers.required`, most: 8 }]),
  ...requiredCases(FULL_CLUSTER, REQUIRED),
  ...wordCases(FULL_CLUSTER, [
    ["mode", ["Enforce", "Report", "Off"]],
    ["deletionPolicy", ["Delete", "Retain"]],
    ["breakGlass.mode", ["Enforce", "Report", "Off"]],
  ]),
  {
    reason: "one approval is not enough for the cluster",
    bad: edit(FULL_CLUSTER, `${AT}.approvers.required`, () => 1),
    good: edit(FULL_CLUSTER, `${AT}.approvers.required`, () => 2),
    at: "spec.breakGlass",
    says: TWO,
  },
  {
    reason: "the default of one approval is not enough for the cluster",
    bad: edit(FULL_CLUSTER, `${AT}.approvers.required`, () => undefined),
    good: edit(FULL_CLUSTER, `${AT}.approvers.required`, () => 3),
    at: "spec.breakGlass",
    says: TWO,
  },
  {
    reason: "an hour and a minute is too long for the cluster",
    bad: edit(FULL_CLUSTER, `${AT}.maxDuration`, () => "61m"),
    good: edit(FULL_CLUSTER, `${AT}.maxDuration`, () => "60m"),
    at: "spec.breakGlass",
    says: ONE_HOUR,
  },
  {
    reason: "the cluster has no sections of a namespace",
    bad: { podSecurity: { enforce: "restricted" } },
    good: {},
    at: "spec.podSecurity",
    says: 'unknown field "podSecurity"',
    server: 'unknown field "spec.podSecurity"',
  },
];
