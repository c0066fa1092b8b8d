/** Proves how the operator meets what refuses or changes its writes: it does not hammer, it says why, and it tries again when that has passed. */
import { expect } from "chai";
import { changeWrites, refuseWrites } from "../../support/admission.ts";
import { auditMark } from "../../support/audit-log.ts";
import { awaitCondition, conditionOf, protectedNamespace } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { refTo } from "../../support/owned-objects.ts";

const PATCH = "patch networkpolicies/default-deny";
/** As long as the longest pause after which a write that was changed on its way is tried again, and some patience. */
const TRIED_AGAIN = 45_000;

describe("a write of the operator", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const ref = () => refTo(namespace, "NetworkPolicy", "default-deny");
  const policies = () => ({ namespace, apiGroup: "networking.k8s.io", resource: "networkpolicies", user: OPERATOR_USER });
  const touch = (round: number) =>
    admin().mergePatch(ref(), { spec: { ingress: [{ ports: [{ port: round + 1 }] }] } }, { manager: "insider" });
  const triesSince = async (mark: number) => (await operatorWrites(mark, namespace)).filter((event) => described(event) === PATCH).length;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  beforeEach(async () => {
    namespace = await protectedNamespace("refused", { network: {} });
  });

  after(() => operator.stop());

  it("that is refused is tried again with growing pauses, however many events come meanwhile", async () => {
    const letPass = await refuseWrites(policies(), "not now");
    const mark = await auditMark();
    for (let round = 1; round <= 100; round += 1) await touch(round);
    const baseline = await awaitCondition(namespace, "NetworkReady", "False");
    expect(conditionOf(baseline, "NetworkReady")?.reason).to.equal("Forbidden");
    // Pauses of 0.5 to 1 s, 1 to 2, 2 to 4 and so on leave no room for more, even if the hundred events took a minute.
    expect(await triesSince(mark)).to.be.at.most(12);
    await letPass();
    await awaitCondition(namespace, "NetworkReady", "True", 60_000);
  });

  it("that is changed on its way is tried again after that has passed", async function () {
    this.timeout(120_000);
    const letPass = await changeWrites(policies(), "Object{spec: Object.spec{policyTypes: ['Egress']}}");
    await eventually("writes are changed", async () => {
      await touch(0);
      await awaitCondition(namespace, "NetworkReady", "False", 2_000);
    });
    const baseline = await awaitCondition(namespace, "NetworkReady", "False");
    // Our own confinement judges what the other policy has made of the write.
    expect(conditionOf(baseline, "NetworkReady")).to.include({ reason: "Forbidden" });
    await letPass();
    await awaitCondition(namespace, "NetworkReady", "True", TRIED_AGAIN);
    const { spec } = await admin().get<{ spec: unknown }>(ref());
    expect(spec).to.deep.equal({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });
});
