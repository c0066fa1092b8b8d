/** Proves the state machine: what is done in each phase after each event, and how a request becomes known. */
import { expect } from "chai";
import type { BreakGlassRequestSpec } from "../../../operator/api/break-glass-request.ts";
import { statusOf } from "../../../operator/breakglass/status.ts";
import { FIRST_STEPS } from "./first-steps.ts";
import { type ModelWorld, PROFILE, START, told } from "./model-world.ts";
import { active, approved, denied, EVENTS, expired, fresh, happen, issuing, pending, suspended } from "./scenes.ts";
import { having, steps } from "./stories.ts";

const SCENES: readonly (readonly [string, () => ModelWorld])[] = [
  ["New", fresh],
  ["Pending", pending],
  ["Approved", approved],
  ["Issuing", issuing],
  ["Active", active],
  ["Suspended", suspended],
];

/** The status says already what there is to say, so that the step after it shows. */
function withStatus(world: ModelWorld): ModelWorld {
  const status = statusOf(world.snapshot(), world.now);
  if (world.request !== undefined && status !== undefined) world.request = { ...world.request, status };
  return world;
}

describe("the first step", () => {
  it("is stated for every event", () => expect(Object.keys(FIRST_STEPS)).to.have.members(Object.keys(EVENTS)));

  for (const event of Object.keys(EVENTS)) {
    for (const [index, [phase, scene]] of SCENES.entries()) {
      const expected = FIRST_STEPS[event]?.[index];
      it(`in phase ${phase} after "${event}" is: ${expected}`, () => {
        const world = scene();
        happen(world, event);
        expect(told(withStatus(world).look().step)).to.equal(expected);
      });
    }
  }

  const ends: readonly (readonly [string, () => ModelWorld])[] = [
    ["Expired", expired],
    ["Denied", denied],
    ["TimedOut", () => having(pending(), "half an hour passes")],
    ["Withdrawn", () => having(pending(), "requester: Withdraw")],
    ["Revoked", () => having(active(), "somebody: Revoke")],
    ["Failed", () => having(issuing(), "somebody takes a name")],
  ];
  for (const [phase, scene] of ends) {
    it(`in phase ${phase} is none, whatever happens but a review of what was used`, () => {
      expect(scene().history.at(-1)?.type).to.equal(phase);
      for (const event of Object.keys(EVENTS)) {
        const world = scene();
        happen(world, event);
        const reviewed = event === "somebody: Review" && (phase === "Expired" || phase === "Revoked");
        expect(told(withStatus(world).look().step), event).to.equal(reviewed ? "record Reviewed" : "wait");
      }
    });
  }
});

describe("a request of which the ledger knows nothing", () => {
  const over = ["record Requested", "status Pending", "record Denied LedgerLost", "status Denied", "wait"];
  const ends: readonly { readonly reason: string; readonly arrange: (world: ModelWorld) => void }[] = [
    {
      reason: "although its status tells that it was in use",
      arrange: (world) => {
        if (world.request !== undefined) world.request = { ...world.request, status: { phase: "Active" } as never };
      },
    },
    {
      reason: "although its status tells that it ended",
      arrange: (world) => {
        if (world.request !== undefined) world.request = { ...world.request, status: { phase: "Revoked" } as never };
      },
    },
    {
      reason: "and which is older than the ledger",
      arrange: (world) => {
        world.ledgerSince = START + 1000;
      },
    },
  ];
  for (const { reason, arrange } of ends) {
    it(`is over and never new: ${reason}`, () => {
      const world = fresh({ bypass: true });
      arrange(world);
      world.decide("Approve", "bob");
      world.decide("Approve", "carol");
      expect(steps(world)).to.deep.equal(over);
    });
  }

  it("is new where it is as old as the ledger, or nobody knows how old that is", () => {
    for (const since of [START, undefined]) {
      const world = fresh();
      world.ledgerSince = since;
      expect(steps(world)[2]).to.equal("wait until 10:30:00");
    }
  });
});

