/** Proves whole stories of requests for emergency access, from the first look to the last. */
import { expect } from "chai";
import { rulesHash } from "../../../operator/breakglass/profiles.ts";
import { HOME, type ModelWorld, PROFILE } from "./model-world.ts";
import { active, fresh, happen, issuing, pending } from "./scenes.ts";
import { MADE, steps, TAKEN_BACK } from "./stories.ts";

describe("the story of a request", () => {
  it("goes from the first look to the use, and writes down name and deadline before anything is made", () => {
    const world = fresh();
    expect(steps(world)).to.deep.equal(["record Requested", "status Pending", "wait until 10:30:00"]);
    world.decide("Approve", "bob");
    world.decide("Approve", "carol");
    expect(steps(world)).to.deep.equal([
      "status Pending",
      "record Approved",
      "status Approved",
      "record Issuing",
      "status Issuing",
      ...MADE,
      "record Active",
      "status Active",
      "wait until 10:40:00",
    ]);
    world.pass(2399);
    expect(steps(world)).to.deep.equal(["wait until 10:40:00"]);
    world.pass(1);
    expect(steps(world)).to.deep.equal([...TAKEN_BACK, "record Expired DeadlinePassed", "status Expired", "wait"]);
  });

  const revocations: readonly (readonly [string, string])[] = [
    ["somebody: Revoke", "Revoked"],
    ["requester: Withdraw", "Withdrawn"],
    ["profile removed", "ProfileRemoved"],
    ["baseline replaced", "ProfileRemoved"],
    ["role not allowed", "RoleNotAllowed"],
  ];
  for (const [event, reason] of revocations) {
    it(`takes back what is in use after: ${event}`, () => {
      const world = active();
      happen(world, event);
      const told = steps(world).filter((step) => !step.startsWith("status Active"));
      expect(told).to.deep.equal([...TAKEN_BACK, `record Revoked ${reason}`, "status Revoked", "wait"]);
    });
  }

  it("takes back what is in use after the request was deleted, with no status left to write", () => {
    const world = active();
    happen(world, "request deleted");
    expect(steps(world)).to.deep.equal([...TAKEN_BACK, "record Revoked RequestDeleted", "wait"]);
  });

  it("records tampering before it takes back, and repairs nothing", () => {
    const world = active();
    happen(world, "identity removed");
    expect(steps(world)).to.deep.equal([
      "record Suspended Tampered",
      "delete binding",
      "delete minterBinding",
      "delete minter",
      "status Suspended",
      "record Revoked Tampered",
      "status Revoked",
      "wait",
    ]);
  });

  it("leaves alone what somebody put in the place of an object in use", () => {
    const world = active();
    happen(world, "binding replaced by somebody");
    world.settle();
    expect(world.history.at(-1)?.type).to.equal("Revoked");
    expect([...world.objects.keys()]).to.deep.equal(["binding"]);
  });

  it("leaves alone a forged object that bears all our marks", () => {
    const world = active();
    world.change("binding", { uid: "forged" });
    world.settle();
    expect([...world.objects.values()].map(({ uid }) => uid)).to.deep.equal(["forged"]);
  });

  it("deletes an object in use whose marks were removed, by its uid", () => {
    const world = active();
    world.change("identity", { requestUID: undefined, ours: false });
    world.decide("Revoke", "bob");
    world.settle();
    expect(world.objects.size).to.equal(0);
  });

  it("fails where somebody has the name of the grant, and keeps nothing", () => {
    const world = issuing();
    happen(world, "somebody takes a name");
    expect(steps(world)).to.deep.equal(["delete binding", "delete identity", "record Failed NameTaken", "status Failed", "wait"]);
    expect([...world.objects.keys()]).to.deep.equal(["minterBinding"]);
  });

  it("fails where the name of the grant is taken by what the caches do not know, and says what to do", () => {
    const world = issuing();
    world.taken = ["minter"];
    expect(steps(world)).to.deep.equal(["delete binding", "delete identity", "record Failed NameTaken", "status Failed", "wait"]);
    expect(world.request?.status?.conditions?.[0]?.message).to.equal(
      "an object with the name of the grant is not of this grant, and was left alone: make another request, whose grant has another name",
    );
  });

  it("fails where the name of the grant is that of another request's, and leaves that alone", () => {
    const world = issuing();
    world.change("identity", { requestUID: "r-2" });
    expect(steps(world)).to.deep.equal(["delete binding", "record Failed NameTaken", "status Failed", "wait"]);
    expect([...world.objects.keys()]).to.deep.equal(["identity"]);
  });

  it("is not over for an object that turns up after the end", () => {
    const world = issuing();
    const late = world.objects.get("binding");
    world.decide("Revoke", "bob");
    world.settle();
    if (late) world.objects.set("binding", late);
    expect(steps(world)).to.deep.equal(["delete binding", "wait"]);
  });

  it("expires where the deadline passed while the objects were being made", () => {
    const world = issuing();
    world.pass(2400);
    expect(steps(world)).to.deep.equal(["delete binding", "delete identity", "record Expired DeadlinePassed", "status Expired", "wait"]);
  });

  describe("that is to begin later", () => {
    const later = (): ModelWorld => {
      const world = pending({ startTime: "2026-11-23T20:00:00Z" });
      world.decide("Approve", "bob");
      world.decide("Approve", "carol");
      return world;
    };
    const TEN_HOURS = 36_000;

    it("is approved at once and issued then, for its whole time from then on", () => {
      const world = later();
      expect(steps(world).slice(1)).to.deep.equal(["record Approved", "status Approved", "wait until 20:00:00"]);
      world.pass(TEN_HOURS - 1);
      expect(steps(world)).to.deep.equal(["wait until 20:00:00"]);
      world.pass(1);
      expect(steps(world).at(-1)).to.equal("wait until 20:40:00");
      expect(world.history.at(-1)?.type).to.equal("Active");
    });

    it("waits as long as any other once it could begin", () => {
      const world = later();
      world.obstacle = "clocks disagree";
      world.settle();
      world.pass(TEN_HOURS);
      expect(steps(world).at(-1)).to.equal("wait until 20:30:00");
      world.pass(1800);
      expect(steps(world)).to.deep.equal(["record TimedOut IssueTimedOut", "status TimedOut", "wait"]);
    });

    it("is not issued any more where the profile was changed meanwhile", () => {
      const world = later();
      world.settle();
      happen(world, "profile edited");
      world.settle();
      expect(world.history.map(({ type }) => type)).to.deep.equal(["Requested", "Approved", "Suspended", "Revoked"]);
    });

    it("says from when on", () => {
      const world = later();
      world.settle();
      expect(world.request?.status?.conditions?.[0]?.message).to.equal("approved, and issued from 2026-11-23T20:00:00Z on");
    });

    it("is as any other where that time is over", () => {
      const world = pending({ startTime: "2026-11-23T09:00:00Z" });
      world.decide("Approve", "bob");
      world.decide("Approve", "carol");
      expect(steps(world).at(-1)).to.equal("wait until 10:40:00");
    });
  });

  it("goes on where it was after an obstacle, with the same deadline", () => {
    const world = issuing();
    world.obstacle = "clocks disagree";
    world.settle();
    world.pass(600);
    world.obstacle = undefined;
    world.settle();
    const deadlines = world.history.flatMap(({ deadline }) => deadline ?? []);
    expect(deadlines).to.deep.equal(["2026-11-23T10:42:00Z", "2026-11-23T10:42:00Z"]);
  });

  it("of a drill is denied where somebody has given the role of drills rights", () => {
    const world = fresh({ drill: true });
    world.role = { name: "sb-drill", uid: "c-9", rulesHash: "rules-9", unbounded: undefined };
    expect(steps(world)).to.include("record Denied RoleNotAllowed");
  });

  it("of a drill has a role without rights, and needs no review", () => {
    const world = fresh({ drill: true });
    world.role = { name: "sb-drill", uid: "c-9", rulesHash: rulesHash([]), unbounded: undefined };
    world.unreviewed = ["incident-0"];
    world.settle();
    world.decide("Approve", "bob");
    world.decide("Approve", "carol");
    world.settle();
    expect(world.history.at(-1)?.type).to.equal("Active");
    expect(world.history.at(-1)?.details?.["role"]).to.equal("sb-drill");
    world.pass(2400);
    world.decide("Review", "bob");
    world.settle();
    expect(world.history.at(-1)?.type).to.equal("Expired");
  });

  it("without approval is shorter, names the groups that were skipped, and is not held up by a review", () => {
    const world = fresh({ bypass: true });
    world.unreviewed = ["incident-0"];
    world.settle();
    const entry = world.history.find(({ type }) => type === "Approved");
    expect(entry?.actor).to.equal("alice");
    expect(entry?.details).to.include({ bypass: "true", skipped: '["payments-leads"]', duration: "1200" });
    expect(world.history.at(-1)?.deadline).to.equal("2026-11-23T10:20:00Z");
  });

  it("asks for approvals where the profile does not let them be skipped", () => {
    const world = fresh({ bypass: true });
    world.profile = { profile: { ...PROFILE, bypass: { allowed: false } }, baselineUID: "b-1", hash: "h-1" };
    expect(steps(world)).to.deep.equal(["record Requested", "status Pending", "wait until 10:30:00"]);
  });

  it("waits for the review of an earlier use, and goes on after it", () => {
    const world = pending();
    world.unreviewed = ["incident-0"];
    world.decide("Approve", "bob");
    world.decide("Approve", "carol");
    expect(steps(world)).to.deep.equal(["status Pending", "wait until 10:30:00"]);
    world.unreviewed = [];
    expect(steps(world)).to.include("record Active");
  });

  it("waits for no review where the profile does not ask for one", () => {
    const world = fresh();
    world.profile = { profile: { ...PROFILE, blockNextUntilReviewed: false }, baselineUID: "b-1", hash: "h-1" };
    world.unreviewed = ["incident-0"];
    world.decide("Approve", "bob");
    world.decide("Approve", "carol");
    expect(steps(world)).to.include("record Active");
  });

  it("for the cluster lives in the break-glass namespace and binds in the whole cluster", () => {
    const world = fresh({}, HOME);
    world.decide("Approve", "bob", { namespace: HOME });
    world.decide("Approve", "carol", { namespace: HOME });
    world.settle();
    expect(world.objects.get("binding")?.kind.kind).to.equal("ClusterRoleBinding");
    expect(world.history.at(-1)?.type).to.equal("Active");
  });
});
