/** Proves from when on stand-ins decide about a request, whose decisions count until then, and what whoever waits is told of it. */
import { expect } from "chai";
import { judge } from "../../../operator/breakglass/judgement.ts";
import { HOME, type ModelWorld, told, UID, WITH_STAND_INS } from "./model-world.ts";
import { approved, escalated, fresh, pending, standInsPending } from "./scenes.ts";

const STAND_IN = { standIn: true };

/** What a story does, in order. */
function steps(world: ModelWorld): readonly string[] {
  return world.settle().map(told);
}

function types(world: ModelWorld): readonly string[] {
  return world.history.map(({ type }) => type);
}

function message(world: ModelWorld): string | undefined {
  return world.request?.status?.conditions?.[0]?.message;
}

function judged(world: ModelWorld): readonly string[] {
  return judge(world.snapshot()).map(({ decision: { spec }, counts, message: why }) => {
    return `${spec.approver?.username} ${spec.decision}: ${counts ? "counts" : why}`;
  });
}

describe("a request whose approvers do not answer", () => {
  it("goes to the stand-ins once their time has come, once, and looks at the clock for it", () => {
    const world = standInsPending();
    expect(steps(world)).to.deep.equal(["wait until 10:10:00"]);
    world.pass(599);
    expect(steps(world)).to.deep.equal(["wait until 10:10:00"]);
    world.pass(1);
    expect(steps(world)).to.deep.equal(["record Escalated", "status Pending", "wait until 10:30:00"]);
    world.pass(60);
    expect(steps(world)).to.deep.equal(["wait until 10:30:00"]);
    expect(world.history.at(-1)).to.deep.include({ type: "Escalated", actor: "operator", requestUID: UID, profileHash: "h-1" });
    expect(world.history.at(-1)?.details).to.deep.equal({
      namespace: "payments",
      request: "incident-1",
      profile: "incident",
      role: "sb-incident-admin",
      standIns: '["payments-managers","duty-managers"]',
    });
  });

  it("says whom to ask and from when on, and then since when", () => {
    const world = standInsPending();
    const missing = "has 0 of 2 approvals by members of payments-leads; members of duty-managers, payments-managers stand in";
    expect(world.request?.status?.escalatesAt).to.equal("2026-11-23T10:10:00Z");
    expect(message(world)).to.equal(`${missing} from 2026-11-23T10:10:00Z on`);
    world.pass(600);
    world.settle();
    expect(message(world)).to.equal(`${missing} since 2026-11-23T10:10:00Z`);
    expect(world.request?.status?.escalatesAt).to.equal("2026-11-23T10:10:00Z");
  });

  it("is still open to the approvers, and takes one of each where two are needed", () => {
    const world = escalated();
    world.decide("Approve", "bob");
    world.decide("Approve", "mona", STAND_IN);
    world.settle();
    expect(types(world).slice(0, 3)).to.deep.equal(["Requested", "Escalated", "Approved"]);
    expect(world.history.at(-1)?.type).to.equal("Active");
  });

  it("takes as many stand-ins as approvers, and counts each person once", () => {
    const world = escalated();
    world.decide("Approve", "mona", STAND_IN);
    world.decide("Approve", "mona", STAND_IN);
    world.decide("Approve", "mona");
    world.decide("Approve", "mona-admin", { ...STAND_IN, uid: "uid-mona" });
    expect(steps(world)).to.deep.equal(["status Pending", "wait until 10:30:00"]);
    world.decide("Approve", "nils", STAND_IN);
    world.settle();
    expect(world.history.at(-1)?.type).to.equal("Active");
  });

  it("is denied by a stand-in", () => {
    const world = escalated();
    world.decide("Deny", "mona", STAND_IN);
    world.settle();
    expect(world.history.at(-1)).to.include({ type: "Denied", actor: "mona" });
  });

  it("is taken back by a stand-in's denial while it is not issued", () => {
    const world = escalated();
    world.obstacle = "clocks disagree";
    world.decide("Approve", "bob");
    world.decide("Approve", "carol");
    world.settle();
    world.decide("Deny", "mona", STAND_IN);
    world.settle();
    expect(types(world)).to.deep.equal(["Requested", "Escalated", "Approved", "Revoked"]);
  });

  it("is not approved by its requester as a stand-in, under another name neither", () => {
    const world = escalated();
    world.decide("Approve", "alice", STAND_IN);
    world.decide("Approve", "alice-admin", { ...STAND_IN, uid: "uid-alice" });
    expect(judged(world)).to.deep.equal([
      "alice Approve: nobody decides on a request of their own",
      "alice-admin Approve: nobody decides on a request of their own",
    ]);
  });

  it("takes two people for a role that can make itself permanent, also where the approval was to be skipped", () => {
    const world = fresh({ bypass: true }, HOME).state({ ...WITH_STAND_INS, approvers: { ...WITH_STAND_INS.approvers, required: 1 } });
    world.settings = { ...world.settings, unboundedRoles: ["sb-incident-admin"] };
    world.settle();
    world.pass(600);
    world.settle();
    world.decide("Approve", "mona", { ...STAND_IN, namespace: HOME });
    world.settle();
    expect(types(world)).to.deep.equal(["Requested", "Escalated"]);
    world.decide("Approve", "nils", { ...STAND_IN, namespace: HOME });
    world.settle();
    expect(types(world)).to.include("Approved");
  });

  it("waits no longer in all", () => {
    const world = escalated();
    world.pass(1200);
    expect(steps(world)).to.deep.equal(["record TimedOut ApprovalTimedOut", "status TimedOut", "wait"]);
  });
});

