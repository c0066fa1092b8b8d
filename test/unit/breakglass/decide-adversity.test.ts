/** Proves what becomes of a request whose objects were not found in time, or for which something cannot be written. */
import { expect } from "chai";
import { START } from "./model-world.ts";
import { active, approved, fresh, happen, issuing } from "./scenes.ts";
import { steps, TAKEN_BACK } from "./stories.ts";

describe("what was not found in time", () => {
  it("is waited for, because the API server has seen it a moment ago", () => {
    const world = fresh();
    const { profile } = world;
    world.profile = undefined;
    expect(steps(world)).to.deep.equal(["wait until 10:00:10"]);
    world.profile = profile;
    expect(steps(world)).to.deep.equal(["record Requested", "status Pending", "wait until 10:30:00"]);
  });

  const missing: readonly (readonly [string, string])[] = [
    ["profile removed", "ProfileRemoved"],
    ["role removed", "RoleMissing"],
  ];
  for (const [event, reason] of missing) {
    it(`is recorded and denied: ${event}`, () => {
      const world = fresh();
      happen(world, event);
      world.pass(10);
      expect(steps(world)).to.deep.equal(["record Requested", "status Pending", `record Denied ${reason}`, "status Denied", "wait"]);
    });
  }

  it("is denied also if it comes back right after", () => {
    const world = fresh();
    const { profile } = world;
    world.profile = undefined;
    world.pass(10);
    world.look();
    world.profile = profile;
    expect(steps(world)).to.include("record Denied ProfileRemoved");
  });

  it("is denied if nobody is named who asks", () => {
    const world = fresh();
    if (world.request) {
      const { requester: _, ...spec } = world.request.spec;
      world.request = { ...world.request, spec };
    }
    expect(steps(world)).to.include("record Denied RequesterMissing");
  });

  it("is over by time also where the operator was down all the while", () => {
    const world = fresh({ bypass: true });
    world.now = START + 1_800_000;
    expect(steps(world)).to.deep.equal([
      "record Requested",
      "status Pending",
      "record TimedOut ApprovalTimedOut",
      "status TimedOut",
      "wait",
    ]);
  });
});

describe("what cannot be written", () => {
  it("is a status: nothing is made without it, and everything is taken back without it", () => {
    const world = approved();
    world.obstacle = undefined;
    world.statusFails = true;
    world.settle();
    expect(world.objects.size).to.equal(0);
    world.statusFails = false;
    world.settle();
    expect(world.objects.size).to.equal(4);
    world.statusFails = true;
    world.decide("Revoke", "bob");
    world.settle();
    expect(world.objects.size).to.equal(0);
  });

  it("is a status, and tampering is recorded and taken back without it", () => {
    const world = active();
    world.statusFails = true;
    happen(world, "binding changed");
    expect(steps(world)).to.deep.equal(["record Suspended Tampered", ...TAKEN_BACK, "status Suspended"]);
    expect(steps(world), "the end does not wait for a status").to.deep.equal(["record Revoked Tampered", "status Revoked"]);
  });

  it("is the ledger: nothing is made before the entry", () => {
    const world = approved();
    world.obstacle = undefined;
    world.ledgerFails = true;
    world.settle();
    world.settle();
    expect(world.objects.size).to.equal(0);
    expect(world.history.at(-1)?.type).to.equal("Approved");
  });

  it("is the ledger of others: nothing more is made until it can be written", () => {
    const world = issuing();
    world.ledgerBlocked = true;
    expect(steps(world)).to.deep.equal(["wait until 10:42:00"]);
  });

  it("is the ledger: tampering is taken back first, and recorded when it can be", () => {
    const world = active();
    world.ledgerFails = true;
    happen(world, "binding changed");
    expect(steps(world)).to.deep.equal(["record Suspended Tampered"]);
    expect(steps(world)).to.deep.equal([...TAKEN_BACK, "record Suspended Tampered"]);
    world.ledgerFails = false;
    world.ledgerBlocked = false;
    expect(steps(world)).to.deep.equal([
      "record Suspended Tampered",
      "status Suspended",
      "record Revoked Tampered",
      "status Revoked",
      "wait",
    ]);
  });

  it("is an entry of the ledger that cannot be read: the objects are known by their marks", () => {
    const world = active();
    world.history = world.history.map((entry) =>
      entry.type === "Active" ? { ...entry, details: { ...entry.details, objects: "{" } } : entry,
    );
    world.settle();
    expect(world.objects.size).to.equal(0);
    expect(world.history.at(-1)?.type).to.equal("Revoked");
  });
});
