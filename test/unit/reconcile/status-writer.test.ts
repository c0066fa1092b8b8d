/** Proves that whoever tells a status on is told of each that was written, once the cache has it: no watch event need tell of it later. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { namespacePosture } from "../../../operator/api/postures.ts";
import { createStore } from "../../../operator/cluster/store.ts";
import type { Writer } from "../../../operator/cluster/types.ts";
import type { BaselineEntry, Caches } from "../../../operator/reconcile/caches.ts";
import { StatusWriter } from "../../../operator/reconcile/status-writer.ts";

describe("the writer of statuses", () => {
  it("tells of a status when it is in the cache, and of none where nothing is written", async () => {
    const store = createStore({
      project: (object: KubernetesObject) => {
        const { namespace = "", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
        return { namespace, name, uid, resourceVersion };
      },
      onChange: () => undefined,
      onProblem: () => undefined,
    });
    const status = { observedGeneration: 1 };
    const metadata = { namespace: "shop", name: "baseline", uid: "uid", resourceVersion: "7" };
    const told: string[] = [];
    const writer = new StatusWriter({
      caches: { baselines: { store } } as unknown as Caches,
      writer: { apply: async () => ({ metadata, status }) } as unknown as Writer,
      statusWritten: ({ namespace }) => told.push(`${namespace} ${store.get("shop", "baseline")?.resourceVersion}`),
    });
    const entry = { ...metadata, posture: namespacePosture } as unknown as BaselineEntry;
    await writer.write(entry, undefined);
    expect(told).to.deep.equal([]);
    await writer.write(entry, status);
    expect(told).to.deep.equal(["shop 7"]);
  });
});