describe("a request of somebody who has ten open ones", () => {
  const crowded = (spec?: Partial<BreakGlassRequestSpec>): ModelWorld => {
    const world = fresh(spec);
    world.ahead = 10;
    return world;
  };
  const WAITS =
    "waits for its turn: its requester has 10 open requests here, as many as one person may have in a namespace; withdraw one of them, or wait until one ends";

  it("gets one status and no entry, also without approval", () => {
    for (const bypass of [false, true]) {
      const world = crowded({ bypass });
      expect(steps(world)).to.deep.equal(["status undefined", "wait until 10:30:00"]);
      expect(world.request?.status).to.deep.equal({
        observedGeneration: 1,
        pendingUntil: "2026-11-23T10:30:00Z",
        conditions: [
          {
            type: "Granted",
            status: "False",
            reason: "TooManyOpen",
            message: WAITS,
            observedGeneration: 1,
            lastTransitionTime: "2026-11-23T10:00:00Z",
          },
        ],
      });
    }
  });

  it("is recorded once there are nine", () => {
    const world = crowded();
    world.settle();
    world.ahead = 9;
    expect(steps(world)).to.deep.equal(["record Requested", "status Pending", "wait until 10:30:00"]);
  });

  it("is over by time alone, and stays so when there is room again", () => {
    const world = crowded({ bypass: true });
    world.settle();
    world.pass(1799);
    expect(steps(world)).to.deep.equal(["wait until 10:30:00"]);
    world.pass(1);
    expect(steps(world)).to.deep.equal(["status undefined", "wait"]);
    const { phase, endedAt, endReason, pendingUntil, conditions } = world.request?.status ?? {};
    expect({ phase, endedAt, endReason, pendingUntil }).to.deep.equal({
      phase: undefined,
      endedAt: "2026-11-23T10:30:00Z",
      endReason: "TooManyOpen",
      pendingUntil: undefined,
    });
    expect(conditions?.[0]?.message).to.equal(
      "its time was up before its turn came: its requester had 10 open requests here, as many as one person may have in a namespace; withdraw one of them, and make another",
    );
    world.ahead = 0;
    if (world.profile) world.profile = { ...world.profile, profile: { ...PROFILE, approvalTimeout: "2h" } };
    world.decide("Approve", "bob");
    world.decide("Approve", "carol");
    expect(steps(world)).to.deep.equal(["wait"]);
  });

  it("is over at once where there is no such profile", () => {
    const world = crowded();
    world.profile = undefined;
    expect(steps(world)).to.deep.equal(["status undefined", "wait"]);
    expect(world.request?.status?.endedAt).to.equal("2026-11-23T10:00:00Z");
  });

  it("is told of in the ledger all the same where its status tells of a phase that the ledger lost", () => {
    const world = crowded();
    if (world.request !== undefined) world.request = { ...world.request, status: { phase: "Active" } as never };
    expect(steps(world)[0]).to.equal("record Requested");
    expect(world.history.at(-1)?.details?.["endReason"]).to.equal("LedgerLost");
  });

  it("goes on once it is recorded, however many others there are", () => {
    const world = pending();
    world.ahead = 10;
    world.decide("Approve", "bob");
    world.decide("Approve", "carol");
    expect(steps(world).at(-1)).to.equal("wait until 10:40:00");
  });
});

describe("a ledger that cannot be written", () => {
  it("is told of a request that is not recorded yet, once, and the request goes on when it is over", () => {
    const world = fresh();
    world.ledgerFails = true;
    world.ledgerRefusal = "the ledger cannot be written: quota";
    expect(told(world.look().step)).to.equal("status undefined");
    expect(world.request?.status?.conditions?.map(({ reason, message }) => [reason, message])).to.deep.equal([
      ["Obstacle", "not recorded yet: the ledger cannot be written: quota"],
    ]);
    world.ledgerFails = false;
    world.ledgerRefusal = undefined;
    world.ledgerBlocked = false;
    expect(steps(world)).to.deep.equal(["record Requested", "status Pending", "wait until 10:30:00"]);
  });

  it("is told of a request that is about to be granted, and keeps nobody from trying", () => {
    const world = approved();
    world.obstacle = undefined;
    world.ledgerRefusal = "the ledger cannot be written: quota";
    expect(steps(world).slice(0, 2)).to.deep.equal(["status Approved", "record Issuing"]);
  });
});
