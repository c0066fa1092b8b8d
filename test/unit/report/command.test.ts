/** Proves how `report` asks the API server: a list per kind, page by page, nothing written, and a word about whatever it may not read. */
import { expect } from "chai";
import type { Report } from "../../../operator/cli/report/report.ts";
import { type ReportOptions, runReport } from "../../../operator/cli/report/run.ts";
import { type Answers, captureIo, openStage, refusal } from "../../support/command-line.ts";
import { baseline } from "../../support/report-lists.ts";
import { requestObject } from "../../support/request-objects.ts";

const API = "/apis/securitybaseline.dev/v1alpha1";
const NAMESPACES = "GET /api/v1/namespaces";
const BASELINES = `GET ${API}/securitybaselines`;
const CLUSTER_BASELINES = `GET ${API}/clustersecuritybaselines`;
const REQUESTS = `GET ${API}/breakglassrequests`;
const LEDGER = `GET ${API}/namespaces/securitybaseline-breakglass/breakglassauditentries`;
const FORBIDDEN = refusal(403, "Forbidden", "no");
const listed = (...items: readonly object[]) => ({ json: { metadata: {}, items } });

const ALL: Answers = {
  [NAMESPACES]: listed({ metadata: { name: "payments" } }, { metadata: { name: "shop" } }),
  [BASELINES]: listed(baseline("payments", {})),
  [CLUSTER_BASELINES]: listed(),
  [REQUESTS]: listed(requestObject("incident-a")),
  [LEDGER]: listed(),
};

async function run(answers: Answers, options: Partial<ReportOptions> = {}) {
  await using stage = await openStage(answers);
  const io = captureIo();
  const all = {
    kubeconfig: stage.kubeconfig,
    allNamespaces: true,
    breakGlassNamespace: "securitybaseline-breakglass",
    output: "json",
  } as const;
  const code = await runReport({ ...all, ...options }, io);
  const inOrder = stage.server.seen.map(({ method, url }) => `${method} ${url.pathname}`);
  const asked = inOrder.toSorted();
  return {
    code,
    ...io.printed,
    asked,
    inOrder,
    queries: stage.server.seen.map(({ url }) => url.search),
    host: new URL(stage.server.url).host,
  };
}

