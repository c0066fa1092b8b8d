/** Proves that the operator's rights follow from the declarations, whatever kinds and roles are declared. */
import { expect } from "chai";
import { clusterRules, operatorRights, reportRights } from "../../../hack/config/rights.ts";
import type { ObservedKind, OwnedKind } from "../../../operator/kinds/kind.ts";
import { Rank } from "../../../operator/kinds/kind.ts";

const kind = (apiVersion: string, resource: string, namespaced: boolean): OwnedKind => ({
  apiVersion,
  kind: "Any",
  scope: namespaced ? "InNamespace" : "TheNamespace",
  resource,
  namespaced,
  fields: [],
  rank: () => Rank.role,
});

const rulesFor = (...kinds: OwnedKind[]) => clusterRules({ kinds, observed: [], judged: [], builtIn: ["reader"] });

describe("the operator's rights", () => {
  const cases = [
    {
      reason: "a kind inside namespaces is generated: made, changed and deleted, and read by watching only",
      declared: kind("example.dev/v1beta1", "widgets", true),
      expected: { apiGroups: ["example.dev"], resources: ["widgets"], verbs: ["list", "watch", "create", "patch", "delete"] },
    },
    {
      reason: 'a kind of the core group has the group ""',
      declared: kind("v1", "gadgets", true),
      expected: { apiGroups: [""], resources: ["gadgets"], verbs: ["list", "watch", "create", "patch", "delete"] },
    },
    {
      reason: "a kind outside namespaces is shared with others: changed, never made or deleted",
      declared: kind("v1", "places", false),
      expected: { apiGroups: [""], resources: ["places"], verbs: ["list", "watch", "patch"] },
    },
  ];
  for (const { reason, declared, expected } of cases) {
    it(reason, () => {
      expect(rulesFor(declared)).to.deep.include(expected);
      expect(rulesFor()).to.not.deep.include(expected);
    });
  }

  it("a kind that is only observed is listed and watched", () => {
    const declared: ObservedKind = { apiVersion: "example.dev/v1", kind: "Any", resource: "signs", namespaced: true, facts: () => ({}) };
    const rules = clusterRules({ kinds: [], observed: [declared], judged: [], builtIn: [] });
    expect(rules.filter(({ resources }) => resources.includes("signs"))).to.deep.equal([
      { apiGroups: ["example.dev"], resources: ["signs"], verbs: ["list", "watch"] },
    ]);
  });

  it("escalate and bind name the built-in roles and the one for tokens of stores, one by one", () => {
    const strong = rulesFor().filter(({ verbs }) => verbs.includes("escalate") || verbs.includes("bind"));
    expect(strong).to.deep.equal([
      {
        apiGroups: ["rbac.authorization.k8s.io"],
        resources: ["roles"],
        resourceNames: ["reader", "external-secrets-token"],
        verbs: ["escalate", "bind"],
      },
    ]);
  });

  it("what is ours is read and its status written, and of emergency access what is over is deleted", () => {
    const own = rulesFor().filter(({ apiGroups }) => apiGroups.includes("securitybaseline.dev"));
    const kinds = [
      ...["securitybaselines", "clustersecuritybaselines"],
      ...["breakglassrequests", "breakglassdecisions", "breakglassauditentries", "breakglasscheckpoints"],
    ];
    expect(own).to.deep.equal([
      { apiGroups: ["securitybaseline.dev"], resources: kinds, verbs: ["list", "watch"] },
      { apiGroups: ["securitybaseline.dev"], resources: ["breakglassrequests", "breakglassdecisions"], verbs: ["delete"] },
      {
        apiGroups: ["securitybaseline.dev"],
        resources: ["securitybaselines", "clustersecuritybaselines", "breakglassrequests", "breakglasscheckpoints"].map(
          (kind) => `${kind}/status`,
        ),
        verbs: ["patch"],
      },
    ]);
  });

  it("each role is bound to the operator's account and to nobody else", () => {
    const bindings = operatorRights({ kinds: [], observed: [], judged: [], builtIn: [] }).filter((document) =>
      String(document["kind"]).endsWith("Binding"),
    );
    const subject = { kind: "ServiceAccount", name: "securitybaseline-operator", namespace: "securitybaseline-system" };
    expect(bindings.map((binding) => binding["subjects"])).to.deep.equal([[subject], [subject], [subject]]);
  });

  it("on policy reports are for one name, and not to delete", () => {
    const [role, binding] = reportRights("wgpolicyk8s.io");
    expect(role?.["rules"]).to.deep.equal([
      {
        apiGroups: ["wgpolicyk8s.io"],
        resources: ["policyreports", "clusterpolicyreports"],
        resourceNames: ["securitybaseline"],
        verbs: ["list", "watch", "create", "patch"],
      },
    ]);
    expect(binding?.["subjects"]).to.deep.equal([
      { kind: "ServiceAccount", name: "securitybaseline-operator", namespace: "securitybaseline-system" },
    ]);
  });
});
