/** Proves that pods are watched in the namespaces that wait alone, without what they hold, and that a watch tells of what may put something right. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { ApiRequest } from "../../../operator/cluster/types.ts";
import { PodWatches } from "../../../operator/reconcile/pod-watches.ts";
import { eventually } from "../../support/eventually.ts";
import { PretendCluster } from "../../support/pretend-cluster.ts";

const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

class Cluster extends PretendCluster {
  readonly requests: ApiRequest[] = [];
  override stream(request: ApiRequest) {
    this.requests.push(request);
    return super.stream(request);
  }
}

const pod = (name: string, more: JsonObject = {}): JsonObject => ({ metadata: { namespace: "shop", name, ...more } });

describe("the watches of pods", () => {
  let cluster: Cluster;
  let told: string[];
  let watches: PodWatches;

  beforeEach(() => {
    cluster = new Cluster();
    told = [];
    watches = new PodWatches({ transport: cluster, log, onChange: (namespace) => told.push(namespace) });
  });

  afterEach(() => watches.leaveAll());

  const following = async () => {
    watches.follow("shop");
    await eventually("the pods are listed", () => watches.tells("shop"));
    told.length = 0;
  };

  it("ask for the metadata of one namespace's pods, once", async () => {
    await following();
    watches.follow("shop");
    expect(cluster.requests.map(({ path, accept }) => [path, accept])).to.deep.equal([["/api/v1/namespaces/shop/pods", METADATA]]);
  });

  it("tell when the pods are listed, so that none that went before is missed", async () => {
    watches.follow("shop");
    await eventually("it is told", () => told.length === 1);
  });

  const changes: readonly { readonly what: string; readonly change: () => unknown; readonly tells: boolean }[] = [
    { what: "a pod that went", change: () => cluster.remove("pods", "web", "shop"), tells: true },
    { what: "another generation", change: () => cluster.put("pods", pod("web", { generation: 2 })), tells: true },
    { what: "an annotation", change: () => cluster.put("pods", pod("web", { annotations: { a: "b" } })), tells: true },
    { what: "a pod of the same name", change: () => cluster.put("pods", pod("web", { uid: "another" })), tells: true },
    { what: "a change of its status", change: () => cluster.put("pods", pod("web")), tells: false },
    { what: "a pod more", change: () => cluster.put("pods", pod("db")), tells: false },
  ];
  for (const { what, change, tells } of changes) {
    it(`${tells ? "tell of" : "do not tell of"} ${what}`, async () => {
      cluster.put("pods", pod("web"));
      await following();
      change();
      // Watches tell in order: what is told of this one comes last.
      cluster.put("pods", pod("last"));
      cluster.remove("pods", "last", "shop");
      await eventually("all is told", () => told.length === (tells ? 2 : 1));
    });
  }

  it("end with the wait, and can begin anew", async () => {
    await following();
    watches.leave("shop");
    await eventually("nothing is watched", () => cluster.watched.length === 0);
    expect(watches.tells("shop")).to.equal(false);
    await following();
    watches.leaveAll();
    await eventually("nothing is watched", () => cluster.watched.length === 0);
    expect(told).to.deep.equal([]);
  });

  it("are bounded in number", () => {
    for (let index = 0; index < 150; index += 1) watches.follow(`shop-${index}`);
    expect(cluster.requests.length).to.equal(100);
  });

  it("say that they fail", async () => {
    cluster.absent.add("pods");
    watches.follow("shop");
    await eventually("it is told", () => watches.failing().length > 0);
    expect([watches.failing(), watches.tells("shop")]).to.deep.equal([["pods"], false]);
  });
});
