/** Proves which decisions count: whose, when, and on what. */
import { expect } from "chai";
import { judge } from "../../../operator/breakglass/judgement.ts";
import type { ModelWorld } from "./model-world.ts";
import { active, approved, denied, expired, pending, suspended } from "./scenes.ts";

/** What is said of each decision that was made in a scene, in the order of their age. */
function judged(world: ModelWorld): readonly string[] {
  return judge(world.snapshot()).map(({ decision: { spec }, counts, message }) => {
    return `${spec.approver?.username} ${spec.decision}: ${counts ? "counts" : message}`;
  });
}

interface Case {
  readonly title: string;
  readonly scene: () => ModelWorld;
  readonly happen: (world: ModelWorld) => void;
  readonly verdict: string;
}

const CASES: readonly Case[] = [
  { title: "an approval", scene: pending, happen: (world) => world.decide("Approve", "bob"), verdict: "bob Approve: counts" },
  {
    title: "the requester's own approval",
    scene: pending,
    happen: (world) => world.decide("Approve", "alice"),
    verdict: "alice Approve: nobody decides on a request of their own",
  },
  {
    title: "the requester's own denial: that is a withdrawal",
    scene: pending,
    happen: (world) => world.decide("Deny", "alice"),
    verdict: "alice Deny: nobody decides on a request of their own",
  },
  {
    title: "the requester's approval under another name, with the same uid",
    scene: pending,
    happen: (world) => world.decide("Approve", "alice-admin", { uid: "uid-alice" }),
    verdict: "alice-admin Approve: nobody decides on a request of their own",
  },
  {
    title: "the requester's approval with another uid",
    scene: pending,
    happen: (world) => world.decide("Approve", "alice", { uid: "other" }),
    verdict: "alice Approve: nobody decides on a request of their own",
  },
  {
    title: "an approval from another namespace, where other people decide",
    scene: pending,
    happen: (world) => world.decide("Approve", "bob", { namespace: "mallory" }),
    verdict: "bob Approve: is in another namespace than the request",
  },
  {
    title: "a revocation from another namespace",
    scene: active,
    happen: (world) => world.decide("Revoke", "mallory", { namespace: "mallory" }),
    verdict: "mallory Revoke: is in another namespace than the request",
  },
  {
    title: "an approval with the uid of this request and the name of another",
    scene: pending,
    happen: (world) => world.decide("Approve", "bob", { request: "harmless" }),
    verdict: "bob Approve: names another request",
  },
  ...(
    [
      ["Approve", pending],
      ["Deny", pending],
      ["Revoke", active],
      ["Review", expired],
    ] as const
  ).map(([kind, scene]) => ({
    title: `${kind} by somebody who has a say in another profile, and names that one`,
    scene,
    happen: (world: ModelWorld) => world.decide(kind, "mallory", { profile: "database" }),
    verdict: `mallory ${kind}: names another profile than the request, which is for incident`,
  })),
  {
    title: "an approval of what the profile was before",
    scene: pending,
    happen: (world) => world.decide("Approve", "bob", { profileHash: "h-0" }),
    verdict: "bob Approve: approves another state of the profile",
  },
  {
    title: "a denial after the approval",
    scene: approved,
    happen: (world) => world.decide("Deny", "dave"),
    verdict: "dave Deny: counts",
  },
  {
    title: "a denial by somebody who has approved",
    scene: approved,
    happen: (world) => world.decide("Deny", "bob"),
    verdict: "bob Deny: the same person has voted before",
  },
  {
    title: "a denial of what is in use: that takes the right to revoke",
    scene: active,
    happen: (world) => world.decide("Deny", "dave"),
    verdict: "dave Deny: brings about nothing in phase Active",
  },
  {
    title: "an approval of what is approved",
    scene: approved,
    happen: (world) => world.decide("Approve", "dave"),
    verdict: "dave Approve: brings about nothing in phase Approved",
  },
  {
    title: "a revocation by somebody who has approved: it is another act",
    scene: active,
    happen: (world) => world.decide("Revoke", "bob"),
    verdict: "bob Revoke: counts",
  },
  {
    title: "a revocation of one's own",
    scene: active,
    happen: (world) => world.decide("Revoke", "alice"),
    verdict: "alice Revoke: counts",
  },
  {
    title: "a revocation of what is being taken back",
    scene: suspended,
    happen: (world) => world.decide("Revoke", "bob"),
    verdict: "bob Revoke: brings about nothing in phase Suspended",
  },
  {
    title: "a withdrawal by the requester",
    scene: active,
    happen: (world) => world.decide("Withdraw", "alice"),
    verdict: "alice Withdraw: counts",
  },
  {
    title: "a withdrawal by somebody else",
    scene: active,
    happen: (world) => world.decide("Withdraw", "bob"),
    verdict: "bob Withdraw: only the requester withdraws",
  },
  { title: "a review", scene: expired, happen: (world) => world.decide("Review", "bob"), verdict: "bob Review: counts" },
  {
    title: "a review of one's own use",
    scene: expired,
    happen: (world) => world.decide("Review", "alice"),
    verdict: "alice Review: nobody decides on a request of their own",
  },
  {
    title: "a review of what is not over",
    scene: active,
    happen: (world) => world.decide("Review", "bob"),
    verdict: "bob Review: brings about nothing in phase Active",
  },
  {
    title: "a review that was made before the end",
    scene: active,
    happen: (world) => {
      world.decide("Review", "bob");
      world.pass(2400);
      world.settle();
    },
    verdict: "bob Review: was made before the access was over",
  },
  {
    title: "a second review",
    scene: expired,
    happen: (world) => {
      world.decide("Review", "bob");
      world.settle();
      world.pass(1);
      world.decide("Review", "carol");
    },
    verdict: "carol Review: somebody else has reviewed before",
  },
  {
    title: "a review of what was never used",
    scene: denied,
    happen: (world) => world.decide("Review", "carol"),
    verdict: "carol Review: there was no access to review",
  },
  {
    title: "an approval that came in time where they were too few",
    scene: pending,
    happen: (world) => {
      world.decide("Approve", "bob");
      world.pass(1800);
      world.settle();
    },
    verdict: "bob Approve: counts",
  },
];

