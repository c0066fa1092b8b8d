/** Owns the proof that every confinement policy judges the operator alone and refuses when it cannot judge. */
import { expect } from "chai";
import { confinementDocuments, quote, quoteList } from "../../../hack/config/confinement.ts";
import { roles } from "../../../hack/config/grants.ts";
import { clusterPosture } from "../../../operator/api/postures.ts";

const validations = [{ expression: "object.metadata.name != ''", message: "refused: give a name" }];
const matches = [{ apiGroup: "", apiVersion: "v1", resources: ["widgets"] }];

describe("confinement policies", () => {
  const build = (withoutBaseline?: "Deny" | "Allow") =>
    confinementDocuments({ name: "widgets", operations: ["UPDATE"], matches, validations, ...(withoutBaseline && { withoutBaseline }) });

  it("judge requests of the operator's account, and fail closed", () => {
    const [policy, binding] = build();
    expect(policy).to.have.nested.property("spec.failurePolicy", "Fail");
    expect(policy).to.have.nested.property(
      "spec.matchConditions[0].expression",
      "request.userInfo.username == 'system:serviceaccount:securitybaseline-system:securitybaseline-operator'",
    );
    expect(binding).to.have.nested.property("spec.policyName", "securitybaseline-operator-widgets");
    expect(binding).to.have.deep.nested.property("spec.validationActions", ["Deny"]);
  });

  const parameters = [
    { reason: "without a parameter all objects are judged", mode: undefined, selected: false, paramRef: undefined },
    {
      reason: "Allow judges where a baseline is",
      mode: "Allow",
      selected: false,
      paramRef: { name: "baseline", parameterNotFoundAction: "Allow" },
    },
    {
      reason: "Deny is limited to labelled objects: it refuses before anybody asks who sends the request",
      mode: "Deny",
      selected: true,
      paramRef: { name: "baseline", parameterNotFoundAction: "Deny" },
    },
  ] as const;
  for (const { reason, mode, selected, paramRef } of parameters) {
    it(reason, () => {
      const [policy, binding] = build(mode) as { spec: { paramRef?: object; matchConstraints: { objectSelector?: object } } }[];
      expect(policy?.spec.matchConstraints.objectSelector).to.deep.equal(
        selected ? { matchLabels: { "app.kubernetes.io/managed-by": "securitybaseline" } } : undefined,
      );
      expect(binding?.spec.paramRef).to.deep.equal(paramRef);
    });
  }

  it("read the posture of the kind that rules where they judge, in these namespaces only", () => {
    const [policy, binding] = confinementDocuments({
      name: "widgets",
      operations: ["UPDATE"],
      matches,
      validations,
      withoutBaseline: "Deny",
      posture: clusterPosture,
      namespaces: { operator: "In", values: ["emergency"] },
    });
    expect(policy).to.have.deep.nested.property("spec.paramKind", {
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "ClusterSecurityBaseline",
    });
    expect(policy).to.have.deep.nested.property("spec.matchConstraints.namespaceSelector", {
      matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["emergency"] }],
    });
    expect(binding).to.have.deep.nested.property("spec.paramRef", { name: "cluster", parameterNotFoundAction: "Deny" });
  });

  it("DenyCreation refuses creations where no baseline is, and leaves updates to the controllers of the kind", () => {
    const documents = confinementDocuments({
      name: "widgets",
      operations: ["CREATE", "UPDATE"],
      matches,
      validations,
      withoutBaseline: "DenyCreation",
    });
    const [policy, ...bindings] = documents as { metadata: object; spec: Record<string, unknown> }[];
    expect(policy).to.have.deep.nested.property("spec.matchConstraints.objectSelector", {
      matchLabels: { "app.kubernetes.io/managed-by": "securitybaseline" },
    });
    const rules = (operation: string) => [{ apiGroups: [""], apiVersions: ["v1"], operations: [operation], resources: ["widgets"] }];
    expect(bindings.map(({ spec }) => spec)).to.deep.equal([
      {
        policyName: "securitybaseline-operator-widgets",
        paramRef: { name: "baseline", parameterNotFoundAction: "Deny" },
        matchResources: { resourceRules: rules("CREATE") },
        validationActions: ["Deny"],
      },
      {
        policyName: "securitybaseline-operator-widgets",
        paramRef: { name: "baseline", parameterNotFoundAction: "Allow" },
        matchResources: { resourceRules: rules("UPDATE") },
        validationActions: ["Deny"],
      },
    ]);
    expect(bindings.map(({ metadata }) => metadata)).to.deep.equal([
      { name: "securitybaseline-operator-widgets", labels: { "app.kubernetes.io/name": "securitybaseline" } },
      { name: "securitybaseline-operator-widgets-updates", labels: { "app.kubernetes.io/name": "securitybaseline" } },
    ]);
  });

  it("compare a built-in role field by field, an absent resourceNames as an empty list", () => {
    const rules = [
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
      { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"], verbs: ["get"] },
    ];
    expect(roles({ reader: rules }).variables?.["builtIn"]).to.equal(
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
