/** Proves that a field which another writer keeps changing is repaired again half a minute after the repair that was one too many. */
import { expect } from "chai";
import type { JsonObject } from "../../operator/api/json.ts";
import { auditMark } from "../support/audit-log.ts";
import { awaitCondition, protectedNamespace } from "../support/baselines.ts";
import { admin } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { type OperatorProcess, startOperator } from "../support/operator-process.ts";
import { described, operatorWrites, receivedAt } from "../support/operator-requests.ts";
import { refTo } from "../support/owned-objects.ts";

/** Repairs inside a minute after which a field is contested. */
const REPAIRS = 11;
/** The pause that follows, in milliseconds. */
const PAUSE = 30_000;

describe("a contested field that nobody changes any more", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("is put right half a minute after the last repair", async () => {
    const namespace = await protectedNamespace("contested", { network: {} });
    const policy = refTo(namespace, "NetworkPolicy", "default-deny");
    const open = () => admin().mergePatch(policy, { spec: { ingress: [{}] } }, { manager: "rival" });
    const closed = async () => (await admin().get<{ spec: JsonObject }>(policy)).spec["ingress"] === undefined;
    const mark = await auditMark();
    for (let round = 0; round < REPAIRS; round += 1) {
      await open();
      await eventually("it is repaired", closed);
    }
    await open();
    await awaitCondition(namespace, "NetworkReady", "False");
    await eventually("it is repaired again", closed, PAUSE + 15_000);
    const repairs = (await operatorWrites(mark, namespace)).filter((event) => described(event) === "patch networkpolicies/default-deny");
    const [last = 0, next = 0] = repairs.slice(-2).map(receivedAt);
    expect(next - last).to.be.at.least(PAUSE);
  }).timeout(120_000);
});