describe("a decision", () => {
  for (const { title, scene, happen, verdict } of CASES) {
    it(`is judged: ${title}`, () => {
      const world = scene();
      world.pass(1);
      happen(world);
      expect(judged(world).at(-1)).to.equal(verdict);
    });
  }

  it("that names nobody does not count", () => {
    const world = pending();
    world.decide("Approve", "bob");
    world.decisions = world.decisions.map(({ spec: { approver: _, ...spec }, ...rest }) => ({ ...rest, spec }));
    expect(judged(world)).to.deep.equal(["undefined Approve: names nobody who decided"]);
  });
});

describe("several decisions", () => {
  it("of one person count once, under any name", () => {
    const world = pending();
    world.decide("Approve", "bob");
    world.decide("Approve", "bob", { uid: "another" });
    world.decide("Approve", "robert", { uid: "uid-bob" });
    expect(judged(world)).to.deep.equal([
      "bob Approve: counts",
      "bob Approve: the same person has voted before",
      "robert Approve: the same person has voted before",
    ]);
  });

  it("take people without uid for different ones", () => {
    const world = pending();
    world.decide("Approve", "bob", { uid: "" });
    world.decide("Approve", "carol", { uid: "" });
    expect(judged(world)).to.deep.equal(["bob Approve: counts", "carol Approve: counts"]);
  });

  it("count from the first valid one on: who approved an old profile may approve again", () => {
    const world = pending();
    world.decide("Approve", "bob", { profileHash: "h-0" });
    world.decide("Approve", "bob");
    expect(judged(world)).to.deep.equal(["bob Approve: approves another state of the profile", "bob Approve: counts"]);
  });

  it("keep counting once the ledger has acted on them, also beside one that turns up late and is older", () => {
    const world = approved();
    const late = { ...world.decide("Deny", "bob"), createdAt: world.now - 50_000 };
    world.decisions = [late, ...world.decisions.slice(0, -1)];
    expect(judged(world)).to.deep.equal(["bob Deny: the same person has voted before", "bob Approve: counts", "carol Approve: counts"]);
  });

  it("shorten the access to what the shortest approval allows; who comes too late does not", () => {
    const world = pending();
    world.decide("Approve", "bob", { maxDuration: "30m" });
    world.decide("Approve", "carol", { maxDuration: "15m" });
    world.pass(1);
    world.decide("Approve", "dave", { maxDuration: "10m" });
    world.settle();
    const approvals = world.history.find(({ type }) => type === "Approved");
    expect(approvals?.decisionUIDs).to.deep.equal(["d-1", "d-2"]);
    expect(approvals?.details?.["duration"]).to.equal("900");
  });
});
