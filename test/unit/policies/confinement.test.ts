/** Proves that every confinement policy judges the operator alone and refuses when it cannot judge. */
import { expect } from "chai";
import { clusterPosture } from "../../../operator/api/postures.ts";
import { quote, quoteList } from "../../../operator/policies/cel.ts";
import { type Confinement, confine } from "../../../operator/policies/confinement/confine.ts";
import { roles } from "../../../operator/policies/confinement/grants.ts";
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

const OURS = { matchExpressions: [{ key: "app.kubernetes.io/managed-by", operator: "In", values: ["securitybaseline"] }] };

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

  const parameters = [
    { reason: "without a parameter all objects are judged", parts: {}, objects: {}, paramRef: undefined },
    {
      reason: "Allow judges where a baseline is",
      parts: { withoutBaseline: "Allow" },
      objects: {},
      paramRef: { name: "baseline", parameterNotFoundAction: "Allow" },
    },
    {
      reason: "Deny is limited to labelled objects: it refuses before anybody asks who sends the request",
      parts: { withoutBaseline: "Deny" },
      objects: OURS,
      paramRef: { name: "baseline", parameterNotFoundAction: "Deny" },
    },
    {
      reason: "the posture is read of the kind that rules there",
      parts: { withoutBaseline: "Deny", posture: clusterPosture },
      objects: OURS,
      paramRef: { name: "cluster", parameterNotFoundAction: "Deny" },
    },
  ] as const;
  for (const { reason, parts, objects, paramRef } of parameters) {
    it(reason, () => {
      const [policy, binding] = built(parts);
      expect(policy?.spec.matchConstraints.objectSelector).to.deep.equal(objects);
      expect(binding?.spec.paramRef).to.deep.equal(paramRef);
    });
  }

  it("DenyCreation refuses creations where no baseline is, and leaves updates to the controllers of the kind", () => {
    const [policy, ...bindings] = built({ withoutBaseline: "DenyCreation" });
    expect(policy?.spec.matchConstraints.objectSelector).to.deep.equal(OURS);
    expect(
      bindings.map(({ metadata, spec }) => [metadata.name, spec.matchResources?.resourceRules[0]?.operations, spec.paramRef]),
    ).to.deep.equal([
      ["securitybaseline-operator-widgets", ["CREATE"], { name: "baseline", parameterNotFoundAction: "Deny" }],
      ["securitybaseline-operator-widgets-updates", ["UPDATE"], { name: "baseline", parameterNotFoundAction: "Allow" }],
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
