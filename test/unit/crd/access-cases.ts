/** Lists the specs at the edge of what section `access` allows. */
import type { Case } from "./case.ts";

const READ_PODS = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };

const role = (fields: object) => ({ access: { roles: [{ name: "app-viewer", groups: ["devs"], ...fields }] } });
const group = (name: string) => role({ groups: [name] });
const rule = (fields: object) => role({ name: "custom", rules: [{ ...READ_PODS, ...fields }] });
const numbered = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const ROLE = "spec.access.roles[0]";
const RULE = "spec.access.roles[0].rules[0]";

export const ACCESS_CASES: readonly Case[] = [
  {
    reason: "rules of a built-in role are ours",
    bad: role({ name: "secret-manager", rules: [READ_PODS] }),
    good: role({ name: "secret-manager" }),
    at: ROLE,
    says: "the rules of a built-in role are supplied: remove `rules`",
  },
  {
    reason: "a custom role without rules would grant nothing",
    bad: role({ name: "log-reader" }),
    good: role({ name: "log-reader", rules: [READ_PODS] }),
    at: ROLE,
    says: "a role that is not built in needs `rules`",
  },
  {
    reason: "the role of our own stores is not for people",
    bad: role({ name: "external-secrets-token", rules: [READ_PODS] }),
    good: role({ name: "external-secrets-tokens", rules: [READ_PODS] }),
    at: ROLE,
    says: "the name external-secrets-token is reserved for the Role that `secrets.stores` makes: choose another name",
  },
  ...["break-glass-request-incident", "bg-0123456789-1790000000"].map((name) => ({
    reason: `${name} is a name of emergency access`,
    bad: role({ name, rules: [READ_PODS] }),
    good: role({ name: `x-${name}`, rules: [READ_PODS] }),
    at: ROLE,
    says: 'names that begin with "break-glass-" or "bg-" are reserved for what `breakGlass` makes: choose another name',
  })),
  {
    reason: "an empty list of rules is a role without rules",
    bad: role({ name: "log-reader", rules: [] }),
    good: role({ name: "log-reader", rules: [READ_PODS] }),
    at: `${ROLE}.rules`,
    says: "too few entries: write at least 1",
    server: `${ROLE}.rules`,
  },
  {
    reason: "system groups belong to Kubernetes",
    bad: group("system:masters"),
    good: group("systems:masters"),
    at: `${ROLE}.groups[0]`,
    says: 'groups that begin with "system:" belong to Kubernetes',
  },
  {
    reason: "a line break in a group forges log lines",
    bad: group("devs\nadmins"),
    good: group("devs admins"),
    at: `${ROLE}.groups[0]`,
    says: "a group name has no control characters",
  },
  {
    reason: "the upper control characters are control characters too",
    bad: group("devs\u009badmins"),
    good: group("devs\u00e4admins"),
    at: `${ROLE}.groups[0]`,
    says: "a group name has no control characters",
  },
  {
    reason: "DEL is a control character",
    bad: group("devs\u007f"),
    good: group("devs~"),
    at: `${ROLE}.groups[0]`,
    says: "a group name has no control characters",
  },
  {
    reason: "a group has a name",
    bad: group(""),
    good: group("g"),
    at: `${ROLE}.groups[0]`,
    says: "too short",
    server: `${ROLE}.groups[0]`,
  },
  {
    reason: "length counts characters, not bytes",
    bad: group("\u{1F600}".repeat(254)),
    good: group("\u{1F600}".repeat(253)),
    at: `${ROLE}.groups[0]`,
    says: "too long: write at most 253 characters",
    server: `${ROLE}.groups[0]`,
  },
  {
    reason: "a role without groups binds nobody",
    bad: role({ groups: [] }),
    good: role({ groups: ["devs"] }),
    at: `${ROLE}.groups`,
    says: "too few entries",
    server: `${ROLE}.groups`,
  },
  {
    reason: "at most 128 groups",
    bad: role({ groups: numbered(129, "g") }),
    good: role({ groups: numbered(128, "g") }),
    at: `${ROLE}.groups`,
    says: "too many entries: write at most 128",
    server: `${ROLE}.groups`,
  },
  {
    reason: "roles are told apart by name",
    bad: {
      access: {
        roles: [
          { name: "app-viewer", groups: ["a"] },
          { name: "app-viewer", groups: ["b"] },
        ],
      },
    },
    good: {
      access: {
        roles: [
          { name: "app-viewer", groups: ["a"] },
          { name: "app-deployer", groups: ["b"] },
        ],
      },
    },
    at: "spec.access.roles[1]",
    says: "duplicate name",
    server: "spec.access.roles[1]: Duplicate value",
  },
  {
    reason: "a role has groups",
    bad: { access: { roles: [{ name: "app-viewer" }] } },
    good: group("devs"),
    at: `${ROLE}.groups`,
    says: "required: add groups",
    server: `${ROLE}.groups: Required value`,
  },
  {
    reason: "subjects are groups only",
    bad: role({ users: ["bob"] }),
    good: role({}),
    at: `${ROLE}.users`,
    says: 'unknown field "users": known are name, groups, rules',
    server: 'unknown field "spec.access.roles[0].users"',
  },
  {
    reason: "names are DNS labels",
    bad: role({ name: "Custom_Role", rules: [READ_PODS] }),
    good: role({ name: "custom-role", rules: [READ_PODS] }),
    at: `${ROLE}.name`,
    says: "At most 63 lower-case letters, digits and `-`",
    server: `${ROLE}.name`,
  },
  {
    reason: "a name has at most 63 characters",
    bad: role({ name: "a".repeat(64), rules: [READ_PODS] }),
    good: role({ name: "a".repeat(63), rules: [READ_PODS] }),
    at: `${ROLE}.name`,
    says: "too long: write at most 63 characters",
    server: `${ROLE}.name`,
  },
  {
    reason: "no wildcard in verbs",
    bad: rule({ verbs: ["*"] }),
    good: rule({ verbs: ["get", "list"] }),
    at: RULE,
    says: "wildcards are refused",
  },
  {
    reason: "no wildcard in apiGroups",
    bad: rule({ apiGroups: ["*"] }),
    good: rule({ apiGroups: ["apps"] }),
    at: RULE,
    says: "wildcards are refused",
  },
  {
    reason: "no wildcard in resources",
    bad: rule({ resources: ["*"] }),
    good: rule({ resources: ["pods"] }),
    at: RULE,
    says: "wildcards are refused",
  },
  {
    reason: "no wildcard for subresources",
    bad: rule({ resources: ["pods/*"] }),
    good: rule({ resources: ["pods/log"] }),
    at: RULE,
    says: "wildcards are refused",
  },
  ...["bind", "escalate", "impersonate"].map((verb) => ({
    reason: `${verb} hands out other people's rights`,
    bad: rule({ verbs: ["get", verb] }),
    good: rule({ verbs: ["get", `${verb}s`] }),
    at: RULE,
    says: "the verbs bind, escalate and impersonate hand out other people's rights",
  })),
  ...["serviceaccounts/token", "nodes/proxy"].map((resource) => ({
    reason: `${resource} gives rights beyond the role`,
    bad: rule({ resources: [resource] }),
    good: rule({ resources: [resource.replace("/", "-")] }),
    at: RULE,
    says: "serviceaccounts/token and nodes/proxy give rights beyond the namespace's roles",
  })),
  ...["rbac.authorization.k8s.io", "admissionregistration.k8s.io", "securitybaseline.dev"].map((apiGroup) => ({
    reason: `${apiGroup} holds the rules that a role lives under`,
    bad: rule({ apiGroups: ["", apiGroup] }),
    good: rule({ apiGroups: ["", `x.${apiGroup}`] }),
    at: RULE,
    says: "a role may not change the rules it lives under",
  })),
  {
    reason: "the verdict falls on each rule, not on the first",
    bad: role({ name: "custom", rules: [READ_PODS, { ...READ_PODS, verbs: ["*"] }] }),
    good: role({ name: "custom", rules: [READ_PODS, READ_PODS] }),
    at: "spec.access.roles[0].rules[1]",
    says: "wildcards are refused",
  },
  {
    reason: "resourceNames are kept as written, with upper case and stars",
    bad: rule({ resourceNames: numbered(33, "n") }),
    good: rule({ resourceNames: ["System:Thing", "a*b"] }),
    at: `${RULE}.resourceNames`,
    says: "too many entries: write at most 32",
    server: `${RULE}.resourceNames`,
  },
];
