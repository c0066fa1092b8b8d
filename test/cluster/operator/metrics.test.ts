/** Proves what the operator tells Prometheus and the kubelet: the present in gauges, what happened in counters, and nothing about people. */
import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { applyBaseline, awaitCondition, awaitReady, baselineRef, removeBaselines } from "../../support/baselines.ts";
import { admin, cluster, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { startGate } from "../../support/gate.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { awaitFirstLooks, readMetrics, type Sample, sumOf } from "../../support/metrics.ts";
import { type OperatorProcess, operatorKubeconfig, startOperator } from "../../support/operator-process.ts";
import { everythingTold } from "../../support/told-metrics.ts";

const NETWORK: SecurityBaselineSpec = { network: { ingress: [{ name: "from-gateway", from: [{ namespace: "payments-gateway" }] }] } };
const ACCESS: SecurityBaselineSpec = { access: { roles: [{ name: "app-viewer", groups: ["payments-support"] }] } };

describe("the operator's endpoints", () => {
  let operator: OperatorProcess;
  let namespace: string;
  let earlier: readonly Sample[];

  const metric = (samples: readonly Sample[], name: string, labels?: Sample["labels"]) =>
    sumOf(samples, `securitybaseline_${name}`, labels);
  const present = async (name: string, labels?: Sample["labels"]) => metric(await readMetrics(operator), name, labels);
  const growth = async (name: string, labels?: Sample["labels"]) =>
    ((await present(name, labels)) ?? 0) - (metric(earlier, name, labels) ?? 0);
  const growsBy = (count: number, name: string, labels: Sample["labels"]) =>
    eventually(`${name} grows by ${count}`, async () => expect(await growth(name, labels)).to.equal(count));

  const openPolicy = () =>
    admin().mergePatch(
      { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name: "default-deny" },
      { spec: { ingress: [{}] } },
    );

  before(() => installOperatorManifests());

  it("tell that it lives, but is not ready, until the caches are filled", async () => {
    const gate = await startGate(cluster().server);
    const kubeconfig = await operatorKubeconfig();
    await writeFile(kubeconfig, (await readFile(kubeconfig, "utf8")).replace(cluster().server, gate.url));
    const gated = await startOperator({ kubeconfig, awaitReady: false });
    const answer = async (path: string) => {
      const response = await fetch(`${gated.health}${path}`);
      return { status: response.status, text: await response.text() };
    };
    const notReady = await eventually("it answers", () => answer("/readyz"));
    await gate.reached;
    expect(notReady.status).to.equal(503);
    expect(notReady.text).to.contain("securitybaselines are not listed yet; ");
    expect(await answer("/healthz")).to.deep.equal({ status: 200, text: "ok\n" });
    gate.open();
    await eventually("it is ready", async () => expect(await answer("/readyz")).to.deep.equal({ status: 200, text: "ok\n" }));
    await gated.stop();
    await gate.close();
  });

  describe("tell Prometheus", () => {
    before(async () => {
      // What other tests left would still be worked at.
      await removeBaselines();
      operator = await startOperator();
      await awaitFirstLooks(operator);
    });

    beforeEach(async () => {
      namespace = await freshNamespace("metrics");
      earlier = await readMetrics(operator);
    });

    after(() => operator.stop());

    it("how many baselines are in which state, and no longer of one that is gone", async () => {
      await applyBaseline(namespace, NETWORK);
      await awaitReady(namespace);
      await growsBy(1, "baselines", { ready: "true", compliant: "true" });
      await applyBaseline(namespace, { mode: "Report", ...NETWORK, ...ACCESS });
      await awaitCondition(namespace, "Compliant", "False");
      await growsBy(1, "baselines", { ready: "true", compliant: "false" });
      await growsBy(0, "baselines", { ready: "true", compliant: "true" });
      expect(await present("not_compliant", { namespace, reason: "Drifted" })).to.equal(1);
      expect(await present("not_ready", { namespace })).to.equal(undefined);
      await admin().delete(baselineRef(namespace));
      await growsBy(0, "baselines", { ready: "true", compliant: "false" });
      expect(await present("not_compliant", { namespace })).to.equal(undefined);
    });

    it("which objects differ now, until they do not or their baseline is gone", async () => {
      await applyBaseline(namespace, { mode: "Report", ...NETWORK, ...ACCESS });
      await eventually("the series are there", async () => {
        expect(await present("drift_objects", { namespace, control: "network", type: "Missing" })).to.equal(3);
        expect(await present("drift_objects", { namespace, control: "access", type: "Missing" })).to.equal(2);
      });
      await applyBaseline(namespace, { mode: "Report", ...NETWORK, access: { ...ACCESS.access, mode: "Enforce" } });
      await eventually("what is made is no longer told", async () => {
        expect(await present("drift_objects", { namespace, control: "access" })).to.equal(undefined);
        expect(await present("drift_objects", { namespace, control: "network", type: "Missing" })).to.equal(3);
      });
      await admin().delete(baselineRef(namespace));
      await eventually("the series are gone", async () => expect(await present("drift_objects", { namespace })).to.equal(undefined));
    });

    it("each repair and the time that it took", async () => {
      await applyBaseline(namespace, NETWORK);
      await awaitReady(namespace);
      expect(await growth("repairs_total")).to.equal(0);
      await openPolicy();
      await growsBy(1, "repairs_total", { control: "network" });
      expect(await growth("repairs_total")).to.equal(1);
      expect(await growth("repair_seconds_count")).to.equal(1);
      expect(await growth("repair_seconds_sum")).to.be.within(0.000_1, 5);
    });

    it("its requests by verb, resource and code, and its looks", async () => {
      await applyBaseline(namespace, NETWORK);
      await awaitReady(namespace);
      expect(await growth("api_requests_total", { verb: "patch", resource: "networkpolicies", code: "201" })).to.equal(3);
      expect(await growth("api_requests_total", { verb: "patch", resource: "securitybaselines/status", code: "200" })).to.equal(1);
      expect(await growth("reconcile_seconds_count")).to.be.at.least(1);
      expect(await present("api_requests_total", { verb: "watch", resource: "namespaces", code: "200" })).to.equal(1);
    });

    it("that it leads, as an operator without an election always does", async () => {
      expect(await present("is_leader")).to.equal(1);
    });

    it("each metric of the program under the name and type that alerts and dashboard were tried with", async () => {
      const types = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("# TYPE"));
      const live = await (await fetch(`${operator.metrics}/metrics`)).text();
      expect(types(live)).to.deep.equal(types(await everythingTold().text()));
    });

    it("neither groups nor field managers", async () => {
      await applyBaseline(namespace, { ...NETWORK, access: { ...ACCESS.access, mode: "Report" } });
      await awaitReady(namespace);
      await openPolicy();
      await growsBy(1, "repairs_total", { control: "network" });
      const eve = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "eve-of-payments" }];
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
      const binding = {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { namespace, name: "eve" },
        roleRef,
        subjects: eve,
      };
      await admin().create(binding);
      await eventually("it is found", async () => expect(await present("findings", { namespace, rule: "UserSubject" })).to.equal(1));
      const names = new Set((await readMetrics(operator)).flatMap(({ labels }) => Object.keys(labels)));
      expect([...names]).to.have.members([
        "code",
        "compliant",
        "control",
        "le",
        "namespace",
        "ready",
        "reason",
        "resource",
        "rule",
        "severity",
        "type",
        "verb",
      ]);
      expect(JSON.stringify(await readMetrics(operator))).to.not.contain("payments");
    });
  });
});
