/** Proves that policy engines are given the rules of the API server's own policies, word for word where they speak its language, and look where these look. */
import { expect } from "chai";
import { componentFiles } from "../../../hack/config/engines/component.ts";
import { gatekeeperFiles } from "../../../hack/config/engines/gatekeeper.ts";
import { kyvernoFiles } from "../../../hack/config/engines/kyverno.ts";
import type { ManifestFile } from "../../../hack/config/files.ts";
import { admissionPolicies } from "../../../operator/policies/admission/index.ts";
import { matchConstraints, named } from "../../../operator/policies/documents.ts";

interface Expression {
  readonly name: string;
  readonly expression: string;
}

interface Kyverno {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly failurePolicy: string;
    readonly validationActions: readonly string[];
    readonly matchConstraints: object;
    readonly matchConditions?: readonly Expression[];
    readonly variables: readonly Expression[];
    readonly validations: readonly { readonly expression: string }[];
  };
}

interface Template {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly crd: { readonly spec: { readonly names: { readonly kind: string } } };
    readonly targets: readonly { readonly code: readonly { readonly source: { readonly rego: string } }[] }[];
  };
}

function documents<T>(files: readonly ManifestFile[], kind: string): readonly T[] {
  return files.flatMap((file) => file.documents).filter((document) => document["kind"] === kind) as unknown as readonly T[];
}

const SELECTOR = { matchExpressions: [{ key: "securitybaseline.dev/admission", operator: "In", values: ["Enforce"] }] };
const RESERVED = ["kube-system", "kube-public", "kube-node-lease", "securitybaseline-system"];

describe("the component of Kyverno", () => {
  const policies = documents<Kyverno>(kyvernoFiles, "ValidatingPolicy");

  it("has one policy for each that refuses, of the same name", () => {
    const names = ["pods", "services", "hostnames", "storage"].map((name) => `securitybaseline-admission-${name}`);
    expect(policies.map(({ metadata }) => metadata.name)).to.deep.equal(names);
  });

  for (const { metadata, spec } of policies) {
    it(`judges the same requests by the same text, but for where the baseline is from: ${metadata.name}`, () => {
      const native = admissionPolicies.find(({ name }) => name === metadata.name);
      if (native === undefined) throw new Error(`the API server has no policy ${metadata.name}`);
      const ofTheEngine = ["cached", "found", "baseline"];
      const withoutThose = (list: readonly Expression[]) => list.filter(({ name }) => !ofTheEngine.includes(name));
      expect(spec.variables.slice(0, 3).map(({ name }) => name)).to.deep.equal(ofTheEngine);
      expect(withoutThose(spec.variables)).to.deep.equal(withoutThose(named(native.variables ?? {}) as never));
      expect(spec.matchConditions ?? []).to.deep.equal(named(native.conditions ?? {}));
      expect(spec.matchConstraints).to.deep.equal(matchConstraints(native));
      expect(spec.validations.slice(1)).to.deep.equal(native.validations);
      expect([spec.failurePolicy, spec.validationActions]).to.deep.equal(["Fail", ["Deny"]]);
      expect(JSON.stringify(spec)).to.not.contain("params");
    });

    it(`passes without a baseline only what changes nothing: ${metadata.name}`, () => {
      const [first] = spec.validations;
      expect(first?.expression).to.equal(
        "variables.found.size() > 0 || (request.operation == 'UPDATE' && dyn(object).?spec == dyn(oldObject).?spec)",
      );
    });
  }

  it("lets Kyverno's controllers read baselines, and nothing else", () => {
    const [role] = documents<{ rules: unknown; metadata: { labels: object } }>(kyvernoFiles, "ClusterRole");
    expect(role?.rules).to.deep.equal([
      { apiGroups: ["securitybaseline.dev"], resources: ["securitybaselines"], verbs: ["get", "list", "watch"] },
    ]);
    expect(role?.metadata.labels).to.include({ "rbac.kyverno.io/aggregate-to-admission-controller": "true" });
  });
});

