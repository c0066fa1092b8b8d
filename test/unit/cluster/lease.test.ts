/** Proves leader election: one leader at a time, whatever freezes, breaks or is deleted, and a quick hand-over. */
import { expect } from "chai";
import fc from "fast-check";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { Clock } from "../../../operator/cluster/clock.ts";
import { createElection, type Election } from "../../../operator/cluster/lease.ts";
import { createLeaseServer, type LeaseLink, type LeaseServer } from "../../support/lease-server.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";

interface Instance {
  readonly election: Election;
  readonly link: LeaseLink;
  readonly changes: boolean[];
  readonly process: SleepyClock;
  readonly stop: AbortController;
}

/** The clock of a process that can be frozen: time goes on, timers fire when it wakes up. */
class SleepyClock implements Clock {
  readonly #world: Clock;
  /** What fell due since the process was frozen; undefined while it runs. */
  #missed: (() => void)[] | undefined;

  constructor(world: Clock) {
    this.#world = world;
  }

  now(): number {
    return this.#world.now();
  }

  after(ms: number, run: () => void): () => void {
    return this.#world.after(ms, () => {
      if (this.#missed === undefined) run();
      else this.#missed.push(run);
    });
  }

  freeze(): void {
    this.#missed ??= [];
  }

  async wake(): Promise<void> {
    const missed = this.#missed ?? [];
    this.#missed = undefined;
    for (const run of missed) run();
    await settle();
  }
}

const START = Date.parse("2026-11-23T10:00:00.123Z");
const held = (by: string, spec: JsonObject = {}) => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "leader", namespace: "system", resourceVersion: "0" },
  spec: {
    holderIdentity: by,
    leaseDurationSeconds: 15,
    acquireTime: "2026-11-23T09:00:00.000000Z",
    renewTime: "2026-11-23T09:59:59.000000Z",
    leaseTransitions: 3,
    ...spec,
  },
});

