/** Proves that every confinement policy judges the operator alone and refuses when it cannot judge. */
import { expect } from "chai";
import { quote, quoteList } from "../../../operator/policies/cel.ts";
import { breakGlassPlace, type Confinement, confine, markedNamespaces } from "../../../operator/policies/confinement/confine.ts";
import { roles } from "../../../operator/policies/confinement/grants.ts";
import { confinementPolicies } from "../../../operator/policies/confinement/index.ts";
import { policyDocuments } from "../../../operator/policies/documents.ts";

const WIDGETS: Confinement = {
  name: "widgets",
  about: "Widgets are confined.",
  operations: ["CREATE", "UPDATE"],
  matches: [{ group: "", version: "v1", resources: ["widgets"] }],
  validations: [{ expression: "object.metadata.name != ''", message: "refused: give a name" }],
};

interface Document {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly paramRef?: object;
    readonly matchConstraints: { readonly objectSelector: object; readonly namespaceSelector: object };
    readonly matchResources?: { readonly resourceRules: readonly { readonly operations: readonly string[] }[] };
    readonly matchConditions: readonly { readonly expression: string }[];
  };
}

const built = (parts: Partial<Confinement>): readonly Document[] =>
  policyDocuments(confine({ ...WIDGETS, ...parts })) as unknown as readonly Document[];

const OURS = { matchExpressions: [{ key: "securitybaseline.dev/control", operator: "Exists" }] };

