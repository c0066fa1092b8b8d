/** Proves what the metrics tell of the connection to the API server, and that it vanishes when it is over. */
import { expect } from "chai";
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
