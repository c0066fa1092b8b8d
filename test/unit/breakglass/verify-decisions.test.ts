/** Proves what a ledger shows when it is held against requests and decisions: every entry that somebody could only have made up. */
import { expect } from "chai";
import type { DecisionKind } from "../../../operator/api/break-glass-decision.ts";
import type { BreakGlassRequestSpec } from "../../../operator/api/break-glass-request.ts";
import type { StoredDecision, StoredRequest } from "../../../operator/breakglass/types.ts";
import { compareWithDecisions, type Evidence } from "../../../operator/breakglass/verify-decisions.ts";
import { stored } from "./ledgers.ts";
import { HOME, type ModelWorld, START } from "./model-world.ts";
import { active, denied, escalated, expired, fresh, happen, pending } from "./scenes.ts";

type Entry = ModelWorld["history"][number];

/** What people wrote in a world, an hour after it began. */
function evidenceOf(world: ModelWorld, over: Partial<Evidence> = {}): Evidence {
  const requests = world.request === undefined ? [] : [world.request];
  return { requests, decisions: world.decisions, unread: [], now: START + 3_600_000, ...over };
}

function found(world: ModelWorld, evidence = evidenceOf(world)): readonly string[] {
  return compareWithDecisions(stored(world.history), evidence).findings.map(
    ({ type, message }) => `${type} ${message.replace("c0123456789-", "")}`,
  );
}

/** Rewrites the entry of a type, as whoever holds the operator's token can write one. */
function forge(world: ModelWorld, type: Entry["type"], change: (entry: Entry) => Entry): ModelWorld {
  world.history = world.history.map((entry) => (entry.type === type ? change(entry) : entry));
  return world;
}

function without({ decisionUIDs: _, ...entry }: Entry): Entry {
  return entry;
}

function detailed(entry: Entry, details: Readonly<Record<string, string>>): Entry {
  return { ...entry, details: { ...entry.details, ...details } };
}

function settled(world: ModelWorld, ...events: readonly (readonly [DecisionKind, string])[]): ModelWorld {
  for (const [kind, person] of events) world.decide(kind, person);
  world.settle();
  return world;
}

function changed(world: ModelWorld, kind: DecisionKind, change: (decision: StoredDecision) => StoredDecision): ModelWorld {
  const index = world.decisions.findIndex(({ spec }) => spec.decision === kind);
  world.decisions = world.decisions.map((decision, each) => (each === index ? change(decision) : decision));
  return world;
}

function specified(decision: StoredDecision, spec: Partial<StoredDecision["spec"]>): StoredDecision {
  return { ...decision, spec: { ...decision.spec, ...spec } };
}

function asking(world: ModelWorld, spec: Partial<BreakGlassRequestSpec>): ModelWorld {
  const { request } = world;
  world.request = request && ({ ...request, spec: { ...request.spec, ...spec } } satisfies StoredRequest);
  return world;
}

function bypassed(): ModelWorld {
  const world = fresh({ bypass: true });
  world.settle();
  return world;
}

/** Nobody skips the approval for such a role. */
function unbounded(): ModelWorld {
  const world = fresh({ bypass: true }, HOME);
  world.settings = { ...world.settings, roles: [], unboundedRoles: ["sb-incident-admin"] };
  world.settle();
  return world;
}

function withoutProfile(): ModelWorld {
  const world = active();
  happen(world, "profile removed");
  return world;
}

/** In use since 10:10:00. */
function stoodIn(): ModelWorld {
  const world = escalated();
  for (const name of ["mona", "nils"]) world.decide("Approve", name, { standIn: true });
  return settled(world);
}

