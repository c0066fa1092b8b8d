/** Proves with real pods that no change to an enforced namespace stays: while the operator is rolled out, and when the instance that leads goes or is killed. */
import { expect } from "chai";
import type { JsonObject } from "../../operator/api/json.ts";
import { applyBaseline, awaitReady } from "../support/baselines.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { kubectl } from "../support/kubectl.ts";
import {
  installOperator,
  killProcessIn,
  leader,
  leaderIdentity,
  OPERATOR_NAMESPACE,
  operatorPods,
  restartRollout,
  rolledOut,
} from "./support/operator.ts";

/** Milliseconds. */
const PATIENCE = 300_000;
/** Milliseconds until an expired lease is taken over, with room for a busy machine. */
const FAILOVER = 60_000;
/** As many as a baseline may have. */
const FLOWS = 64;

describe("the operator as pods", function () {
  this.timeout(PATIENCE);
  let namespace: string;
  let changes = 0;

  /**
   * Opens one of the namespace's policies by hand and answers after how many milliseconds it was closed again. Each time another one: an object
   * that is changed all the time is contested, and its repair waits.
   */
  const openAndWait = async (): Promise<number> => {
    changes += 1;
    const name = `allow-ingress-flow-${changes % FLOWS}`;
    const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name };
    const opened = performance.now();
    await admin().mergePatch(policy, { spec: { ingress: [{}] } }, { manager: "somebody" });
    await eventually(
      `${name} is closed again`,
      async () => {
        const { spec } = await admin().get<{ spec: { ingress: readonly JsonObject[] } }>(policy);
        return spec.ingress[0]?.["from"] !== undefined;
      },
      FAILOVER,
    );
    return performance.now() - opened;
  };

  before(async () => {
    await installOperator();
    namespace = await freshNamespace("available");
    const flows = Array.from({ length: FLOWS }, (_, index) => ({ name: `flow-${index}`, from: [{ namespace: "somewhere" }] }));
    await applyBaseline(namespace, { network: { ingress: flows } });
    await awaitReady(namespace);
  });

  /** Other tests get replicas that nobody killed. */
  after(async () => {
    await restartRollout();
    await rolledOut();
  });

  it("puts every change back that is made during a rollout", async () => {
    const before = new Set((await operatorPods()).map(({ metadata }) => metadata.uid));
    await restartRollout();
    const windows: number[] = [];
    let isOver = false;
    const rollout = rolledOut().finally(() => {
      isOver = true;
    });
    while (!isOver) windows.push(await openAndWait());
    await rollout;
    const after = (await operatorPods()).map(({ metadata }) => metadata.uid);
    expect(after.filter((uid) => before.has(uid))).to.deep.equal([]);
    expect(windows.length).to.be.greaterThan(1);
    tell(`${windows.length} changes during a rollout, the longest open for ${Math.round(Math.max(...windows))} ms`);
  });

  it("goes on when the pod that leads is deleted, as by a drain", async () => {
    const deleted = await leader();
    await kubectl(["delete", "pod", "-n", OPERATOR_NAMESPACE, deleted, "--wait=false"]);
    const window = await openAndWait();
    await eventually("another pod leads", async () => (await leader()) !== deleted);
    tell(`the leading pod deleted, a change right after it open for ${Math.round(window)} ms`);
    await rolledOut();
  });

  it("takes over when the process that leads is killed, once its lease has expired", async () => {
    const killed = await leaderIdentity();
    await killProcessIn(await leader());
    const window = await openAndWait();
    expect(await leaderIdentity()).to.not.equal(killed);
    tell(`the leading process killed, a change right after it open for ${Math.round(window)} ms`);
    await rolledOut();
  });
});

function tell(line: string): void {
  process.stdout.write(`    ${line}\n`);
}
