/** Tests which findings status lists: how long they have been known, how many fit, and what stays while it cannot be looked at. */
import { expect } from "chai";
import type { FindingEntry } from "../../../operator/api/baseline-status.ts";
import type { JudgedFinding } from "../../../operator/findings/exceptions.ts";
import type { Found } from "../../../operator/plan/weaknesses.ts";
import { logFindings } from "../../../operator/reconcile/findings.ts";
import { binding, lookAt, NOW } from "./looks.ts";

const YESTERDAY = "2026-11-22T10:00:00Z";
const TODAY = "2026-11-23T10:00:00Z";
const ACCEPTED = { reason: "the migration needs it", owner: "team-payments", expires: "2027-03-31T00:00:00Z" };

function finding(name: string, more: Partial<JudgedFinding> = {}): JudgedFinding {
  return {
    control: "access",
    rule: "UserSubject",
    severity: "High",
    ref: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name },
    message: `about ${name}`,
    ...more,
  };
}

const account = (name: string): JudgedFinding =>
  finding(name, {
    control: "serviceAccounts",
    rule: "AutomountedToken",
    severity: "Low",
    ref: { apiVersion: "v1", kind: "ServiceAccount", name },
  });

function found(findings: readonly JudgedFinding[], more: Partial<Found> = {}): Found {
  return { findings, idle: [], due: undefined, unseen: new Set(), ...more };
}

const listed = (one: JudgedFinding, firstSeen = YESTERDAY): FindingEntry => ({ ...one, firstSeen });
const names = (entries: readonly FindingEntry[]): readonly string[] => entries.map(({ ref }) => ref.name);