describe("a stand-in who decides before that", () => {
  it("does not count yet, is told from when on, and counts then without doing anything", () => {
    const world = standInsPending();
    world.decide("Approve", "mona", STAND_IN);
    world.decide("Approve", "nils", STAND_IN);
    world.pass(599);
    expect(steps(world)).to.deep.equal(["status Pending", "wait until 10:10:00"]);
    expect(world.request?.status?.approvals).to.deep.equal({ required: 2, received: 0 });
    expect(world.request?.status?.decisions?.[0]).to.deep.include({
      counts: false,
      message: "is by a stand-in, who decides from 2026-11-23T10:10:00Z on",
    });
    world.pass(1);
    expect(steps(world).slice(0, 3)).to.deep.equal(["record Escalated", "status Pending", "record Approved"]);
    expect(world.history.at(-1)?.type).to.equal("Active");
  });

  it("denies nothing yet, and does then", () => {
    const world = standInsPending();
    world.decide("Deny", "mona", STAND_IN);
    expect(steps(world)).to.deep.equal(["status Pending", "wait until 10:10:00"]);
    world.pass(600);
    world.settle();
    expect(types(world)).to.deep.equal(["Requested", "Escalated", "Denied"]);
  });

  it("is not needed where the approvers answer", () => {
    const world = standInsPending();
    world.decide("Approve", "mona", STAND_IN);
    world.decide("Approve", "bob");
    world.decide("Approve", "carol");
    world.settle();
    expect(types(world)).to.deep.equal(["Requested", "Approved", "Issuing", "Active"]);
    expect(judged(world).at(-1)).to.equal("mona Approve: brings about nothing in phase Active");
  });

  it("takes back nothing that the approvers agreed on", () => {
    const world = approved();
    world.state(WITH_STAND_INS);
    world.history = world.history.map((entry) =>
      entry.type === "Requested" ? { ...entry, details: { ...entry.details, escalatesAt: "2026-11-23T10:10:00Z" } } : entry,
    );
    world.pass(600);
    world.decide("Deny", "mona", STAND_IN);
    expect(judged(world).at(-1)).to.equal("mona Deny: is by a stand-in, who was not asked");
  });

  it("and then as an approver is one person, who decided as an approver first", () => {
    const world = standInsPending();
    world.decide("Deny", "mona", STAND_IN);
    world.pass(60);
    world.decide("Approve", "mona");
    world.pass(540);
    world.settle();
    expect(judged(world)).to.deep.equal(["mona Approve: counts", "mona Deny: the same person has voted before"]);
  });
});

describe("stand-ins", () => {
  it("are none where the profile has none", () => {
    const world = pending();
    world.pass(600);
    world.decide("Approve", "mona", STAND_IN);
    expect(steps(world)).to.deep.equal(["status Pending", "wait until 10:30:00"]);
    expect(judged(world)).to.deep.equal(["mona Approve: is by a stand-in, and the profile has none"]);
    expect(world.request?.status?.escalatesAt).to.equal(undefined);
  });

  it("are not asked where the approval is skipped, nor where enough approved and a review is owed", () => {
    const skipping = fresh({ bypass: true }).state(WITH_STAND_INS);
    skipping.settle();
    expect(types(skipping)).to.deep.equal(["Requested", "Approved", "Issuing", "Active"]);
    expect(skipping.history[0]?.details).not.to.have.property("escalatesAt");
    const held = standInsPending();
    held.unreviewed = ["incident-0"];
    held.decide("Approve", "bob");
    held.decide("Approve", "carol");
    held.pass(600);
    held.settle();
    expect(types(held)).to.deep.equal(["Requested"]);
  });

  it("are asked so long after the approvers were asked, not after a request that waited in line", () => {
    const world = fresh().state(WITH_STAND_INS);
    world.ahead = 10;
    world.pass(900);
    world.settle();
    world.ahead = 0;
    expect(steps(world)).to.deep.equal(["record Requested", "status Pending", "wait until 10:25:00"]);
    expect(world.request?.status?.escalatesAt).to.equal("2026-11-23T10:25:00Z");
  });

  it("are not asked by what somebody wrote into the ledger too early", () => {
    for (const escalatesAt of ["2026-11-23T10:10:00Z", "2026-11-23T10:00:01Z"]) {
      const world = standInsPending();
      world.pass(60);
      const [requested] = world.history;
      if (requested === undefined) throw new Error("nothing was recorded");
      const first = { ...requested, details: { ...requested.details, escalatesAt } };
      world.history = [first, { ...requested, seq: 2, type: "Escalated", actor: "operator", time: "2026-11-23T10:01:00Z" }];
      world.decide("Approve", "mona", STAND_IN);
      world.decide("Approve", "nils", STAND_IN);
      world.settle();
      expect(types(world)).to.deep.equal(["Requested", "Escalated"]);
    }
  });

  it("are none where the first entry tells of none, whatever the profile has become", () => {
    const world = pending().state(WITH_STAND_INS);
    world.decide("Approve", "mona", STAND_IN);
    world.pass(600);
    world.settle();
    expect(types(world)).to.deep.equal(["Requested"]);
    expect(judged(world)).to.deep.equal(["mona Approve: is by a stand-in, and the profile has none"]);
  });

  it("do not bear out what only the ledger calls approved", () => {
    const world = standInsPending();
    const uids = [world.decide("Approve", "mona", STAND_IN), world.decide("Approve", "nils", STAND_IN)].map(({ uid }) => uid);
    const [requested] = world.history;
    if (requested === undefined) throw new Error("nothing was recorded");
    const details = { ...requested.details, duration: "2400", until: "2026-11-23T10:31:00Z" };
    world.history.push({ ...requested, seq: 2, type: "Approved", actor: "nils", decisionUIDs: uids, details });
    world.settle();
    expect(world.history.at(-1)?.details?.["endReason"]).to.equal("NotApproved");
    expect(world.made.size).to.equal(0);
  });
});
