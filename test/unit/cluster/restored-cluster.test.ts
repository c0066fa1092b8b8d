/** Proves that a feed notices a cluster that was restored from a backup, and then believes what is there now instead of what it knew. */
import { expect } from "chai";
import { settle } from "../../support/manual-clock.ts";
import { ReflectorBench } from "../../support/reflector-bench.ts";
import { bookmark, listEnd, type Played, page, refused, told } from "../../support/scripted-transport.ts";

const before = { frames: [told("ADDED", "kept", 800), told("ADDED", "lost", 900), listEnd(950)] };
const after: Played = { frames: [told("ADDED", "kept", 800), told("ADDED", "other", 700), listEnd(850)] };

describe("a restored cluster", () => {
  let bench: ReflectorBench;

  const play = async (...script: Played[]): Promise<void> => {
    bench = new ReflectorBench(script);
    await bench.start();
  };

  afterEach(() => bench.stop());

  const isBelieved = (): void => {
    expect(bench.names).to.have.members(["kept", "other"]);
    expect(bench.changes.slice(2)).to.have.members(["kept 800", "lost gone", "other 700"]);
    expect(bench.warnings).to.include("the API server is behind what it told before: it was restored from a backup");
  };

  it("is noticed by a bookmark that is older than the position", async () => {
    await play({ frames: [...before.frames, bookmark(851)] }, after);
    expect(bench.asked).to.deep.equal(["streaming list", "streaming list"]);
    isBelieved();
  });

  it("is noticed by a list that ends before the position, in a stream", async () => {
    await play({ ...before, finish: refused(410) }, after, after);
    await bench.clock.advance(1000);
    expect(bench.asked).to.deep.equal(["streaming list", "streaming list", "streaming list"]);
    isBelieved();
  });

  it("is noticed by a list that ends before the position, in pages", async () => {
    const items = [told("ADDED", "kept", 800), told("ADDED", "other", 700)].map(({ object }) => object as never);
    const first = [told("ADDED", "kept", 800), told("ADDED", "lost", 900)].map(({ object }) => object as never);
    await play(refused(422), page(950, first), { frames: [], finish: refused(410) }, page(850, items), page(850, items));
    await bench.clock.advance(1000);
    isBelieved();
  });

  const doubts: readonly { reason: string; finish: "end" | Error }[] = [
    { reason: "the connection broke", finish: refused(0) },
    { reason: "the server failed", finish: refused(500) },
    { reason: "the server ended the watch before its time", finish: "end" },
  ];
  for (const { reason, finish } of doubts) {
    it(`is noticed by asking how far the server is, as a watch from the future would be silent for ever, when ${reason}`, async () => {
      await play({ frames: [...before.frames, bookmark(960)], finish }, after);
      bench.transport.newest = "851";
      await bench.clock.advance(1000);
      expect(bench.asked).to.deep.equal(["streaming list", "how far", "streaming list"]);
      isBelieved();
    });
  }

  it("is asked about until there is an answer, and about one object only, of any label", async () => {
    await play({ ...before, finish: refused(0) }, { frames: [] });
    bench.transport.newest = refused(503);
    await bench.clock.advance(500);
    bench.transport.newest = "950";
    await bench.clock.advance(2000);
    expect(bench.asked).to.deep.equal(["streaming list", "how far", "how far", "watch 950"]);
    expect(bench.transport.query(1)).to.deep.equal({ fieldSelector: undefined, labelSelector: undefined, limit: "1" });
  });

  it("is not suspected where the server is as far as the position, or where versions have no order", async () => {
    await play({ ...before, finish: refused(0) }, { frames: [bookmark(950)] });
    bench.transport.newest = "opaque";
    await bench.clock.advance(2000);
    expect(bench.asked).to.deep.equal(["streaming list", "how far", "watch 950"]);
    expect(bench.names).to.deep.equal(["kept", "lost"]);
  });

  it("is listed anew with pauses where the server goes on contradicting itself", async () => {
    const odd: Played = { frames: [listEnd(5), bookmark(4)] };
    await play(odd, odd, odd, odd, odd);
    expect(bench.asked.length).to.equal(2);
    await settle();
    expect(bench.clock.next).to.equal(1000);
  });
});
