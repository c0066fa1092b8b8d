/** Proves that a kind which may be absent is followed while it is there, as often as it comes, and never asked for while it is not. */
import { expect } from "chai";
import { type ApiGroups, createApiGroups } from "../../../operator/cluster/api-groups.ts";
import { createOptionalFeed, type OptionalFeed } from "../../../operator/cluster/optional-feed.ts";
import { createReflector, type Reflector } from "../../../operator/cluster/reflector.ts";
import { createStore } from "../../../operator/cluster/store.ts";
import type { Stored } from "../../../operator/cluster/types.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { PretendCluster } from "../../support/pretend-cluster.ts";

const KIND = { apiVersion: "external-secrets.io/v1", resource: "externalsecrets", namespaced: true };
const ABSENT = "externalsecrets (external-secrets.io/v1) is not served by this cluster";

describe("a kind that may be absent", () => {
  let cluster: PretendCluster;
  let clock: ManualClock;
  let groups: ApiGroups;
  let feed: OptionalFeed<Stored>;
  let stop: AbortController;
  let running: Promise<unknown>;
  let standings: string[];

  beforeEach(async () => {
    cluster = new PretendCluster();
    clock = new ManualClock();
    standings = [];
    stop = new AbortController();
    const log = { info: () => undefined, warn: () => undefined };
    const onStanding = (): void => void standings.push(feed.synced ? "listed" : "not listed");
    const follow = (): Reflector<Stored> => {
      const store = createStore<Stored>({
        project: ({ metadata: { namespace = "", name = "", uid = "", resourceVersion = "" } = {} }) => ({
          namespace,
          name,
          uid,
          resourceVersion,
        }),
        onChange: () => undefined,
        onProblem: (problem) => expect.fail(problem),
      });
      return createReflector({ transport: cluster, type: KIND, store, log, clock, random: () => 0, onStanding });
    };
    groups = createApiGroups({ transport: cluster, log, clock, onStanding: () => undefined });
    feed = createOptionalFeed({ type: KIND, groups, follow, onStanding });
    running = Promise.all([groups.run(stop.signal), feed.run(stop.signal)]);
    await settle();
  });

  afterEach(async () => {
    stop.abort();
    await running;
  });

  const put = (name: string): void => void cluster.put(KIND.resource, { metadata: { namespace: "shop", name } });
  const names = (): string[] => [...feed.store.list("shop").keys()];
  const standing = (): object => ({ served: feed.served, synced: feed.synced, problem: feed.problem });
  const ABSENT_NOW = { served: false, synced: false, problem: ABSENT };
  const LISTED = { served: true, synced: true, problem: undefined };

  it("is not asked for while it is absent, however long", async () => {
    await clock.advance(3_600_000);
    expect(cluster.asked.filter((resource) => resource !== "apiservices")).to.deep.equal([]);
    expect(standing()).to.deep.equal(ABSENT_NOW);
  });

  it("is listed when its group and version come, and says so", async () => {
    put("db");
    cluster.serve(KIND);
    await settle();
    expect({ ...standing(), names: names(), standings }).to.deep.equal({ ...LISTED, names: ["db"], standings: ["listed"] });
  });

  it("takes its content along and ends its watch when it goes", async () => {
    put("db");
    cluster.serve(KIND);
    await settle();
    cluster.withdraw(KIND);
    await settle();
    expect({ ...standing(), names: names(), watched: cluster.watched, last: standings.at(-1) }).to.deep.equal({
      ...ABSENT_NOW,
      names: [],
      watched: ["apiservices"],
      last: "not listed",
    });
  });

  it("comes and goes any number of times, each time with what is there then", async () => {
    for (const name of ["one", "two", "three"]) {
      put(name);
      cluster.serve(KIND);
      await settle();
      expect({ ...standing(), names: names() }).to.deep.equal({ ...LISTED, names: [name] });
      cluster.remove(KIND.resource, name, "shop");
      cluster.withdraw(KIND);
      await settle();
      expect(standing()).to.deep.equal(ABSENT_NOW);
    }
  });

  it("is tried again, with pauses, while its group is there and it is not: CRDs come one after another", async () => {
    cluster.absent.add(KIND.resource);
    cluster.serve(KIND);
    await settle();
    expect(standing()).to.deep.equal(ABSENT_NOW);
    cluster.absent.clear();
    await clock.advance(500);
    expect(standing()).to.deep.equal(LISTED);
  });

  it("is gone also if its group stays, and is listed anew when it comes again", async () => {
    put("db");
    cluster.serve(KIND);
    await settle();
    cluster.absent.add(KIND.resource);
    cluster.cut(KIND.resource);
    await settle();
    await clock.advance(500);
    expect({ ...standing(), last: standings.at(-1) }).to.deep.equal({ ...ABSENT_NOW, last: "not listed" });
    cluster.remove(KIND.resource, "db", "shop");
    put("other");
    cluster.absent.clear();
    await clock.advance(30_000);
    expect({ ...standing(), names: names(), last: standings.at(-1) }).to.deep.equal({ ...LISTED, names: ["other"], last: "listed" });
  });

  it("is neither listed nor absent between its coming and its first list", async () => {
    cluster.serve(KIND);
    while (!feed.served) await Promise.resolve();
    expect(feed.synced).to.equal(false);
    expect(feed.problem).to.equal(undefined);
  });

  it("is not begun by a signal that ends everything", async () => {
    stop.abort();
    await running;
    expect(cluster.asked).to.deep.equal(["apiservices"]);
  });
});

