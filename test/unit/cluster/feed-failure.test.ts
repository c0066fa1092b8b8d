/** Proves that a feed which cannot follow its kind says so from its first failure on, until following works again, and tells each change once. */
import { expect } from "chai";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { settle } from "../../support/manual-clock.ts";
import { ReflectorBench } from "../../support/reflector-bench.ts";
import { bookmark, errorFrame, listEnd, type Played, refused, told } from "../../support/scripted-transport.ts";

const FORBIDDEN = "no permission to list and watch networkpolicies (networking.k8s.io/v1)";
const failed = (cause: string): string => `following networkpolicies (networking.k8s.io/v1) failed: ${cause}`;
const stalled = new ApiError({ status: 0, reason: "Timeout", message: "the stream was silent for 55000 ms" });

describe("the failure of a feed", () => {
  let bench: ReflectorBench;
  /** Whether the kind was listed, and the failure, each time that something is announced. */
  let news: string[];

  const play = async (...script: Played[]): Promise<void> => {
    news = [];
    const onStanding = (): void => {
      const { synced, failure } = bench.reflector;
      news.push(`${synced ? "listed" : "not listed"}: ${failure?.message ?? "none"}`);
    };
    bench = new ReflectorBench(script, { onStanding });
    await bench.start();
  };

  afterEach(async () => {
    await bench.stop();
    expect(bench.clock.pending, "timers left").to.equal(0);
    expect(bench.transport.open, "streams left").to.equal(0);
  });

  const causes = [
    { reason: "the permission to list is missing", played: refused(403), status: 403, message: FORBIDDEN },
    { reason: "the server is overloaded", played: refused(503, "busy"), status: 503, message: failed("busy") },
    { reason: "nothing answers", played: refused(0, "connection refused"), status: 0, message: failed("connection refused") },
    {
      reason: "what answers is no API server",
      played: { frames: [], finish: new TypeError("odd") },
      status: 0,
      message: failed("TypeError: odd"),
    },
    {
      reason: "the list ends half-way",
      played: { frames: [told("ADDED", "a", 1), errorFrame(500)] },
      status: 500,
      message: failed("failure 500"),
    },
  ];
  for (const { reason, played, status, message } of causes) {
    it(`is there before the first list, with its status: ${reason}`, async () => {
      await play(played);
      expect(bench.reflector.failure).to.deep.equal({ since: 0, status, message });
      expect(news).to.deep.equal([`not listed: ${message}`]);
    });
  }

  it("keeps its beginning while causes change, tells each of them once, and ends a second after a watch opened", async () => {
    await play(refused(403), refused(403), refused(500, "down"), { frames: [listEnd(5)] });
    await bench.clock.advance(1500);
    expect(bench.reflector.failure).to.deep.equal({ since: 0, status: 500, message: failed("down") });
    await bench.clock.advance(2000);
    expect(bench.reflector.synced).to.equal(true);
    expect(bench.reflector.failure?.since).to.equal(0);
    await bench.clock.advance(1000);
    expect(bench.reflector.failure).to.equal(undefined);
    expect(news).to.deep.equal([`not listed: ${FORBIDDEN}`, `not listed: ${failed("down")}`, `listed: ${failed("down")}`, "listed: none"]);
  });

  it("begins anew, at its own time, after following worked", async () => {
    const cut = Promise.withResolvers<void>();
    await play({ frames: [listEnd(5)], finish: refused(0, "cut"), after: cut.promise });
    await bench.clock.advance(7000);
    cut.resolve();
    await settle();
    expect(bench.reflector.failure).to.deep.equal({ since: 7000, status: 0, message: failed("cut") });
    await bench.clock.advance(1500);
    expect(bench.reflector.failure).to.equal(undefined);
    expect(news).to.deep.equal(["listed: none", `listed: ${failed("cut")}`, "listed: none"]);
  });

  it("is there while in sync, when the permission is taken away later", async () => {
    await play({ frames: [listEnd(5), bookmark(6)], finish: refused(0, "cut") });
    bench.transport.newest = refused(403);
    await bench.clock.advance(60_000);
    expect(bench.reflector.synced).to.equal(true);
    expect(bench.reflector.failure).to.deep.equal({ since: 0, status: 403, message: FORBIDDEN });
  });

  const shams = [
    { reason: "ends it at once", played: { frames: [], finish: "end" as const } },
    { reason: "cuts it at once", played: { frames: [], finish: refused(0, "cut") } },
    { reason: "repeats an old bookmark and ends it", played: { frames: [bookmark(5)], finish: "end" as const } },
    { reason: "repeats an old bookmark and cuts it", played: { frames: [bookmark(5)], finish: refused(0, "cut") } },
    { reason: "repeats an old event and cuts it", played: { frames: [told("ADDED", "a", 5)], finish: refused(0, "cut") } },
  ];
  for (const { reason, played } of shams) {
    it(`does not end where the server accepts each watch and ${reason}, and pauses grow`, async () => {
      await play({ frames: [told("ADDED", "a", 5), listEnd(5)], finish: refused(0, "cut") }, played, played, played);
      await bench.clock.advance(6500);
      expect(bench.transport.seen.filter(({ query }) => query?.["watch"]).length).to.equal(4);
      expect(bench.reflector.failure?.since).to.equal(0);
    });
  }

  it("ends as soon as a watch tells something new, even if that is cut", async () => {
    await play({ frames: [listEnd(5)], finish: refused(0, "cut") }, { frames: [told("ADDED", "a", 7)], finish: refused(0, "cut") });
    await bench.clock.advance(500);
    expect(news).to.deep.equal(["listed: none", `listed: ${failed("cut")}`, "listed: none", `listed: ${failed("cut")}`]);
    expect(bench.reflector.failure?.since).to.equal(500);
  });

  it("does not end by an open watch after the connection fell silent: whatever stands in between may be open for ever", async () => {
    await play({ frames: [listEnd(5)], finish: stalled });
    await bench.clock.advance(500 + 44_999);
    expect(bench.reflector.failure).to.deep.equal({ since: 0, status: 0, message: failed("the stream was silent for 55000 ms") });
    await bench.clock.advance(150_000);
    expect(bench.reflector.failure?.since).to.equal(0);
  });

  const signs = [
    { reason: "a bookmark, although it is not new", played: { frames: [bookmark(5)] }, at: 500 },
    { reason: "the end of a watch that is quiet, at its time", played: { frames: [], finish: "end" as const }, at: 500 + 35_000 },
  ];
  for (const { reason, played, at } of signs) {
    it(`ends after a silence by ${reason}`, async () => {
      const time = Promise.withResolvers<void>();
      await play({ frames: [listEnd(5)], finish: stalled }, { ...played, after: time.promise });
      await bench.clock.advance(at);
      time.resolve();
      await settle();
      expect(bench.reflector.failure).to.equal(undefined);
    });
  }

  const misplaced = [
    { reason: "a position that expired", frames: [listEnd(5), bookmark(6), errorFrame(410)] },
    { reason: "a cluster that was restored", frames: [listEnd(5), bookmark(4)] },
  ];
  for (const { reason, frames } of misplaced) {
    it(`is none for ${reason}, if listing works`, async () => {
      await play({ frames }, { frames: [listEnd(7)] });
      await bench.clock.advance(5000);
      expect(bench.asked).to.deep.equal(["streaming list", "streaming list"]);
      expect(news).to.deep.equal(["listed: none"]);
    });
  }
});