describe("the log of findings", () => {
  it("says since when each is known", () => {
    const { entries, open } = logFindings(found([finding("bob"), finding("eve")]), [listed(finding("bob"))], TODAY);
    expect(entries).to.deep.equal([listed(finding("bob")), listed(finding("eve"), TODAY)]);
    expect(open).to.equal(2);
  });

  it("keeps that time when only the message becomes another", () => {
    const { entries } = logFindings(found([finding("bob", { message: "grants more" })]), [listed(finding("bob"))], TODAY);
    expect(entries).to.deep.equal([listed(finding("bob", { message: "grants more" }))]);
  });

  it("begins anew with another rule, another kind, or after it was gone", () => {
    const before = [listed(finding("bob", { rule: "ExecAccess" })), listed(account("bob"))];
    expect(logFindings(found([finding("bob")]), before, TODAY).entries).to.deep.equal([listed(finding("bob"), TODAY)]);
    expect(logFindings(found([finding("bob")]), [], TODAY).entries).to.deep.equal([listed(finding("bob"), TODAY)]);
    expect(logFindings(found([finding("bob")]), undefined, TODAY).entries).to.deep.equal([listed(finding("bob"), TODAY)]);
  });

  it("lists what is accepted and does not count it", () => {
    const accepted = finding("bob", { accepted: ACCEPTED });
    const { entries, open } = logFindings(found([finding("eve"), accepted]), [listed(finding("bob"))], TODAY);
    expect(entries).to.deep.equal([listed(finding("eve"), TODAY), listed(accepted)]);
    expect(open).to.equal(1);
  });

  it("forgets that something was accepted when it is no more", () => {
    const { entries } = logFindings(found([finding("bob")]), [listed(finding("bob", { accepted: ACCEPTED }))], TODAY);
    expect(entries).to.deep.equal([listed(finding("bob"))]);
  });

  it("keeps several ended exceptions of one object apart", () => {
    const ended = (of: string): JudgedFinding =>
      finding("bob", { rule: "ExceptionExpired", severity: "Medium", message: `the exception for ${of} ended` });
    const { entries } = logFindings(found([ended("UserSubject"), ended("ExecAccess")]), [listed(ended("UserSubject"))], TODAY);
    expect(entries).to.deep.equal([listed(ended("UserSubject")), listed(ended("ExecAccess"), TODAY)]);
  });

  it("holds fifty and counts all", () => {
    const many = Array.from({ length: 60 }, (_, index) => finding(`b${index}`));
    const { entries, open } = logFindings(found(many), undefined, TODAY);
    expect(names(entries)).to.deep.equal(many.slice(0, 50).map(({ ref }) => ref.name));
    expect(open).to.equal(60);
  });

  it("writes names and messages of others on one line that fits", () => {
    const [entry] = logFindings(found([finding("bob\nadmin", { message: "m".repeat(600) })]), undefined, TODAY).entries;
    expect(entry?.ref.name).to.equal("bob\\u{a}admin");
    expect(entry?.message).to.equal("m".repeat(512));
  });

  it("knows a name that was written so again", () => {
    const bob = found([finding("bob\nadmin")]);
    const first = logFindings(bob, undefined, YESTERDAY).entries;
    expect(logFindings(bob, first, TODAY).entries).to.deep.equal(first);
  });

  it("carries what was found in a kind that cannot be seen, whatever is found in it now", () => {
    const seen = found([account("api"), finding("eve")], { unseen: new Set(["RoleBinding.rbac.authorization.k8s.io"]) });
    const { entries, open } = logFindings(seen, [listed(finding("bob")), listed(account("gone"))], TODAY);
    expect(entries).to.have.deep.members([listed(finding("bob")), listed(account("api"), TODAY)]);
    expect(open).to.equal(2);
  });

  it("tells kinds of one name apart by their groups: what cannot be seen, and since when something is found", () => {
    const policy = (apiVersion: string): JudgedFinding =>
      finding("web", { rule: "PermissiveNetworkPolicy", ref: { apiVersion, kind: "NetworkPolicy", name: "web" } });
    const [native, foreign] = [policy("networking.k8s.io/v1"), policy("crd.projectcalico.org/v1")];
    const seen = found([native], { unseen: new Set(["NetworkPolicy.crd.projectcalico.org"]) });
    const { entries } = logFindings(seen, [listed(foreign)], TODAY);
    expect(entries).to.have.deep.members([listed(native, TODAY), listed(foreign)]);
  });

  it("carries the worst, too, when there are more than fit", () => {
    const many = Array.from({ length: 60 }, (_, index) => account(`a${index}`));
    const before = [listed(finding("eve")), listed(finding("bob", { rule: "ExecAccess", severity: "Medium", accepted: ACCEPTED }))];
    const { entries, open } = logFindings(found(many, { unseen: new Set(["RoleBinding.rbac.authorization.k8s.io"]) }), before, TODAY);
    expect(names(entries)).to.deep.equal(["eve", ...many.slice(0, 49).map(({ ref }) => ref.name)]);
    expect(open).to.equal(61);
  });

  it("tells nothing of exceptions while something cannot be seen: they may be about that", () => {
    const idle = ["the exception for RoleBinding bob (UserSubject) is about nothing that is found: remove it from spec.exceptions"];
    expect(logFindings(found([], { idle }), [], TODAY).remarks).to.deep.equal(idle);
    expect(logFindings(found([], { idle, unseen: new Set(["ServiceAccount."]) }), [], TODAY).remarks).to.deep.equal([]);
  });
});

describe("a look and its log", () => {
  const BOB = binding("bob-admin", "cluster-admin", ["User", "bob"]);
  const told = ["ClusterAdminBinding", "UserSubject"];
  const timeOf = (time: number): string => new Date(time).toISOString().replace(".000", "");

  it("keep what was found while bindings, or the roles that they refer to, cannot be listed", () => {
    const first = logFindings(lookAt({ objects: [[BOB]] }), undefined, timeOf(NOW)).entries;
    expect(first.map(({ rule }) => rule)).to.deep.equal(told);
    for (const hidden of [{ unknown: ["RoleBinding"] }, { clusterRoles: undefined }])
      expect(logFindings(lookAt({ objects: [[BOB]], ...hidden }), first, timeOf(NOW + 60_000)).entries).to.deep.equal(first);
  });

  it("let it go when it was seen that it is gone", () => {
    const first = logFindings(lookAt({ objects: [[BOB]] }), undefined, timeOf(NOW)).entries;
    expect(logFindings(lookAt({ objects: [] }), first, timeOf(NOW)).entries).to.deep.equal([]);
  });
});
