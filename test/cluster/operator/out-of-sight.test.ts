/** Proves that a kind which the operator may not list is told in status, readiness and metrics, and stops no other section. */
import { expect } from "chai";
import { applyBaseline, awaitCondition, awaitReady, conditionOf } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { readMetrics } from "../../support/metrics.ts";
import { OPERATOR_ACCOUNT, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { withoutResource } from "../../support/roles.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

/** Milliseconds. */
const PATIENCE = 60_000;

describe("a kind that the operator may not list", () => {
  let operator: OperatorProcess;
  let namespace: string;
  let rights: AsyncDisposable;

  before(async () => {
    await installOperatorManifests();
    rights = await withoutResource(OPERATOR_ACCOUNT, "networkpolicies");
    await authorizerCaughtUp();
    namespace = await freshNamespace("out-of-sight");
    await applyBaseline(namespace, { network: {}, serviceAccounts: {} });
    operator = await startOperator({ awaitReady: false });
  });

  after(async () => {
    await rights[Symbol.asyncDispose]();
    await operator.stop();
  });

  const failing = async () =>
    (await readMetrics(operator)).filter(({ name }) => name === "securitybaseline_watch_failing").map(({ labels }) => labels["resource"]);

  it("makes its section, Ready and Compliant false, and says which kind and why", async () => {
    // The operator waits for its first lists, then for those that are late, before it tells of anything.
    const baseline = await awaitCondition(namespace, "NetworkReady", "False", PATIENCE);
    expect(conditionOf(baseline, "NetworkReady")?.reason).to.equal("Forbidden");
    expect(conditionOf(baseline, "NetworkReady")?.message).to.contain("networkpolicies");
    for (const type of ["Ready", "Compliant"]) expect(conditionOf(baseline, type)?.status, type).to.equal("False");
  }).timeout(PATIENCE + 10_000);

  it("stops no other section", async () => {
    await awaitCondition(namespace, "ServiceAccountsReady", "True");
    const account = await admin().get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name: "default" });
    expect(account).to.include({ automountServiceAccountToken: false });
  });

  it("is a gauge, and readiness fails", async () => {
    await eventually("the gauge names it", async () => expect(await failing()).to.deep.equal(["networkpolicies"]));
    const answer = await fetch(`${operator.health}/readyz`);
    expect(answer.status).to.equal(503);
    expect(await answer.text()).to.contain("networkpolicies");
  });

  it("is followed by itself once the right is back", async () => {
    await rights[Symbol.asyncDispose]();
    await awaitReady(namespace);
    await admin().get({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name: "default-deny" });
    await eventually("the gauge is empty", async () => expect(await failing()).to.deep.equal([]));
    await eventually("the operator is ready", async () => expect((await fetch(`${operator.health}/readyz`)).status).to.equal(200));
  });
});
