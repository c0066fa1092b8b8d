/** Proves how policies are printed: nothing is left to the API server's defaults. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { DEFAULT_SETTINGS } from "../../../operator/breakglass/installation.ts";
import { policyDocuments } from "../../../operator/policies/documents.ts";
import { allPolicies } from "../../../operator/policies/index.ts";
import { namespacesNamed, type Policy } from "../../../operator/policies/policy.ts";

interface Document {
  readonly metadata: { readonly name: string };
  readonly spec: JsonObject;
}

const WIDGETS: Policy = {
  name: "widgets",
  about: "",
  matches: [{ group: "x.io", version: "v1", resources: ["widgets"], operations: ["CREATE"] }],
  validations: [{ expression: "false", message: "no" }],
};

const printed = (policy: Partial<Policy>): readonly Document[] =>
  policyDocuments({ ...WIDGETS, ...policy }) as unknown as readonly Document[];

const RULE = { apiGroups: ["x.io"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["widgets"], scope: "*" };

describe("policies as documents", () => {
  it("fail closed, answer 403 and leave nothing to the API server's defaults", () => {
    const [policy, binding] = printed({
      namespaces: namespacesNamed("NotIn", "glass"),
      objects: [{ key: "a", operator: "Exists" }],
      params: { kind: "SecurityBaseline", name: "baseline", ifMissing: "Deny" },
    });
    expect(policy?.spec).to.deep.equal({
      failurePolicy: "Fail",
      paramKind: { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline" },
      matchConstraints: {
        matchPolicy: "Equivalent",
        namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["glass"] }] },
        objectSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] },
        resourceRules: [RULE],
      },
      validations: [{ expression: "false", message: "no", reason: "Forbidden" }],
    });
    expect(binding?.spec).to.deep.equal({
      policyName: "widgets",
      paramRef: { name: "baseline", parameterNotFoundAction: "Deny" },
      validationActions: ["Deny"],
    });
    expect([policy?.metadata.name, binding?.metadata.name]).to.deep.equal(["widgets", "widgets"]);
  });

  it("may let pass what they cannot judge, and warn instead of refusing", () => {
    const [policy, binding] = printed({ onFailure: "Ignore", actions: ["Warn", "Audit"] });
    expect(policy?.spec).to.have.property("failurePolicy", "Ignore");
    expect(binding?.spec["validationActions"]).to.deep.equal(["Warn", "Audit"]);
  });

  it("carry the labels of the installation, and others besides on the policy alone", () => {
    const [policy, binding] = printed({ labels: { a: "b" } });
    expect(policy?.metadata).to.deep.equal({ name: "widgets", labels: { "app.kubernetes.io/name": "securitybaseline", a: "b" } });
    expect(binding?.metadata).to.deep.equal({ name: "widgets", labels: { "app.kubernetes.io/name": "securitybaseline" } });
  });

  it("match everything where nothing is said of namespaces and labels, and all objects where no parameter is named", () => {
    const [policy, binding] = printed({ params: { kind: "BreakGlassRequest", ifMissing: "Allow" } });
    expect(policy?.spec["matchConstraints"]).to.deep.include({ namespaceSelector: {}, objectSelector: {} });
    expect(binding?.spec["paramRef"]).to.deep.equal({ selector: {}, parameterNotFoundAction: "Allow" });
  });

  it("have a binding for each place where they are in force", () => {
    const [, first, second] = printed({
      params: { kind: "SecurityBaseline", name: "baseline", ifMissing: "Deny" },
      bindings: [
        { suffix: "", matches: WIDGETS.matches },
        { suffix: "-there", namespaces: namespacesNamed("In", "there"), ifMissing: "Allow" },
      ],
    });
    expect(first?.spec).to.deep.equal({
      policyName: "widgets",
      paramRef: { name: "baseline", parameterNotFoundAction: "Deny" },
      matchResources: { matchPolicy: "Equivalent", namespaceSelector: {}, objectSelector: {}, resourceRules: [RULE] },
      validationActions: ["Deny"],
    });
    expect([second?.metadata.name, second?.spec["paramRef"]]).to.deep.equal([
      "widgets-there",
      { name: "baseline", parameterNotFoundAction: "Allow" },
    ]);
    expect(second?.spec["matchResources"]).to.deep.equal({
      matchPolicy: "Equivalent",
      namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["there"] }] },
      objectSelector: {},
    });
  });
});

describe("all policies of an installation", () => {
  const policies = allPolicies({ breakGlass: DEFAULT_SETTINGS, allowReservedNamespaces: false });

  it("have names of their own", () => {
    const names = policies
      .flatMap(policyDocuments)
      .map((document) => `${document["kind"]}/${(document as unknown as Document).metadata.name}`);
    expect(new Set(names).size).to.equal(names.length);
  });

  it("say in one sentence what they are for, and in each message what to write instead", () => {
    expect(policies.filter(({ about }) => !/^[A-Z][^\n]{20,}\.$/.test(about)).map(({ name }) => name)).to.deep.equal([]);
    const messages = policies.flatMap(({ validations }) => validations.map(({ message }) => message));
    expect(messages.filter((message) => message.length < 20 || message.includes("\n"))).to.deep.equal([]);
  });

  it("fit into what the API server takes: no expression is too long, and every condition has a name that it accepts", () => {
    for (const { name, conditions = {}, variables = {}, validations } of policies) {
      const expressions = [...Object.values(conditions), ...Object.values(variables), ...validations.map(({ expression }) => expression)];
      expect(Math.max(...expressions.map(({ length }) => length)), name).to.be.below(65_536);
      expect(
        Object.keys(conditions).filter((key) => !/^[a-z][a-zA-Z-]{0,62}$/.test(key)),
        name,
      ).to.deep.equal([]);
    }
  });
});
