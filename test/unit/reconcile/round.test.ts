/** Proves that what all namespaces are to be told goes out one by one, whatever becomes news meanwhile. */
import { expect } from "chai";
import { Round } from "../../../operator/reconcile/round.ts";
import { ManualClock } from "../../support/manual-clock.ts";

describe("a round", () => {
  let clock: ManualClock;
  let visited: string[];
  let round: Round;
  let namespaces: string[];

  beforeEach(() => {
    clock = new ManualClock();
    visited = [];
    namespaces = ["a", "b", "c"];
    round = new Round({ clock, namespaces: () => namespaces, visit: (namespace) => visited.push(namespace) });
  });

  it("visits one namespace at a time, each once, and ends", async () => {
    round.begin();
    expect(visited).to.deep.equal(["a"]);
    await clock.advance(40);
    expect(visited).to.deep.equal(["a", "b"]);
    await clock.advance(10_000);
    expect(visited).to.deep.equal(["a", "b", "c"]);
    expect(clock.pending).to.equal(0);
  });

  it("makes one more for all that is news meanwhile, with the namespaces of then", async () => {
    round.begin();
    await clock.advance(40);
    for (let news = 0; news < 100; news += 1) round.begin();
    namespaces = ["a", "d"];
    await clock.advance(10_000);
    expect(visited).to.deep.equal(["a", "b", "c", "a", "d"]);
  });

  it("visits no more than 25 a second, however often there is news", async () => {
    namespaces = Array.from({ length: 10_000 }, (_, index) => `team-${index}`);
    for (let moment = 0; moment < 100; moment += 1) {
      round.begin();
      await clock.advance(10);
    }
    expect(visited.length).to.be.within(25, 26);
    round.stop();
  });

  it("stops with the term, and begins anew with the next", async () => {
    round.begin();
    round.stop();
    expect(clock.pending).to.equal(0);
    await clock.advance(10_000);
    expect(visited).to.deep.equal(["a"]);
    round.begin();
    await clock.advance(10_000);
    expect(visited).to.deep.equal(["a", "a", "b", "c"]);
  });

  it("is over at once where there is no namespace", () => {
    namespaces = [];
    round.begin();
    expect(clock.pending).to.equal(0);
  });
});
