/** Proves that an entry which says that a request was approved is worth what people wrote themselves, and that nothing is made on its word alone. */
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import { HOME, type ModelWorld, told, UID } from "./model-world.ts";
import { active, approved, fresh, pending } from "./scenes.ts";

/** Somebody with the operator's token appends an entry about the request. */
function forge(world: ModelWorld, entry: Pick<LedgerEntry, "type"> & Partial<LedgerEntry>): void {
  const seq = world.history.length + 1;
  const time = `${new Date(world.now).toISOString().slice(0, 19)}Z`;
  const place = { v: 1, chain: "c0123456789", seq, prevHash: `hash-${seq - 1}`, time, hash: `hash-${seq}` };
  world.history.push({ ...place, actor: "bob", requestUID: UID, profileHash: "h-1", ...entry });
}

const TERMS = { duration: "2400", until: "2026-11-23T10:31:00Z" };

/** What becomes of it. */
function steps(world: ModelWorld): readonly string[] {
  return world.settle().map(told);
}

const ENDED = ["record Suspended NotApproved", "status Suspended", "record Revoked NotApproved", "status Revoked", "wait"];

describe("a request that only the ledger calls approved", () => {
  const forgeries: readonly { readonly reason: string; readonly forge: (world: ModelWorld) => void }[] = [
    { reason: "names no decision", forge: (world) => forge(world, { type: "Approved", details: TERMS }) },
    {
      reason: "names decisions that are not there",
      forge: (world) => forge(world, { type: "Approved", decisionUIDs: ["x", "y"], details: TERMS }),
    },
    {
      reason: "names one decision where two are needed",
      forge: (world) => forge(world, { type: "Approved", decisionUIDs: [world.decide("Approve", "bob").uid], details: TERMS }),
    },
    {
      reason: "names two decisions of one person",
      forge: (world) => {
        const decisionUIDs = [world.decide("Approve", "bob").uid, world.decide("Approve", "bob").uid];
        forge(world, { type: "Approved", decisionUIDs, details: TERMS });
      },
    },
    {
      reason: "counts who asked",
      forge: (world) => {
        const decisionUIDs = [world.decide("Approve", "bob").uid, world.decide("Approve", "alice").uid];
        forge(world, { type: "Approved", decisionUIDs, details: TERMS });
      },
    },
    {
      reason: "counts an approval of another state of the profile",
      forge: (world) => {
        const decisionUIDs = [world.decide("Approve", "bob").uid, world.decide("Approve", "carol", { profileHash: "h-0" }).uid];
        forge(world, { type: "Approved", decisionUIDs, details: TERMS });
      },
    },
    {
      reason: "grants more time than somebody approved",
      forge: (world) => {
        const decisionUIDs = [world.decide("Approve", "bob").uid, world.decide("Approve", "carol", { maxDuration: "10m" }).uid];
        forge(world, { type: "Approved", decisionUIDs, details: TERMS });
      },
    },
    {
      reason: "says that the approval was skipped, which nobody asked for",
      forge: (world) => forge(world, { type: "Approved", details: { ...TERMS, bypass: "true" } }),
    },
  ];
  for (const { reason, forge: happen } of forgeries) {
    it(`ends before anything is made, where the entry ${reason}`, () => {
      const world = pending();
      happen(world);
      expect(steps(world)).to.deep.equal(ENDED);
      expect(world.made.size).to.equal(0);
    });
  }

  it("ends where its issue was written as well, or its use, with objects that somebody made", () => {
    const world = pending();
    const issued = { grant: "bg-4mc432wz5b-1795430520", deadline: "2026-11-23T10:42:00Z" };
    forge(world, { type: "Issuing", ...issued });
    forge(world, {
      type: "Active",
      ...issued,
      details: { objects: '[["ServiceAccount","securitybaseline-breakglass","bg-4mc432wz5b-1795430520","mine"]]' },
    });
    world.intrude("identity");
    world.change("identity", { uid: "mine" });
    expect(steps(world)).to.include.members(["record Suspended NotApproved", "delete identity", "record Revoked NotApproved"]);
    expect(world.objects.size).to.equal(0);
  });

  it("says so to whoever asked", () => {
    const world = pending();
    forge(world, { type: "Approved", details: TERMS });
    world.settle();
    expect(world.request?.status?.conditions?.[0]?.message).to.equal(
      "the decisions that it was approved by are not there, or do not approve it: make another",
    );
  });
});

