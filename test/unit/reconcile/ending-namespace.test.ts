/** Proves that a namespace which is being deleted is told of no more: it may wait for a finalizer for days, and nobody is to be woken for it. */
import { expect } from "chai";
import { ownedKinds } from "../../../operator/controls/index.ts";
import { createMetrics } from "../../../operator/observe/metrics.ts";
import { Reconciler, type ReconcilerParts } from "../../../operator/reconcile/reconciler.ts";

describe("a look at a namespace that is being deleted", () => {
  it("takes back what metrics tell of its baseline", async () => {
    const metrics = createMetrics(() => true);
    metrics.setBaseline("payments", { notReady: "Forbidden", notCompliant: "Drifted", contested: new Map(), drift: [], findings: [] });
    const feed = { store: { get: () => ({ terminating: true }) } };
    const nothing = { leave: () => undefined };
    const caches = {
      owned: new Map(ownedKinds.map((kind) => [kind, feed])),
      baselines: { store: { get: () => undefined, list: () => new Map() } },
      clusterBaselines: { store: { get: () => undefined } },
      breakGlassNamespace: "securitybaseline-breakglass",
    };
    const parts = { caches, metrics, writerAs: () => undefined, podWatches: nothing, workloadWatches: nothing, imageReports: nothing };
    const reconciler = new Reconciler({ ...parts, objectLabels: {}, now: () => 0, monotonic: () => 0 } as unknown as ReconcilerParts);
    await reconciler.look("payments");
    expect((await metrics.text()).split("\n").filter((line) => line.startsWith("securitybaseline_not_"))).to.deep.equal([]);
  });
});
