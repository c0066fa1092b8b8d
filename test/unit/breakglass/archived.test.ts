/** Proves that a request of which the ledger may have told in its archived part is over, and that nothing is written about it. */
import { expect } from "chai";
import { decide } from "../../../operator/breakglass/decide.ts";
import { isRequestPrunable } from "../../../operator/breakglass/pruning.ts";
import { ModelWorld, START } from "./model-world.ts";

const HOUR = 3_600_000;

describe("a request that is older than what was archived of the ledger", () => {
  let world: ModelWorld;

  beforeEach(() => {
    world = new ModelWorld();
    world.archivedUntil = START + 1000;
    world.now = START + 40 * 24 * HOUR;
  });

  const setStatus = (status: object): void => {
    if (world.request !== undefined) world.request = { ...world.request, status };
  };

  it("is over and says so, without an entry", () => {
    const { step } = world.look();
    expect(step).to.have.nested.property("status.endReason", "LedgerArchived");
    expect(step).to.have.nested.property("status.conditions[0].status", "False");
    expect(world.look().step).to.deep.equal({ verb: "wait", until: undefined });
    expect(world.history).to.deep.equal([]);
  });

  it("keeps what its status tells of the end", () => {
    setStatus({ phase: "Expired", endedAt: "2026-11-23T10:30:00Z", endReason: "DeadlinePassed" });
    expect(decide(world.snapshot(), world.now)).to.deep.equal({ verb: "wait", until: undefined });
  });

  it("goes an hour later, as any that has no entry", () => {
    const endedAt = new Date(START).toISOString();
    setStatus({ phase: "Expired", endedAt });
    const due = [START + HOUR - 1, START + HOUR].map((now) => isRequestPrunable(world.snapshot(), now));
    expect(due).to.deep.equal([false, true]);
  });

  it("and one that is as old as its last entry is not meant", () => {
    world.archivedUntil = START;
    world.now = START + 1000;
    expect(decide(world.snapshot(), world.now)).to.have.nested.property("entry.type", "Requested");
  });

  it("nor one of which the ledger tells", () => {
    world.archivedUntil = undefined;
    world.now = START + 1000;
    world.look();
    world.archivedUntil = START + 2000;
    expect(world.history.map(({ type }) => type)).to.deep.equal(["Requested"]);
    expect(decide(world.snapshot(), world.now)).to.have.nested.property("status.phase", "Pending");
  });
});
