/** Shows with a real shell what docs/break-glass-threat-model.md says of the end of a grant: what is open goes on, and nothing new begins. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { controlPlaneBinary } from "../../hack/control-plane-binary.ts";
import { kubectlArguments, kubectlEnvironment } from "../../hack/control-plane-handle.ts";
import type { BreakGlassRequest } from "../../operator/api/break-glass-request.ts";
import { applyBaseline, awaitReady } from "../support/baselines.ts";
import { awaitPhase, BREAK_GLASS_NAMESPACE, bypass, decideOn, INCIDENT, identityOf } from "../support/break-glass.ts";
import { admin, cluster, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { writeKubeconfig } from "../support/kubeconfig.ts";
import { type Person, person } from "../support/people.ts";
import { authorizerCaughtUp } from "../support/server-caches.ts";
import { installOperator } from "./support/operator.ts";
import { IDLE, inPod, startPod } from "./support/workload.ts";

/** Milliseconds: operator and pods are started first. */
const START = 300_000;

describe("exec that is open when a grant ends", function () {
  this.timeout(START);
  let namespace: string;
  let oncall: Person;
  let lead: Person;

  before(async () => {
    await installOperator();
    namespace = await freshNamespace("session");
    await applyBaseline(namespace, { breakGlass: { profiles: [INCIDENT] } });
    await awaitReady(namespace);
    [oncall, lead] = [await person("jane", ["oncall"]), await person("lee", ["leads"])];
    await startPod(namespace, "app", IDLE);
  });

  /** A kubeconfig with a token of the grant. */
  const credential = async (request: BreakGlassRequest): Promise<string> => {
    await authorizerCaughtUp();
    const token = await oncall.client.createToken(BREAK_GLASS_NAMESPACE, identityOf(request), 600);
    return writeKubeconfig("grant", { token });
  };

  it("goes on after the end, while the same credential opens nothing more, until the pod is deleted", async () => {
    const request = await bypass(oncall, namespace);
    const kubeconfig = await credential(request);
    const ticking = inPod(namespace, "app", `setInterval(() => console.log("tick"), 50);`);
    const session = spawn(await controlPlaneBinary(), kubectlArguments({ dir: cluster().dir, kubeconfig, args: ticking }), {
      stdio: ["ignore", "pipe", "ignore"],
      env: kubectlEnvironment(),
    });
    const ended = once(session, "exit");
    let ticks = 0;
    session.stdout.on("data", () => {
      ticks += 1;
    });
    await eventually("the session is open", () => ticks > 0);
    await decideOn(lead, request, "Revoke");
    await awaitPhase(request, "Revoked");
    await eventually("a new session is refused", async () => {
      const { code, stderr } = await cluster().kubectl(inPod(namespace, "app", ""), { as: kubeconfig });
      expect(code).to.equal(1);
      expect(stderr).to.match(/Unauthorized|Forbidden|must be logged in/);
    });
    const atTheEnd = ticks;
    await eventually("the open session goes on", () => ticks > atTheEnd + 10);
    await admin().delete({ apiVersion: "v1", kind: "Pod", namespace, name: "app" });
    await ended;
  });
});
