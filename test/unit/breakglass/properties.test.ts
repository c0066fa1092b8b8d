/** Proves what holds for every request, whatever happens to it and whatever fails on the way. */
import { expect } from "chai";
import fc from "fast-check";
import type { LedgerEntryType } from "../../../operator/api/break-glass-audit-entry.ts";
import { decide } from "../../../operator/breakglass/decide.ts";
import type { Step } from "../../../operator/breakglass/types.ts";
import { ModelWorld, WITH_STAND_INS } from "./model-world.ts";
import { approvedLife, happenTo, type Life, life } from "./random-life.ts";

const RUNS = { numRuns: 200 };

/** Which entry may follow which. */
const EDGES: Readonly<Record<LedgerEntryType | "none", readonly LedgerEntryType[]>> = {
  none: ["Requested"],
  Requested: ["Escalated", "Approved", "Denied", "Withdrawn", "TimedOut"],
  Escalated: ["Approved", "Denied", "Withdrawn", "TimedOut"],
  Approved: ["Issuing", "Withdrawn", "TimedOut", "Revoked", "Suspended"],
  Issuing: ["Active", "Expired", "Revoked", "Failed", "Suspended"],
  Active: ["Expired", "Revoked", "Suspended"],
  Suspended: ["Revoked"],
  Denied: [],
  Withdrawn: [],
  TimedOut: [],
  Expired: ["Reviewed"],
  Revoked: ["Reviewed"],
  Failed: [],
  Reviewed: [],
  Removed: [],
  Checkpoint: [],
};
const OF_NO_REQUEST: readonly string[] = ["none", "Removed", "Checkpoint"];
const ENDED: readonly string[] = ["Denied", "Withdrawn", "TimedOut", "Expired", "Revoked", "Failed", "Reviewed"];
const PHASE_OF: Readonly<Record<string, string>> = { Requested: "Pending", Escalated: "", Reviewed: "" };
const SECONDS: Readonly<Record<string, number>> = {
  "10m": 600,
  "20m": 1200,
  "25m": 1500,
  "40m": 2400,
  "1h": 3600,
  "2h": 7200,
  "3h": 10_800,
};

function born({ bypass, drill, duration, cap, escalates }: Life): ModelWorld {
  const world = new ModelWorld({ bypass, drill, duration });
  if (escalates) world.state(WITH_STAND_INS);
  world.settings = { ...world.settings, maxDuration: cap };
  if (drill) world.role = { name: "sb-drill", uid: "c-9", rulesHash: "none", unbounded: undefined };
  return world;
}

/** Lets a life happen; `watch` sees each step before it is carried out. */
function live(drawn: Life, watch: (world: ModelWorld, step: Step) => void): ModelWorld {
  const world = born(drawn);
  for (const each of drawn.deeds) {
    if (each.deed !== "look") happenTo(world, each);
    else for (let index = 0; index < each.steps; index += 1) world.look((step) => watch(world, step));
  }
  return world;
}

/** Everything works again, and much time passes. */
function outlive(world: ModelWorld, watch: (world: ModelWorld, step: Step) => void): void {
  Object.assign(world, { ledgerFails: false, ledgerBlocked: false, statusFails: false, obstacle: undefined });
  world.finalizers.clear();
  world.guarded.clear();
  release(world);
  world.settle((step) => watch(world, step));
  world.pass(3 * 86_400);
  world.settle((step) => watch(world, step));
  release(world);
  world.settle((step) => watch(world, step));
}

function release(world: ModelWorld): void {
  for (const [part, { terminatingSince }] of world.objects) if (terminatingSince !== undefined) world.objects.delete(part);
}

function own(world: ModelWorld): readonly string[] {
  return [...world.objects.values()]
    .filter(({ uid, terminatingSince }) => world.made.has(uid) && terminatingSince === undefined)
    .map(({ part }) => part);
}

/** Nothing binds, or nobody is bound whose token is taken: 75 seconds after the deadline, or after the deletion of the account began. */
function isUseless({ objects, now }: ModelWorld, deadline = ""): boolean {
  const identity = objects.get("identity");
  if (identity === undefined || !objects.has("binding")) return true;
  return [identity.terminatingSince, Date.parse(deadline)].some((since) => since !== undefined && now >= since + 75_000);
}

