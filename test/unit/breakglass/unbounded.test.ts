/** Proves by which rights a grant of a ClusterRole could make itself permanent, and that what is needed to work is none of them. */
import { expect } from "chai";
import { suppliedRoles } from "../../../operator/breakglass/supplied-roles.ts";
import { unboundedBecause } from "../../../operator/breakglass/unbounded.ts";

interface Case {
  readonly reason: string;
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly names?: readonly string[];
  readonly because: string | undefined;
}

const IMPERSONATES = "may act as somebody else (verb impersonate)";
const ACTS = "may act as somebody else (verb * on users, groups or ServiceAccounts)";
const MINTS = "mints tokens of ServiceAccounts (serviceaccounts/token)";
const NODES = "reaches into nodes past all policies (nodes/proxy)";
const RBAC = "does more than read rbac.authorization.k8s.io, which hands out rights";
const READ = ["get", "list", "watch"];

const CASES: readonly Case[] = [
  { reason: "everything, as cluster-admin", groups: ["*"], resources: ["*"], verbs: ["*"], because: ACTS },
  { reason: "impersonation of users", groups: [""], resources: ["users"], verbs: ["impersonate"], because: IMPERSONATES },
  {
    reason: "impersonation of ServiceAccounts, as built-in edit has it",
    groups: [""],
    resources: ["serviceaccounts"],
    verbs: ["impersonate"],
    because: IMPERSONATES,
  },
  {
    reason: "impersonation of one name: who bears it tomorrow is not known",
    groups: [""],
    resources: ["users"],
    verbs: ["impersonate"],
    names: ["jane"],
    because: IMPERSONATES,
  },
  {
    reason: "constrained impersonation",
    groups: ["authentication.k8s.io"],
    resources: ["users"],
    verbs: ["impersonate:user-info"],
    because: IMPERSONATES,
  },
  {
    reason: "what may be done by constrained impersonation",
    groups: [""],
    resources: ["pods"],
    verbs: ["impersonate-on:user-info:list"],
    because: IMPERSONATES,
  },
  { reason: "impersonation of what is no person", groups: ["x.io"], resources: ["y"], verbs: ["impersonate"], because: IMPERSONATES },
  { reason: "every verb on extras", groups: ["authentication.k8s.io"], resources: ["userextras/*"], verbs: ["*"], because: ACTS },
  { reason: "every verb on ServiceAccounts", groups: [""], resources: ["serviceaccounts"], verbs: ["*"], because: ACTS },
  { reason: "every verb on the core group", groups: [""], resources: ["*"], verbs: ["*"], because: ACTS },
  {
    reason: "escalation",
    groups: ["rbac.authorization.k8s.io"],
    resources: ["roles"],
    verbs: ["escalate"],
    because: "may hand out rights that it does not hold (verb escalate)",
  },
  {
    reason: "binding one role",
    groups: ["rbac.authorization.k8s.io"],
    resources: ["clusterroles"],
    verbs: ["bind"],
    names: ["view"],
    because: "may bind roles that it does not hold (verb bind)",
  },
  { reason: "tokens", groups: [""], resources: ["serviceaccounts/token"], verbs: ["create"], because: MINTS },
  { reason: "tokens of one account", groups: [""], resources: ["serviceaccounts/token"], verbs: ["create"], names: ["a"], because: MINTS },
  { reason: "tokens as a subresource of anything", groups: ["*"], resources: ["*/token"], verbs: ["create"], because: MINTS },
  { reason: "tokens by a pattern of no meaning today", groups: [""], resources: ["serviceaccounts/*"], verbs: ["create"], because: MINTS },
  { reason: "the kubelet's own API, also to read", groups: [""], resources: ["nodes/proxy"], verbs: ["get"], because: NODES },
  { reason: "reading everything, nodes/proxy with it", groups: ["*"], resources: ["*"], verbs: READ, because: NODES },
  { reason: "RoleBindings", groups: ["rbac.authorization.k8s.io"], resources: ["rolebindings"], verbs: ["create"], because: RBAC },
  {
    reason: "one RoleBinding",
    groups: ["rbac.authorization.k8s.io"],
    resources: ["rolebindings"],
    verbs: ["patch"],
    names: ["a"],
    because: RBAC,
  },
  {
    reason: "deleting many bindings of policies",
    groups: ["admissionregistration.k8s.io"],
    resources: ["validatingadmissionpolicybindings"],
    verbs: ["deletecollection"],
    because: "does more than read admissionregistration.k8s.io, which removes the policies that hold grants",
  },
  {
    reason: "APIServices",
    groups: ["apiregistration.k8s.io"],
    resources: ["apiservices"],
    verbs: ["update"],
    because: "does more than read apiregistration.k8s.io, which puts another server in the place of an API",
  },
  {
    reason: "the status of CustomResourceDefinitions",
    groups: ["apiextensions.k8s.io"],
    resources: ["customresourcedefinitions/status"],
    verbs: ["patch"],
    because: "does more than read apiextensions.k8s.io, which changes the kinds that hold grants",
  },
  {
    reason: "approval of certificates",
    groups: ["certificates.k8s.io"],
    resources: ["signers"],
    verbs: ["approve"],
    because: "does more than read certificates.k8s.io, which makes certificates, which nobody can take back",
  },
  {
    reason: "asking for emergency access",
    groups: ["securitybaseline.dev"],
    resources: ["breakglassprofiles"],
    verbs: ["use"],
    because: "does more than read securitybaseline.dev, which decides about emergency access",
  },
  { reason: "a resource in every group", groups: ["*"], resources: ["widgets"], verbs: ["create"], because: RBAC },

  { reason: "allowed: every verb on pods", groups: [""], resources: ["pods", "pods/exec"], verbs: ["*"], because: undefined },
  { reason: "allowed: every verb in another group", groups: ["db.example.com"], resources: ["*"], verbs: ["*"], because: undefined },
  {
    reason: "allowed: reading the closed groups",
    groups: ["rbac.authorization.k8s.io"],
    resources: ["*"],
    verbs: READ,
    because: undefined,
  },
  { reason: "allowed: Secrets", groups: [""], resources: ["secrets"], verbs: [...READ, "create", "update"], because: undefined },
  { reason: "allowed: nodes", groups: [""], resources: ["nodes", "nodes/status"], verbs: [...READ, "patch"], because: undefined },
  { reason: "allowed: a proxy to pods", groups: [""], resources: ["pods/proxy"], verbs: ["create"], because: undefined },
  { reason: "allowed: reading ServiceAccounts", groups: [""], resources: ["serviceaccounts"], verbs: READ, because: undefined },
];

