/** Declares the policies on Roles and RoleBindings: the operator's token grants only what the namespace's own baseline asks for. */
import type { AccessRule } from "../../api/baseline.ts";
import { BREAK_GLASS_ROLE_PREFIX, STORE_TOKEN_ROLE } from "../../api/names.ts";
import { role } from "../../kinds/role.ts";
import { RBAC_GROUP as RBAC, roleBinding } from "../../kinds/role-binding.ts";
import { quote, quoteList } from "../cel.ts";
import { type Confinement, changes, enforces, matchKind, type Place } from "./confine.ts";

/** CEL: the API group of roles. */
export const RBAC_GROUP = quote(RBAC);

/** Roles of these names and their bindings belong to other sections and are judged by policies of their own, whatever `spec.access` says. */
const OF_ACCESS = {
  "not-the-store-token": `object.metadata.name != ${quote(STORE_TOKEN_ROLE)}`,
  "not-of-break-glass": `!object.metadata.name.startsWith(${quote(BREAK_GLASS_ROLE_PREFIX)})`,
};

/**
 * Fields of a rule in the order in which rules are compared: in CEL objects of different types are never equal, lists are.
 * The fifth field, nonResourceURLs, is refused in every Role by the API server itself.
 */
const RULE_FIELDS = ["apiGroups", "resources", "verbs", "resourceNames"] as const;

/** CEL: the rule `r` as a list of lists of strings. */
export const RULE_AS_LISTS = ruleAsLists((field) => `r.?${field}.orValue([])`);

/** CEL: the baseline asks for a Role and a RoleBinding of this name, which is CEL itself. */
export function accessRoleAsked(name: string): string {
  return `(${enforces("access")} && params.spec.access.?roles.orValue([]).exists(r, r.name == ${name}))`;
}

/** Entries of the baseline that have the object's name: none or one. Without Enforce nothing is asked for. */
const ENTRIES = `${enforces("access")}
? params.spec.access.?roles.orValue([]).filter(r, r.name == object.metadata.name)
: []`;

/** RoleBindings: a role of the baseline, and no other subject than the groups listed for it. */
export function roleBindings(place: Place): Confinement {
  return {
    name: "role-bindings",
    about: "RoleBindings that the operator writes name groups that the namespace's baseline lists.",
    operations: ["CREATE", "UPDATE"],
    matches: [matchKind(roleBinding)],
    by: { place, withoutBaseline: "Deny" },
    conditions: { ...OF_ACCESS, ...changes("subjects") },
    variables: { entries: ENTRIES },
    validations: [
      {
        expression: "variables.entries.size() == 1",
        message:
          "refused a RoleBinding that no baseline asks for: its name must be that of a role in spec.access.roles of the namespace's SecurityBaseline, in mode Enforce",
      },
      {
        expression: `object.roleRef.apiGroup == ${RBAC_GROUP} && object.roleRef.kind == 'Role' && object.roleRef.name == object.metadata.name`,
        message: "refused a RoleBinding to another role: roleRef must be the Role of the binding's own name",
      },
      {
        expression: [
          "variables.entries.all(e, object.?subjects.orValue([]).all(s,",
          `  s.kind == 'Group' && s.?apiGroup.orValue('') == ${RBAC_GROUP} && s.name in e.groups))`,
        ].join("\n"),
        message:
          "refused a RoleBinding to other subjects: only the groups that the role lists in the namespace's SecurityBaseline are allowed",
      },
    ],
  };
}

/**
 * Roles: the supplied rules of a built-in name, otherwise exactly the rules that the baseline lists, in its order.
 * `builtIn` holds the built-in rules by role name.
 */
export function roles(builtIn: Readonly<Record<string, readonly AccessRule[]>>, place: Place): Confinement {
  return {
    name: "roles",
    about: "Roles that the operator writes have the rules that the namespace's baseline asks for.",
    operations: ["CREATE", "UPDATE"],
    matches: [matchKind(role)],
    by: { place, withoutBaseline: "Deny" },
    conditions: { ...OF_ACCESS, ...changes("rules") },
    variables: {
      entries: ENTRIES,
      builtIn: builtInLiteral(builtIn),
      written: `object.?rules.orValue([]).map(r, ${RULE_AS_LISTS})`,
      asked: [
        "object.metadata.name in variables.builtIn",
        "? [variables.builtIn[object.metadata.name]]",
        `: variables.entries.map(e, e.?rules.orValue([]).map(r, ${RULE_AS_LISTS}))`,
      ].join("\n"),
    },
    validations: [
      {
        expression: "variables.entries.size() == 1",
        message:
          "refused a Role that no baseline asks for: its name must be that of a role in spec.access.roles of the namespace's SecurityBaseline, in mode Enforce",
      },
      {
        expression: "variables.asked.exists(rules, rules == variables.written)",
        message:
          "refused a Role with other rules: a built-in role has its supplied rules, any other exactly those that the namespace's SecurityBaseline lists for it",
      },
    ],
  };
}

function builtInLiteral(builtIn: Readonly<Record<string, readonly AccessRule[]>>): string {
  const entries = Object.entries(builtIn).map(([name, rules]) => `  ${quote(name)}: [\n${rules.map(ruleLiteral).join(",\n")}\n  ]`);
  return `{\n${entries.join(",\n")}\n}`;
}

function ruleLiteral(rule: AccessRule): string {
  return `    ${ruleAsLists((field) => quoteList(rule[field] ?? []))}`;
}

/** CEL: a rule in the form of RULE_AS_LISTS, each field as `print` writes it. */
export function ruleAsLists(print: (field: (typeof RULE_FIELDS)[number]) => string): string {
  return `[${RULE_FIELDS.map(print).join(", ")}]`;
}
