/** Proves that workloads are watched in the namespaces that are told of alone, that of each its verdict is kept, and that only another verdict is news. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { ApiRequest } from "../../../operator/cluster/types.ts";
import { type WorkloadRules, WorkloadWatches } from "../../../operator/reconcile/workload-watches.ts";
import { eventually } from "../../support/eventually.ts";
import { PretendCluster } from "../../support/pretend-cluster.ts";

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const RESOURCES = ["daemonsets", "deployments", "replicasets", "statefulsets", "cronjobs", "jobs", "replicationcontrollers"];

class Cluster extends PretendCluster {
  readonly requests: ApiRequest[] = [];
  override stream(request: ApiRequest) {
    this.requests.push(request);
    return super.stream(request);
  }
}

const workload = (name: string, image: string, more: JsonObject = {}): JsonObject => ({
  metadata: { namespace: "shop", name },
  spec: { image },
  ...more,
});

/** Nothing but nginx is refused. */
const rules = (version = "1", bad = "nginx"): WorkloadRules => ({
  version,
  judge: ({ kind }, { spec }) => ((spec as { image?: string } | undefined)?.image === bad ? `${kind} of ${bad}` : undefined),
});

describe("the watches of workloads", () => {
  let cluster: Cluster;
  let told: string[];
  let watches: WorkloadWatches;

  beforeEach(() => {
    cluster = new Cluster();
    told = [];
    watches = new WorkloadWatches({ transport: cluster, log, onChange: (namespace) => told.push(namespace) });
  });

  afterEach(() => watches.leaveAll());

  const following = async (one = rules()) => {
    watches.follow("shop", one);
    await eventually("the workloads are listed", () => "judged" in watches.count("shop"));
    told.length = 0;
  };

  it("ask for each kind in one namespace, once, and know nothing before all are listed", async () => {
    watches.follow("shop", rules());
    expect(watches.count("shop")).to.deep.equal({ unknown: undefined });
    await following();
    watches.follow("shop", rules());
    const paths = cluster.requests.map(({ path }) => path);
    expect(paths.every((path) => path.includes("/namespaces/shop/"))).to.equal(true);
    expect(paths.map((path) => path.split("/").at(-1))).to.have.members(RESOURCES);
  });

  it("count what is there, and name what would be refused by kind and name", async () => {
    cluster.put("deployments", workload("web", "nginx"));
    cluster.put("deployments", workload("api", "nginx"));
    cluster.put("deployments", workload("good", "api"));
    cluster.put("cronjobs", workload("nightly", "nginx"));
    await following();
    expect(watches.count("shop")).to.deep.equal({
      judged: 4,
      refused: [
        { kind: "CronJob", name: "nightly", message: "CronJob of nginx" },
        { kind: "Deployment", name: "api", message: "Deployment of nginx" },
        { kind: "Deployment", name: "web", message: "Deployment of nginx" },
      ],
    });
  });

  const left: readonly { readonly what: string; readonly object: JsonObject }[] = [
    {
      what: "what another workload owns",
      object: workload("web", "nginx", {
        metadata: {
          namespace: "shop",
          name: "web",
          ownerReferences: [{ apiVersion: "x/v1", kind: "Rollout", name: "web", uid: "1", controller: true }],
        },
      }),
    },
    { what: "what is over", object: workload("web", "nginx", { status: { conditions: [{ type: "Complete", status: "True" }] } }) },
    { what: "what has failed", object: workload("web", "nginx", { status: { conditions: [{ type: "Failed", status: "True" }] } }) },
  ];
  for (const { what, object } of left) {
    it(`leave out ${what}`, async () => {
      cluster.put("jobs", object);
      await following();
      expect(watches.count("shop")).to.deep.equal({ judged: 0, refused: [] });
    });
  }

  for (const [what, status] of Object.entries<JsonObject[string]>({
    "conditions that are no list": { conditions: "Complete" },
    "an entry that is nothing": { conditions: [null, 7] },
    "a status that is none": "done",
  })) {
    it(`take ${what} for a workload that goes on`, async () => {
      cluster.put("jobs", workload("web", "nginx", { status }));
      await following();
      expect(watches.count("shop")).to.deep.include({ judged: 1 });
    });
  }

  it("tell when a verdict is another one, and of nothing else that happens to a workload", async () => {
    cluster.put("deployments", workload("web", "nginx"));
    await following();
    for (let round = 0; round < 20; round += 1) cluster.put("deployments", workload("web", "nginx", { status: { round } }));
    cluster.put("deployments", workload("web", "api"));
    await eventually("it is told", () => told.length > 0);
    expect(told).to.deep.equal(["shop"]);
    expect(watches.count("shop")).to.deep.equal({ judged: 1, refused: [] });
  });

  it("read everything anew by other rules", async () => {
    cluster.put("deployments", workload("web", "nginx"));
    cluster.put("deployments", workload("api", "api"));
    await following();
    await following(rules("2", "api"));
    expect(watches.count("shop")).to.deep.equal({
      judged: 2,
      refused: [{ kind: "Deployment", name: "api", message: "Deployment of api" }],
    });
    expect(cluster.watched).to.have.members(RESOURCES);
  });

  it("end with the section", async () => {
    await following();
    watches.leave("shop");
    await eventually("nothing is watched", () => cluster.watched.length === 0);
  });

  it("are bounded in number, and say so of the others", () => {
    for (let index = 0; index < 40; index += 1) watches.follow(`shop-${index}`, rules());
    expect(cluster.requests.length).to.equal(25 * RESOURCES.length);
    expect(watches.count("shop-39")).to.deep.equal({
      unknown: "workloads are counted in 25 namespaces at a time, and so many others come first: securitybaseline plan tells of this one",
    });
    watches.leave("shop-0");
    watches.follow("shop-39", rules());
    expect(watches.count("shop-39")).to.deep.equal({ unknown: undefined });
  });

  it("say why they cannot tell", async () => {
    cluster.absent.add("jobs");
    watches.follow("shop", rules());
    await eventually("it is told", () => watches.failing().length > 0);
    expect(watches.failing()).to.deep.equal(["jobs"]);
    const count = watches.count("shop");
    expect("unknown" in count && count.unknown).to.include("jobs");
  });
});
