/** Proves how the addresses of the API server are kept: whose EndpointSlices count, and what holds while there are none. */
import { expect } from "chai";
import type { SectionProblem } from "../../../operator/api/reasons.ts";
import { createStore } from "../../../operator/cluster/store.ts";
import type { Feed } from "../../../operator/cluster/types.ts";
import { kubeAPI } from "../../../operator/facts/kube-api.ts";
import { FactKeeper, type FactRow, projectFact } from "../../../operator/reconcile/fact-keeper.ts";

const OWNER = { apiVersion: "v1", kind: "Service", name: "kubernetes", uid: "s" };
const ADDRESSES = [{ addresses: ["10.9.0.1"], ports: [{ port: 6443, protocol: "TCP" }] }];
const SAYS =
  "the Service default/kubernetes has no ready endpoints at present: preset KubeAPI keeps the last known addresses for two minutes";
const FORBIDDEN: SectionProblem = { reason: "Forbidden", message: "no permission to list and watch endpointslices" };

function slice(name: string, more: object = {}, ready = true): object {
  const metadata = { namespace: "default", name, uid: name, resourceVersion: "1", ...more };
  return { metadata, endpoints: [{ addresses: ["10.9.0.1"], conditions: { ready } }], ports: [{ port: 6443 }] };
}

class World {
  readonly store = createStore<FactRow>({
    project: (object) => projectFact(kubeAPI, object),
    onChange: () => undefined,
    onProblem: (problem) => expect.fail(problem),
  });
  synced = true;
  readonly keeper = new FactKeeper(kubeAPI, this as unknown as Feed<FactRow>);

  put(object: object): void {
    this.store.change(object as never);
  }
}

describe("the endpoints of the API server", () => {
  const slices: readonly { readonly reason: string; readonly object: object; readonly counts: boolean }[] = [
    { reason: "the slice that the API server keeps itself", object: slice("kubernetes"), counts: true },
    { reason: "a slice made for the Service", object: slice("kubernetes-x7k2p", { ownerReferences: [OWNER] }), counts: true },
    { reason: "a slice of that name without the owner", object: slice("kubernetes-x7k2p"), counts: false },
    {
      reason: "a slice of another owner",
      object: slice("kubernetes-x7k2p", { ownerReferences: [{ ...OWNER, name: "other" }] }),
      counts: false,
    },
    {
      reason: "a slice with the label and the owner under another name",
      object: slice("evil", { ownerReferences: [OWNER] }),
      counts: false,
    },
    { reason: "a slice whose endpoints are not ready", object: slice("kubernetes", {}, false), counts: false },
  ];
  for (const { reason, object, counts } of slices) {
    it(`${counts ? "are" : "are not"} those of ${reason}`, () => {
      const world = new World();
      world.put(object);
      world.keeper.at(0, undefined);
      expect(world.keeper.at(120_000, undefined).value).to.deep.equal(counts ? ADDRESSES : []);
    });
  }

  it("are the last known for two minutes after they went, and that is said; then none", () => {
    const world = new World();
    world.put(slice("kubernetes"));
    expect(world.keeper.at(0, undefined)).to.deep.equal({ value: ADDRESSES });
    world.store.remove({ metadata: { namespace: "default", name: "kubernetes", uid: "kubernetes", resourceVersion: "2" } });
    expect(world.keeper.at(10_000, undefined)).to.deep.equal({ value: ADDRESSES, caveat: SAYS });
    expect(world.keeper.due(10_000)).to.equal(120_000);
    expect(world.keeper.at(129_999, undefined).value).to.deep.equal(ADDRESSES);
    expect(world.keeper.at(130_000, undefined)).to.deep.equal({ value: [] });
    expect(world.keeper.due(130_000)).to.equal(undefined);
  });

  it("are known at once when they are back", () => {
    const world = new World();
    world.keeper.at(0, undefined);
    world.put(slice("kubernetes"));
    expect(world.keeper.at(5, undefined)).to.deep.equal({ value: ADDRESSES });
    expect(world.keeper.due(5)).to.equal(undefined);
  });

  it("are not known for two minutes by a process that never saw any, and none after that", () => {
    const world = new World();
    expect(world.keeper.at(0, undefined)).to.deep.equal({ value: undefined });
    expect(world.keeper.at(120_000, undefined)).to.deep.equal({ value: [] });
  });

  it("are not known where they cannot be listed, and why is told for as long as that lasts", () => {
    const world = new World();
    world.synced = false;
    expect(world.keeper.at(0, FORBIDDEN)).to.deep.equal({ value: undefined, problem: FORBIDDEN });
    expect(world.keeper.at(120_000, FORBIDDEN)).to.deep.equal({ value: [], problem: FORBIDDEN });
  });

  it("stay as they were where they can no longer be followed, and why is told", () => {
    const world = new World();
    world.put(slice("kubernetes"));
    expect(world.keeper.at(999_000, FORBIDDEN)).to.deep.equal({ value: ADDRESSES, problem: FORBIDDEN });
  });
});
