/** Turns the section `breakGlass` into objects: per profile, the right to ask for emergency access, to decide about it, and to stand in for who decides. */
import type { AccessRule } from "../../api/baseline.ts";
import type { BreakGlassProfile, BreakGlassSection } from "../../api/break-glass.ts";
import { roleRefusal, unboundedNotice } from "../../api/grantable-roles.ts";
import { BREAK_GLASS_PROFILES, BREAK_GLASS_ROLE_PREFIX, GROUP } from "../../api/names.ts";
import { type SectionProblem, worstProblem } from "../../api/reasons.ts";
import type { BreakGlassInstallation } from "../../facts/break-glass.ts";
import { durationMillis } from "../../kinds/duration.ts";
import { role } from "../../kinds/role.ts";
import { RBAC_GROUP, roleBinding } from "../../kinds/role-binding.ts";
import type { Control, Draft } from "../control.ts";
import { byText, sortedSet } from "../order.ts";

/** What people do with a profile: each becomes a Role and a RoleBinding. */
export type BreakGlassSide = "approve" | "request" | "stand-in";

interface Side {
  /** Rules for the profile of this name. */
  rules(profile: string): readonly AccessRule[];
  /** Groups that hold them, in any order and perhaps twice; none where the profile does not have this side. */
  groups(profile: BreakGlassProfile): readonly string[];
}

const READ = ["get", "list", "watch"];

export const breakGlassSides: Readonly<Record<BreakGlassSide, Side>> = {
  request: {
    // Who asks withdraws by a decision.
    rules: (profile) => [
      ours("breakglassrequests", ["create", ...READ]),
      ours("breakglassdecisions", ["create", ...READ]),
      { ...ours(BREAK_GLASS_PROFILES, ["use"]), resourceNames: [profile] },
      ours("securitybaselines", ["get"]),
    ],
    groups: ({ requesters, bypass }) => [...requesters.groups, ...(bypass?.allowed === true ? (bypass.groups ?? []) : [])],
  },
  approve: {
    rules: (profile) => [
      ours("breakglassrequests", READ),
      ours("breakglassdecisions", ["create", ...READ]),
      { ...ours(BREAK_GLASS_PROFILES, ["approve", "revoke", "review"]), resourceNames: [profile] },
      ours("securitybaselines", ["get"]),
    ],
    groups: ({ approvers }) => approvers.groups,
  },
  // Never `approve`: who stands in says so in the decision, and the operator knows from when on that counts.
  "stand-in": {
    rules: (profile) => [
      ours("breakglassrequests", READ),
      ours("breakglassdecisions", ["create", ...READ]),
      { ...ours(BREAK_GLASS_PROFILES, ["stand-in", "revoke", "review"]), resourceNames: [profile] },
      ours("securitybaselines", ["get"]),
    ],
    groups: ({ approvers }) => approvers.escalation?.groups ?? [],
  },
};

const SIDES: readonly BreakGlassSide[] = ["approve", "request", "stand-in"];

/** Name of the Role and RoleBinding of one side of a profile. */
export function breakGlassRoleName(side: BreakGlassSide, profile: string): string {
  return `${BREAK_GLASS_ROLE_PREFIX}${side}-${profile}`;
}

/** The section `breakGlass`. */
export const breakGlass: Control<"breakGlass"> = {
  name: "breakGlass",
  condition: "BreakGlassReady",
  alarms: true,
  standards: ["CIS-5.1.1", "CIS-5.1.7", "NSA-authorization"],
  owns: [role, roleBinding],
  // Whoever keeps deleting the right to ask would else keep a group from emergency access for minutes.
  longestPause: 1000,
  reads: () => ["breakGlass"],
  desired: (section) => profilesOf(section).flatMap((profile) => SIDES.flatMap((side) => drafts(side, profile))),
  warnings: (section, { facts }) => (facts.breakGlass.value ? warnings(section, facts.breakGlass.value) : []),
  problem: (section, { facts, namespace }) => facts.breakGlass.value && worstProblem(problems(section, facts.breakGlass.value, namespace)),
};

function ours(resource: string, verbs: readonly string[]): AccessRule {
  return { apiGroups: [GROUP], resources: [resource], verbs };
}

function profilesOf({ profiles = [] }: BreakGlassSection): readonly BreakGlassProfile[] {
  return profiles.toSorted((a, b) => byText(a.name, b.name));
}

function drafts(side: BreakGlassSide, profile: BreakGlassProfile): readonly Draft[] {
  const { rules, groups } = breakGlassSides[side];
  const name = breakGlassRoleName(side, profile.name);
  const subjects = sortedSet(groups(profile)).map((group) => ({ apiGroup: RBAC_GROUP, kind: "Group", name: group }));
  if (subjects.length === 0) return [];
  return [
    { kind: role, name, body: { rules: rules(profile.name).map((rule) => ({ ...rule })) } },
    { kind: roleBinding, name, body: { roleRef: { apiGroup: RBAC_GROUP, kind: role.kind, name }, subjects } },
  ];
}

/** Of a role that is not granted for that very reason, the problem tells. */
function warnings(section: BreakGlassSection, { caveat, unboundedRoles }: BreakGlassInstallation): readonly string[] {
  const unbounded = profilesOf(section).filter(({ role: name }) => unboundedRoles.includes(name));
  return [
    ...(caveat === undefined ? [] : [caveat]),
    ...unbounded.map(
      ({ name, role: roleName }) =>
        `profile "${name}": ${unboundedNotice(roleName)}: at least two people approve each, also where bypass is allowed, and each use is reviewed before the next`,
    ),
  ];
}

function problems(section: BreakGlassSection, installation: BreakGlassInstallation, namespace: string): readonly SectionProblem[] {
  const isForCluster = namespace === installation.namespace;
  const refused = profilesOf(section).flatMap((profile) =>
    [roleProblem(profile, installation, isForCluster), durationProblem(profile, installation)]
      .filter((problem) => problem !== undefined)
      .map((problem) => `profile "${profile.name}": ${problem}`),
  );
  return [
    ...(refused.length > 0 ? [{ reason: "InvalidSpec", message: refused.join("; ") } as const] : []),
    ...(installation.obstacle === undefined ? [] : [{ reason: "BackendUnavailable", message: installation.obstacle } as const]),
  ];
}

function roleProblem({ role: name }: BreakGlassProfile, installation: BreakGlassInstallation, isForCluster: boolean): string | undefined {
  const unbounded = installation.unboundedBecause[name];
  const refusal = roleRefusal({ name, unbounded, isForCluster }, installation);
  if (refusal !== undefined) return refusal;
  if (installation.presentRoles.includes(name)) return undefined;
  return `the ClusterRole "${name}" does not exist: have it installed, or write another role`;
}

function durationProblem({ maxDuration }: BreakGlassProfile, installation: BreakGlassInstallation): string | undefined {
  if ((durationMillis(maxDuration) ?? Number.POSITIVE_INFINITY) <= installation.maxDuration * 1000) return undefined;
  return `maxDuration ${maxDuration} is longer than this installation allows: write at most ${inMinutes(installation.maxDuration)}`;
}

/** As the field is written. */
function inMinutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}m`;
}
