/** Proves that looking at very many namespaces leaves the process time for everything else, and that a stream of changes may wait for one look. */
import { expect } from "chai";
import type { Metrics } from "../../../operator/observe/metrics.ts";
import type { Caches } from "../../../operator/reconcile/caches.ts";
import { Loop } from "../../../operator/reconcile/loop.ts";
import type { Reconciler } from "../../../operator/reconcile/reconciler.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";

/** Looks that run side by side. */
const CONCURRENCY = 16;
const NAMESPACES = Array.from({ length: 200 }, (_, number) => `team-${number}`);

const store = { namespaces: () => NAMESPACES };
const caches = { baselines: { store }, breakGlassNamespace: "emergency", owned: new Map() } as unknown as Caches;
const metrics = { reconciled: () => undefined, clearBaselines: () => undefined } as unknown as Metrics;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe("the loop", () => {
  it("lets timers and sockets have their turn between looks that wait for nothing, as after a restart with everything in place", async () => {
    const looked: string[] = [];
    const look = async (namespace: string) => {
      looked.push(namespace);
      return { failed: [], retry: undefined, again: undefined };
    };
    const reconciler = { look, begin: () => undefined, end: () => undefined } as unknown as Reconciler;
    const stop = new AbortController();
    const done = new Loop({ caches, reconciler, metrics, log, clock: new ManualClock() }).run(stop.signal);
    await settle();
    expect(looked.length, "looks before the first turn of others").to.be.within(1, 2 * CONCURRENCY);
    for (let turn = 0; turn < NAMESPACES.length && looked.length <= NAMESPACES.length; turn += 1) await settle();
    expect(looked).to.have.members([...NAMESPACES, "emergency"]);
    stop.abort();
    await done;
  });

  it("lets a stream of changes that are only counted wait for one look in five seconds, and loses none", async () => {
    const looked: string[] = [];
    const look = async (namespace: string) => {
      looked.push(namespace);
      return { failed: [], retry: undefined, again: undefined };
    };
    const reconciler = { look, begin: () => undefined, end: () => undefined } as unknown as Reconciler;
    const none = {
      baselines: { store: { namespaces: () => [] } },
      breakGlassNamespace: "emergency",
      owned: new Map(),
    } as unknown as Caches;
    const clock = new ManualClock();
    const stop = new AbortController();
    const loop = new Loop({ caches: none, reconciler, metrics, log, clock });
    loop.countChanged("shop");
    const done = loop.run(stop.signal);
    await settle();
    looked.length = 0;
    for (let second = 0; second < 12; second += 1) {
      for (let change = 0; change < 100; change += 1) loop.countChanged("shop");
      await clock.advance(1000);
    }
    expect(looked).to.deep.equal(["shop", "shop"]);
    await clock.advance(5000);
    expect(looked).to.deep.equal(["shop", "shop", "shop"]);
    stop.abort();
    await done;
  });
});
