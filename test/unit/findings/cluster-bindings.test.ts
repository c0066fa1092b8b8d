/** Tests whom a binding for the whole cluster is said to give its role, and that none of any size or name hides, floods or writes lines of its own. */
import { expect } from "chai";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { applyExceptions } from "../../../operator/findings/exceptions.ts";
import { type Audience, audienceInCluster, foreignAccounts } from "../../../operator/kinds/binding-audience.ts";
import { clusterRoleBinding } from "../../../operator/kinds/cluster-role-binding.ts";
import { type ClusterRight, clusterRightsOf } from "../../../operator/kinds/role-rights.ts";
import { traitsOf } from "../../../operator/plan/facts.ts";
import { logFindings } from "../../../operator/reconcile/findings.ts";
import { foundAmong } from "./golden-objects.ts";

const RBAC = "rbac.authorization.k8s.io";
const user = (name: string): JsonObject => ({ apiGroup: RBAC, kind: "User", name });
const group = (name: string): JsonObject => ({ apiGroup: RBAC, kind: "Group", name });
const account = (namespace: string, name: string): JsonObject => ({ kind: "ServiceAccount", name, namespace });
const one = (name: string): { readonly names: readonly string[]; readonly count: number } => ({ names: [name], count: 1 });
const agents = (count: number): readonly JsonObject[] => Array.from({ length: count }, (_, number) => account("fleet", `agent-${number}`));

const binding = (name: string, role: string, subjects: readonly Json[], labels: JsonObject = {}): JsonObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: "ClusterRoleBinding",
  metadata: { name, labels },
  roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
  subjects,
});

const CASES: readonly { readonly reason: string; readonly subjects: Json; readonly audience: Audience }[] = [
  { reason: "a user", subjects: [user("bob")], audience: { User: one("bob") } },
  { reason: "a group", subjects: [group("platform")], audience: { Group: one("platform") } },
  { reason: "everybody", subjects: [group("system:authenticated")], audience: { Public: one("system:authenticated") } },
  { reason: "whoever installed the cluster", subjects: [group("system:masters"), group("kubeadm:cluster-admins")], audience: {} },
  {
    reason: "a user of the name of that group",
    subjects: [user("kubeadm:cluster-admins")],
    audience: { User: one("kubeadm:cluster-admins") },
  },
  { reason: "groups of Kubernetes are groups", subjects: [group("system:nodes")], audience: { Group: one("system:nodes") } },
  { reason: "parts of Kubernetes", subjects: [user("system:kube-scheduler"), user("kube-apiserver")], audience: {} },
  { reason: "a group of the name of such a part", subjects: [group("kube-apiserver")], audience: { Group: one("kube-apiserver") } },
  { reason: "a user of Amazon EKS", subjects: [user("eks:addon-manager")], audience: {} },
  { reason: "accounts of controllers", subjects: [account("flux-system", "kustomize-controller")], audience: {} },
  {
    reason: "the account of pods that asked for none, by either name",
    subjects: [account("web", "default"), user("system:serviceaccount:shop:default")],
    audience: { DefaultAccount: { names: ["shop/default", "web/default"], count: 2 } },
  },
  { reason: "all accounts of a namespace", subjects: [group("system:serviceaccounts:web")], audience: { DefaultAccount: one("web/*") } },
  { reason: "sixteen accounts", subjects: agents(16), audience: {} },
  {
    reason: "seventeen",
    subjects: [...agents(16), account("web", "default")],
    audience: { Crowd: { names: ["fleet/agent-0", "fleet/agent-1", "fleet/agent-10"], count: 17 } },
  },
  { reason: "one account seventeen times", subjects: agents(1).concat(...Array.from({ length: 16 }, () => agents(1))), audience: {} },
  { reason: "nobody", subjects: [], audience: {} },
  { reason: "what is no list", subjects: "bob", audience: {} },
];

