/** Proves that an object that is being deleted and cannot go still counts: it is kept exact, and nobody is told that all is well. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { applyBaseline, awaitCondition, conditionOf, protectedNamespace, readBaseline } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { refTo } from "../../support/owned-objects.ts";

const HOLD = "test.example.com/hold";

describe("an object that is being deleted while something holds it", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const ref = () => refTo(namespace, "NetworkPolicy", "default-deny");
  const holders = (finalizers: readonly string[]) => admin().mergePatch(ref(), { metadata: { finalizers } }, { manager: "holder" });
  const ingress = async (): Promise<unknown> => (await admin().get<{ spec: JsonObject }>(ref())).spec["ingress"];

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    namespace = await protectedNamespace("ending", { network: {} });
    await holders([HOLD]);
    await admin().delete(ref());
    await eventually("it is being deleted", async () => (await admin().get(ref())).metadata?.deletionTimestamp !== undefined);
  });

  after(() => operator.stop());

  it("is told of: not ready, not compliant, and why", async () => {
    await awaitCondition(namespace, "Compliant", "False");
    const baseline = await awaitCondition(namespace, "NetworkReady", "False");
    expect(conditionOf(baseline, "NetworkReady")).to.include({
      reason: "Progressing",
      message: "NetworkPolicy default-deny is being deleted and something holds it up; it is made again once it is gone",
    });
    expect(baseline.status?.summary).to.include({ managed: 2, inSync: 1 });
  });

  it("is closed again when somebody opens it, and that is told", async () => {
    await admin().mergePatch(ref(), { spec: { ingress: [{}] } }, { manager: "insider" });
    await eventually("it is closed", async () => (await ingress()) === undefined);
    await eventually("it is told", async () => {
      const [entry] = (await readBaseline(namespace)).status?.drift ?? [];
      expect(entry).to.deep.include({ type: "Modified", fields: ["spec.ingress"], manager: "insider", state: "Repaired" });
    });
  });

  it("makes a namespace that only reports not compliant, too", async () => {
    await applyBaseline(namespace, { mode: "Report", network: {} });
    await admin().mergePatch(ref(), { spec: { ingress: [{}] } }, { manager: "insider" });
    const baseline = await awaitCondition(namespace, "Compliant", "False");
    expect(baseline.status?.summary).to.include({ managed: 2, inSync: 1 });
    await eventually("the difference is told", async () => (await readBaseline(namespace)).status?.summary?.drifted === 1);
    await applyBaseline(namespace, { network: {} });
  });

  it("is made again once it is gone", async () => {
    const before = (await admin().get(ref())).metadata?.uid;
    await holders([]);
    const baseline = await awaitCondition(namespace, "Compliant", "True");
    expect(baseline.status?.summary).to.include({ managed: 2, inSync: 2 });
    expect((await admin().get(ref())).metadata?.uid).not.to.equal(before);
  });
});
