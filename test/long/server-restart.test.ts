/** Proves that an API server which starts again refuses nobody's changes of namespaces, accounts and objects for our policies' sake. */
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { inParallel } from "../../hack/bench/parallel.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { ApiFailure } from "../support/api-client.ts";
import { applyBaseline, awaitReady, protectedNamespace } from "../support/baselines.ts";
import { admin, cluster, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { type OperatorProcess, startOperator } from "../support/operator-process.ts";

/** In one of six restarts policies with a parameter refused everybody for half a minute. */
const RESTARTS = 10;
/** Milliseconds of changes after each. */
const WATCHED = 15_000;
const PAUSE = 100;
/** Baselines that ask for admission, and that the API server has to read before it can judge by them. */
const BASELINES = 1000;
/** Requests under way at once while these are made. */
const IN_FLIGHT = 16;

const RBAC = "rbac.authorization.k8s.io/v1";

const ADMISSION = { registries: ["ghcr.io/acme"], services: { types: ["ClusterIP"] } } as const;

/** A pod that the section would refuse. */
function podOf(namespace: string, round: string): KubernetesObject {
  const spec = { automountServiceAccountToken: false, containers: [{ name: "web", image: "nginx" }] };
  return { apiVersion: "v1", kind: "Pod", metadata: { namespace, name: `web-${round}` }, spec };
}

/** Changes that people and their tools make, none of which is about what a baseline made. */
type Change = (round: string) => Promise<unknown>;

describe("an API server that starts again", () => {
  let operator: OperatorProcess;
  let namespaces: readonly string[];
  let bare: string;
  let reporting: string;

  before(async function () {
    this.timeout(600_000);
    await installOperatorManifests();
    operator = await startOperator();
    const spec = { podSecurity: { enforce: "baseline" }, serviceAccounts: { accounts: [{ name: "api" }] }, network: {} } as const;
    namespaces = await Promise.all(Array.from({ length: 10 }, () => protectedNamespace("restart", spec)));
    bare = await freshNamespace("restart-bare");
    reporting = await protectedNamespace("restart-report", { admission: { mode: "Report", ...ADMISSION } });
    const numbers = Array.from({ length: BASELINES }, (_, index) => index);
    await inParallel(IN_FLIGHT, numbers, async () => {
      await applyBaseline(await freshNamespace("restart-many"), { admission: ADMISSION });
    });
    await awaitReady(await protectedNamespace("restart-last", { admission: ADMISSION }));
  });

  after(() => operator.stop());

  const changes: Readonly<Record<string, Change>> = {
    "a label of a protected Namespace": (round) =>
      admin().mergePatch({ apiVersion: "v1", kind: "Namespace", name: namespaces[0] ?? "" }, { metadata: { labels: { round } } }),
    "an annotation of its ServiceAccount default": (round) =>
      admin().mergePatch(
        { apiVersion: "v1", kind: "ServiceAccount", namespace: namespaces[1] ?? "", name: "default" },
        { metadata: { annotations: { round } } },
      ),
    "a Role of others in it": (round) =>
      admin().create({
        apiVersion: RBAC,
        kind: "Role",
        metadata: { namespace: namespaces[2] ?? "", name: `team-${round}` },
        rules: [],
      } as KubernetesObject),
    "a label of a Namespace without a baseline": (round) =>
      admin().mergePatch({ apiVersion: "v1", kind: "Namespace", name: bare }, { metadata: { labels: { round } } }),
    "a pod where nothing is asked of it": (round) => admin().create(podOf(bare, round)),
    "a pod where a baseline asks for other things": (round) => admin().create(podOf(namespaces[3] ?? "", round)),
    "a pod where a baseline only reports": (round) => admin().create(podOf(reporting, round)),
    "a Service where a baseline only reports": (round) =>
      admin().create({
        apiVersion: "v1",
        kind: "Service",
        metadata: { namespace: reporting, name: `web-${round}` },
        spec: { type: "NodePort", ports: [{ port: 80 }] },
      } as KubernetesObject),
    "a label of a Namespace whose baseline reports": (round) =>
      admin().mergePatch({ apiVersion: "v1", kind: "Namespace", name: reporting }, { metadata: { labels: { round } } }),
    "a copy of an object with our label in it": (round) =>
      admin().create({
        apiVersion: RBAC,
        kind: "Role",
        metadata: { namespace: bare, name: `copy-${round}`, labels: { "securitybaseline.dev/control": "access" } },
        rules: [],
      } as KubernetesObject),
  };

  /** Makes every change again and again; answers what policies refused. What does not reach the API server is tried again. */
  async function refusals(restart: number): Promise<readonly string[]> {
    const refused = new Set<string>();
    let made = 0;
    for (let until = Date.now() + WATCHED, round = 0; Date.now() < until; round += 1) {
      const tries = Object.entries(changes).map(async ([what, change]) => {
        try {
          await change(`${restart}-${round}`);
          made += 1;
        } catch (error) {
          if (error instanceof ApiFailure && /polic|paramKind|params/i.test(error.message)) refused.add(`${what}: ${error.message}`);
        }
      });
      await Promise.all(tries);
      await delay(PAUSE);
    }
    expect(made).to.be.above(0);
    return [...refused];
  }

  it("refuses none of them", async function () {
    this.timeout(RESTARTS * (WATCHED + 60_000));
    const refused: string[] = [];
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      const { apiserver } = cluster().pids;
      process.kill(apiserver, "SIGKILL");
      await eventually("it is another process", () => cluster().pids.apiserver !== apiserver, 30_000);
      await eventually("it answers", () => admin().send({ method: "GET", path: "/version" }), 60_000);
      refused.push(...(await refusals(restart)));
    }
    expect(refused).to.deep.equal([]);
    for (const namespace of namespaces) await awaitReady(namespace);
  });
});
