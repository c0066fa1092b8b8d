/** Proves that a baseline which comes with its namespace, before the cluster has finished making that, is carried out and no drift. */
import { expect } from "chai";
import { applyBaseline, awaitReady, FULL_SPEC } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";

const NAMESPACES = 10;

describe("baselines applied right after their namespaces", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("get their Namespace and ServiceAccount default hardened when they appear, which is told as no drift", async () => {
    const names = Array.from({ length: NAMESPACES }, (_, index) => `early-${Date.now().toString(36)}-${index}`);
    await Promise.all(
      names.map(async (name) => {
        await admin().create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        await applyBaseline(name, FULL_SPEC);
      }),
    );
    for (const { status } of await Promise.all(names.map(awaitReady))) {
      expect(status?.summary).to.deep.equal({ managed: 20, inSync: 20, drifted: 0 });
      expect(status?.drift, JSON.stringify(status?.drift)).to.equal(undefined);
    }
  });
});
