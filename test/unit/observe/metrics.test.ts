/** Proves what the metrics tell of namespaces, the connection to the API server and webhooks, and that it vanishes when it is over. */
import { expect } from "chai";
import type { BaselineState } from "../../../operator/observe/baseline-gauges.ts";
import { createMetrics, type Metrics } from "../../../operator/observe/metrics.ts";

const linesOf = async (metrics: Metrics, name: string): Promise<string[]> =>
  (await metrics.text()).split("\n").filter((line) => line.startsWith(name));

describe("metrics of the connection", () => {
  it("name each resource that cannot be followed once, as long as that lasts", async () => {
    const metrics = createMetrics(() => true);
    expect(await linesOf(metrics, "securitybaseline_watch_failing")).to.deep.equal([]);
    let failing = ["networkpolicies", "roles", "networkpolicies"];
    metrics.readFailingWatches(() => failing);
    expect(await linesOf(metrics, "securitybaseline_watch_failing")).to.deep.equal([
      'securitybaseline_watch_failing{resource="networkpolicies"} 1',
      'securitybaseline_watch_failing{resource="roles"} 1',
    ]);
    failing = ["roles"];
    expect(await linesOf(metrics, "securitybaseline_watch_failing")).to.deep.equal(['securitybaseline_watch_failing{resource="roles"} 1']);
    failing = [];
    expect(await linesOf(metrics, "securitybaseline_watch_failing")).to.deep.equal([]);
  });

  it("tell whether the lease can be had", async () => {
    const metrics = createMetrics(() => false);
    const told: string[] = [];
    for (const failing of [undefined, true, false]) {
      if (failing !== undefined) metrics.setLeaseFailing(failing);
      told.push(...(await linesOf(metrics, "securitybaseline_lease_failing")));
    }
    expect(told).to.deep.equal([
      "securitybaseline_lease_failing 0",
      "securitybaseline_lease_failing 1",
      "securitybaseline_lease_failing 0",
    ]);
  });
});

describe("metrics of namespaces", () => {
  const WELL: BaselineState = { notReady: undefined, notCompliant: undefined, contested: new Map(), drift: [], findings: [] };
  const WRONG: BaselineState = {
    notReady: "Contested",
    notCompliant: "Drifted",
    contested: new Map([["network", ["NetworkPolicy allow-dns", "NetworkPolicy default-deny"]]]),
    drift: [
      { control: "network", type: "Modified" },
      { control: "network", type: "Modified" },
    ],
    findings: [{ rule: "UserSubject", severity: "High" }],
  };
  const WRONG_SERIES = [
    'securitybaseline_baselines{ready="false",compliant="false"} 1',
    'securitybaseline_not_ready{namespace="payments",reason="Contested"} 1',
    'securitybaseline_not_compliant{namespace="payments",reason="Drifted"} 1',
    'securitybaseline_contested{namespace="payments",control="network"} 2',
    'securitybaseline_drift_objects{namespace="payments",control="network",type="Modified"} 2',
    'securitybaseline_findings{namespace="payments",rule="UserSubject",severity="High"} 1',
  ];
  const GAUGES = /^securitybaseline_(baselines|not_ready|not_compliant|contested|drift_objects|findings)\b/;
  const seriesOf = async (metrics: Metrics) => (await metrics.text()).split("\n").filter((line) => GAUGES.test(line));

  it("tell of each what is wrong, and nothing once it is well, gone, or somebody else's to tell", async () => {
    const metrics = createMetrics(() => true);
    metrics.setBaseline("payments", WRONG);
    expect(await seriesOf(metrics)).to.deep.equal(WRONG_SERIES);
    metrics.setBaseline("payments", WELL);
    expect(await seriesOf(metrics)).to.deep.equal(['securitybaseline_baselines{ready="true",compliant="true"} 1']);
    metrics.setBaseline("payments", WRONG);
    metrics.removeBaseline("payments");
    expect(await seriesOf(metrics)).to.deep.equal([]);
    metrics.setBaseline("payments", WRONG);
    metrics.clearBaselines();
    expect(await seriesOf(metrics)).to.deep.equal([]);
  });

  it("cost nothing for 10,000 namespaces in which all is well, beside one in which it is not", async () => {
    const metrics = createMetrics(() => true);
    for (let number = 0; number < 10_000; number += 1) metrics.setBaseline(`team-${number}`, WELL);
    metrics.setBaseline("payments", WRONG);
    expect(await seriesOf(metrics)).to.have.members(['securitybaseline_baselines{ready="true",compliant="true"} 10000', ...WRONG_SERIES]);
  });
});

describe("metrics of webhooks", () => {
  it("name each that is not reached, as long as that lasts", async () => {
    const metrics = createMetrics(() => true);
    expect(await linesOf(metrics, "securitybaseline_webhook_failing")).to.deep.equal([]);
    let failing = ["notification"];
    metrics.readFailingWebhooks(() => failing);
    expect(await linesOf(metrics, "securitybaseline_webhook_failing")).to.deep.equal([
      'securitybaseline_webhook_failing{webhook="notification"} 1',
    ]);
    failing = [];
    expect(await linesOf(metrics, "securitybaseline_webhook_failing")).to.deep.equal([]);
  });
});
