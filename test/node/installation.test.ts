/** Proves on a real node that config/default runs as it is: replicas, probes, Pod Security, root file system, memory, disruptions and metrics. */
import { expect } from "chai";
import { admin } from "../support/cluster.ts";
import { kubectlRefusal } from "../support/kubectl.ts";
import { tryFrom } from "./support/flow.ts";
import { installOperator, leader, OPERATOR_NAMESPACE, operatorPods, rolledOut } from "./support/operator.ts";
import { IDLE, runIn, startPod } from "./support/workload.ts";

/** Milliseconds: images are unpacked and pods started first. */
const START = 300_000;

describe("config/default on a node", function () {
  this.timeout(START);
  const inLeader = async (script: string) => runIn({ namespace: OPERATOR_NAMESPACE, name: await leader() }, script);

  before(installOperator);

  it("has two Ready replicas that never had to start again, and one leads", async () => {
    const pods = await operatorPods();
    expect(pods.map(({ status }) => status.containerStatuses?.map(({ restartCount }) => restartCount))).to.deep.equal([[0], [0]]);
    expect(pods.map(({ metadata }) => metadata.name)).to.include(await leader());
  });

  it("loses one replica at a time to an eviction, by its PodDisruptionBudget", async () => {
    const [first, second] = (await operatorPods()).map(({ metadata }) => metadata.name) as [string, string];
    const evict = async (name: string) => {
      const path = `/api/v1/namespaces/${OPERATOR_NAMESPACE}/pods/${name}/eviction`;
      const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name } };
      return (await admin().ask({ method: "POST", path, body })).status;
    };
    expect([await evict(first), await evict(second)]).to.deep.equal([201, 429]);
    await rolledOut();
  });

  it("passes the restricted Pod Security Standard, which its namespace enforces", async () => {
    const { metadata } = await admin().get({ apiVersion: "v1", kind: "Namespace", name: OPERATOR_NAMESPACE });
    expect(metadata?.labels).to.include({ "pod-security.kubernetes.io/enforce": "restricted" });
    const refusal = await kubectlRefusal(["run", "-n", OPERATOR_NAMESPACE, "shell", "--image=example.com/shell:1"]);
    expect(refusal).to.contain('violates PodSecurity "restricted:latest"');
  });

  it("runs as nobody, with no capability, and cannot write to its root", async () => {
    const script = `
const { readFileSync, writeFileSync } = require("node:fs");
const tries = ["/x", "/usr/local/lib/securitybaseline/x"].map((path) => {
  try { writeFileSync(path, ""); return "written"; } catch (error) { return error.code; }
});
const status = readFileSync("/proc/1/status", "utf8");
const field = (name) => status.match(new RegExp("^" + name + ":\\\\s*(\\\\S+)", "m"))[1];
console.log(JSON.stringify({ tries, uid: field("Uid"), bounds: field("CapBnd"), noNewPrivileges: field("NoNewPrivs"), seccomp: field("Seccomp") }));`;
    expect(JSON.parse(await inLeader(script))).to.deep.equal({
      tries: ["EROFS", "EROFS"],
      uid: "65532",
      bounds: "0000000000000000",
      noNewPrivileges: "1",
      seccomp: "2",
    });
  });

  it("lives within 512 MiB, which the kernel holds it to", async () => {
    expect((await inLeader("console.log(process.constrainedMemory())")).trim()).to.equal("536870912");
  });

  it("lets its metrics be scraped from labelled namespaces alone", async () => {
    const asker = async (name: string, labels: Readonly<Record<string, string>>) => {
      await admin().create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
      return startPod(name, "asker", IDLE);
    };
    const scraping = await asker("scraping", { "securitybaseline.dev/metrics": "true" });
    const curious = await asker("curious", {});
    const service = { apiVersion: "v1", kind: "Service", namespace: OPERATOR_NAMESPACE, name: "securitybaseline-metrics" };
    const { spec } = await admin().get<{ spec: { clusterIP: string } }>(service);
    expect(await tryFrom(scraping, spec.clusterIP, 8080)).to.equal("open");
    expect(await tryFrom(curious, spec.clusterIP, 8080)).to.equal("silent");
  });
});
