/** Proves what people read in the status of a request. */
import { expect } from "chai";
import type { BreakGlassRequestStatus } from "../../../operator/api/break-glass-request.ts";
import { statusOf } from "../../../operator/breakglass/status.ts";
import { HOME, type ModelWorld, START } from "./model-world.ts";
import { active, approved, denied, expired, fresh, happen, issuing, pending, suspended } from "./scenes.ts";

function status(world: ModelWorld): BreakGlassRequestStatus {
  return statusOf(world.snapshot(), world.now) ?? {};
}

/** The condition in one line. */
function granted(world: ModelWorld): string {
  const [condition] = status(world).conditions ?? [];
  return `${condition?.status} ${condition?.reason} since ${condition?.lastTransitionTime.slice(11, 19)}: ${condition?.message}`;
}

function having(world: ModelWorld, ...events: readonly string[]): ModelWorld {
  for (const event of events) happen(world, event);
  world.settle();
  return world;
}

const RESOLVED = {
  baselineUID: "b-1",
  profileHash: "h-1",
  role: "sb-incident-admin",
  roleUID: "c-1",
  roleRulesHash: "rules-1",
  expiryGuarantee: "APIServer",
};
const APPROVALS = [
  { name: "incident-1-1", uid: "d-1", decision: "Approve", approver: "bob", counts: true },
  { name: "incident-1-2", uid: "d-2", decision: "Approve", approver: "carol", counts: true },
];
const GRANT = "bg-4mc432wz5b-1795430520";
const USE =
  "access to namespace payments as ClusterRole sb-incident-admin until 2026-11-23T10:42:00Z; mint a token with: " +
  "kubectl create token bg-4mc432wz5b-1795430520 -n securitybaseline-breakglass --duration=10m";

describe("the status", () => {
  it("is none before the ledger knows the request", () => expect(statusOf(fresh().snapshot(), START)).to.equal(undefined));

  it("tells what a pending request waits for", () => {
    expect(status(pending())).to.deep.equal({
      phase: "Pending",
      observedGeneration: 1,
      resolved: RESOLVED,
      approvals: { required: 2, received: 0 },
      pendingUntil: "2026-11-23T10:30:00Z",
      ledger: { firstSeq: 1, lastSeq: 1, headHash: "hash-1" },
      history: [{ phase: "Pending", time: "2026-11-23T10:00:00Z" }],
      conditions: [
        {
          type: "Granted",
          status: "False",
          reason: "AwaitingApproval",
          message: "has 0 of 2 approvals by members of payments-leads",
          observedGeneration: 1,
          lastTransitionTime: "2026-11-23T10:00:00Z",
        },
      ],
    });
  });

  it("tells everything of what is in use", () => {
    expect(status(active())).to.deep.equal({
      phase: "Active",
      observedGeneration: 1,
      resolved: RESOLVED,
      approvals: { required: 2, received: 2 },
      decisions: APPROVALS,
      issuedAt: "2026-11-23T10:02:00Z",
      deadline: "2026-11-23T10:42:00Z",
      grant: {
        serviceAccount: GRANT,
        uid: "o-3",
        bindings: [
          { kind: "RoleBinding", namespace: "payments", name: GRANT, uid: "o-4" },
          { kind: "Role", namespace: HOME, name: GRANT, uid: "o-5" },
          { kind: "RoleBinding", namespace: HOME, name: GRANT, uid: "o-6" },
        ],
      },
      ledger: { firstSeq: 1, lastSeq: 4, headHash: "hash-4" },
      history: [
        { phase: "Pending", time: "2026-11-23T10:00:00Z" },
        { phase: "Approved", time: "2026-11-23T10:01:00Z" },
        { phase: "Issuing", time: "2026-11-23T10:02:00Z" },
        { phase: "Active", time: "2026-11-23T10:02:00Z" },
      ],
      conditions: [
        {
          type: "Granted",
          status: "True",
          reason: "Active",
          message: USE,
          observedGeneration: 1,
          lastTransitionTime: "2026-11-23T10:02:00Z",
        },
      ],
    });
  });

  it("has name and deadline before the first object is made", () => {
    const world = approved();
    world.obstacle = undefined;
    while (world.history.at(-1)?.type !== "Issuing") world.look();
    const { deadline, grant } = status(world);
    expect({ deadline, grant }).to.deep.equal({
      deadline: "2026-11-23T10:41:00Z",
      grant: { serviceAccount: "bg-4mc432wz5b-1795430460" },
    });
  });

  it("tells of end and review", () => {
    const world = expired();
    world.pass(60);
    world.decide("Review", "bob");
    world.settle();
    const { phase, endedAt, endReason, review, pendingUntil, ledger, history } = status(world);
    expect({ phase, endedAt, endReason, review, pendingUntil, ledger }).to.deep.equal({
      phase: "Expired",
      endedAt: "2026-11-23T10:42:00Z",
      endReason: "DeadlinePassed",
      review: { reviewer: "bob", time: "2026-11-23T10:43:00Z" },
      pendingUntil: undefined,
      ledger: { firstSeq: 1, lastSeq: 6, headHash: "hash-6" },
    });
    expect(history?.at(-1)).to.deep.equal({ phase: "Expired", time: "2026-11-23T10:42:00Z", reason: "DeadlinePassed" });
  });

  it("says why a decision does not count", () => {
    const world = pending();
    world.decide("Approve", "alice");
    expect(status(world).decisions).to.deep.equal([
      {
        name: "incident-1-1",
        uid: "d-1",
        decision: "Approve",
        approver: "alice",
        counts: false,
        message: "nobody decides on a request of their own",
      },
    ]);
  });

  it("keeps the number of approvals that were too few", () => {
    const world = having(pending(), "one approves", "half an hour passes");
    expect(status(world).phase).to.equal("TimedOut");
    expect(status(world).approvals).to.deep.equal({ required: 2, received: 1 });
  });

  it("keeps the number of approvals that led to the access, also where they were deleted since", () => {
    const world = active();
    world.decisions = [];
    expect(status(world).approvals).to.deep.equal({ required: 2, received: 2 });
  });

  it("asks for no approval where it is skipped", () => {
    const world = fresh({ bypass: true });
    world.settle();
    expect(status(world).approvals).to.deep.equal({ required: 0, received: 0 });
  });

  it("lists the decisions that count, then the newest eight of the others, and says how many more there are", () => {
    const world = pending();
    const strays = (): void => {
      for (let index = 0; index < 35; index += 1) {
        world.decide("Withdraw", "bob");
        world.pass(1);
      }
    };
    strays();
    world.decide("Approve", "carol");
    strays();
    const { decisions, moreDecisions } = status(world);
    expect(decisions?.map(({ name }) => name)).to.deep.equal([
      "incident-1-36",
      ...["64", "65", "66", "67", "68", "69", "70", "71"].map((count) => `incident-1-${count}`),
    ]);
    expect(moreDecisions).to.equal(62);
  });

  it("lists no more decisions than the schema allows, however many count", () => {
    const world = having(pending(), "an earlier use is not reviewed");
    for (let index = 0; index < 60; index += 1) world.decide("Approve", `person-${index}`);
    for (let index = 0; index < 10; index += 1) world.decide("Withdraw", "bob");
    const { decisions, moreDecisions } = status(world);
    expect(decisions?.map(({ counts }) => counts)).to.deep.equal([...Array(56).fill(true), ...Array(8).fill(false)]);
    expect(moreDecisions).to.equal(6);
  });

  it("does not tell what it was judged by where that was not found", () => {
    const world = having(fresh(), "profile removed", "half an hour passes");
    const { phase, endReason, resolved, approvals } = status(world);
    expect({ phase, endReason, resolved, approvals }).to.deep.equal({
      phase: "Denied",
      endReason: "ProfileRemoved",
      resolved: undefined,
      approvals: undefined,
    });
  });

  it("does not depend on the order in which decisions come", () => {
    const world = approved();
    const before = status(world);
    world.decisions.reverse();
    expect(status(world)).to.deep.equal(before);
  });
});