function always(
  watch: (world: ModelWorld, step: Step) => void,
  {
    lives = life,
    afterwards = () => undefined,
  }: { readonly lives?: fc.Arbitrary<Life>; readonly afterwards?: (world: ModelWorld) => void } = {},
): void {
  fc.assert(
    fc.property(lives, (drawn) => {
      const world = live(drawn, watch);
      outlive(world, watch);
      afterwards(world);
    }),
    RUNS,
  );
}

describe("every request", () => {
  it("goes from phase to phase along the allowed edges only, and always ends", () => {
    always(
      (world, step) => {
        if (step.verb !== "record") return;
        expect(EDGES[world.history.at(-1)?.type ?? "none"]).to.include(step.entry.type);
      },
      {
        afterwards: (world) => {
          const known = world.history.length > 0 || world.request !== undefined;
          if (known) expect(ENDED).to.include(world.history.at(-1)?.type);
          expect(own(world)).to.deep.equal([]);
        },
      },
    );
  });

  it("has objects only after its entry and its status named them, before the deadline", () => {
    always((world, step) => {
      if (step.verb !== "create") return;
      const issuing = world.history.at(-1);
      expect(issuing?.type).to.equal("Issuing");
      expect(step.object.name).to.equal(issuing?.grant);
      expect(world.request?.status?.deadline).to.equal(issuing?.deadline);
      expect(world.request?.status?.grant?.serviceAccount).to.equal(issuing?.grant);
      expect(world.now).to.be.below(Date.parse(issuing?.deadline ?? ""));
      expect([world.obstacle, world.ledgerBlocked]).to.deep.equal([undefined, false]);
    });
  });

  it("deletes nothing but what was made for it", () => {
    always((world, step) => {
      if (step.verb === "delete") expect([...world.made]).to.include(step.object.uid);
    });
  });

  it("is recorded as over only once nothing of it gives rights, with what is left", () => {
    always((world, step) => {
      if (step.verb !== "record" || !ENDED.includes(step.entry.type) || step.entry.type === "Reviewed") return;
      const ours = [...world.objects.values()].filter(({ uid }) => world.made.has(uid));
      const rows = ours.map((object) => [object.kind.kind, object.namespace, object.name, object.uid]);
      expect(JSON.parse(step.entry.details?.["left"] ?? "[]")).to.have.deep.members(rows);
      expect(ours.length === 0 || isUseless(world, step.entry.deadline)).to.equal(true);
    });
  });

  it("is recorded as in use only once all of it stands", () => {
    always((world, step) => {
      if (step.verb !== "record" || step.entry.type !== "Active") return;
      expect([...world.objects.values()].filter(({ uid }) => world.made.has(uid))).to.have.length(4);
    });
  });

  it("leaves nothing after its deadline, also while neither ledger nor status can be written", () => {
    fc.assert(
      fc.property(life, (drawn) => {
        const world = live(drawn, () => undefined);
        const deadline = world.history.find(({ type }) => type === "Issuing")?.deadline;
        if (deadline === undefined) return;
        world.now = Math.max(world.now, Date.parse(deadline));
        world.guarded.clear();
        world.undeletable = [];
        Object.assign(world, { ledgerFails: true, statusFails: true, obstacle: "everything" });
        for (let index = 0; index < 12; index += 1) world.look();
        expect(own(world)).to.deep.equal([]);
      }),
      RUNS,
    );
  });

  it("is approved by different people, who are not the requester, in its own namespace, for its own profile", () => {
    const watch = (world: ModelWorld, step: Step): void => {
      if (step.verb !== "record" || step.entry.type !== "Approved" || step.entry.details?.["bypass"] === "true") return;
      const uids = step.entry.decisionUIDs ?? [];
      const approvals = world.decisions.filter(({ uid }) => uids.includes(uid));
      const names = approvals.map(({ spec }) => spec.approver?.username);
      const peopleUIDs = approvals.map(({ spec }) => spec.approver?.uid).filter((uid) => uid !== "");
      expect(approvals).to.have.length(2);
      expect(new Set(names).size).to.equal(2);
      expect(new Set(peopleUIDs).size).to.equal(peopleUIDs.length);
      expect([...names, ...peopleUIDs]).not.to.include.oneOf(["alice", "uid-alice"]);
      for (const { namespace, spec } of approvals) {
        expect([spec.decision, namespace, spec.requestRef.name, spec.profile, spec.profileHash]).to.deep.equal([
          "Approve",
          "payments",
          "incident-1",
          "incident",
          "h-1",
        ]);
      }
    };
    always(watch);
    always(watch, { lives: approvedLife });
  });

  it("is approved by stand-ins only ten minutes after it was asked for, where the profile has some and the ledger says so", () => {
    const watch = (world: ModelWorld, step: Step): void => {
      if (step.verb !== "record" || step.entry.type !== "Approved") return;
      const uids = step.entry.decisionUIDs ?? [];
      if (!world.decisions.some(({ uid, spec }) => uids.includes(uid) && spec.standIn)) return;
      const [requested, escalated] = world.history;
      expect([requested?.type, escalated?.type]).to.deep.equal(["Requested", "Escalated"]);
      expect(world.profile?.profile.approvers.escalation?.after).to.equal("10m");
      expect(Date.parse(escalated?.time ?? "")).to.be.at.least(Date.parse(requested?.time ?? "") + 600_000);
    };
    always(watch);
    always(watch, { lives: approvedLife });
  });

  it("is issued once, and not for longer than anybody allows", () => {
    const watch = (world: ModelWorld, step: Step): void => {
      if (step.verb !== "record" || step.entry.type !== "Issuing") return;
      expect(world.history.map(({ type }) => type).filter((type) => type !== "Escalated")).to.deep.equal(["Requested", "Approved"]);
      const approved = world.history.at(-1);
      const approvals = world.decisions.filter(({ uid }) => approved?.decisionUIDs?.includes(uid));
      const bypass = approved?.details?.["bypass"] === "true" ? ["20m"] : [];
      const limits = [world.request?.spec.duration, "1h", ...bypass, ...approvals.map(({ spec }) => spec.maxDuration)];
      const seconds = limits.flatMap((limit) => (limit === undefined ? [] : [SECONDS[limit] ?? 0]));
      const least = Math.min(...seconds, world.settings.maxDuration);
      expect(Date.parse(step.entry.deadline ?? "")).to.equal((Math.floor(world.now / 1000) + least) * 1000);
      expect(step.entry.grant).to.match(/^bg-4mc432wz5b-[0-9]{10}$/);
    };
    always(watch);
    always(watch, { lives: approvedLife });
  });

  it("tells in its status no phase that the ledger does not have", () => {
    always((world, step) => {
      if (step.verb !== "status") return;
      const phases = world.history.map(({ type }) => PHASE_OF[type] ?? type).filter((phase) => phase !== "");
      expect(step.status.phase).to.equal(phases.at(-1));
      expect(step.status.history?.map(({ phase }) => phase)).to.deep.equal(phases);
    });
  });

  it("gets the same answer again, in whatever order its decisions come", () => {
    always((world, step) => {
      const snapshot = world.snapshot();
      expect(decide({ ...snapshot, decisions: snapshot.decisions.toReversed() }, world.now)).to.deep.equal(step);
    });
  });

  it("gets the answer that it was told to wait for at that time, and the same answer until then", () => {
    always((world, step) => {
      if (step.verb !== "wait" || step.until === undefined) return;
      expect(step.until).to.be.above(world.now);
      expect(decide(world.snapshot(), step.until - 1)).to.deep.equal(step);
      expect(decide(world.snapshot(), step.until)).not.to.deep.equal(step);
    });
  });
});

describe("random lives", () => {
  it("reach every kind of entry", () => {
    const reached = new Set<string>();
    const seen = (world: ModelWorld): void => world.history.forEach(({ type }) => void reached.add(type));
    for (const drawn of fc.sample(life, { numRuns: 500, seed: 7 })) seen(live(drawn, () => undefined));
    expect([...reached]).to.have.members(Object.keys(EDGES).filter((type) => !OF_NO_REQUEST.includes(type)));
  });
});
