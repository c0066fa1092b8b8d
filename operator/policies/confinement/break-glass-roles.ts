/** Declares the policies on the Roles by which people ask for emergency access and decide about it, and on their bindings. */
import type { AccessRule } from "../../api/baseline.ts";
import { BREAK_GLASS_ROLE_PREFIX } from "../../api/names.ts";
import { type BreakGlassSide, breakGlassRoleName, breakGlassSides } from "../../controls/break-glass/break-glass.ts";
import { role } from "../../kinds/role.ts";
import { roleBinding } from "../../kinds/role-binding.ts";
import { quote, quoteList } from "../cel.ts";
import { type Confinement, changes, enforces, matchKind, type Place } from "./confine.ts";
import { RBAC_GROUP, RULE_AS_LISTS, ruleAsLists } from "./grants.ts";

const NAME = "object.metadata.name";

/** CEL, by side: the profile `p` lists the group of the subject `s`. */
const LISTED: Readonly<Record<BreakGlassSide, string>> = {
  request: "s.name in p.requesters.groups || (p.?bypass.?allowed.orValue(false) && s.name in p.bypass.?groups.orValue([]))",
  approve: "s.name in p.approvers.groups",
  "stand-in": "s.name in dyn(p).approvers.?escalation.?groups.orValue([])",
};

const SIDES = Object.keys(LISTED) as readonly BreakGlassSide[];

/** CEL, of the sides that not every profile has: `p` has it. Read without types: an API server that was just upgraded still checks with the old ones. */
const PRESENT: Readonly<Partial<Record<BreakGlassSide, string>>> = { "stand-in": "dyn(p).approvers.?escalation.hasValue()" };

/** Stands for the profile's name while the rules are written down as CEL. */
const SOME_PROFILE = "profile";

/** Other names are those of other sections, which the ClusterSecurityBaseline does not have. */
const OF_BREAK_GLASS = { "of-break-glass": `${NAME}.startsWith(${quote(BREAK_GLASS_ROLE_PREFIX)})` };

const PROFILES = "params.spec.breakGlass.?profiles.orValue([])";

/** CEL: the baseline asks for a Role and a RoleBinding of this name, which is CEL itself. */
export function breakGlassRoleAsked(name: string): string {
  const names = SIDES.map((side) => isNamed(side, name)).join(" || ");
  return `(${enforces("breakGlass")} && ${PROFILES}.exists(p, ${names}))`;
}

function isNamed(side: BreakGlassSide, name: string): string {
  const named = `${quote(breakGlassRoleName(side, ""))} + p.name == ${name}`;
  const present = PRESENT[side];
  return present === undefined ? named : `(${named} && ${present})`;
}

const IS_ITS_PROFILE = "p.name == variables.profile";

/** CEL: where the object's name tells a side that not every profile has, `p` has it. */
const PRESENT_SIDES = SIDES.flatMap((side) => {
  const present = PRESENT[side];
  return present === undefined ? [] : [`(!${NAME}.startsWith(${quote(breakGlassRoleName(side, ""))}) || ${present})`];
});

function common(place: Place) {
  return {
    operations: ["CREATE", "UPDATE"],
    by: { place, withoutBaseline: "Deny" },
    variables: {
      profile: bySide((side) => `${NAME}.substring(${breakGlassRoleName(side, "").length})`, "''"),
      profiles: `${enforces("breakGlass")}\n? ${PROFILES}.filter(p, ${[IS_ITS_PROFILE, ...PRESENT_SIDES].join(" && ")})\n: []`,
    },
  } as const satisfies Partial<Confinement>;
}

const ASKED = "variables.profiles.size() == 1";

/** The Roles: exactly the generated rules, for a profile that is stated. */
function rolesIn(place: Place): Confinement {
  const shared = common(place);
  return {
    ...shared,
    name: "break-glass-roles",
    about: "Roles by which people ask for emergency access, or decide about it, are those of a stated profile.",
    matches: [matchKind(role)],
    conditions: { ...conditionsIn(place), ...changes("rules") },
    variables: {
      ...shared.variables,
      written: `object.?rules.orValue([]).map(r, ${RULE_AS_LISTS})`,
      asked: bySide((side) => `[\n${breakGlassSides[side].rules(SOME_PROFILE).map(ruleLiteral).join(",\n")}\n]`, "[]"),
    },
    validations: [
      { expression: ASKED, message: unasked("Role", place) },
      {
        expression: "variables.written == variables.asked",
        message: "refused a Role of emergency access with other rules: it lets ask for, or decide about, the profile in its name",
      },
    ],
  };
}

/** The RoleBindings: to the groups of that profile. */
function bindingsIn(place: Place): Confinement {
  return {
    ...common(place),
    name: "break-glass-role-bindings",
    about: "Bindings of Roles by which people ask for emergency access, or decide about it, are those of a stated profile.",
    matches: [matchKind(roleBinding)],
    conditions: { ...conditionsIn(place), ...changes("subjects") },
    validations: [
      { expression: ASKED, message: unasked("RoleBinding", place) },
      {
        expression: `object.roleRef.apiGroup == ${RBAC_GROUP} && object.roleRef.kind == 'Role' && object.roleRef.name == ${NAME}`,
        message: "refused a RoleBinding of emergency access to another role: roleRef must be the Role of the binding's own name",
      },
      {
        expression: [
          "variables.profiles.all(p, object.?subjects.orValue([]).all(s,",
          `  s.kind == 'Group' && s.?apiGroup.orValue('') == ${RBAC_GROUP} && (`,
          `${bySide((side) => LISTED[side], "false")})))`,
        ].join("\n"),
        message: `refused a RoleBinding of emergency access to other subjects: only the groups that the profile lists in the ${place.posture.kind} are allowed`,
      },
    ],
  };
}

/** CEL: what `print` writes for the side that the object's name tells. */
function bySide(print: (side: BreakGlassSide) => string, otherwise: string): string {
  const choices = SIDES.map((side) => `${NAME}.startsWith(${quote(breakGlassRoleName(side, ""))})\n? ${print(side)}\n: `);
  return `${choices.join("")}${otherwise}`;
}

function ruleLiteral(rule: AccessRule): string {
  return `  ${ruleAsLists((field) => (rule[field]?.includes(SOME_PROFILE) ? "[variables.profile]" : quoteList(rule[field] ?? [])))}`;
}

function unasked(kind: string, { posture }: Place): string {
  return `refused a ${kind} of emergency access that nothing asks for: its name must hold that of a profile in spec.breakGlass of the ${posture.kind}, in mode Enforce`;
}

function conditionsIn({ prefix }: Place): Readonly<Record<string, string>> {
  return prefix === "" ? OF_BREAK_GLASS : {};
}

/** The Roles of emergency access and their bindings, where a kind of baseline states its profiles. */
export function breakGlassRoles(place: Place): readonly Confinement[] {
  return [rolesIn(place), bindingsIn(place)];
}
