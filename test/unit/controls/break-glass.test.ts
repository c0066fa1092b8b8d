/** Proves what section `breakGlass` says of profiles that the installation does not grant, and what it says not. */
import { expect } from "chai";
import type { BreakGlassProfile } from "../../../operator/api/break-glass.ts";
import { breakGlass } from "../../../operator/controls/break-glass/break-glass.ts";
import { desiredObjects, desiredProblems, sectionCaveats } from "../../../operator/controls/desired.ts";
import type { BreakGlassInstallation } from "../../../operator/facts/break-glass.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import { factsWith, inEffect } from "../../support/in-effect.ts";

const PROFILE: BreakGlassProfile = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"] },
  maxDuration: "2h",
};
const INSTALLATION: BreakGlassInstallation = {
  namespace: "glass",
  allowedRoles: ["sb-network-admin", "sb-incident-admin"],
  unboundedRoles: [],
  presentRoles: ["sb-incident-admin"],
  unboundedBecause: {},
  maxDuration: 7200,
  obstacle: undefined,
  caveat: undefined,
};

interface Case {
  readonly reason: string;
  readonly profiles?: readonly Partial<BreakGlassProfile>[];
  readonly installation?: Partial<BreakGlassInstallation>;
  /** Of the baseline; the break-glass namespace stands for the cluster. */
  readonly namespace?: string;
  readonly caveats?: readonly string[];
  readonly problem: { readonly reason: string; readonly message: string } | undefined;
}

const UNBOUNDED: Partial<BreakGlassInstallation> = {
  unboundedRoles: ["cluster-admin"],
  presentRoles: ["cluster-admin"],
  unboundedBecause: { "cluster-admin": "may act as somebody else (verb * on users, groups or ServiceAccounts)" },
};
const UNBOUNDED_CAVEAT =
  'profile "incident": a grant of the ClusterRole "cluster-admin" can make itself permanent: at least two people approve each, also where bypass is allowed, and each use is reviewed before the next';

const CASES: readonly Case[] = [
  { reason: "a profile at the installation's bound is fine", problem: undefined },
  { reason: "a shorter one is fine", profiles: [{ maxDuration: "1h59m" }], problem: undefined },
  {
    reason: "a longer one is told how long it may be",
    profiles: [{ maxDuration: "2h1m" }],
    problem: {
      reason: "InvalidSpec",
      message: 'profile "incident": maxDuration 2h1m is longer than this installation allows: write at most 120m',
    },
  },
  {
    reason: "a role that is not allowed is told which ones are",
    profiles: [{ role: "cluster-admin" }],
    problem: {
      reason: "InvalidSpec",
      message:
        'profile "incident": this installation does not grant the ClusterRole "cluster-admin": write role: sb-incident-admin or sb-network-admin, or have it added to --break-glass-roles',
    },
  },
  {
    reason: "a role that is listed although a grant of it can make itself permanent is told why it is not granted",
    profiles: [{ role: "edit" }],
    installation: {
      allowedRoles: ["edit", "sb-incident-admin"],
      presentRoles: ["edit"],
      unboundedBecause: { edit: "may act as somebody else (verb impersonate)" },
    },
    problem: {
      reason: "InvalidSpec",
      message:
        'profile "incident": a grant of the ClusterRole "edit" can make itself permanent, because it may act as somebody else (verb impersonate): write role: sb-incident-admin, or have it moved from --break-glass-roles to --break-glass-unbounded-roles',
    },
  },
  {
    reason: "one that is listed as such is for the whole cluster alone",
    profiles: [{ role: "cluster-admin" }],
    installation: UNBOUNDED,
    caveats: [UNBOUNDED_CAVEAT],
    problem: {
      reason: "InvalidSpec",
      message:
        'profile "incident": a grant of the ClusterRole "cluster-admin" can make itself permanent: name it only in profiles of the ClusterSecurityBaseline, and write another role here',
    },
  },
  {
    reason: "there it is granted, and everybody is told",
    namespace: "glass",
    profiles: [{ role: "cluster-admin" }],
    installation: UNBOUNDED,
    caveats: [UNBOUNDED_CAVEAT],
    problem: undefined,
  },
  {
    reason: "a role that is allowed and absent",
    profiles: [{ role: "sb-network-admin" }],
    problem: {
      reason: "InvalidSpec",
      message: 'profile "incident": the ClusterRole "sb-network-admin" does not exist: have it installed, or write another role',
    },
  },
  {
    reason: "every profile is told, by name",
    profiles: [
      { name: "b", maxDuration: "3h", role: "sb-network-admin" },
      { name: "a", maxDuration: "4h" },
    ],
    problem: {
      reason: "InvalidSpec",
      message: [
        'profile "a": maxDuration 4h is longer than this installation allows: write at most 120m',
        'profile "b": the ClusterRole "sb-network-admin" does not exist: have it installed, or write another role',
        'profile "b": maxDuration 3h is longer than this installation allows: write at most 120m',
      ].join("; "),
    },
  },
  {
    reason: "what is in the way of every grant",
    installation: { obstacle: "a policy is missing" },
    problem: { reason: "BackendUnavailable", message: "a policy is missing" },
  },
  {
    reason: "what the author can put right comes before what is in the way",
    profiles: [{ role: "sb-network-admin" }],
    installation: { obstacle: "a policy is missing" },
    problem: {
      reason: "InvalidSpec",
      message: 'profile "incident": the ClusterRole "sb-network-admin" does not exist: have it installed, or write another role',
    },
  },
  {
    reason: "an obstacle of grants is one of a section without profiles, too",
    profiles: [],
    installation: { obstacle: "x" },
    problem: { reason: "BackendUnavailable", message: "x" },
  },
];

function postureOf(profiles: readonly Partial<BreakGlassProfile>[], namespace = "payments") {
  return {
    apiVersion: "securitybaseline.dev/v1alpha1",
    kind: "SecurityBaseline",
    metadata: { name: "baseline", namespace },
    spec: { breakGlass: { profiles: profiles.map((profile) => ({ ...PROFILE, ...profile })) } },
  };
}

describe("section breakGlass", () => {
  for (const { reason, profiles = [{}], installation = {}, namespace, caveats = [], problem } of CASES) {
    it(reason, () => {
      const facts = factsWith({ breakGlass: { ...INSTALLATION, ...installation } });
      const baseline = inEffect(postureOf(profiles, namespace));
      expect(sectionCaveats(baseline, facts).get("breakGlass")).to.deep.equal(caveats);
      expect(desiredProblems(baseline, facts).get("breakGlass")).to.deep.equal(problem === undefined ? [] : [problem]);
      expect(desiredObjects(baseline, facts)).to.have.length(profiles.length * 4);
    });
  }

  it("says nothing without a cluster", () => {
    expect(desiredProblems(inEffect(postureOf([{ role: "cluster-admin" }])), OFFLINE).get("breakGlass")).to.deep.equal([]);
  });

  it("takes a duration that it cannot read for too long", () => {
    const section = { profiles: [{ ...PROFILE, maxDuration: "for ever" }] };
    const context = { namespace: "payments", mode: "Enforce" as const, facts: factsWith({ breakGlass: INSTALLATION }) };
    expect(breakGlass.problem?.(section, context)?.message).to.include("maxDuration for ever is longer");
  });
});
