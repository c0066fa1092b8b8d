/** Proves that a right which is taken away from the running operator is told: two minutes after its watch could not be renewed. */
import { expect } from "chai";
import { applyBaseline, awaitCondition, awaitReady, conditionOf } from "../support/baselines.ts";
import { freshNamespace } from "../support/cluster.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { OPERATOR_ACCOUNT, type OperatorProcess, startOperator } from "../support/operator-process.ts";
import { withoutResource } from "../support/roles.ts";
import { authorizerCaughtUp } from "../support/server-caches.ts";

/** A watch ends after 44 s at most, and a break shorter than two minutes is not told. */
const PATIENCE = 4 * 60_000;

describe("a kind that the running operator may not list any more", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    namespace = await freshNamespace("out-of-sight");
    await applyBaseline(namespace, { network: {}, serviceAccounts: {} });
    await awaitReady(namespace);
  });

  after(() => operator.stop());

  it("makes its section and Ready false, says why, and is followed by itself once the right is back", async () => {
    {
      await using _ = await withoutResource(OPERATOR_ACCOUNT, "networkpolicies");
      await authorizerCaughtUp();
      const baseline = await awaitCondition(namespace, "NetworkReady", "False", PATIENCE);
      expect(conditionOf(baseline, "NetworkReady")?.reason).to.equal("Forbidden");
      expect(conditionOf(baseline, "NetworkReady")?.message).to.contain("networkpolicies");
      expect(conditionOf(baseline, "ServiceAccountsReady")?.status).to.equal("True");
      for (const type of ["Ready", "Compliant"]) await awaitCondition(namespace, type, "False");
    }
    // Attempts are half a minute apart by now.
    await awaitCondition(namespace, "Ready", "True", 60_000);
  }).timeout(PATIENCE + 90_000);
});
