/** Proves the state machine: what is done in each phase after each event, and whole stories from the first look to the last. */
import { expect } from "chai";
import type { BreakGlassRequestSpec } from "../../../operator/api/break-glass-request.ts";
import { rulesHash } from "../../../operator/breakglass/profiles.ts";
import { statusOf } from "../../../operator/breakglass/status.ts";
import { FIRST_STEPS } from "./first-steps.ts";
import { HOME, type ModelWorld, PROFILE, START, told } from "./model-world.ts";
import { active, approved, denied, EVENTS, expired, fresh, happen, issuing, pending, suspended } from "./scenes.ts";

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

function having(world: ModelWorld, event: string): ModelWorld {
  happen(world, event);
  world.settle();
  return world;
}

/** What a story does, in order. */
function steps(world: ModelWorld): readonly string[] {
  return world.settle().map(told);
}

const TAKEN_BACK = ["delete binding", "delete identity", "delete minterBinding", "delete minter"];
const MADE = ["create identity", "create binding", "create minter", "create minterBinding"];

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