describe("a ledger beside requests and decisions", () => {
  const honest: readonly (readonly [string, () => ModelWorld])[] = [
    ["in use after two approvals", active],
    ["over", expired],
    ["reviewed", () => settled(expired(), ["Review", "bob"])],
    ["revoked by an approver", () => settled(active(), ["Revoke", "bob"])],
    ["revoked by the requester, who is an approver, too", () => settled(active(), ["Revoke", "alice"])],
    ["withdrawn by the requester", () => settled(active(), ["Withdraw", "alice"])],
    ["denied by an approver", denied],
    ["ended by the removal of its profile", withoutProfile],
    ["without approval", bypassed],
    ["approved by stand-ins", stoodIn],
    ["denied by a stand-in", () => settled(escalated(), ["Deny", "mona"])],
    ["not answered by its approvers", escalated],
    ["for what can make itself permanent, and asks to skip the approval in vain", unbounded],
    ["not decided yet", pending],
    ["a drill", () => fresh({ drill: true })],
  ];
  for (const [what, scene] of honest) {
    it(`has nothing against a request that is ${what}`, () => {
      const world = scene();
      world.settle();
      expect(found(world)).to.deep.equal([]);
    });
  }

  const cases: readonly { readonly reason: string; readonly world: () => ModelWorld; readonly found: readonly string[] }[] = [
    {
      reason: "an approval without a decision",
      world: () => forge(active(), "Approved", without),
      found: ["Unsupported 000000000002 rests on no decision to Approve where 2 are needed"],
    },
    {
      reason: "an approval by fewer people than the profile asks for",
      world: () => forge(active(), "Approved", (entry) => ({ ...entry, decisionUIDs: ["d-2"] })),
      found: ["Unsupported 000000000002 rests on 1 decision to Approve where 2 are needed"],
    },
    {
      reason: "an approval that counts one decision twice",
      world: () => forge(active(), "Approved", (entry) => ({ ...entry, decisionUIDs: ["d-2", "d-2"] })),
      found: ["Unsupported 000000000002 rests on 1 decision to Approve where 2 are needed"],
    },
    {
      reason: "an approval by one person under two decisions",
      world: () => changed(active(), "Approve", (decision) => specified(decision, { approver: { username: "carol" } })),
      found: ["Unsupported 000000000002 rests on two decisions of carol"],
    },
    {
      reason: "an approval by the requester under another name",
      world: () => changed(active(), "Approve", (decision) => specified(decision, { approver: { username: "bob", uid: "uid-alice" } })),
      found: ["Unsupported 000000000002 rests on decision payments/incident-1-1, which is by who asked"],
    },
    {
      reason: "an approval that rests on a denial",
      world: () => changed(active(), "Approve", (decision) => specified(decision, { decision: "Deny" })),
      found: ["Unsupported 000000000002 rests on decision payments/incident-1-1, which is to Deny, not to Approve"],
    },
    {
      reason: "an approval of another request",
      world: () => changed(active(), "Approve", (decision) => specified(decision, { requestRef: { name: "incident-1", uid: "r-0" } })),
      found: ["Unsupported 000000000002 rests on decision payments/incident-1-1, which is about another request"],
    },
    {
      reason: "an approval from another namespace",
      world: () => changed(active(), "Approve", (decision) => ({ ...decision, namespace: "mallory" })),
      found: ["Unsupported 000000000002 rests on decision mallory/incident-1-1, which is about another request"],
    },
    {
      reason: "an approval by who has a say in another profile",
      world: () => changed(active(), "Approve", (decision) => specified(decision, { profile: "other" })),
      found: ["Unsupported 000000000002 rests on decision payments/incident-1-1, which is about another profile"],
    },
    {
      reason: "an approval of another state of the profile",
      world: () => changed(active(), "Approve", (decision) => specified(decision, { profileHash: "h-0" })),
      found: ["Unsupported 000000000002 rests on decision payments/incident-1-1, which approves another state of the profile"],
    },
    {
      reason: "an approval for less time",
      world: () => changed(active(), "Approve", (decision) => specified(decision, { maxDuration: "10m" })),
      found: ["Unsupported 000000000002 rests on decision payments/incident-1-1, which approves less time"],
    },
    {
      reason: "an approval that was made after the entry",
      world: () => changed(active(), "Approve", (decision) => ({ ...decision, createdAt: START + 122_000 })),
      found: ["Unsupported 000000000002 rests on decision payments/incident-1-1, which is younger"],
    },
    {
      reason: "an approval by a stand-in where nobody asked them",
      world: () => changed(active(), "Approve", (decision) => specified(decision, { standIn: true })),
      found: ["Unsupported 000000000002 rests on decision payments/incident-1-1, which is by a stand-in, who was not asked"],
    },
    {
      reason: "stand-ins that were asked too early, and what they decided",
      world: () => forge(stoodIn(), "Escalated", (entry) => ({ ...entry, time: "2026-11-23T10:09:59Z" })),
      found: [
        "Unsupported 000000000002 asks stand-ins before 2026-11-23T10:10:00Z, when the profile lets it",
        "Unsupported 000000000003 rests on decision payments/incident-1-1, which is by a stand-in, who was not asked",
        "Unsupported 000000000003 rests on decision payments/incident-1-2, which is by a stand-in, who was not asked",
      ],
    },
    {
      reason: "stand-ins of a profile that has none",
      world: () => forge(denied(), "Denied", (entry) => ({ ...without(entry), type: "Escalated", actor: "operator", details: {} })),
      found: ["Unsupported 000000000002 asks stand-ins, which the profile has none of"],
    },
    {
      reason: "an escalation in a person's name",
      world: () => forge(escalated(), "Escalated", (entry) => ({ ...entry, actor: "mona" })),
      found: ["Unsupported 000000000002 names mona, who decided nothing by it"],
    },
    {
      reason: "an approval in the name of somebody who did not approve",
      world: () => forge(active(), "Approved", (entry) => ({ ...entry, actor: "erin" })),
      found: ["Unsupported 000000000002 names erin, who made none of the decisions that it rests on"],
    },
    {
      reason: "a skipped approval that the request did not ask for",
      world: () => forge(active(), "Approved", (entry) => detailed(without(entry), { bypass: "true" })),
      found: ["Unsupported 000000000002 skips the approval, which the request did not ask for"],
    },
    {
      reason: "a skipped approval that only the ledger says was asked for",
      world: () => asking(bypassed(), { bypass: false }),
      found: [
        "Unsupported 000000000001 tells of bypass true, where the request says none",
        "Unsupported 000000000002 skips the approval, which the request did not ask for",
      ],
    },
    {
      reason: "more time than was asked for",
      world: () => forge(active(), "Approved", (entry) => detailed(entry, { duration: "7200" })),
      found: ["Unsupported 000000000002 grants more time than the request asks for"],
    },
    {
      reason: "a later deadline than was approved",
      world: () => forge(active(), "Issuing", (entry) => ({ ...entry, deadline: "2026-11-23T14:02:00Z" })),
      found: ["Unsupported 000000000003 sets a later deadline than was approved"],
    },
    {
      reason: "a request of somebody else",
      world: () => asking(active(), { requester: { username: "mallory" } }),
      found: [
        "Unsupported 000000000001 tells of requester alice, where the request says mallory",
        "Unsupported 000000000001 tells of uid of the requester uid-alice, where the request says none",
      ],
    },
    {
      reason: "a beginning that was not asked for",
      world: () => asking(active(), { startTime: "2026-11-24T10:00:00Z" }),
      found: ["Unsupported 000000000001 tells of startTime none, where the request says 2026-11-24T10:00:00Z"],
    },
    {
      reason: "a denial in a person's name that nobody made",
      world: () => forge(denied(), "Denied", without),
      found: ["Unsupported 000000000002 rests on no decision to Deny where 1 is needed"],
    },
    {
      reason: "a revocation that nobody made",
      world: () => forge(settled(active(), ["Revoke", "bob"]), "Revoked", without),
      found: ["Unsupported 000000000005 rests on no decision to Revoke where 1 is needed"],
    },
    {
      reason: "a withdrawal by somebody else than the requester",
      world: () => {
        const world = settled(active(), ["Withdraw", "alice"]);
        return forge(
          changed(world, "Withdraw", (decision) => specified(decision, { approver: { username: "bob" } })),
          "Revoked",
          (entry) => ({
            ...entry,
            actor: "bob",
          }),
        );
      },
      found: ["Unsupported 000000000005 rests on decision payments/incident-1-7, which is not by who asked"],
    },
    {
      reason: "a review that nobody made",
      world: () => forge(settled(expired(), ["Review", "bob"]), "Reviewed", without),
      found: ["Unsupported 000000000006 rests on no decision to Review where 1 is needed"],
    },
    {
      reason: "a review of one's own use",
      world: () => {
        const world = settled(expired(), ["Review", "bob"]);
        return forge(
          changed(world, "Review", (decision) => specified(decision, { approver: { username: "alice" } })),
          "Reviewed",
          (entry) => ({
            ...entry,
            actor: "alice",
          }),
        );
      },
      found: ["Unsupported 000000000006 rests on decision payments/incident-1-7, which is by who asked"],
    },
    {
      reason: "an end by time in a person's name",
      world: () => forge(expired(), "Expired", (entry) => ({ ...entry, actor: "bob" })),
      found: ["Unsupported 000000000005 names bob, who decided nothing by it"],
    },
  ];
  for (const { reason, world, found: expected } of cases) {
    it(`shows ${reason}`, () => expect(found(world())).to.deep.equal(expected));
  }

  describe("of which some are gone", () => {
    const gone = [
      "Unproven 000000000002 rests on decision d-1, which is gone: it cannot be checked",
      "Unproven 000000000002 rests on decision d-2, which is gone: it cannot be checked",
    ];

    it("says what cannot be checked, also where the uids are made up", () => {
      const world = active();
      expect(found(world, evidenceOf(world, { decisions: [] }))).to.deep.equal(gone);
    });

    it("says it of an approval that was skipped, whose request is gone", () => {
      const world = bypassed();
      expect(found(world, evidenceOf(world, { requests: [] }))).to.deep.equal([
        "Unproven 000000000002 skips the approval, and its request is gone: it cannot be checked",
      ]);
    });

    it("counts it where the request has been over for 30 days, and not a second before", () => {
      const world = settled(expired(), ["Review", "bob"]);
      const later = (seconds: number): Evidence =>
        evidenceOf(world, { decisions: [], requests: [], now: START + 2_520_000 + 30 * 86_400_000 + seconds * 1000 });
      const review = "Unproven 000000000006 rests on decision d-7, which is gone: it cannot be checked";
      expect(found(world, later(-1))).to.deep.equal([...gone, review]);
      expect(found(world, later(0))).to.deep.equal([]);
      expect(compareWithDecisions(stored(world.history), later(0)).outlived).to.equal(3);
    });

    it("says it however old a request is whose use waits for a review: until then it is kept", () => {
      const world = expired();
      expect(found(world, evidenceOf(world, { decisions: [], now: START + 400 * 86_400_000 }))).to.deep.equal(gone);
    });

    it("says it however old a request is that is not over", () => {
      const world = active();
      expect(found(world, evidenceOf(world, { decisions: [], now: START + 400 * 86_400_000 }))).to.deep.equal(gone);
    });

    it("shows what is wrong with an entry however old it is", () => {
      const world = forge(expired(), "Approved", without);
      expect(found(world, evidenceOf(world, { requests: [], now: START + 400 * 86_400_000 }))).to.deep.equal([
        "Unsupported 000000000002 rests on no decision to Approve where 2 are needed",
      ]);
    });
  });

  it("judges nothing by what may not be read, and says so once for each namespace", () => {
    const world = forge(active(), "Approved", without);
    expect(found(world, evidenceOf(world, { decisions: [], requests: [], unread: ["payments"] }))).to.deep.equal([
      "Unread entries about namespace payments were not compared with requests and decisions, which you may not list there: have the ClusterRole securitybaseline-auditor bound to you for the cluster",
    ]);
  });
});