describe("the condition Granted", () => {
  const cases: readonly (readonly [string, () => ModelWorld, string])[] = [
    [
      "one approval of two",
      () => having(pending(), "one approves"),
      "False AwaitingApproval since 10:00:00: has 1 of 2 approvals by members of payments-leads",
    ],
    [
      "an earlier use without review",
      () => having(pending(), "two approve", "an earlier use is not reviewed"),
      "False AwaitingReview since 10:00:00: waits until somebody else has reviewed incident-0",
    ],
    [
      "neither approvals nor review",
      () => having(pending(), "an earlier use is not reviewed"),
      "False AwaitingReview since 10:00:00: has 0 of 2 approvals by members of payments-leads; waits until somebody else has reviewed incident-0",
    ],
    ["an obstacle", approved, "False Obstacle since 10:00:00: nothing can be granted now: policy tokens is missing"],
    ["no obstacle any more", () => cleared(approved()), "False Approved since 10:00:00: approved, and about to be issued"],
    ["half of the objects", issuing, "False Issuing since 10:00:00: the objects of the grant are being made"],
    [
      "an obstacle between the objects",
      () => having(issuing(), "an obstacle"),
      "False Obstacle since 10:00:00: nothing can be granted now: clocks disagree",
    ],
    ["access in use", active, `True Active since 10:02:00: ${USE}`],
    ["tampering", suspended, "False Tampered since 10:02:00: is being taken back: somebody changed or removed an object of the grant"],
    ["the deadline", expired, "False DeadlinePassed since 10:42:00: the access ended at its deadline"],
    ["a revocation", () => having(active(), "somebody: Revoke"), "False Revoked since 10:02:00: revoked by dave"],
    ["a denial", denied, "False Denied since 10:00:00: denied by bob"],
    [
      "a removed profile",
      () => having(active(), "profile removed"),
      "False ProfileRemoved since 10:02:00: the profile is gone, or is not enforced any more",
    ],
  ];
  for (const [title, scene, expected] of cases) {
    it(`after ${title} says: ${expected}`, () => expect(granted(scene())).to.equal(expected));
  }

  it("keeps its time from the tampering to the end", () => {
    const world = suspended();
    world.pass(30);
    world.settle();
    expect(granted(world)).to.equal("False Tampered since 10:02:00: somebody changed or removed an object of the grant");
  });

  it("names the cluster where the access is to all of it", () => {
    const world = fresh({ bypass: true }, HOME);
    world.settle();
    expect(granted(world)).to.match(/^True Active since 10:00:00: access to the cluster as ClusterRole sb-incident-admin until /);
  });
});

function cleared(world: ModelWorld): ModelWorld {
  world.obstacle = undefined;
  return world;
}