describe("report", () => {
  it("reads a list of each kind and writes nothing", async () => {
    const { code, asked, queries, stderr } = await run(ALL);
    expect({ code, asked, stderr }).to.deep.equal({
      code: 0,
      asked: [NAMESPACES, LEDGER, REQUESTS, CLUSTER_BASELINES, BASELINES].sort(),
      stderr: "",
    });
    expect(queries).to.deep.equal(Array.from({ length: 5 }, () => "?limit=500"));
  });

  it("reads the ledger before the requests: a request that is made meanwhile is not one that somebody deleted", async () => {
    const { inOrder } = await run(ALL);
    expect(inOrder.indexOf(LEDGER)).to.be.below(inOrder.indexOf(REQUESTS));
  });

  it("tells when it was made by the server's clock, and of which server, without credentials", async () => {
    const { stdout, host } = await run(ALL);
    const report = JSON.parse(stdout) as Report;
    expect(report).to.deep.include({ version: 1, cluster: host, namespace: null, madeAt: "2026-11-23T10:00:00Z", notKnown: [] });
    expect(stdout).not.to.contain("janes-own-token");
  });

  it("goes on with the pages of a list", async () => {
    const pages: Answers = {
      ...ALL,
      [NAMESPACES]: ({ url }) =>
        url.searchParams.has("continue")
          ? listed({ metadata: { name: "shop" } })
          : { json: { metadata: { continue: "more" }, items: [{ metadata: { name: "payments" } }] } },
    };
    const report = JSON.parse((await run(pages)).stdout) as Report;
    expect(report.namespaces?.map(({ name }) => name)).to.deep.equal(["payments", "shop"]);
  });

  it("of one namespace asks only about that one", async () => {
    const { asked, stdout } = await run(
      {
        "GET /api/v1/namespaces/payments": { json: { metadata: { name: "payments" } } },
        [`GET ${API}/namespaces/payments/securitybaselines`]: listed(baseline("payments", {})),
        [`GET ${API}/namespaces/payments/breakglassrequests`]: listed(),
        [LEDGER]: listed(),
      },
      { allNamespaces: false },
    );
    expect(asked).to.have.length(4);
    expect(JSON.parse(stdout))
      .to.deep.include({ namespace: "payments" })
      .and.to.have.property("coverage")
      .that.includes({ total: 1, notInEffect: 1 });
  });

  it("prints a page", async () => {
    const { code, stdout } = await run(ALL, { output: "html" });
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^<!doctype html>/)
      .and.to.match(/<\/html>\n$/);
  });

  const unknown = [
    {
      reason: "namespaces",
      call: NAMESPACES,
      is: "not known: which namespaces there are, because you may not read that",
      hole: "coverage.without",
    },
    {
      reason: "baselines",
      call: BASELINES,
      is: "not known: SecurityBaselines of all namespaces, because you may not read that",
      hole: "findings",
    },
    {
      reason: "the baseline of the cluster",
      call: CLUSTER_BASELINES,
      is: "not known: the ClusterSecurityBaseline, because you may not read that",
    },
    { reason: "requests", call: REQUESTS, is: "not known: requests for emergency access of all namespaces, because you may not read that" },
    {
      reason: "the ledger",
      call: LEDGER,
      is: "not known: the ledger of emergency access, which also tells of requests that were deleted, because you may not read that",
    },
  ];
  for (const { reason, call, is, hole } of unknown) {
    it(`says that it may not read ${reason}`, async () => {
      const { code, stdout } = await run({ ...ALL, [call]: FORBIDDEN });
      const report = JSON.parse(stdout) as Report;
      expect({ code, notKnown: report.notKnown }).to.deep.equal({ code: 0, notKnown: [is] });
      if (hole !== undefined) expect(report).to.have.nested.property(hole, null);
    });
  }

  it("says that the cluster does not have the kinds of emergency access", async () => {
    const { stdout } = await run({ ...ALL, [REQUESTS]: refusal(404, "NotFound", "the server could not find the requested resource") });
    expect((JSON.parse(stdout) as Report).notKnown).to.deep.equal([
      "not known: requests for emergency access of all namespaces, because the cluster does not serve this kind",
    ]);
  });

  const failures: readonly { reason: string; answers: Answers; options?: Partial<ReportOptions>; code: number; stderr: RegExp }[] = [
    {
      reason: "nothing may be read",
      answers: { ...ALL, [BASELINES]: FORBIDDEN, [REQUESTS]: FORBIDDEN },
      options: { output: "html" },
      code: 2,
      stderr:
        /^securitybaseline: nothing to report on: not known: SecurityBaselines .*Have the ClusterRoles view and securitybaseline-auditor bound to you/,
    },
    {
      reason: "there is no such namespace",
      answers: {
        [`GET ${API}/namespaces/shpo/securitybaselines`]: listed(),
        [`GET ${API}/namespaces/shpo/breakglassrequests`]: listed(),
        [LEDGER]: listed(),
      },
      options: { allNamespaces: false, namespace: "shpo", output: "html" },
      code: 2,
      stderr: /^securitybaseline: there is no namespace shpo\n$/,
    },
    {
      reason: "the server fails",
      answers: { ...ALL, [BASELINES]: refusal(500, "InternalError", "etcd") },
      options: { output: "html" },
      code: 3,
      stderr: /^securitybaseline: etcd\n$/,
    },
    {
      reason: "a program reads the answer",
      answers: { ...ALL, [BASELINES]: refusal(500, "InternalError", "etcd") },
      code: 3,
      stderr: /^\{"error":"etcd"/,
    },
  ];
  for (const { reason, answers, options, code, stderr } of failures) {
    it(`prints no half of a report where ${reason}`, async () => {
      const outcome = await run(answers, options);
      expect(outcome).to.deep.include({ code, stdout: "" });
      expect(outcome.stderr).to.match(stderr);
    });
  }
});
