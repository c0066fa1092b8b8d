/** Proves that the namespaces of the cluster itself and of the operator are left alone unless the installation wants otherwise. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, awaitReady, baselineRef, conditionOf } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests, restoreOperatorManifests } from "../../support/installation.ts";
import { awaitFirstLooks } from "../../support/metrics.ts";
import { OPERATOR_NAMESPACE, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { policiesCaughtUp } from "../../support/server-caches.ts";

const BINDING = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  name: "securitybaseline-operator-reserved-namespaces",
};

const RESERVED = ["kube-system", "kube-public", "kube-node-lease", OPERATOR_NAMESPACE];

/** Asks for as little as possible: the level that a namespace has without labels. */
const SPEC: SecurityBaselineSpec = { podSecurity: { enforce: "privileged" } };
const ENFORCE = "pod-security.kubernetes.io/enforce";

const labelOf = async (namespace: string): Promise<string | undefined> => {
  const { metadata } = await admin().get({ apiVersion: "v1", kind: "Namespace", name: namespace });
  return metadata?.labels?.[ENFORCE];
};

const removeBaseline = async (namespace: string): Promise<void> => {
  const ref = baselineRef(namespace);
  if (await admin().find(ref)) await admin().delete(ref);
};

describe("a reserved namespace", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(async () => {
    await Promise.all(RESERVED.map(removeBaseline));
    await operator.stop();
    await restoreOperatorManifests();
  });

  for (const namespace of RESERVED) {
    it(`${namespace} is refused, and only its status written`, async () => {
      const mark = await auditMark();
      await applyBaseline(namespace, SPEC);
      const baseline = await awaitCondition(namespace, "Ready", "False");
      const { reason, message } = conditionOf(baseline, "Ready") ?? {};
      expect(reason).to.equal("ReservedNamespace");
      expect(message).to.equal(
        `namespace ${namespace} is reserved: the operator must be started with --allow-reserved-namespaces to manage it`,
      );
      expect(conditionOf(baseline, "Compliant")?.status).to.equal("False");
      expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal(["patch securitybaselines/baseline/status"]);
    });
  }

  it("is managed by an operator that may, where the policy that forbids it was left out", async () => {
    await operator.stop();
    await Promise.all(RESERVED.filter((namespace) => namespace !== "kube-public").map(removeBaseline));
    await admin().delete(BINDING);
    await policiesCaughtUp();
    operator = await startOperator({ flags: ["--allow-reserved-namespaces"] });
    await awaitReady("kube-public");
    expect(await labelOf("kube-public")).to.equal("privileged");
  });

  it("keeps what it has under an operator that may not any more", async () => {
    await operator.stop();
    const mark = await auditMark();
    operator = await startOperator();
    await awaitFirstLooks(operator);
    const baseline = await awaitCondition("kube-public", "Ready", "False");
    expect(conditionOf(baseline, "Ready")?.reason).to.equal("ReservedNamespace");
    expect((await operatorWrites(mark, "kube-public")).map(described)).to.deep.equal(["patch securitybaselines/baseline/status"]);
    expect(await labelOf("kube-public")).to.equal("privileged");
  });

  it("is given up like any other when its baseline goes", async () => {
    await admin().delete(baselineRef("kube-public"));
    await eventually("the label is gone", async () => (await labelOf("kube-public")) === undefined);
  });
});
