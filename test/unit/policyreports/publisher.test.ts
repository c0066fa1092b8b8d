/** Proves when a policy report is written and when not: on a difference alone, never over somebody else's, and never faster than its pauses, whatever happens. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import type { ObjectTarget, Writer } from "../../../operator/cluster/types.ts";
import { PolicyReportPublisher } from "../../../operator/policyreports/publisher.ts";
import { type Caches, createCaches } from "../../../operator/reconcile/caches.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { PretendCluster } from "../../support/pretend-cluster.ts";

const WG = { apiVersion: "wgpolicyk8s.io/v1alpha2" };
const GLASS = "securitybaseline-breakglass";
const MINUTE = 60_000;

const READY = { type: "Ready", status: "True", reason: "InPlace", message: "fine", lastTransitionTime: "2026-11-23T10:00:00Z" };

class Scene {
  readonly cluster = new PretendCluster();
  readonly clock = new ManualClock();
  /** As `resource namespace`. */
  readonly writes: string[] = [];
  readonly told: string[] = [];
  failure: ApiError | undefined;
  /** What becomes of a report on its way into the store. */
  keep: (report: JsonObject) => JsonObject = (report) => report;
  readonly publisher: PolicyReportPublisher;
  readonly #caches: Caches;
  readonly #end = new AbortController();
  #term = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor() {
    const nothing = (): void => undefined;
    const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    this.#caches = createCaches(this.cluster, quiet, {
      changed: nothing,
      changedForAll: nothing,
      clusterChanged: nothing,
      surroundingsChanged: nothing,
      baselineChanged: (baseline) => this.publisher.changed(baseline),
      statusTaken: nothing,
      isExpected: () => false,
    });
    const tell = (message: string, fields: object = {}): void => void this.told.push([message, ...Object.values(fields)].join(" | "));
    this.publisher = new PolicyReportPublisher({
      group: "wgpolicyk8s.io",
      transport: this.cluster,
      writer: { apply: (target: ObjectTarget, manifest: JsonObject) => this.#apply(target, manifest) } as unknown as Writer,
      caches: this.#caches,
      isReserved: (namespace) => namespace === "kube-system",
      log: { ...quiet, warn: tell, info: tell },
      clock: this.clock,
      random: () => 0.5,
    });
  }

  async #apply({ type, namespace }: ObjectTarget, manifest: JsonObject): Promise<JsonObject> {
    this.writes.push(`${type.resource} ${namespace}`);
    if (this.failure !== undefined) throw this.failure;
    return this.cluster.put(type.resource, this.keep(manifest));
  }

  start(): void {
    this.#running = Promise.all([this.#running, this.#caches.run(this.#end.signal), this.publisher.follow(this.#end.signal)]);
    this.lead();
  }

  lead(): void {
    this.#term = new AbortController();
    this.#running = Promise.all([this.#running, this.publisher.run(this.#term.signal)]);
  }

  retire(): void {
    this.#term.abort();
  }

  async stop(): Promise<void> {
    this.#term.abort();
    this.#end.abort();
    await this.#running;
  }

  baseline(namespace: string, message: string = "fine", metadata: JsonObject = {}): void {
    this.cluster.put("securitybaselines", {
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      metadata: { namespace, name: "baseline", uid: `uid-of-${namespace}`, generation: 1, ...metadata },
      status: { observedGeneration: 1, conditions: [{ ...READY, message }] },
    });
  }

  /** Lets everything that is due take its course. */
  async pass(ms = 1000): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await settle();
    await this.clock.advance(ms);
    for (let turn = 0; turn < 20; turn += 1) await settle();
  }

  /** The writes since the last call. */
  taken(): string[] {
    return this.writes.splice(0);
  }

  edit(result: string, namespace = "shop"): void {
    const report = this.cluster.find("policyreports", "securitybaseline", namespace);
    this.cluster.put("policyreports", { ...report, results: [{ policy: "x", result }] });
  }
}

