/** Proves what a report tells of emergency access: by the ledger, by requests, and where one of them is not known. */
import { expect } from "chai";
import type { Lists } from "../../../operator/cli/report/lists.ts";
import { entry, reportOf } from "../../support/report-lists.ts";
import { requestObject } from "../../support/request-objects.ts";

describe("emergency access in a report", () => {
  const requests = (...objects: readonly object[]) => objects as unknown as NonNullable<Lists["requests"]>;
  const place = { namespace: "payments", request: "incident-a", profile: "incident", role: "sb-incident-admin" };
  const used = (seq: number, uid: string) => [
    entry(seq, "Requested", "2026-11-20T01:00:00Z", {
      requestUID: uid,
      actor: "jane",
      details: { ...place, reason: "checkout answers 500 since the last rollout", ticket: "INC-1" },
    }),
    entry(seq + 1, "Approved", "2026-11-20T01:01:00Z", {
      requestUID: uid,
      actor: "lee",
      details: { ...place, approvers: '["lee","ann"]' },
    }),
    entry(seq + 2, "Issuing", "2026-11-20T01:02:00Z", { requestUID: uid, deadline: "2026-11-20T01:32:00Z", details: place }),
    entry(seq + 3, "Active", "2026-11-20T01:02:30Z", { requestUID: uid, deadline: "2026-11-20T01:32:00Z", details: place }),
    entry(seq + 4, "Expired", "2026-11-20T01:32:01Z", { requestUID: uid, details: place }),
  ];

  it("is told by the ledger also of a request that somebody deleted", () => {
    const { emergencyAccess } = reportOf({ entries: used(1, "u1") });
    expect(emergencyAccess?.requests).to.deep.equal([
      {
        namespace: "payments",
        isForCluster: false,
        request: "incident-a",
        who: "jane",
        role: "sb-incident-admin",
        profile: "incident",
        reason: "checkout answers 500 since the last rollout",
        ticket: "INC-1",
        asked: "2026-11-20T01:00:00Z",
        from: "2026-11-20T01:02:30Z",
        to: "2026-11-20T01:32:01Z",
        approvedBy: ["lee", "ann"],
        bypass: false,
        drill: false,
        phase: "Expired",
        isReviewOwed: true,
        reviewedBy: null,
        isRequestGone: true,
      },
    ]);
    expect(emergencyAccess).to.deep.include({ active: 0, reviewsOwed: 1 });
  });

  it("believes the ledger more than the status of the request", () => {
    const forged = requestObject("incident-a", { status: { phase: "Denied", review: { reviewer: "jane", time: "2026-11-20T02:00:00Z" } } });
    const { requests: rows = [] } = reportOf({ requests: requests(forged), entries: used(1, "uid-incident-a") }).emergencyAccess ?? {};
    expect(rows.map(({ phase, isReviewOwed, isRequestGone }) => [phase, isReviewOwed, isRequestGone])).to.deep.equal([
      ["Expired", true, false],
    ]);
  });

  it("is told by the requests where the ledger may not be read", () => {
    const request = requestObject("incident-a", {
      spec: { bypass: true },
      status: {
        phase: "Revoked",
        issuedAt: "2026-11-23T09:00:00Z",
        deadline: "2026-11-23T09:30:00Z",
        endedAt: "2026-11-23T09:10:00Z",
        decisions: [
          { name: "d1", uid: "1", decision: "Approve", approver: "lee", counts: true },
          { name: "d2", uid: "2", decision: "Approve", approver: "jane", counts: false },
          { name: "d3", uid: "3", decision: "Revoke", approver: "ann", counts: true },
        ],
        history: [{ phase: "Active", time: "2026-11-23T09:00:05Z" }],
      },
    });
    const [row] = reportOf({ requests: requests(request), entries: undefined }).emergencyAccess?.requests ?? [];
    expect(row).to.deep.include({
      who: "jane",
      from: "2026-11-23T09:00:05Z",
      to: "2026-11-23T09:10:00Z",
      approvedBy: ["lee"],
      bypass: true,
      isReviewOwed: true,
      isRequestGone: false,
    });
  });

  it("does not call requests deleted that the caller may not list", () => {
    const { requests: rows = [] } = reportOf({ requests: undefined, entries: used(1, "u1") }).emergencyAccess ?? {};
    expect(rows.map(({ isRequestGone }) => isRequestGone)).to.deep.equal([false]);
  });

  it("leaves out what was over thirty days ago, unless it is open or waits for a review", () => {
    const old = (name: string, status: object) => requestObject(name, { createdAt: "2026-10-01T00:00:00Z", status });
    const active = { history: [{ phase: "Active", time: "2026-10-01T00:01:00Z" }], endedAt: "2026-10-01T01:00:00Z" };
    const { requests: rows = [] } =
      reportOf({
        requests: requests(
          old("denied", { phase: "Denied", endedAt: "2026-10-01T00:10:00Z" }),
          old("unreviewed", { phase: "Expired", ...active }),
          old("reviewed", { phase: "Expired", ...active, review: { reviewer: "lee", time: "2026-10-02T00:00:00Z" } }),
          old("waits", { phase: "Pending" }),
          old("just-ended", { phase: "Expired", endedAt: "2026-10-24T10:00:00Z" }),
        ),
      }).emergencyAccess ?? {};
    expect(rows.map(({ request }) => request)).to.deep.equal(["just-ended", "unreviewed", "waits"]);
  });

  it("of one namespace tells of no other, also where the ledger knows them", () => {
    const shop = requestObject("incident-b", { namespace: "shop" });
    const { requests: rows = [] } = reportOf({ requests: requests(shop), entries: used(1, "u1") }, "shop").emergencyAccess ?? {};
    expect(rows.map(({ request }) => request)).to.deep.equal(["incident-b"]);
  });

  it("to the whole cluster is asked for in the break-glass namespace", () => {
    const request = requestObject("incident-c", { namespace: "securitybaseline-breakglass" });
    expect(reportOf({ requests: requests(request) }).emergencyAccess?.requests[0]?.isForCluster).to.equal(true);
  });

  it("reads an entry whose list of approvers is no list", () => {
    const entries = used(1, "u1").map((one) => (one.type === "Approved" ? { ...one, details: { ...place, approvers: "{" } } : one));
    expect(reportOf({ entries }).emergencyAccess?.requests[0]?.approvedBy).to.deep.equal([]);
  });
});
