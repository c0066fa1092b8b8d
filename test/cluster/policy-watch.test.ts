/** Proves on a real API server that the operator tells within seconds when somebody takes an admission policy out of force. */
import { expect } from "chai";
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { DEFAULT_SETTINGS } from "../../operator/breakglass/installation.ts";
import { policyDocuments } from "../../operator/policies/documents.ts";
import { allPolicies } from "../../operator/policies/index.ts";
import { admin } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { readMetrics } from "../support/metrics.ts";
import { type OperatorProcess, startOperator } from "../support/operator-process.ts";

interface Installed extends KubernetesObject {
  readonly metadata: { readonly name: string };
  readonly spec: JsonObject & { readonly policyName?: string };
}

const CONFINEMENT = "securitybaseline-operator-role-bindings";
const BREAK_GLASS = "securitybaseline-break-glass-tokens";
const POLICY = "ValidatingAdmissionPolicy";
const BINDING = "ValidatingAdmissionPolicyBinding";

const documents = allPolicies({ breakGlass: DEFAULT_SETTINGS, allowReservedNamespaces: false }).flatMap(
  policyDocuments,
) as unknown as readonly Installed[];

function declared(kind: string, name: string): Installed {
  const found = documents.find((document) => document.kind === kind && document.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

const refOf = ({ apiVersion = "", kind = "", metadata }: Installed) => ({ apiVersion, kind, name: metadata.name });

describe("admission policies that are taken out of force", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    await eventually("nothing is wrong", async () => expect(await told()).to.deep.equal([]));
  });

  after(() => operator.stop());

  const told = async (): Promise<(string | undefined)[]> =>
    (await readMetrics(operator)).filter(({ name }) => name === "securitybaseline_policy_problem").map(({ labels }) => labels["policy"]);

  const cases: readonly {
    reason: string;
    policy: string;
    object: Installed;
    spoil: (object: Installed) => Promise<unknown>;
    told: string;
  }[] = [
    {
      reason: "a confinement policy is deleted",
      policy: CONFINEMENT,
      object: declared(POLICY, CONFINEMENT),
      spoil: (object) => admin().delete(refOf(object)),
      told: `${POLICY} ${CONFINEMENT} is missing`,
    },
    {
      reason: "its validations are changed",
      policy: CONFINEMENT,
      object: declared(POLICY, CONFINEMENT),
      spoil: (object) => admin().mergePatch(refOf(object), { spec: { validations: [{ expression: "true", reason: "Forbidden" }] } }),
      told: `${POLICY} ${CONFINEMENT} is not as declared`,
    },
    {
      reason: "its binding is deleted",
      policy: CONFINEMENT,
      object: declared(BINDING, CONFINEMENT),
      spoil: (object) => admin().delete(refOf(object)),
      told: `${BINDING} ${CONFINEMENT} is missing`,
    },
    {
      reason: "its binding only warns",
      policy: CONFINEMENT,
      object: declared(BINDING, CONFINEMENT),
      spoil: (object) => admin().mergePatch(refOf(object), { spec: { validationActions: ["Warn"] } }),
      told: `${BINDING} ${CONFINEMENT} is not as declared`,
    },
    {
      reason: "its binding leaves out a namespace",
      policy: CONFINEMENT,
      object: declared(BINDING, CONFINEMENT),
      spoil: (object) =>
        admin().mergePatch(refOf(object), { spec: { matchResources: { namespaceSelector: { matchLabels: { team: "payments" } } } } }),
      told: `${BINDING} ${CONFINEMENT} is not as declared`,
    },
    {
      reason: "a policy of emergency access is deleted",
      policy: BREAK_GLASS,
      object: declared(POLICY, BREAK_GLASS),
      spoil: (object) => admin().delete(refOf(object)),
      told: `${POLICY} ${BREAK_GLASS} is missing`,
    },
  ];
  for (const { reason, policy, object, spoil, told: text } of cases) {
    it(`tells that ${reason}, until it is put back`, async () => {
      const mark = operator.logs().length;
      await spoil(object);
      await eventually("the gauge tells", async () => expect(await told()).to.deep.equal([policy]), 5_000);
      await admin()
        .find(refOf(object))
        .then((found) => (found ? admin().delete(refOf(object)) : undefined));
      await admin().create(object as KubernetesObject);
      await eventually("the gauge is empty", async () => expect(await told()).to.deep.equal([]), 5_000);
      const lines = operator
        .logs()
        .slice(mark)
        .split("\n")
        .filter((line) => line.includes("in force as declared"));
      expect(lines.filter((line) => line.includes(text))).to.have.length(1);
      expect(lines.at(-1)).to.contain("again").and.to.contain(policy);
    });
  }

  it("makes nothing of changes that change nothing", async () => {
    const mark = operator.logs().length;
    await admin().mergePatch(refOf(declared(POLICY, CONFINEMENT)), { metadata: { annotations: { "team.example/note": "x" } } });
    // A change that is told comes after one that is not.
    const binding = declared(BINDING, BREAK_GLASS);
    await admin().delete(refOf(binding));
    await eventually("the gauge tells", async () => expect(await told()).to.deep.equal([BREAK_GLASS]), 5_000);
    await admin().create(binding as KubernetesObject);
    await eventually("the gauge is empty", async () => expect(await told()).to.deep.equal([]), 5_000);
    expect(operator.logs().slice(mark)).to.not.contain(CONFINEMENT);
  });
});