describe("a kind whose objects another group shows as well", () => {
  const DATASTORE = { apiVersion: "crd.projectcalico.org/v1" };
  const SHOWN = { apiVersion: "projectcalico.org/v3", resource: "networkpolicies", namespaced: true };
  let cluster: PretendCluster;
  let feed: OptionalFeed<Stored>;
  let stop: AbortController;
  let running: Promise<unknown>;

  const start = async (): Promise<void> => {
    const log = { info: () => undefined, warn: () => undefined };
    const groups = createApiGroups({ transport: cluster, log, onStanding: () => undefined });
    const follow = (): Reflector<Stored> => {
      const project = ({ metadata: { namespace = "", name = "", uid = "", resourceVersion = "" } = {} }) => ({
        namespace,
        name,
        uid,
        resourceVersion,
      });
      const store = createStore<Stored>({ project, onChange: () => undefined, onProblem: (problem) => expect.fail(problem) });
      return createReflector({ transport: cluster, type: SHOWN, store, log });
    };
    feed = createOptionalFeed({ type: SHOWN, groups, unlessServed: DATASTORE.apiVersion, follow, onStanding: () => undefined });
    running = Promise.all([groups.run(stop.signal), feed.run(stop.signal)]);
    await settle();
  };
  const standing = (): object => ({ served: feed.served, synced: feed.synced, watched: cluster.watched.includes(SHOWN.resource) });
  const FOLLOWED = { served: true, synced: true, watched: true };
  const LEFT_ALONE = { served: false, synced: false, watched: false };

  beforeEach(() => {
    cluster = new PretendCluster();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await running;
  });

  it("is never asked for while both are there from the beginning", async () => {
    cluster.serve(SHOWN);
    cluster.serve(DATASTORE);
    await start();
    expect([standing(), cluster.asked]).to.deep.equal([LEFT_ALONE, ["apiservices"]]);
  });

  it("is followed where it is alone, let go when the other comes, and followed again when that goes", async () => {
    cluster.serve(SHOWN);
    await start();
    expect(standing()).to.deep.equal(FOLLOWED);
    for (let round = 0; round < 2; round += 1) {
      cluster.serve(DATASTORE);
      await settle();
      expect(standing()).to.deep.equal(LEFT_ALONE);
      cluster.withdraw(DATASTORE);
      await settle();
      expect(standing()).to.deep.equal(FOLLOWED);
    }
  });

  it("is absent where the other alone is there", async () => {
    cluster.serve(DATASTORE);
    await start();
    expect(standing()).to.deep.equal(LEFT_ALONE);
    cluster.withdraw(DATASTORE);
    await settle();
    expect(standing()).to.deep.equal(LEFT_ALONE);
  });
});
