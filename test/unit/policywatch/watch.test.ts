/** Proves what is told of policies that are not in force as declared, and that nothing is told while they are. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { policyDocuments } from "../../../operator/policies/documents.ts";
import type { Policy } from "../../../operator/policies/policy.ts";
import { declaredObject } from "../../../operator/policywatch/declared.ts";
import { createPolicyWatch, type PolicyWatch } from "../../../operator/policywatch/watch.ts";
import { settle } from "../../support/manual-clock.ts";
import { PretendApi } from "../../support/pretend-api.ts";

const POLICY = "ValidatingAdmissionPolicy";
const BINDING = "ValidatingAdmissionPolicyBinding";
const RESOURCES = {
  [POLICY]: "validatingadmissionpolicies",
  [BINDING]: "validatingadmissionpolicybindings",
} as const;
const INSTALL = "apply the manifests of this version again";

const policy = (name: string, parts: Partial<Policy> = {}): Policy => ({
  name,
  about: "",
  matches: [{ group: "", version: "v1", resources: ["pods"], operations: ["CREATE"] }],
  validations: [{ expression: "false", message: "no" }],
  ...parts,
});

const ROLES = policy("securitybaseline-operator-roles");
const UPDATES = policy("securitybaseline-operator-updates", { bindings: [{ suffix: "" }, { suffix: "-more" }] });
const TOKENS = policy("securitybaseline-break-glass-tokens");
const PODS = policy("securitybaseline-admission-pods");
const SERVICES = policy("securitybaseline-admission-services");
const ALL = [ROLES, UPDATES, TOKENS, PODS, SERVICES];

/** A pretended API server on which the policies are installed, and somebody who watches them. */
class Scene {
  readonly api = new PretendApi();
  readonly lines: string[] = [];
  gauge: readonly string[] = [];
  changes = 0;
  readonly watch: PolicyWatch;
  readonly #stop = new AbortController();

  constructor() {
    const line = (message: string, fields: object = {}): void => void this.lines.push([message, ...Object.values(fields)].join(": "));
    for (const document of ALL.flatMap(policyDocuments)) this.put(document);
    this.watch = createPolicyWatch({
      transport: this.api,
      policies: ALL,
      metrics: {
        setPolicyProblems: (names) => {
          this.gauge = names;
        },
      },
      log: { debug: () => undefined, info: line, warn: line, error: line },
      onChange: () => {
        this.changes += 1;
      },
    });
  }

  put(document: JsonObject): void {
    const metadata = { ...(document["metadata"] as JsonObject), generation: 1 };
    this.api.put(RESOURCES[document["kind"] as keyof typeof RESOURCES], { status: { observedGeneration: 1 }, ...document, metadata });
  }

  /** Stores a document of a policy anew, with this over it. */
  restore(kind: string, name: string, over: JsonObject = {}): void {
    const found = ALL.flatMap(policyDocuments).find((each) => each["kind"] === kind && (each["metadata"] as JsonObject)["name"] === name);
    this.put({ ...found, ...over });
  }

  async start(): Promise<void> {
    void this.watch.run(this.#stop.signal);
    await this.rest();
  }

  stop(): void {
    this.#stop.abort();
  }

  async rest(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) await settle();
  }
}