describe("confinement policies", () => {
  it("judge requests of the operator's account, and fail closed", () => {
    const [policy, binding] = built({});
    expect(policy).to.have.nested.property("spec.failurePolicy", "Fail");
    expect(policy?.spec.matchConditions[0]?.expression).to.equal(
      "request.userInfo.username == 'system:serviceaccount:securitybaseline-system:securitybaseline-operator'",
    );
    expect(binding).to.have.nested.property("spec.policyName", "securitybaseline-operator-widgets");
    expect(binding).to.have.deep.nested.property("spec.validationActions", ["Deny"]);
  });

  const marked = markedNamespaces("glass");
  const MARKED = [
    { key: "securitybaseline.dev/enforced", operator: "In", values: ["true"] },
    { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["glass"] },
  ];
  const GLASS = [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["glass"] }];

  const judges = [
    {
      reason: "without a baseline as judge all objects are judged, everywhere",
      parts: {},
      objects: {},
      namespaces: {},
      paramRef: undefined,
    },
    {
      reason: "a baseline judges objects with our label in marked namespaces: it is looked for before anybody asks who sends the request",
      parts: { by: { place: marked, withoutBaseline: "Deny" } },
      objects: OURS,
      namespaces: { matchExpressions: MARKED },
      paramRef: { name: "baseline", parameterNotFoundAction: "Deny" },
    },
    {
      reason: "and where it is missing, may let pass",
      parts: { by: { place: marked, withoutBaseline: "Allow" } },
      objects: OURS,
      namespaces: { matchExpressions: MARKED },
      paramRef: { name: "baseline", parameterNotFoundAction: "Allow" },
    },
    {
      reason: "in the break-glass namespace the posture of the cluster is the judge, without a mark",
      parts: { by: { place: breakGlassPlace("glass"), withoutBaseline: "Deny" } },
      objects: OURS,
      namespaces: { matchExpressions: GLASS },
      paramRef: { name: "cluster", parameterNotFoundAction: "Deny" },
    },
    {
      reason: "shared objects have no label of ours: the mark alone limits for whom a baseline is looked for",
      parts: { by: { place: marked, withoutBaseline: "Allow" }, objects: [] },
      objects: {},
      namespaces: { matchExpressions: MARKED },
      paramRef: { name: "baseline", parameterNotFoundAction: "Allow" },
    },
  ] as const;
  for (const { reason, parts, objects, namespaces, paramRef } of judges) {
    it(reason, () => {
      const [policy, binding] = built(parts);
      expect(policy?.spec.matchConstraints.objectSelector).to.deep.equal(objects);
      expect(policy?.spec.matchConstraints.namespaceSelector).to.deep.equal(namespaces);
      expect(binding?.spec.paramRef).to.deep.equal(paramRef);
    });
  }

  it("tell by their names where the posture of the cluster is the judge", () => {
    const [policy] = built({ by: { place: breakGlassPlace("glass"), withoutBaseline: "Deny" } });
    expect(policy?.metadata.name).to.equal("securitybaseline-operator-cluster-widgets");
  });

  it("DenyCreation refuses creations where no baseline is, and leaves updates to the controllers of the kind", () => {
    const [policy, ...bindings] = built({ by: { place: marked, withoutBaseline: "DenyCreation" } });
    expect(policy?.spec.matchConstraints.objectSelector).to.deep.equal(OURS);
    expect(
      bindings.map(({ metadata, spec }) => [metadata.name, spec.matchResources?.resourceRules[0]?.operations, spec.paramRef]),
    ).to.deep.equal([
      ["securitybaseline-operator-widgets", ["CREATE"], { name: "baseline", parameterNotFoundAction: "Deny" }],
      ["securitybaseline-operator-widgets-updates", ["UPDATE"], { name: "baseline", parameterNotFoundAction: "Allow" }],
    ]);
  });

  describe("all of them", () => {
    const settings = { glass: "glass", objectLabels: {}, allowReservedNamespaces: false };
    const all = confinementPolicies(settings);

    it("judge the operator's account first of all", () => {
      expect(all.filter(({ conditions = {} }) => Object.keys(conditions)[0] !== "by-the-operator").map(({ name }) => name)).to.deep.equal(
        [],
      );
    });

    it("look for a parameter only where a label of ours says so, apart from RoleBindings deleted in the break-glass namespace", () => {
      const wide = all.filter(({ params, namespaces = [], objects = [] }) => {
        const keys = [...namespaces, ...objects].map(({ key }) => key);
        return (
          params !== undefined &&
          !keys.some((key) =>
            ["securitybaseline.dev/enforced", "securitybaseline.dev/control", "securitybaseline.dev/applying"].includes(key),
          )
        );
      });
      expect(wide.map(({ name, matches }) => [name, matches.map(({ resources, operations }) => [resources, operations])])).to.deep.equal([
        ["securitybaseline-operator-cluster-replaced-bindings", [[["rolebindings"], ["DELETE"]]]],
      ]);
    });

    it("look for one for objects without our label only where hardly any request of others is: in a step of ours, and where bindings are deleted", () => {
      const unlabelled = all.filter(
        ({ params, objects = [] }) => params !== undefined && !objects.some(({ key }) => key === "securitybaseline.dev/control"),
      );
      const met = unlabelled.map(({ name, objects = [], matches }) => [
        name.replace("securitybaseline-operator-", ""),
        objects.map(({ key }) => key),
        matches.map(({ resources, names = ["any"], operations }) => [...resources, ...names, ...operations].join(" ")),
      ]);
      expect(met).to.have.deep.members([
        ["marks", ["securitybaseline.dev/enforced"], ["namespaces any UPDATE"]],
        ["admission-mark", ["securitybaseline.dev/applying"], ["namespaces any UPDATE"]],
        ["rehearsals", ["securitybaseline.dev/applying"], ["namespaces any UPDATE"]],
        ["image-labels", ["securitybaseline.dev/applying"], ["namespaces any UPDATE"]],
        ["linkerd-policy", ["securitybaseline.dev/applying"], ["namespaces any UPDATE"]],
        ["pod-security", ["securitybaseline.dev/applying"], ["namespaces any UPDATE"]],
        ["default-automount", ["securitybaseline.dev/applying"], ["serviceaccounts default UPDATE"]],
        ["replaced-bindings", [], ["rolebindings any DELETE"]],
        ["cluster-replaced-bindings", [], ["rolebindings any DELETE"]],
      ]);
    });

    describe("with policy reports", () => {
      const withReports = confinementPolicies({ ...settings, policyReports: "openreports.io" });
      const added = withReports.filter(({ name }) => !all.some((policy) => policy.name === name));

      it("are these besides, on the kinds of that group alone", () => {
        expect(added.map(({ name, matches }) => [name, matches.map(({ group, resources }) => `${group}/${resources}`)])).to.deep.equal([
          ["securitybaseline-operator-policy-reports", ["openreports.io/reports", "openreports.io/clusterreports"]],
          ["securitybaseline-operator-policy-report-owners", ["openreports.io/reports"]],
          ["securitybaseline-operator-cluster-policy-report-owners", ["openreports.io/clusterreports"]],
        ]);
        expect(withReports.filter((policy) => !added.includes(policy))).to.deep.equal(all);
      });

      it("look for a baseline only for reports with our label, and let reports without one be changed where there is none", () => {
        const judged = added.filter(({ params }) => params !== undefined);
        expect(
          judged.map(({ objects, params, bindings }) => [objects, params?.ifMissing, bindings?.map(({ ifMissing }) => ifMissing)]),
        ).to.deep.equal(
          judged.map(() => [[{ key: "securitybaseline.dev/policy-report", operator: "Exists" }], "Deny", [undefined, "Allow"]]),
        );
        expect(judged).to.have.length(2);
      });

      it("forbid them in reserved namespaces unless the installation obeys baselines there", () => {
        const open = confinementPolicies({ ...settings, allowReservedNamespaces: true, policyReports: "openreports.io" });
        const naming = (policies: typeof all) =>
          policies.filter(
            ({ name, validations }) => name.endsWith("policy-reports") && JSON.stringify(validations).includes("kube-public"),
          );
        expect([naming(withReports).length, naming(open).length]).to.deep.equal([1, 0]);
      });
    });

    it("decide nothing by the label of people's tools", () => {
      const selectors = [...all, ...confinementPolicies({ ...settings, policyReports: "wgpolicyk8s.io" })].flatMap(({ objects = [] }) =>
        objects.map(({ key }) => key),
      );
      expect(selectors).to.not.include("app.kubernetes.io/managed-by");
    });

    it("forbid nothing in reserved namespaces alone where the installation obeys baselines there", () => {
      const open = confinementPolicies({ ...settings, allowReservedNamespaces: true }).map(({ name }) => name);
      const missing = all.map(({ name }) => name).filter((name) => !open.includes(name));
      expect(missing).to.deep.equal(["securitybaseline-operator-reserved-namespaces"]);
      expect(open.filter((name) => !all.some((policy) => policy.name === name))).to.deep.equal([]);
    });

    it("name reserved namespaces themselves only where a section is never obeyed in them", () => {
      const open = confinementPolicies({ ...settings, allowReservedNamespaces: true });
      const naming = open.filter((policy) => JSON.stringify(policy).includes("kube-public")).map(({ name }) => name);
      expect(naming).to.deep.equal(["securitybaseline-operator-tracing-policies", "securitybaseline-operator-asked-objects"]);
    });
  });

  it("compare a built-in role field by field, an absent resourceNames as an empty list", () => {
    const rules = [
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
      { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"], verbs: ["get"] },
    ];
    expect(roles({ reader: rules }, markedNamespaces("glass")).variables?.["builtIn"]).to.equal(
      [
        "{",
        "  'reader': [",
        "    [[''], ['pods'], ['get', 'list'], []],",
        "    [['apps'], ['deployments'], ['get'], ['web']]",
        "  ]",
        "}",
      ].join("\n"),
    );
  });

  describe("string literals", () => {
    it("stand in single quotes", () => {
      expect(quoteList(["", "a.b/c", 'say "x"'])).to.equal(`['', 'a.b/c', 'say "x"']`);
    });

    for (const text of ["it's", "back\\slash", "line\nbreak", "ümlaut"]) {
      it(`refuse what would need an escape: ${JSON.stringify(text)}`, () => {
        expect(() => quote(text)).to.throw("not a plain string for an expression");
      });
    }
  });
});
