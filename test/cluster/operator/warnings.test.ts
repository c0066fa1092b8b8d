/** Proves that whoever reads the status is told what `render` warns of, in the same words, whether or not all is well otherwise. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { awaitCondition, conditionOf, protectedNamespace } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { refTo } from "../../support/owned-objects.ts";

const CUT_OFF =
  'network.egress "web": defaultDeny does not list Egress, but a policy that allows also denies: the selected pods lose all other egress, DNS included';

/** Isolates the pods of a flow although egress is not denied. */
const SPEC: SecurityBaselineSpec = {
  network: { defaultDeny: ["Ingress"], egress: [{ name: "web", to: [{ preset: "Internet" }] }] },
};

describe("what a section does not do although it reads as if it did", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    namespace = await protectedNamespace("warned", SPEC);
  });

  after(() => operator.stop());

  it("is told where everything is in place", async () => {
    const { message } = conditionOf(await awaitCondition(namespace, "NetworkReady", "True"), "NetworkReady") ?? {};
    expect(message).to.equal(`everything is as the baseline says; ${CUT_OFF}`);
  });

  it("is told beside what is amiss", async () => {
    const policy = refTo(namespace, "NetworkPolicy", "allow-egress-web");
    await admin().mergePatch(policy, { metadata: { finalizers: ["test.example.com/hold"] } }, { manager: "holder" });
    await admin().delete(policy);
    const { message } = conditionOf(await awaitCondition(namespace, "NetworkReady", "False"), "NetworkReady") ?? {};
    expect(message).to.equal(
      `NetworkPolicy allow-egress-web is being deleted and something holds it up; it is made again once it is gone; ${CUT_OFF}`,
    );
    await admin().mergePatch(policy, { metadata: { finalizers: [] } }, { manager: "holder" });
    await awaitCondition(namespace, "NetworkReady", "True");
  });
});
