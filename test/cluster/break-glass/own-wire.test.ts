/** Proves that emergency access is granted in its normal time while every request of the reconciler hangs. */
import { expect } from "chai";
import { applyBaseline, FULL_SPEC, protectedNamespace } from "../../support/baselines.ts";
import { ask, awaitPhase, INCIDENT } from "../../support/break-glass.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, operatorKubeconfig, startOperator } from "../../support/operator-process.ts";
import { type Person, person } from "../../support/people.ts";
import { type SeveringProxy, startSeveringProxy } from "../../support/severing-proxy.ts";

/** Each wants several writes at once: together more than the operator has requests under way. */
const NAMESPACES = 16;
/** Requests that the operator has under way at most, on one wire. */
const IN_FLIGHT = 32;
/** Milliseconds. A request that hangs is given up after half a minute, so on a common wire nothing would pass in this time. */
const PATIENCE = 25_000;

describe("emergency access while the reconciler hangs", () => {
  let alice: Person;
  let namespace: string;
  let stuck: readonly string[];
  let operator: OperatorProcess;
  let proxy: SeveringProxy;
  let hanging = 0;

  before(async function () {
    this.timeout(180_000);
    await installOperatorManifests();
    alice = await person("alice", ["oncall"]);
    const first = await startOperator();
    namespace = await protectedNamespace("wire", { breakGlass: { profiles: [INCIDENT] } });
    await first.stop();
    stuck = await Promise.all(Array.from({ length: NAMESPACES }, () => freshNamespace("stuck")));
    await Promise.all(stuck.map((each) => applyBaseline(each, FULL_SPEC)));
    const hangs = ({ method, path }: { method: string; path: string }): boolean => {
      const isStuck = method === "PATCH" && stuck.some((each) => path.includes(`/namespaces/${each}/`));
      if (isStuck) hanging += 1;
      return isStuck;
    };
    proxy = await startSeveringProxy(() => true, hangs);
    operator = await startOperator({ kubeconfig: await operatorKubeconfig(proxy), awaitReady: false });
    await eventually(
      "the wire of the reconciler is full",
      () => hanging >= IN_FLIGHT || Promise.reject(new Error(`${hanging} requests hang`)),
      60_000,
    );
  });

  after(async () => {
    await operator.stop("SIGKILL");
    await proxy.close();
    for (const name of stuck) await admin().delete({ apiVersion: "v1", kind: "Namespace", name });
  });

  it("goes through", async () => {
    const request = await ask(alice, namespace, { bypass: true, duration: "11m" });
    const { status } = await awaitPhase(request, "Active", PATIENCE);
    expect(status?.phase).to.equal("Active");
  });
});