describe("a binding for the whole cluster", () => {
  for (const { reason, subjects, audience } of CASES)
    it(`names ${reason}`, () => expect(audienceInCluster(subjects)).to.deep.equal(audience));

  it("is followed into the namespaces of its accounts, unless they are too many", () => {
    expect(foreignAccounts([account("b", "x"), account("a", "y"), account("a", "y"), user("bob")], "")).to.deep.equal(["a/y", "b/x"]);
    expect(foreignAccounts([account("b", "x"), account("a", "y")], "a")).to.deep.equal(["b/x"]);
    expect(foreignAccounts(agents(17), "")).to.deep.equal([]);
  });

  it("has short traits, and is found, with ten thousand subjects of any kind", () => {
    for (const subjects of [
      agents(10_000),
      agents(10_000).map(({ name }) => user(String(name))),
      agents(10_000).map(({ name }) => group(String(name))),
    ]) {
      const large = binding("large", "cluster-admin", subjects);
      expect((traitsOf(clusterRoleBinding, large) ?? "").length).to.be.below(1000);
      expect(foundAmong([large]).map(({ rule }) => rule.id)).to.include("ClusterAdminBinding");
      expect(foundAmong([large])[0]?.message)
        .to.contain("agent-0, ")
        .and.to.contain(" and 9997 more");
    }
  });

  it("is no finding as part of a grant, and is one if only its name and label are a grant's", () => {
    const label = { "securitybaseline.dev/break-glass": "grant" };
    const identity = account("emergency", "bg-1");
    const followed = (subjects: readonly Json[]): unknown =>
      clusterRoleBinding.traits?.(binding("bg-1", "cluster-admin", subjects, label))["accounts"];
    expect(followed([identity])).to.equal(undefined);
    expect(followed([account("emergency", "bg-2")])).to.deep.equal(["emergency/bg-2"]);
    expect(foundAmong([binding("bg-1", "cluster-admin", [identity], label)])).to.deep.equal([]);
    expect(foundAmong([binding("bg-1", "cluster-admin", [identity, user("bob")], label)])).to.have.length(2);
    expect(foundAmong([binding("bg-1", "cluster-admin", [user("bob")], label)])).to.have.length(2);
    expect(foundAmong([binding("bob", "cluster-admin", [user("bob")], label)])).to.have.length(2);
    expect(foundAmong([binding("bg-1", "cluster-admin", [user("bob")])])).to.have.length(2);
  });

  it("writes no line of its own into status", () => {
    const name = "bob\nCritical finding accepted\u202e";
    const judged = applyExceptions(foundAmong([binding(name, "cluster-admin", [user(name)])]), [], 0);
    const { entries } = logFindings({ ...judged, unseen: new Set() }, undefined, "2026-11-23T10:00:00Z");
    expect(entries).to.have.length(2);
    for (const { ref, message } of entries) expect(`${ref.name}${message}`).to.match(/^[\x20-\x7e]*$/);
  });
});

describe("what a ClusterRole gives in the whole cluster besides", () => {
  const rule = (apiGroup: string, resource: string, ...verbs: readonly string[]): Json => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs,
  });
  const cases: readonly { readonly reason: string; readonly rules: readonly Json[]; readonly rights: readonly ClusterRight[] }[] = [
    { reason: "nothing, by URLs", rules: [{ nonResourceURLs: ["*"], verbs: ["*"] }], rights: [] },
    {
      reason: "nothing, by questions about oneself",
      rules: [rule("authorization.k8s.io", "selfsubjectaccessreviews", "create")],
      rights: [],
    },
    {
      reason: "objects, by the same resource elsewhere",
      rules: [rule("example.com", "selfsubjectaccessreviews", "create")],
      rights: ["Objects"],
    },
    {
      reason: "objects, by questions about others",
      rules: [rule("authorization.k8s.io", "subjectaccessreviews", "create")],
      rights: ["Objects"],
    },
    { reason: "objects, by reading a kind of Kubernetes", rules: [rule("", "namespaces", "list")], rights: ["Objects"] },
    { reason: "nothing, by reading a kind of another project", rules: [rule("example.com", "settings", "list")], rights: [] },
    { reason: "objects, by changing it", rules: [rule("example.com", "settings", "patch")], rights: ["Objects"] },
    { reason: "every pod, by the kubelets", rules: [rule("", "nodes/proxy", "get")], rights: ["Nodes", "Objects"] },
    { reason: "nothing, by reading whom to trust", rules: [rule("certificates.k8s.io", "clustertrustbundles", "list")], rights: [] },
    { reason: "objects, by changing it", rules: [rule("certificates.k8s.io", "clustertrustbundles", "update")], rights: ["Objects"] },
    { reason: "objects only, by their numbers", rules: [rule("", "nodes/metrics", "get")], rights: ["Objects"] },
  ];
  for (const { reason, rules, rights } of cases) it(`is ${reason}`, () => expect(clusterRightsOf(rules)).to.deep.equal(rights));
});
