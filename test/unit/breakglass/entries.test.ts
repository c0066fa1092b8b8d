/** Proves what the ledger remembers of each step, field by field. */

import { expect } from "chai";
import type { LedgerEntryType } from "../../../operator/api/break-glass-audit-entry.ts";
import { rulesHash } from "../../../operator/breakglass/profiles.ts";
import type { ModelWorld } from "./model-world.ts";
import { active, expired, fresh, happen, pending } from "./scenes.ts";

/** What the state machine wrote, without place, time and hash. */
function written(world: ModelWorld, type: LedgerEntryType): object {
  const entry = world.history.find((each) => each.type === type);
  if (entry === undefined) throw new Error(`the ledger has no entry ${type}`);
  const { v: _v, chain: _chain, seq: _seq, prevHash: _prevHash, time: _time, hash: _hash, ...draft } = entry;
  return draft;
}

const WHICH = { namespace: "payments", request: "incident-1", profile: "incident", role: "sb-incident-admin" };
const GRANT = { grant: "bg-4mc432wz5b-1795430520", deadline: "2026-11-23T10:42:00Z" };
const COMMON = { requestUID: "r-1", profileHash: "h-1" };

describe("the entry", () => {
  it("Requested remembers all that was asked for, and what it is judged by", () => {
    const world = pending({ ticket: "INC-1", extends: { name: "incident-0", uid: "r-0" } });
    expect(written(world, "Requested")).to.deep.equal({
      type: "Requested",
      actor: "alice",
      ...COMMON,
      details: {
        ...WHICH,
        baselineUID: "b-1",
        roleUID: "c-1",
        roleRulesHash: "rules-1",
        duration: "40m",
        reason: "the payment queue is stuck",
        ticket: "INC-1",
        requesterUID: "uid-alice",
        extends: "r-0",
        pendingUntil: "2026-11-23T10:30:00Z",
        required: "2",
      },
    });
  });

  it("Requested says whether it is a drill and whether the approval is to be skipped", () => {
    const world = fresh({ drill: true, bypass: true });
    world.role = { name: "sb-drill", uid: "c-9", rulesHash: rulesHash([]), unbounded: undefined };
    world.settle();
    expect(written(world, "Requested")).to.deep.include({ type: "Requested", actor: "alice" });
    const [requested, approved] = world.history;
    expect(requested?.details).to.include({ drill: "true", bypass: "true", role: "sb-drill", required: "0" });
    expect(approved?.details).to.deep.equal({
      namespace: "payments",
      request: "incident-1",
      profile: "incident",
      role: "sb-drill",
      drill: "true",
      duration: "1200",
      until: "2026-11-23T10:30:00Z",
      bypass: "true",
      skipped: '["payments-leads"]',
    });
  });

  it("Requested leaves out what could not be found", () => {
    const world = fresh();
    happen(world, "profile removed");
    world.role = undefined;
    world.pass(10);
    world.settle();
    expect(written(world, "Requested")).to.deep.equal({
      type: "Requested",
      actor: "alice",
      requestUID: "r-1",
      details: {
        namespace: "payments",
        request: "incident-1",
        profile: "incident",
        duration: "40m",
        reason: "the payment queue is stuck",
        requesterUID: "uid-alice",
      },
    });
  });

  it("Approved names who approved, for how long, and until when it must be issued", () => {
    expect(written(active(), "Approved")).to.deep.equal({
      type: "Approved",
      actor: "carol",
      ...COMMON,
      decisionUIDs: ["d-1", "d-2"],
      details: { ...WHICH, duration: "2400", until: "2026-11-23T10:31:00Z", approvers: '["bob","carol"]' },
    });
  });

  it("Approved lasts no longer than the installation allows", () => {
    const world = pending();
    world.settings = { ...world.settings, maxDuration: 900 };
    happen(world, "two approve");
    world.settle();
    expect(world.history.find(({ type }) => type === "Approved")?.details?.["duration"]).to.equal("900");
  });

  it("Issuing fixes name and deadline", () => {
    expect(written(active(), "Issuing")).to.deep.equal({ type: "Issuing", actor: "operator", ...COMMON, ...GRANT, details: WHICH });
  });

  it("Issuing lasts no longer than what the installation allows by now", () => {
    const world = pending();
    world.obstacle = "clocks disagree";
    happen(world, "two approve");
    world.settle();
    world.settings = { ...world.settings, maxDuration: 900 };
    world.obstacle = undefined;
    world.now += 999;
    world.settle();
    expect(world.history.at(-1)?.deadline).to.equal("2026-11-23T10:15:00Z");
  });

  it("Active names each object by its uid", () => {
    const name = GRANT.grant;
    expect(written(active(), "Active")).to.deep.equal({
      type: "Active",
      actor: "operator",
      ...COMMON,
      ...GRANT,
      details: {
        ...WHICH,
        objects:
          `[["ServiceAccount","securitybaseline-breakglass","${name}","o-3"],["RoleBinding","payments","${name}","o-4"],` +
          `["Role","securitybaseline-breakglass","${name}","o-5"],["RoleBinding","securitybaseline-breakglass","${name}","o-6"]]`,
      },
    });
  });

  it("of an end says why, and whose doing it was", () => {
    const world = active();
    world.decide("Revoke", "dave");
    world.settle();
    expect(written(world, "Revoked")).to.deep.equal({
      type: "Revoked",
      actor: "dave",
      ...COMMON,
      ...GRANT,
      decisionUIDs: ["d-7"],
      details: { ...WHICH, endReason: "Revoked" },
    });
    expect(written(expired(), "Expired")).to.deep.equal({
      type: "Expired",
      actor: "operator",
      ...COMMON,
      ...GRANT,
      details: { ...WHICH, endReason: "DeadlinePassed" },
    });
  });

  it("Reviewed says who reviewed, and what they found", () => {
    const world = expired();
    world.decide("Review", "bob", { comment: "restarted the queue, nothing else" });
    world.settle();
    expect(written(world, "Reviewed")).to.deep.equal({
      type: "Reviewed",
      actor: "bob",
      ...COMMON,
      ...GRANT,
      decisionUIDs: ["d-7"],
      details: { ...WHICH, comment: "restarted the queue, nothing else" },
    });
  });
});