describe("rights by which a grant could make itself permanent", () => {
  for (const { reason, groups, resources, verbs, names, because } of CASES) {
    it(reason, () => {
      const harmless = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
      const rule = { apiGroups: [...groups], resources: [...resources], verbs: [...verbs], ...(names && { resourceNames: [...names] }) };
      expect(unboundedBecause([harmless, rule])).to.equal(because);
    });
  }

  it("are no matter of rules for paths, of which none changes anything", () => {
    expect(unboundedBecause([{ nonResourceURLs: ["*"], verbs: ["*"] }])).to.equal(undefined);
  });

  it("are none where a role has no rules yet, as an aggregated one that nobody has filled", () => {
    expect([unboundedBecause(null), unboundedBecause([])]).to.deep.equal([undefined, undefined]);
  });

  it("are told of in the same words whatever the order of the rules", () => {
    const rules = [
      { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["create"] },
      { apiGroups: [""], resources: ["users"], verbs: ["impersonate"] },
    ];
    expect([unboundedBecause(rules), unboundedBecause(rules.toReversed())]).to.deep.equal([IMPERSONATES, IMPERSONATES]);
  });

  for (const role of suppliedRoles()) {
    const { name } = role["metadata"] as { name: string };
    it(`are none of the supplied ${name}`, () => expect(unboundedBecause(role["rules"] ?? null)).to.equal(undefined));
  }
});
