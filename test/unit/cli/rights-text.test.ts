/** Proves that the rules of a role are told in words that nobody misreads at night: nothing is left out, and what is strong sounds strong. */
import { expect } from "chai";
import { type RightsRule, rightsInWords } from "../../../operator/cli/rights-text.ts";

describe("the rights of a role in words", () => {
  const cases: readonly { reason: string; rules: readonly RightsRule[]; words: readonly string[] }[] = [
    { reason: "nothing for a role without rights", rules: [], words: [] },
    {
      reason: "reading in its three forms is one word",
      rules: [{ apiGroups: [""], resources: ["pods", "events"], verbs: ["get", "list", "watch"] }],
      words: ["read: pods, events"],
    },
    {
      reason: "the same rights of several rules stand in one line",
      rules: [
        { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "patch"] },
        { apiGroups: ["batch"], resources: ["jobs"], verbs: ["update", "list"] },
      ],
      words: ["read and change: deployments, jobs"],
    },
    {
      reason: "writing in all its forms",
      rules: [{ apiGroups: [""], resources: ["services"], verbs: ["delete", "create", "patch", "get", "deletecollection"] }],
      words: ["read, make, change and delete: services"],
    },
    {
      reason: "a star is anything, everywhere",
      rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
      words: ["do anything with: everything"],
    },
    {
      reason: "a star of one group",
      rules: [{ apiGroups: ["", "apps"], resources: ["*"], verbs: ["get"] }],
      words: ["read: everything of the core group, everything of apps"],
    },
    {
      reason: "entering a pod is no reading, although its verb is get",
      rules: [{ apiGroups: [""], resources: ["pods/exec", "pods/log"], verbs: ["get"] }],
      words: ["run commands in: pods", "read the logs of: pods"],
    },
    {
      reason: "looking at a subresource is no act",
      rules: [{ apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["get"] }],
      words: ["read the scale of: deployments"],
    },
    {
      reason: "an act by a star",
      rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["*"] }],
      words: ["make tokens of: serviceaccounts"],
    },
    {
      reason: "a subresource that nobody has a word for",
      rules: [{ apiGroups: [""], resources: ["nodes/constructor"], verbs: ["patch"] }],
      words: ["change the constructor of: nodes"],
    },
    {
      reason: "verbs of RBAC are told as they are called",
      rules: [{ apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["bind", "get", "escalate"] }],
      words: ["read, bind and escalate: clusterroles"],
    },
    {
      reason: "names limit a right",
      rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["tls", "db"], verbs: ["get"] }],
      words: ["read: secrets (only tls, db)"],
    },
    {
      reason: "kinds of others carry their group",
      rules: [{ apiGroups: ["postgresql.example.com"], resources: ["clusters"], verbs: ["patch"] }],
      words: ["change: clusters.postgresql.example.com"],
    },
    { reason: "paths", rules: [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }], words: ["read: /metrics"] },
  ];
  for (const { reason, rules, words } of cases) {
    it(reason, () => expect(rightsInWords(rules)).to.deep.equal(words));
  }
});
