/** Proves that pods which mount a token are counted in namespaces that ask, and that nothing else about pods costs a look. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { controls } from "../../../operator/controls/index.ts";
import { type Caches, createCaches } from "../../../operator/reconcile/caches.ts";
import { TokenPodCount } from "../../../operator/reconcile/token-pods.ts";
import { eventually } from "../../support/eventually.ts";
import { PretendCluster } from "../../support/pretend-cluster.ts";

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const SECTIONS = controls.map((control) => ({ control }));

const pod = (name: string, { namespace = "shop", spec = {}, phase = "Running" } = {}): JsonObject => ({
  metadata: { namespace, name },
  spec: { serviceAccountName: "default", automountServiceAccountToken: true, ...spec },
  status: { phase },
});

class World {
  readonly cluster = new PretendCluster();
  readonly changed: string[] = [];
  known = 0;
  readonly end = new AbortController();
  readonly caches: Caches;
  readonly count: TokenPodCount;

  constructor() {
    const nothing = (): void => undefined;
    const listener = {
      changed: nothing,
      changedForAll: nothing,
      clusterChanged: nothing,
      surroundingsChanged: nothing,
      baselineChanged: nothing,
      statusTaken: nothing,
    };
    this.caches = createCaches(this.cluster, log, { ...listener, isExpected: () => false });
    this.count = new TokenPodCount({
      transport: this.cluster,
      log,
      caches: this.caches,
      onChange: (namespace) => this.changed.push(namespace),
      onKnown: () => {
        this.known += 1;
      },
    });
    for (const namespace of ["shop", "bare"]) {
      this.account(namespace, "default", false);
      this.account(namespace, "controller", true);
    }
    this.cluster.put("securitybaselines", {
      metadata: { namespace: "shop", name: "baseline", generation: 1 },
      spec: { serviceAccounts: {} },
    });
  }

  account(namespace: string, name: string, automountServiceAccountToken: boolean): void {
    this.cluster.put("serviceaccounts", { metadata: { namespace, name }, automountServiceAccountToken });
  }

  async follow(): Promise<void> {
    void this.caches.run(this.end.signal);
    await eventually("the caches are filled", () => this.caches.followed.filter(({ needed }) => needed).every(({ feed }) => feed.synced));
    void this.count.run(this.end.signal);
    await eventually("the pods are listed", () => this.known > 0);
    this.changed.length = 0;
  }

  told(sections = SECTIONS): unknown {
    const entry = this.caches.baselines.store.get("shop", "baseline") ?? expect.fail("no baseline");
    return this.count.toldIn(entry, sections).get("serviceAccounts");
  }

  /** Until everything before is told: watches tell in order. */
  async settle(): Promise<void> {
    this.cluster.put("pods", pod("last"));
    await eventually("the last one is told", () => (this.told() as { names: string[] } | undefined)?.names.includes("last") === true);
    this.cluster.remove("pods", "last", "shop");
    await eventually("and gone", () => (this.told() as { names: string[] } | undefined)?.names.includes("last") !== true);
    // The last one itself, twice.
    this.changed.splice(-2);
  }
}

describe("the count of pods that mount a token", () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.end.abort());

  it("tells of those whose account gives none, in the section that says so", async () => {
    for (const name of ["web-1", "web-2"]) world.cluster.put("pods", pod(name));
    world.cluster.put("pods", pod("operator", { spec: { serviceAccountName: "controller" } }));
    world.cluster.put("pods", pod("nobody", { spec: { serviceAccountName: "unknown" } }));
    world.cluster.put("pods", pod("elsewhere", { namespace: "bare" }));
    await world.follow();
    expect(world.told()).to.deep.equal({ count: 2, names: ["web-1", "web-2"] });
    expect(world.told(SECTIONS.filter(({ control }) => control.name !== "serviceAccounts"))).to.equal(undefined);
  });

  const changes: readonly {
    readonly what: string;
    readonly change: (world: World) => unknown;
    readonly looks: number;
    readonly count?: number;
  }[] = [
    { what: "a pod more", change: ({ cluster }) => cluster.put("pods", pod("web-2")), looks: 1, count: 2 },
    { what: "a pod less", change: ({ cluster }) => cluster.remove("pods", "web", "shop"), looks: 1 },
    { what: "a pod that ends", change: ({ cluster }) => cluster.put("pods", pod("web", { phase: "Succeeded" })), looks: 1 },
    {
      what: "a thousand changes of its status",
      change: ({ cluster }) => {
        for (let index = 0; index < 1000; index += 1) cluster.put("pods", { ...pod("web"), status: { phase: "Running", index } });
      },
      looks: 0,
      count: 1,
    },
    {
      what: "pods that leave it to their account",
      change: ({ cluster }) => {
        cluster.put("pods", pod("plain", { spec: { automountServiceAccountToken: undefined } }));
        cluster.remove("pods", "plain", "shop");
      },
      looks: 0,
      count: 1,
    },
    {
      what: "pods whose account gives a token anyway",
      change: ({ cluster }) => {
        cluster.put("pods", pod("operator", { spec: { serviceAccountName: "controller" } }));
        cluster.remove("pods", "operator", "shop");
      },
      looks: 0,
      count: 1,
    },
    {
      what: "pods where no baseline is",
      change: ({ cluster }) => cluster.put("pods", pod("web", { namespace: "bare" })),
      looks: 0,
      count: 1,
    },
    {
      what: "a pod of the same name under another account",
      change: ({ cluster }) => cluster.put("pods", pod("web", { spec: { serviceAccountName: "controller" } })),
      looks: 1,
    },
    {
      what: "a pod that cannot be read",
      change: ({ cluster }) => cluster.put("pods", { metadata: { namespace: "shop", name: "web" }, spec: [] }),
      looks: 1,
    },
  ];
  for (const { what, change, looks, count } of changes) {
    it(`calls for ${looks === 1 ? "a look" : "no look"} at ${what}`, async () => {
      world.cluster.put("pods", pod("web"));
      await world.follow();
      change(world);
      await world.settle();
      expect(world.changed).to.deep.equal(Array(looks).fill("shop"));
      expect((world.told() as { count: number } | undefined)?.count).to.equal(count);
    });
  }

  it("tells what the status tells until the pods are known, and says once that they are", async () => {
    const tokenPods = { count: 7, names: ["a", "b", "c"] };
    const status = { controls: [{ name: "serviceAccounts", mode: "Enforce", managed: 1, inSync: 1, tokenPods }] };
    world.cluster.put("securitybaselines", { metadata: { namespace: "shop", name: "baseline", generation: 1 }, spec: {}, status });
    void world.caches.run(world.end.signal);
    await eventually("the baseline is known", () => world.caches.baselines.synced);
    expect(world.told()).to.deep.equal(tokenPods);
    await world.follow();
    expect(world.told()).to.equal(undefined);
    world.cluster.cut("pods");
    await eventually("it fails", () => world.count.failing().length > 0);
    await eventually("it works again", () => world.count.failing().length === 0);
    expect(world.known).to.equal(1);
  });
});