describe("the component of Gatekeeper", () => {
  const templates = documents<Template>(gatekeeperFiles, "ConstraintTemplate");

  it("has a template and a constraint for registries, required labels and resources", () => {
    const kinds = ["SecurityBaselineRegistries", "SecurityBaselineRequiredLabels", "SecurityBaselineResources"];
    expect(templates.map(({ spec }) => spec.crd.spec.names.kind)).to.deep.equal(kinds);
    // Gatekeeper takes no other name.
    expect(templates.map(({ metadata }) => metadata.name)).to.deep.equal(kinds.map((kind) => kind.toLowerCase()));
    for (const { metadata, spec } of templates) {
      expect(spec.targets[0]?.code[0]?.source.rego).to.match(new RegExp(`^package ${metadata.name}$`, "m"));
    }
    for (const kind of kinds) expect(documents(gatekeeperFiles, kind)).to.have.length(1);
  });

  it("refuses where namespaces are marked to enforce, and nowhere in the cluster's own", () => {
    const [constraint] = documents<{ spec: { enforcementAction: string; match: object } }>(gatekeeperFiles, "SecurityBaselineRegistries");
    expect(constraint?.spec.enforcementAction).to.equal("deny");
    expect(constraint?.spec.match).to.deep.equal({
      scope: "Namespaced",
      kinds: [
        { apiGroups: [""], kinds: ["Pod", "ReplicationController"] },
        { apiGroups: ["apps"], kinds: ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"] },
        { apiGroups: ["batch"], kinds: ["CronJob", "Job"] },
      ],
      namespaceSelector: SELECTOR,
      excludedNamespaces: RESERVED,
    });
  });

  for (const [check, words] of [
    ["registries", [" uses ", ", which is not from "]],
    ["requiredLabels", ["the label ", " must be one of ", " is missing", " in the labels of its pod template"]],
    ["resources", [" states no resources.", " may use more than ", ": set resources.limits to that or less"]],
  ] as const) {
    it(`says what the API server says: ${check}`, () => {
      const [native] = admissionPolicies;
      const [code] =
        templates.find(({ metadata }) => metadata.name === `securitybaseline${check.toLowerCase()}`)?.spec.targets[0]?.code ?? [];
      for (const part of words) {
        expect(native?.variables?.[`${check}Problems`]).to.contain(part);
        expect(code?.source.rego).to.contain(part);
      }
    });
  }

  it("has Gatekeeper see the baselines", () => {
    const [set] = documents<{ spec: object }>(gatekeeperFiles, "SyncSet");
    expect(set?.spec).to.deep.equal({ gvks: [{ group: "securitybaseline.dev", version: "v1alpha1", kind: "SecurityBaseline" }] });
  });
});

describe("the component of an engine", () => {
  const kustomization = (...args: Parameters<typeof componentFiles>) =>
    documents<{ resources: readonly string[]; patches: readonly { target: { kind: string; name: string }; patch: string }[] }>(
      componentFiles(...args),
      "Component",
    )[0];

  it("changes the four policies that refuse, their bindings and the operator's flag, and nothing else: Kyverno", () => {
    const { patches = [] } = kustomization("Kyverno", kyvernoFiles) ?? {};
    const targets = patches.map(({ target }) => `${target.kind}/${target.name}`);
    expect(targets).to.deep.equal([
      ...["pods", "services", "hostnames", "storage"].flatMap((name) => [
        `ValidatingAdmissionPolicy/securitybaseline-admission-${name}`,
        `ValidatingAdmissionPolicyBinding/securitybaseline-admission-${name}`,
      ]),
      "Deployment/securitybaseline-operator",
    ]);
    expect(patches.at(-1)?.patch).to.equal(
      "- op: add\n  path: /spec/template/spec/containers/0/args/-\n  value: --admission-engine=Kyverno\n",
    );
  });

  it("takes three checks out of the policy on pods, and has the API server warn of them: Gatekeeper", () => {
    const { patches = [], resources } = kustomization("Gatekeeper", gatekeeperFiles) ?? {};
    expect(patches.map(({ target }) => `${target.kind}/${target.name}`)).to.deep.equal([
      "ValidatingAdmissionPolicy/securitybaseline-admission-pods",
      "Deployment/securitybaseline-operator",
    ]);
    expect(resources).to.include("warned.yaml");
  });
});
