/** Proves that a baseline which comes with its namespace, before the cluster has finished making that, is carried out and no drift. */
import { expect } from "chai";
import { refuseWrites } from "../../support/admission.ts";
import { applyBaseline, awaitCondition, awaitReady, conditionOf, FULL_SPEC } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";

const NAMESPACES = 10;

describe("a baseline that comes with its namespace", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("gets Namespace and ServiceAccount default hardened when they appear, which is told as no drift", async () => {
    const names = Array.from({ length: NAMESPACES }, (_, index) => `early-${Date.now().toString(36)}-${index}`);
    await Promise.all(
      names.map(async (name) => {
        await admin().create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        await applyBaseline(name, FULL_SPEC);
      }),
    );
    for (const { status } of await Promise.all(names.map(awaitReady))) {
      expect(status?.summary).to.deep.equal({ managed: 20, inSync: 20, drifted: 0, findings: 0 });
      expect(status?.drift, JSON.stringify(status?.drift)).to.equal(undefined);
    }
  });

  it("waits for a ServiceAccount default that comes late, and hardens it without calling that drift", async () => {
    const namespace = await freshNamespace("early");
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name: "default" } };
    const controller = "system:serviceaccount:kube-system:service-account-controller";
    const lift = await refuseWrites({ namespace, apiGroup: "", resource: "serviceaccounts", user: controller }, "not yet");
    await admin().delete({ apiVersion: "v1", kind: "ServiceAccount", namespace, name: "default" });
    await applyBaseline(namespace, { serviceAccounts: {} });
    const waiting = await awaitCondition(namespace, "ServiceAccountsReady", "False");
    expect(conditionOf(waiting, "Ready")?.reason).to.equal("Progressing");
    await admin().create(account);
    const { status } = await awaitReady(namespace);
    await lift();
    expect(status?.drift).to.equal(undefined);
    expect(await admin().get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name: "default" })).to.include({
      automountServiceAccountToken: false,
    });
  });
});