describe("the watch on policies", () => {
  let scene: Scene;

  beforeEach(() => {
    scene = new Scene();
  });

  afterEach(() => scene.stop());

  it("tells nothing while everything is as declared", async () => {
    await scene.start();
    expect([...scene.watch.problems()]).to.deep.equal([]);
    expect(scene.watch.confinementProblem()).to.equal(undefined);
    expect([scene.lines, scene.gauge]).to.deep.equal([[], []]);
  });

  it("tells nothing before both kinds are listed: what is not listed yet would count as missing", async () => {
    scene.api.silent.add(RESOURCES[BINDING]);
    await scene.start();
    expect([...scene.watch.problems()]).to.deep.equal([]);
    expect(scene.watch.faults()).to.deep.equal([]);
    expect(scene.lines).to.deep.equal([]);
  });

  const troubles: readonly { reason: string; appears: (scene: Scene) => void; policy: string; told: string }[] = [
    {
      reason: "a policy is gone",
      appears: ({ api }) => api.remove(RESOURCES[POLICY], ROLES.name),
      policy: ROLES.name,
      told: `${POLICY} ${ROLES.name} is missing: ${INSTALL}`,
    },
    {
      reason: "a policy says something else",
      appears: (here) => here.restore(POLICY, ROLES.name, { spec: { failurePolicy: "Ignore" } }),
      policy: ROLES.name,
      told: `${POLICY} ${ROLES.name} is not as declared: ${INSTALL}`,
    },
    {
      reason: "a binding is gone",
      appears: ({ api }) => api.remove(RESOURCES[BINDING], ROLES.name),
      policy: ROLES.name,
      told: `${BINDING} ${ROLES.name} is missing: ${INSTALL}`,
    },
    {
      reason: "a second binding of a policy only audits",
      appears: (here) =>
        here.restore(BINDING, `${UPDATES.name}-more`, { spec: { policyName: UPDATES.name, validationActions: ["Audit"] } }),
      policy: UPDATES.name,
      told: `${BINDING} ${UPDATES.name}-more is not as declared: ${INSTALL}`,
    },
    {
      reason: "expressions have type errors",
      appears: (here) => {
        const expressionWarnings = [{ fieldRef: "spec.validations[0].expression", warning: "undefined field" }];
        here.restore(POLICY, ROLES.name, { status: { observedGeneration: 1, typeChecking: { expressionWarnings } } });
      },
      policy: ROLES.name,
      told: `${POLICY} ${ROLES.name} does not fit this API server: its expressions have type errors`,
    },
  ];
  for (const { reason, appears, policy: name, told } of troubles) {
    it(`tells once that ${reason}, and once that it is well again`, async () => {
      await scene.start();
      const before = scene.changes;
      appears(scene);
      await scene.rest();
      expect([...scene.watch.problems()]).to.deep.equal([[name, told]]);
      expect(scene.watch.confinementProblem()).to.equal(`the operator is not confined as declared: ${told}`);
      expect(scene.gauge).to.deep.equal([name]);
      expect(scene.changes).to.be.greaterThan(before);
      for (const document of ALL.flatMap(policyDocuments)) scene.put(document);
      await scene.rest();
      expect([...scene.watch.problems()]).to.deep.equal([]);
      expect(scene.gauge).to.deep.equal([]);
      expect(scene.lines).to.deep.equal([
        `an admission policy is not in force as declared: ${name}: ${told}`,
        `an admission policy is in force as declared again: ${name}`,
      ]);
    });
  }

  it("names the first policy, and how many more there are", async () => {
    for (const { name } of ALL) scene.api.remove(RESOURCES[POLICY], name);
    await scene.start();
    expect([...scene.watch.problems().keys()]).to.deep.equal(ALL.map(({ name }) => name));
    expect(scene.watch.confinementProblem()).to.equal(
      `the operator is not confined as declared: ${POLICY} ${ROLES.name} is missing: ${INSTALL} (and 1 more)`,
    );
  });

  it("says nothing of the confinement for the sake of emergency access", async () => {
    scene.api.remove(RESOURCES[POLICY], TOKENS.name);
    await scene.start();
    expect(scene.watch.confinementProblem()).to.equal(undefined);
    expect(scene.gauge).to.deep.equal([TOKENS.name]);
  });

  it("makes no problem of a policy that is not checked yet, and lists it among the faults", async () => {
    scene.restore(POLICY, TOKENS.name, { status: { observedGeneration: 0 } });
    await scene.start();
    expect([...scene.watch.problems()]).to.deep.equal([]);
    expect(scene.watch.faults().map(({ object, flaw }) => [object.name, flaw])).to.deep.equal([[TOKENS.name, "unchecked"]]);
  });

  it("says so where the policies cannot be listed", async () => {
    scene.api.absent.add(RESOURCES[POLICY]);
    await scene.start();
    expect(scene.watch.confinementProblem()).to.equal(
      "whether the operator is confined cannot be told: validatingadmissionpolicies (admissionregistration.k8s.io/v1) is not served by this cluster",
    );
  });

  it("tells whoever rests on the policies of section admission of these alone, of one that is gone before one that is not checked yet", async () => {
    scene.api.remove(RESOURCES[POLICY], TOKENS.name);
    await scene.start();
    expect(scene.watch.admissionProblem()).to.equal(undefined);
    scene.restore(POLICY, PODS.name, { status: { observedGeneration: 0 } });
    await scene.rest();
    expect(scene.watch.admissionProblem()).to.deep.equal({
      reason: "Progressing",
      message: `${POLICY} ${PODS.name} was not checked by the API server yet`,
    });
    scene.api.remove(RESOURCES[BINDING], SERVICES.name);
    await scene.rest();
    expect(scene.watch.admissionProblem()).to.deep.equal({
      reason: "BackendUnavailable",
      message: `${BINDING} ${SERVICES.name} is missing: ${INSTALL}`,
    });
    scene.api.remove(RESOURCES[POLICY], PODS.name);
    await scene.rest();
    expect(scene.watch.admissionProblem()?.message).to.equal(`${POLICY} ${PODS.name} is missing: ${INSTALL} (and 1 more)`);
  });

  for (const { reason, set, told } of [
    {
      reason: "not listed yet",
      set: "silent",
      told: {
        reason: "Progressing",
        message: "whether the policies that judge workloads are in force cannot be told: they are not listed yet",
      },
    },
    {
      reason: "not served",
      set: "absent",
      told: {
        reason: "BackendUnavailable",
        message:
          "whether the policies that judge workloads are in force cannot be told: validatingadmissionpolicies (admissionregistration.k8s.io/v1) is not served by this cluster",
      },
    },
  ] as const) {
    it(`does not take policies that are ${reason} for policies in force`, async () => {
      scene.api[set].add(RESOURCES[POLICY]);
      await scene.start();
      expect(scene.watch.admissionProblem()).to.deep.equal(told);
    });
  }

  it("keeps no policy of others", async () => {
    for (const document of policyDocuments(policy("somebody-elses"))) scene.put(document);
    await scene.start();
    const changes = scene.changes;
    scene.api.remove(RESOURCES[POLICY], "somebody-elses");
    await scene.rest();
    expect(scene.changes).to.equal(changes);
  });

  it("compares no kind that is none of a policy", () => {
    expect(() => declaredObject("glass", { kind: "Namespace", metadata: { name: "glass" }, spec: {} })).to.throw(
      "Namespace is no kind of policy",
    );
  });
});