describe("a request of which the ledger tells otherwise than it does itself", () => {
  /** Somebody with the operator's token was faster than the operator: what the entries say is theirs. */
  const rewritten = (world: ModelWorld, { details, ...fields }: Partial<LedgerEntry>): ModelWorld => {
    world.history = world.history.map((entry) => ({ ...entry, ...fields, details: { ...entry.details, ...details } }));
    return world;
  };
  const lies: readonly { readonly reason: string; readonly lie: Partial<LedgerEntry> }[] = [
    { reason: "somebody else who asked, and would get the access", lie: { actor: "mallory" } },
    {
      reason: "another uid of who asked, so that they can approve under another name",
      lie: { details: { requesterUID: "uid-of-nobody" } },
    },
    { reason: "another namespace, here for the whole cluster", lie: { details: { namespace: HOME } } },
    { reason: "another request", lie: { details: { request: "incident-2" } } },
    { reason: "another role than the profile's", lie: { details: { role: "sb-cluster-admin" } } },
    { reason: "more time", lie: { details: { duration: "1h" } } },
    { reason: "another beginning", lie: { details: { startTime: "2026-11-23T10:00:00Z" } } },
    { reason: "no approval", lie: { details: { bypass: "true" } } },
  ];
  for (const { reason, lie } of lies) {
    it(`is denied where it tells of ${reason}`, () => {
      const world = rewritten(pending(), lie);
      expect(steps(world)).to.include("record Denied NotApproved");
      expect(world.made.size).to.equal(0);
      expect(world.request?.status?.conditions?.[0]?.message).to.contain("the ledger tells otherwise than the request itself");
    });
  }

  it("ends where approval, issue and use were written as well", () => {
    const world = rewritten(pending({ bypass: true }), { details: { role: "sb-cluster-admin" } });
    world.settings = { ...world.settings, roles: ["sb-cluster-admin", "sb-incident-admin"] };
    expect(steps(world)).to.include("record Suspended NotApproved");
    expect(world.objects.size).to.equal(0);
  });

  it("ends where it asks for fewer approvals than the profile", () => {
    const world = rewritten(pending(), { details: { required: "1" } });
    forge(world, { type: "Approved", decisionUIDs: [world.decide("Approve", "bob").uid], details: TERMS });
    expect(steps(world)).to.deep.equal(ENDED);
    expect(world.made.size).to.equal(0);
  });

  it("ends where it skips the approval of what can make itself permanent, though the request asks for that", () => {
    const world = fresh({ bypass: true }, HOME);
    world.settings = { ...world.settings, roles: [], unboundedRoles: ["sb-incident-admin"] };
    world.settle();
    forge(world, { type: "Approved", details: { ...TERMS, duration: "1200", bypass: "true" } });
    expect(steps(world)).to.deep.equal(ENDED);
    expect(world.made.size).to.equal(0);
  });

  it("ends where it is issued for longer than it was approved", () => {
    const world = approved();
    forge(world, { type: "Issuing", grant: "bg-4mc432wz5b-1795435320", deadline: "2026-11-23T12:02:00Z" });
    expect(steps(world)).to.include("record Revoked NotApproved");
    expect(world.made.size).to.equal(0);
  });
});

describe("a request that people approved", () => {
  it("ends where the decisions are taken away, before its issue and while it is in use", () => {
    for (const scene of [approved, active]) {
      const world = scene();
      world.decisions = [];
      expect(steps(world)).to.include("record Revoked NotApproved");
      expect(world.objects.size).to.equal(0);
    }
  });

  it("goes on where others than those that the entry names are taken away", () => {
    const world = active();
    world.decide("Approve", "dave");
    world.settle();
    world.decisions = world.decisions.slice(0, 2);
    expect(steps(world).at(-1)).to.equal("wait until 10:42:00");
  });

  it("goes on where the approval was skipped as it was asked for", () => {
    const world = fresh({ bypass: true });
    world.settle();
    expect(steps(world)).to.deep.equal(["wait until 10:20:00"]);
  });
});
