/** Proves that one person cannot crowd out the others: how many of their requests the ledger takes, whose turn is next, and that nobody waits behind them. */
import { expect } from "chai";
import type { BreakGlassPerson, BreakGlassRequestSpec } from "../../../operator/api/break-glass-request.ts";
import { BrokerBench } from "../../support/broker-bench.ts";

const MALLORY: BreakGlassPerson = { username: "mallory", uid: "uid-of-mallory" };

describe("requests of one person", () => {
  let bench: BrokerBench;

  beforeEach(async () => {
    bench = new BrokerBench();
    await bench.follow();
  });

  afterEach(() => bench.stop());

  /** Names as they are: `m-007` was made before `m-008`. */
  function flood(from: number, to: number, spec: Partial<BreakGlassRequestSpec> = {}): void {
    for (let index = from; index <= to; index += 1) bench.ask(nameOf(index), { requester: MALLORY, ...spec });
  }

  const nameOf = (index: number): string => `m-${String(index).padStart(3, "0")}`;
  const phases = (from: number, to: number): readonly string[] =>
    Array.from({ length: to - from + 1 }, (_, index) => standing(nameOf(from + index)));
  const standing = (name: string): string => {
    const { phase, endReason, conditions } = bench.status(name) ?? {};
    return phase ?? (endReason ? `over: ${endReason}` : (conditions?.[0]?.reason ?? "nothing"));
  };
  const recorded = (): number => bench.ledger.filter((type) => type === "Requested").length;

  it("are open ten at a time, the oldest first; the others get one status each and no entry", async () => {
    await bench.lead();
    flood(1, 40);
    await bench.rest();
    expect(phases(1, 40)).to.deep.equal([...Array(10).fill("Pending"), ...Array(30).fill("TooManyOpen")]);
    expect(bench.ledger).to.deep.equal(Array(10).fill("Requested"));
    expect(bench.api.written.filter((write) => write.startsWith("PATCH breakglassrequests"))).to.have.length(40);
  });

  it("have their turn one by one as others end, the oldest first", async () => {
    await bench.lead();
    flood(1, 15);
    await bench.rest();
    bench.decide(nameOf(3), "Deny");
    bench.decide(nameOf(7), "Deny");
    await bench.rest();
    expect(phases(11, 15)).to.deep.equal(["Pending", "Pending", "TooManyOpen", "TooManyOpen", "TooManyOpen"]);
    expect(recorded()).to.equal(12);
  });

  it("delay no decision about their access: it is carried out before the others have been looked at", async () => {
    await bench.lead();
    flood(1, 1);
    await bench.rest();
    flood(2, 400);
    await bench.rest();
    bench.decide(nameOf(1), "Deny");
    await bench.rest();
    const unseen = phases(2, 400).filter((phase) => phase === "nothing");
    expect([standing(nameOf(1)), unseen.length > 100]).to.deep.equal(["Denied", true]);
  });

  it("have their turn when one was deleted", async () => {
    await bench.lead();
    flood(1, 11);
    await bench.rest();
    bench.api.remove("breakglassrequests", nameOf(1), "shop");
    await bench.rest();
    expect(standing(nameOf(11))).to.equal("Pending");
  });

  it("are counted by name and by uid: another name with the same uid is the same person, and so is the same name without a uid", async () => {
    await bench.lead();
    flood(1, 10);
    await bench.rest();
    flood(11, 11, { requester: { username: "mallory-admin", uid: "uid-of-mallory" } });
    flood(12, 12, { requester: { username: "mallory" } });
    await bench.rest();
    expect(phases(11, 12)).to.deep.equal(["TooManyOpen", "TooManyOpen"]);
    bench.ask("j", { requester: { username: "jane" } });
    await bench.rest();
    expect(standing("j")).to.equal("Pending");
  });

  it("are counted in each namespace for itself: an incident in many places is no flood", async () => {
    await bench.lead();
    flood(1, 11);
    for (let index = 0; index < 12; index += 1) bench.ask(`elsewhere-${index}`, { requester: MALLORY }, `other-${index}`);
    await bench.rest();
    expect(standing(nameOf(11))).to.equal("TooManyOpen");
    expect(recorded()).to.equal(22);
  });

  it("count as long as they are in use, and no longer", async () => {
    await bench.lead();
    flood(1, 11, { bypass: true });
    await bench.rest();
    expect([bench.active.size, standing(nameOf(11))]).to.deep.equal([10, "TooManyOpen"]);
    await bench.pass(661);
    expect([bench.active.size, standing(nameOf(11))]).to.deep.equal([1, "Active"]);
  });

  it("beyond the tenth are over by time alone, and leave room as the others do", async () => {
    await bench.lead();
    flood(1, 11);
    await bench.rest();
    await bench.pass(1801);
    expect(phases(1, 11)).to.deep.equal([...Array(10).fill("TimedOut"), "over: TooManyOpen"]);
    expect(recorded()).to.equal(10);
    flood(20, 20);
    await bench.rest();
    expect(standing(nameOf(20))).to.equal("Pending");
  });

  it("that were made while nobody looked, and are late by now, find no more room than if somebody had", async () => {
    flood(1, 40);
    bench.ask("lone", { requester: { username: "jane" } });
    await bench.pass(3600);
    await bench.lead();
    expect(phases(1, 40)).to.deep.equal([...Array(10).fill("TimedOut"), ...Array(30).fill("over: TooManyOpen")]);
    // Who asked in vain is told of as always.
    expect(standing("lone")).to.equal("TimedOut");
    expect(recorded()).to.equal(11);
  });

  it("wait for no request that is over by now, whatever was open before the operator looked", async () => {
    flood(1, 40);
    await bench.pass(3600);
    flood(50, 52);
    await bench.lead();
    expect(phases(50, 52)).to.deep.equal(["Pending", "Pending", "Pending"]);
  });

  it("keep their standing under the next leader", async () => {
    const end = await bench.lead();
    flood(1, 12);
    await bench.rest();
    await end();
    const { attempts } = bench.api;
    await bench.lead();
    expect(bench.api.attempts).to.equal(attempts);
    bench.decide(nameOf(1), "Deny");
    await bench.rest();
    expect(phases(10, 12)).to.deep.equal(["Pending", "Pending", "TooManyOpen"]);
  });

  it("hold up nobody else: who comes last has access while most of the others were not looked at", async () => {
    await bench.lead();
    flood(1, 400);
    bench.ask("j", { bypass: true, requester: { username: "jane" } });
    for (let turn = 0; turn < 40; turn += 1) await bench.rest();
    const { written } = bench.api;
    const looks = (writes: readonly string[]): number => writes.filter((write) => write.startsWith("PATCH breakglassrequests/m-")).length;
    expect([standing("j"), looks(written)]).to.deep.equal(["Active", 400]);
    // A grant takes a dozen writes, beside each of which seven other workers write.
    expect(looks(written.slice(0, written.lastIndexOf("PATCH breakglassrequests/j")))).to.be.below(120);
  });
});
