/** Proves what is remembered of a baseline between two looks, and when that ends. */
import { expect } from "chai";
import { namespacePosture } from "../../../operator/api/postures.ts";
import { networkPolicy } from "../../../operator/kinds/network-policy.ts";
import type { BaselineEntry } from "../../../operator/reconcile/caches.ts";
import { Memory } from "../../../operator/reconcile/memory.ts";

interface Fields {
  readonly generation?: number;
  readonly uid?: string;
  readonly refresh?: string;
  readonly inventory?: readonly string[];
}

function entry({ generation = 1, uid = "one", refresh, inventory }: Fields = {}): BaselineEntry {
  const metadata = {
    name: "baseline",
    namespace: "payments",
    uid,
    creationTimestamp: "2026-11-23T10:00:00Z",
    ...(refresh !== undefined && { annotations: { "securitybaseline.dev/refresh": refresh } }),
  };
  const baseline = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata, spec: { network: {} } };
  const status = inventory === undefined ? {} : { status: { inventory } };
  const identity = { home: "payments", namespace: "payments", name: "baseline", uid, resourceVersion: "1", posture: namespacePosture };
  return { ...identity, generation, baseline: { ...baseline, ...status } };
}

const DENY = "networkpolicies.networking.k8s.io default-deny a";

describe("memory", () => {
  it("works out once what a baseline says in effect, and anew when it or its refresh annotation changes", () => {
    const memory = new Memory();
    const first = memory.of(entry()).baseline;
    expect(memory.of(entry()).baseline).to.equal(first);
    expect(memory.of(entry({ refresh: "2" })).baseline).not.to.equal(first);
    expect(memory.of(entry({ generation: 2 })).baseline).not.to.equal(first);
  });

  it("begins with what the status says was in place", () => {
    expect(memoryOf(entry({ inventory: [DENY] })).inventory.lines()).to.deep.equal([DENY]);
  });

  it("keeps what was in place over an edit of the baseline, and what could not be told", () => {
    const memory = new Memory();
    const log = { entries: [], dropped: 3 };
    memory.of(entry({ inventory: [DENY] })).unwritten = log;
    const after = memory.of(entry({ generation: 2 }));
    expect([after.inventory.lines(), after.unwritten]).to.deep.equal([[DENY], log]);
  });

  it("begins anew for a baseline that was made anew", () => {
    const memory = new Memory();
    memory.of(entry({ inventory: [DENY] })).unwritten = { entries: [], dropped: 3 };
    const after = memory.of(entry({ uid: "two" }));
    expect([after.inventory.lines(), after.unwritten]).to.deep.equal([[], undefined]);
  });

  it("says which objects of a namespace are to be watched closely", () => {
    const memory = new Memory();
    memory.of(entry({ inventory: [DENY] }));
    expect(memory.inventoryOf("payments").has(networkPolicy, "default-deny")).to.equal(true);
    expect(memory.inventoryOf("shop").has(networkPolicy, "default-deny")).to.equal(false);
  });

  it("keeps the first of several statuses that others replaced, until it is restored", () => {
    const memory = new Memory();
    memory.of(entry());
    memory.statusTaken(entry(), { observedGeneration: 1 });
    memory.statusTaken(entry(), { observedGeneration: 99 });
    expect(memory.oursOf(entry())).to.deep.equal({ observedGeneration: 1 });
    memory.restored(entry());
    expect(memory.oursOf(entry())).to.equal(undefined);
  });

  it("keeps no status of a baseline that it has not looked at: nobody knows whose that was", () => {
    const memory = new Memory();
    memory.statusTaken(entry(), { observedGeneration: 1 });
    expect(memory.of(entry()).ours).to.equal(undefined);
  });

  it("forgets everything between two terms of leadership", () => {
    const memory = new Memory();
    memory.of(entry({ inventory: [DENY] }));
    memory.clear();
    expect(memory.of(entry()).inventory.lines()).to.deep.equal([]);
  });

  it("takes no status for its own that stood in another baseline of the namespace", () => {
    const memory = new Memory();
    memory.of(entry());
    memory.statusTaken(entry({ uid: "beside it" }), { observedGeneration: 7 });
    expect(memory.oursOf(entry())).to.equal(undefined);
    expect(memory.oursOf(entry({ uid: "beside it" }))).to.equal(undefined);
  });

  it("knows a baseline by its generation, and one that was made anew not at all", () => {
    const memory = new Memory();
    expect(memory.knows(entry())).to.equal(false);
    memory.of(entry());
    expect([entry(), entry({ generation: 2 }), entry({ uid: "two" })].map((one) => memory.knows(one))).to.deep.equal([true, false, false]);
  });
});

function memoryOf(one: BaselineEntry): ReturnType<Memory["of"]> {
  return new Memory().of(one);
}