describe("the publisher of policy reports", () => {
  let scene: Scene;

  beforeEach(() => {
    scene = new Scene();
  });

  afterEach(() => scene.stop());

  const begun = async (): Promise<void> => {
    scene.cluster.serve(WG);
    scene.baseline("shop");
    scene.start();
    await scene.pass();
    await scene.pass();
    expect(scene.taken()).to.deep.equal(["policyreports shop"]);
  };

  it("asks for nothing while the kinds are not there, says so once, and begins when they come", async () => {
    scene.cluster.serve({ apiVersion: "apps/v1" });
    scene.baseline("shop");
    scene.start();
    await scene.pass(10 * MINUTE);
    expect(scene.cluster.asked).to.not.include("policyreports");
    expect(scene.told).to.deep.equal([
      "no policy reports are written: the API server does not serve their kinds | wgpolicyk8s.io/v1alpha2",
    ]);
    scene.cluster.serve(WG);
    await scene.pass();
    await scene.pass();
    expect(scene.taken()).to.deep.equal(["policyreports shop"]);
    expect(scene.told).to.have.length(2);
    scene.cluster.withdraw(WG);
    await scene.pass();
    scene.baseline("shop", "changed");
    await scene.pass(10 * MINUTE);
    expect(scene.taken()).to.deep.equal([]);
    expect(scene.told).to.have.length(3);
  });

  it("writes one report for each baseline and one for the cluster, none in reserved namespaces, and then nothing", async () => {
    scene.cluster.serve(WG);
    for (const namespace of ["shop", "bank", "kube-system"]) scene.baseline(namespace);
    scene.cluster.put("clustersecuritybaselines", {
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "ClusterSecurityBaseline",
      metadata: { name: "cluster", generation: 1 },
      status: { observedGeneration: 1, conditions: [READY] },
    });
    scene.start();
    await scene.pass();
    await scene.pass();
    expect(scene.taken()).to.have.members(["clusterpolicyreports ", "policyreports bank", "policyreports shop"]);
    await scene.pass(60 * MINUTE);
    expect(scene.taken()).to.deep.equal([]);
    expect(scene.clock.pending).to.equal(0);
  });

  it("writes nothing in a new term where all reports are in place", async () => {
    await begun();
    scene.retire();
    await scene.pass();
    scene.baseline("shop", "nobody leads");
    await scene.pass(MINUTE);
    expect(scene.taken()).to.deep.equal([]);
    scene.lead();
    await scene.pass();
    expect(scene.taken()).to.deep.equal(["policyreports shop"]);
    scene.retire();
    await scene.pass();
    scene.lead();
    await scene.pass(MINUTE);
    expect(scene.taken()).to.deep.equal([]);
  });

  it("collects what happens to a status within a second", async () => {
    await begun();
    for (let count = 0; count < 100; count += 1) scene.baseline("shop", `message ${count}`);
    await scene.pass(500);
    expect(scene.taken()).to.deep.equal([]);
    await scene.pass(500);
    expect(scene.taken()).to.deep.equal(["policyreports shop"]);
    expect(JSON.stringify(scene.cluster.find("policyreports", "securitybaseline", "shop"))).to.contain("message 99");
  });

  it("puts back what somebody edits or deletes, and leaves what others add beside it", async () => {
    await begun();
    scene.edit("pass");
    await scene.pass();
    expect(scene.taken()).to.deep.equal(["policyreports shop"]);
    scene.cluster.remove("policyreports", "securitybaseline", "shop");
    await scene.pass();
    expect(scene.taken()).to.deep.equal(["policyreports shop"]);
    const report = scene.cluster.find("policyreports", "securitybaseline", "shop") as JsonObject;
    const metadata = report["metadata"] as JsonObject;
    const labels = { ...(metadata["labels"] as JsonObject), team: "a" };
    scene.cluster.put("policyreports", { ...report, metadata: { ...metadata, labels, annotations: { a: "b" } }, scope: { name: "x" } });
    await scene.pass(MINUTE);
    expect(scene.taken()).to.deep.equal([]);
    expect(scene.told).to.deep.equal([]);
  });

  it("slows down for whoever keeps changing a report, says so once, and says when it is over", async () => {
    await begun();
    for (let second = 0; second < 60 * 60; second += 1) {
      scene.edit(second % 2 === 0 ? "pass" : "skip");
      await scene.clock.advance(1000);
      await settle();
      await settle();
    }
    // Eleven within a minute, then after 30 seconds, one minute, two minutes, four minutes, and every five minutes.
    expect(scene.taken().length).to.be.within(20, 30);
    expect(scene.publisher.failingReports()).to.deep.equal(["shop"]);
    expect(scene.told).to.deep.equal([
      "a policy report is not as it should be | shop | another writer keeps changing the report: what is put back waits",
    ]);
    await scene.pass(20 * MINUTE);
    expect(scene.publisher.failingReports()).to.deep.equal([]);
    expect(scene.told.slice(1)).to.deep.equal(["a policy report is as it should be again | shop"]);
    expect(scene.clock.pending).to.equal(0);
  }).timeout(60_000);

  describe("never writes a report of somebody else", () => {
    const foreign = (name: string, metadata: JsonObject = {}): JsonObject =>
      scene.cluster.put("policyreports", { metadata: { namespace: "shop", name, labels: { team: "a" }, ...metadata }, results: [] });

    it("says so once, and writes its own when that is gone", async () => {
      scene.cluster.serve(WG);
      foreign("securitybaseline");
      scene.baseline("shop");
      scene.start();
      await scene.pass();
      await scene.pass();
      scene.baseline("shop", "changed");
      foreign("securitybaseline", { annotations: { a: "b" } });
      await scene.pass(MINUTE);
      expect(scene.taken()).to.deep.equal([]);
      expect(scene.publisher.failingReports()).to.deep.equal(["shop"]);
      expect(scene.told).to.deep.equal([
        "a policy report is not as it should be | shop | somebody else made the report securitybaseline: rename or delete it",
      ]);
      scene.cluster.remove("policyreports", "securitybaseline", "shop");
      await scene.pass();
      expect(scene.taken()).to.deep.equal(["policyreports shop"]);
      expect(scene.publisher.failingReports()).to.deep.equal([]);
    });

    it("but takes for its own what carries its label, or what it has applied", async () => {
      await begun();
      foreign("securitybaseline", { managedFields: [{ manager: "securitybaseline-reports", operation: "Apply" }] });
      await scene.pass();
      expect(scene.taken()).to.deep.equal(["policyreports shop"]);
      foreign("securitybaseline", { labels: { "securitybaseline.dev/policy-report": "" } });
      await scene.pass();
      expect(scene.taken()).to.deep.equal(["policyreports shop"]);
    });
  });

  describe("after a failed write", () => {
    const failWith = (status: number, reason: string, message = "no"): void => {
      scene.failure = new ApiError({ status, reason, message });
    };

    it("tries again after growing pauses that no event shortens, and tells of it until it succeeds", async () => {
      await begun();
      failWith(500, "InternalError");
      for (let second = 0; second < 3600; second += 1) {
        scene.baseline("shop", `second ${second}`);
        await scene.clock.advance(1000);
        await settle();
        await settle();
      }
      // From one second to five minutes, each a half to the whole of twice the one before.
      expect(scene.taken().length).to.be.within(18, 26);
      expect(scene.told).to.deep.equal(["a policy report is not as it should be | shop | InternalError: no"]);
      scene.failure = undefined;
      await scene.pass(5 * MINUTE);
      expect(scene.taken()).to.deep.equal(["policyreports shop"]);
      expect(scene.publisher.failingReports()).to.deep.equal([]);
    }).timeout(60_000);

    it("tries what is invalid ever more rarely, until something else is to be said", async () => {
      await begun();
      failWith(422, "Invalid");
      scene.baseline("shop", "one");
      await scene.pass(24 * 60 * MINUTE);
      expect(scene.taken().length).to.be.within(15, 19);
      scene.failure = undefined;
      scene.baseline("shop", "other");
      await scene.pass(5 * MINUTE);
      expect(scene.taken()).to.deep.equal(["policyreports shop"]);
    });

    it("says nothing of a race that passes, nor of an instance that does not lead", async () => {
      await begun();
      failWith(409, "Conflict");
      scene.baseline("shop", "one");
      await scene.pass();
      failWith(0, "Fenced");
      await scene.pass(2000);
      scene.failure = undefined;
      await scene.pass(MINUTE);
      expect(scene.taken()).to.have.length(3);
      expect(scene.told).to.deep.equal([]);
    });
  });

  it("takes for in place what the API server makes of a report, says so, and writes it no more", async () => {
    scene.keep = ({ summary: _summary, ...rest }) => rest;
    await begun();
    await scene.pass(60 * MINUTE);
    expect(scene.taken()).to.deep.equal([]);
    expect(scene.told).to.deep.equal([
      "a policy report is not as it should be | shop | the API server stores another report than it is given: its kinds are of another version",
    ]);
    scene.edit("pass");
    await scene.pass();
    expect(scene.taken()).to.deep.equal(["policyreports shop"]);
  });

  it("forgets what is told of a baseline that is gone, or that goes, and writes no more for it", async () => {
    await begun();
    scene.failure = new ApiError({ status: 500, reason: "InternalError", message: "no" });
    scene.baseline("shop", "one");
    await scene.pass();
    expect(scene.publisher.failingReports()).to.deep.equal(["shop"]);
    scene.baseline("shop", "two", { deletionTimestamp: "2026-11-23T10:00:00Z" });
    await scene.pass(10 * MINUTE);
    expect(scene.publisher.failingReports()).to.deep.equal([]);
    scene.taken();
    scene.cluster.remove("securitybaselines", "baseline", "shop");
    await scene.pass(10 * MINUTE);
    expect(scene.taken()).to.deep.equal([]);
  });

  it("tells of nothing between two terms: whoever leads now does", async () => {
    await begun();
    scene.failure = new ApiError({ status: 500, reason: "InternalError", message: "no" });
    scene.baseline("shop", "one");
    await scene.pass();
    expect(scene.publisher.failingReports()).to.deep.equal(["shop"]);
    scene.retire();
    await scene.pass();
    expect(scene.publisher.failingReports()).to.deep.equal([]);
    expect(scene.clock.pending).to.equal(0);
  });

  it("tells of the cluster's report under the break-glass namespace", async () => {
    scene.cluster.serve(WG);
    scene.cluster.put("clusterpolicyreports", { metadata: { name: "securitybaseline" } });
    scene.cluster.put("clustersecuritybaselines", { metadata: { name: "cluster", generation: 1 }, status: {} });
    scene.start();
    await scene.pass();
    await scene.pass();
    expect(scene.publisher.failingReports()).to.deep.equal([GLASS]);
    expect(scene.taken()).to.deep.equal([]);
  });

  it("names the kinds that it may not follow, and writes the others", async () => {
    const { stream } = PretendCluster.prototype;
    scene.cluster.stream = (request) => {
      if (request.path.endsWith("/clusterpolicyreports")) throw new ApiError({ status: 403, reason: "Forbidden", message: "no" });
      return stream.call(scene.cluster, request);
    };
    await begun();
    expect(scene.publisher.failing()).to.deep.equal(["clusterpolicyreports"]);
  });
});
