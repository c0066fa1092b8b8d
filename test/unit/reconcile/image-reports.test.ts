/** Proves that reports are read in the namespaces that wait for them alone, and that whoever writes reports cannot have more believed than results. */
import { expect } from "chai";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { ImageReports } from "../../../operator/reconcile/image-reports.ts";
import { eventually } from "../../support/eventually.ts";
import { PretendCluster } from "../../support/pretend-cluster.ts";

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const SOURCE = "KyvernoImageValidatingPolicy";
const PASS = { source: SOURCE, policy: "shop/signed-by-ci", result: "pass", timestamp: { seconds: 100, nanos: 0 } };
const FAIL = { ...PASS, result: "fail", message: "<script>\n" };

/** A report, as Kyverno writes one for each pod: named by the pod's uid. */
function report(pod: string, results: Json, more: JsonObject = {}): JsonObject {
  const scope = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: pod, uid: `uid-${pod}` };
  return { metadata: { namespace: "shop", name: `report-${pod}` }, scope, results, ...more };
}

describe("the reports on images", () => {
  let cluster: PretendCluster;
  let told: string[];
  let reports: ImageReports;

  beforeEach(() => {
    cluster = new PretendCluster();
    told = [];
    reports = new ImageReports({ transport: cluster, log, onChange: (namespace) => told.push(namespace) });
  });

  afterEach(() => reports.leaveAll());

  const following = async () => {
    reports.follow("shop");
    await eventually("pods and reports are listed", () => "pods" in reports.known("shop"));
    told.length = 0;
  };

  /** What is known, by pod and policy. */
  function known(): unknown {
    const evidence = reports.known("shop");
    if (!("pods" in evidence)) return evidence;
    return Object.fromEntries(evidence.pods.map(({ name, results }) => [name, Object.fromEntries(results)]));
  }

  const pod = (name: string): JsonObject => cluster.put("pods", { metadata: { namespace: "shop", name } });

  it("are asked for only where somebody waits, and known when both kinds are listed", async () => {
    expect(cluster.asked).to.deep.equal([]);
    reports.follow("shop");
    expect(reports.known("shop")).to.deep.equal({ unknown: undefined });
    await following();
    expect(new Set(cluster.asked)).to.deep.equal(new Set(["pods", "policyreports"]));
    reports.leave("shop");
    await eventually("nothing is watched", () => cluster.watched.length === 0);
  });

  it("say of each pod what Kyverno found, and nothing of a pod that is in none", async () => {
    for (const name of ["a", "b", "c", "d"]) pod(name);
    cluster.put("policyreports", report("a", [PASS, { ...FAIL, policy: "shop/signed-by-vendor" }]));
    cluster.put("policyreports", report("b", [FAIL]));
    cluster.put(
      "policyreports",
      report("c", [
        { ...PASS, result: "skip" },
        { ...PASS, policy: "shop/signed-by-vendor", result: "error" },
      ]),
    );
    await following();
    expect(known()).to.deep.equal({
      a: { "signed-by-ci": { passes: true, at: 100 }, "signed-by-vendor": { passes: false, at: 100 } },
      b: { "signed-by-ci": { passes: false, at: 100 } },
      c: { "signed-by-ci": { passes: true, at: 100 }, "signed-by-vendor": { passes: false, at: 100 } },
      d: {},
    });
  });

  const ignored: readonly { readonly reason: string; readonly object: JsonObject }[] = [
    { reason: "of another source", object: report("a", [{ ...PASS, source: "trivy" }]) },
    { reason: "of a policy of the whole cluster", object: report("a", [{ ...PASS, policy: "signed-by-ci" }]) },
    { reason: "of a policy of another namespace", object: report("a", [{ ...PASS, policy: "other/signed-by-ci" }]) },
    { reason: "of a policy of somebody else", object: report("a", [{ ...PASS, policy: "shop/check-images" }]) },
    { reason: "about a Deployment", object: report("a", [PASS], { scope: { kind: "Deployment", name: "a", uid: "uid-a" } }) },
    {
      reason: "about a pod of this name that is gone",
      object: report("a", [PASS], { scope: { kind: "Pod", name: "a", uid: "uid-before" } }),
    },
    {
      reason: "of a policy whose name is longer than any of ours",
      object: report("a", [{ ...PASS, policy: `shop/signed-by-${"x".repeat(54)}` }]),
    },
    { reason: "about nothing", object: report("a", [PASS], { scope: null }) },
    { reason: "without results", object: report("a", "pass") },
    { reason: "whose results are nothing", object: report("a", [null, 7, "pass", [PASS]]) },
  ];
  for (const { reason, object } of ignored) {
    it(`mean nothing ${reason}`, async () => {
      pod("a");
      cluster.put("policyreports", object);
      await following();
      expect(known()).to.deep.equal({ a: {} });
    });
  }

  const odd: readonly { readonly reason: string; readonly results: readonly JsonObject[]; readonly result: object }[] = [
    { reason: "a result that nobody knows would be refused", results: [{ ...PASS, result: "ok" }], result: { passes: false, at: 100 } },
    { reason: "a time that is none is long ago", results: [{ ...PASS, timestamp: "now" }], result: { passes: true, at: 0 } },
    {
      reason: "of two results one that refuses counts",
      results: [FAIL, { ...PASS, timestamp: { seconds: 900 } }],
      result: { passes: false, at: 100 },
    },
    { reason: "of like ones the later", results: [PASS, { ...PASS, timestamp: { seconds: 900 } }], result: { passes: true, at: 900 } },
  ];
  for (const { reason, results, result } of odd) {
    it(reason, async () => {
      pod("a");
      cluster.put("policyreports", report("a", [...results]));
      await following();
      expect(known()).to.deep.equal({ a: { "signed-by-ci": result } });
    });
  }

  it("of two about one pod the one that refuses counts, whoever wrote the other", async () => {
    pod("a");
    cluster.put("policyreports", report("a", [FAIL]));
    cluster.put("policyreports", { ...report("a", [PASS]), metadata: { namespace: "shop", name: "forged" } });
    await following();
    expect(known()).to.deep.equal({ a: { "signed-by-ci": { passes: false, at: 100 } } });
  });

  it("keep no more of a report than a baseline can ask for", async () => {
    pod("a");
    const results = Array.from({ length: 5000 }, (_, index) => ({ ...PASS, policy: `shop/signed-by-${index}`, message: "m".repeat(1000) }));
    cluster.put("policyreports", report("a", results));
    await following();
    const evidence = reports.known("shop");
    expect("pods" in evidence && evidence.pods.map(({ results: kept }) => kept.size)).to.deep.equal([32]);
  });

  it("keep no uid that is longer than those of pods", async () => {
    const uid = "u".repeat(64);
    pod("a");
    cluster.put("pods", { metadata: { namespace: "shop", name: "odd", uid } });
    cluster.put("policyreports", report("a", [PASS], { scope: { kind: "Pod", name: "odd", uid } }));
    await following();
    expect(known()).to.deep.equal({ a: {}, odd: {} });
  });

  it("tell when something else is known, and not when a pod goes on", async () => {
    pod("a");
    cluster.put("policyreports", report("a", [FAIL]));
    await following();
    pod("a");
    cluster.put("policyreports", report("a", [PASS]));
    await eventually("it is told", () => told.length > 0);
    expect(told).to.deep.equal(["shop"]);
    cluster.remove("pods", "a", "shop");
    await eventually("it is told again", () => told.length > 1);
    expect(known()).to.deep.equal({});
  });

  it("say what is the matter where Kyverno's reports are not installed", async () => {
    cluster.absent.add("policyreports");
    reports.follow("shop");
    await eventually("it is known that nothing is known", () => (reports.known("shop") as { unknown?: string }).unknown !== undefined);
    expect((reports.known("shop") as { unknown: string }).unknown).to.contain("policyreports");
    expect(reports.failing()).to.deep.equal(["policyreports"]);
  });

  it("are read in so many namespaces at a time", () => {
    for (let index = 0; index < 26; index += 1) reports.follow(`shop-${index}`);
    expect(reports.known("shop-25")).to.deep.equal({
      unknown: "reports are read in 25 namespaces at a time, and so many others come first",
    });
    expect(reports.known("shop-24")).to.deep.equal({ unknown: undefined });
  });
});