describe("lease", () => {
  let clock: ManualClock;
  let server: LeaseServer;
  let instances: Instance[];

  const launch = async (identity: string, random = 0): Promise<Instance> => {
    const link = server.connect();
    const changes: boolean[] = [];
    const stop = new AbortController();
    const process = new SleepyClock(clock);
    const date = () => new Date(START + clock.now());
    const election = createElection({
      transport: link,
      namespace: "system",
      name: "leader",
      identity,
      clock: process,
      date,
      random: () => random,
    });
    const instance = { election, link, changes, process, stop };
    election.onChange((leader) => changes.push(leader));
    instances.push(instance);
    void election.run(stop.signal);
    await settle();
    return instance;
  };

  const spec = () => server.lease?.["spec"] as JsonObject;

  beforeEach(() => {
    clock = new ManualClock();
    server = createLeaseServer();
    instances = [];
  });

  afterEach(() => {
    for (const { stop } of instances) stop.abort();
  });

  it("creates the lease and leads", async () => {
    const { election, changes } = await launch("a");
    expect(election.isLeader()).to.equal(true);
    expect(changes).to.deep.equal([true]);
    const path = "/apis/coordination.k8s.io/v1/namespaces/system/leases";
    expect(server.seen).to.deep.equal([`GET ${path}/leader`, `POST ${path}`]);
    expect(spec()).to.deep.equal({
      holderIdentity: "a",
      leaseDurationSeconds: 15,
      acquireTime: "2026-11-23T10:00:00.123000Z",
      renewTime: "2026-11-23T10:00:00.123000Z",
      leaseTransitions: 0,
    });
  });

  it("renews every two seconds with one request, and keeps what else stands in the lease", async () => {
    server.lease = held("a", { preferredHolder: "b" });
    const { election } = await launch("a");
    await clock.advance(60_000);
    expect(election.isLeader()).to.equal(true);
    expect(server.seen.map((line) => line.split(" ")[0]).join(" ")).to.equal(`GET ${Array(31).fill("PUT").join(" ")}`);
    expect(spec()).to.include({ preferredHolder: "b", acquireTime: "2026-11-23T09:00:00.000000Z", leaseTransitions: 3 });
    expect(spec()).to.include({ renewTime: "2026-11-23T10:01:00.123000Z" });
  });

  it("stands by while another instance renews", async () => {
    await launch("a");
    const { election, changes } = await launch("b");
    await clock.advance(120_000);
    expect(election.isLeader()).to.equal(false);
    expect(changes).to.deep.equal([]);
    expect(spec()).to.include({ holderIdentity: "a", leaseTransitions: 0 });
  });

  it("takes over 15 s after the last renewal it saw, when the old leader has known for 5 s that it is none", async () => {
    const a = await launch("a");
    const b = await launch("b");
    await clock.advance(4_000);
    a.link.state = "down";
    await clock.advance(9_999);
    expect(a.election.isLeader()).to.equal(true);
    await clock.advance(1);
    expect(a.election.isLeader()).to.equal(false);
    expect(a.changes).to.deep.equal([true, false]);
    await clock.advance(4_999);
    expect(b.election.isLeader()).to.equal(false);
    await clock.advance(3_000);
    expect(b.election.isLeader()).to.equal(true);
    expect(spec()).to.include({ holderIdentity: "b", leaseTransitions: 1, acquireTime: "2026-11-23T10:00:19.623000Z" });
  });

  it("takes over within 17 s of the leader's end, whenever that comes", async () => {
    // After 12 s both have been everywhere in each other's period.
    for (let end = 0; end < 12_000; end += 50) {
      clock = new ManualClock();
      server = createLeaseServer();
      const a = await launch("a");
      await clock.advance(100);
      const b = await launch("b", 0.999);
      await clock.advance(20_000 + end);
      a.stop.abort();
      await clock.advance(16_999);
      expect(b.election.isLeader(), `end ${end}`).to.equal(true);
      b.stop.abort();
    }
  });

  it("does not believe wall clocks: a renewTime of last year is respected for 15 s all the same", async () => {
    server.lease = held("other", { renewTime: "2025-01-01T00:00:00.000000Z" });
    const { election } = await launch("a");
    await clock.advance(14_999);
    expect(election.isLeader()).to.equal(false);
    await clock.advance(3_000);
    expect(election.isLeader()).to.equal(true);
  });

  it("respects the duration that the holder asked for", async () => {
    server.lease = held("other", { leaseDurationSeconds: 60 });
    const { election } = await launch("a");
    await clock.advance(59_999);
    expect(election.isLeader()).to.equal(false);
    await clock.advance(3_000);
    expect(election.isLeader()).to.equal(true);
  });

  it("a process that was frozen past its deadline does not lead at the moment it wakes up", async () => {
    const a = await launch("a");
    a.process.freeze();
    await clock.advance(9_999);
    expect(a.election.isLeader()).to.equal(true);
    await clock.advance(1);
    expect(a.election.isLeader()).to.equal(false);
    expect(a.changes).to.deep.equal([true]);
  });

  it("a frozen leader that was replaced finds the new holder and stands by", async () => {
    const a = await launch("a");
    a.process.freeze();
    await clock.advance(30_000);
    server.lease = held("b");
    await a.process.wake();
    await clock.advance(2_000);
    expect(a.election.isLeader()).to.equal(false);
    expect(a.changes).to.deep.equal([true, false]);
    expect(spec()).to.include({ holderIdentity: "b" });
    expect(a.election.problem).to.equal(undefined);
  });

  it("leadership counts from the start of a renewal, not from its answer", async () => {
    const a = await launch("a");
    const answer = Promise.withResolvers<void>();
    a.link.hold = () => answer.promise;
    await clock.advance(6_000);
    answer.resolve();
    await settle();
    a.link.state = "down";
    await clock.advance(5_999);
    expect(a.election.isLeader()).to.equal(true);
    await clock.advance(1);
    expect(a.election.isLeader()).to.equal(false);
  });

  it("a renewal whose answer was lost does not cost the leadership", async () => {
    const a = await launch("a");
    a.link.state = "deaf";
    await clock.advance(2_000);
    expect(a.election.problem).to.equal("scripted Timeout");
    a.link.state = "up";
    await clock.advance(2_000);
    expect(a.election.problem).to.equal(undefined);
    a.link.state = "down";
    await clock.advance(9_999);
    expect(a.changes).to.deep.equal([true]);
  });

  it("tells what is wrong during an outage and leads again after it", async () => {
    const a = await launch("a");
    a.link.state = "down";
    await clock.advance(30_000);
    expect(a.election.problem).to.equal("scripted Unreachable");
    a.link.state = "up";
    await clock.advance(2_000);
    expect(a.election.problem).to.equal(undefined);
    expect(a.changes).to.deep.equal([true, false, true]);
    expect(spec()).to.include({ leaseTransitions: 0 });
  });

  it("of two that reach for an expired lease at the same time, one gets it", async () => {
    server.lease = held("gone");
    const a = await launch("a");
    const b = await launch("b");
    await clock.advance(18_000);
    expect([a.election.isLeader(), b.election.isLeader()].filter(Boolean)).to.have.length(1);
    expect([a.election.problem, b.election.problem]).to.deep.equal([undefined, undefined]);
    expect(spec()).to.include({ leaseTransitions: 4 });
  });

  it("release hands over within 3 s", async () => {
    const a = await launch("a");
    const b = await launch("b", 0.999);
    const released = a.election.release();
    await settle();
    await released;
    expect(a.election.isLeader()).to.equal(false);
    expect(spec()).to.include({ holderIdentity: "", leaseDurationSeconds: 1 });
    await clock.advance(3_000);
    expect(b.election.isLeader()).to.equal(true);
    expect(spec()).to.include({ holderIdentity: "b", leaseDurationSeconds: 15, leaseTransitions: 1 });
    expect(a.changes).to.deep.equal([true, false]);
  });

  it("release waits for a renewal on its way, ends run, and leaves no timer", async () => {
    const a = await launch("a");
    const answer = Promise.withResolvers<void>();
    a.link.hold = () => answer.promise;
    await clock.advance(2_000);
    const released = a.election.release();
    await settle();
    expect(spec()).to.include({ holderIdentity: "a" });
    answer.resolve();
    await released;
    expect(spec()).to.include({ holderIdentity: "" });
    expect(clock.pending).to.equal(0);
  });

  it("release by an instance that does not lead writes nothing", async () => {
    await launch("a");
    const b = await launch("b");
    await b.election.release();
    expect(spec()).to.include({ holderIdentity: "a" });
  });

  it("release during an outage does not fail", async () => {
    const a = await launch("a");
    a.link.state = "down";
    await a.election.release();
    expect(a.election.isLeader()).to.equal(false);
    expect(a.election.problem).to.equal("scripted Unreachable");
  });

  it("a deleted lease is made anew by its holder", async () => {
    const a = await launch("a");
    const b = await launch("b");
    a.link.state = "up";
    server.lease = undefined;
    await clock.advance(6_000);
    expect(spec()).to.include({ holderIdentity: "a" });
    expect([a.election.isLeader(), b.election.isLeader()]).to.deep.equal([true, false]);
  });

  it("a holder that had stood by before makes a deleted lease anew just as well", async () => {
    server.lease = held("gone");
    const a = await launch("a");
    await clock.advance(18_000);
    server.lease = undefined;
    await clock.advance(4_000);
    expect(a.changes).to.deep.equal([true]);
    expect(spec()).to.include({ holderIdentity: "a" });
  });

  it("a lease that was deleted while its holder is cut off is respected for 15 s by who saw it", async () => {
    const a = await launch("a");
    const b = await launch("b");
    a.link.state = "down";
    server.lease = undefined;
    await clock.advance(1_500 + 14_999);
    expect(b.election.isLeader()).to.equal(false);
    await clock.advance(2_000);
    expect([a.election.isLeader(), b.election.isLeader()]).to.deep.equal([false, true]);
  });

  const atMostOneLeads = async (halfSeconds: number) => {
    for (let passed = 0; passed < halfSeconds; passed += 1) {
      await clock.advance(500);
      expect(instances.filter(({ election }) => election.isLeader()).length).to.be.at.most(1);
    }
  };

  it("never two leaders, whatever the links do and however long processes freeze", async () => {
    const happening = fc.record({
      who: fc.constantFrom(0, 1),
      state: fc.constantFrom("up" as const, "up" as const, "up" as const, "down" as const, "deaf" as const),
      frozen: fc.constantFrom(true, false, false),
      halfSeconds: fc.integer({ min: 1, max: 40 }),
    });
    let transitions = 0;
    const scenario = fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 40 }), async (happenings) => {
      clock = new ManualClock();
      server = createLeaseServer();
      instances = [];
      const pair = [await launch("a", 0.3), await launch("b", 0.8)] as const;
      for (const { who, state, frozen, halfSeconds } of happenings) {
        const { link, process } = pair[who as 0 | 1];
        link.state = state;
        await (frozen ? process.freeze() : process.wake());
        await atMostOneLeads(halfSeconds);
      }
      transitions += Number(spec()["leaseTransitions"]);
      for (const { stop } of instances) stop.abort();
    });
    await fc.assert(scenario, { numRuns: 60 });
    expect(transitions).to.be.above(0);
  });
});
