/** Proves that a reflector lists, watches and recovers from whatever a server may do. */
import { expect } from "chai";
import { settle } from "../../support/manual-clock.ts";
import { ReflectorBench } from "../../support/reflector-bench.ts";
import { bookmark, errorFrame, listEnd, listed, type Played, page, refused, told } from "../../support/scripted-transport.ts";

const noStreaming = refused(422, "sendInitialEvents is forbidden for watch");

describe("reflector", () => {
  let bench: ReflectorBench;

  const play = async (...script: Played[]): Promise<ReflectorBench> => {
    bench = new ReflectorBench(script);
    return bench.start();
  };

  afterEach(async () => {
    await bench.stop();
    expect(bench.clock.pending, "timers left").to.equal(0);
    expect(bench.transport.open, "streams left").to.equal(0);
  });

  describe("lists", () => {
    it("with a stream that goes on as a watch", async () => {
      const frames = [told("ADDED", "a", 3), told("ADDED", "b", 4), told("DELETED", "b", 8), listEnd(9), told("ADDED", "c", 10)];
      await play({ frames });
      expect(bench.names).to.deep.equal(["a", "c"]);
      expect(bench.changes).to.deep.equal(["a 3", "c 10"]);
      expect(bench.reflector.synced).to.equal(true);
      expect(bench.transport.seen.map(({ path }) => path)).to.deep.equal(["/apis/networking.k8s.io/v1/networkpolicies"]);
      expect(bench.transport.query(0)).to.deep.equal({
        labelSelector: undefined,
        fieldSelector: undefined,
        watch: "1",
        allowWatchBookmarks: "true",
        timeoutSeconds: "150",
        sendInitialEvents: "true",
        resourceVersionMatch: "NotOlderThan",
      });
    });

    it("and shows nothing before the list is complete", async () => {
      await play({ frames: [told("ADDED", "a", 3), bookmark(4)] });
      expect(bench.reflector.synced).to.equal(false);
      expect(bench.names).to.deep.equal([]);
    });

    it("only what is selected", async () => {
      bench = new ReflectorBench([noStreaming, page(7, [])], {
        namespace: "shop",
        labelSelector: "tier=a",
        fieldSelector: "metadata.name=x",
      });
      await bench.start();
      const selected = bench.transport.seen.map(({ path, query }) => `${path} ${query?.["labelSelector"]} ${query?.["fieldSelector"]}`);
      expect(selected.length).to.equal(3);
      expect(new Set(selected)).to.deep.equal(
        new Set(["/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies tier=a metadata.name=x"]),
      );
    });

    const refusals = [
      { reason: "the feature is off", refusal: noStreaming },
      { reason: "the parameter is not known", refusal: refused(400) },
      { reason: "a proxy does not let it through", refusal: refused(405) },
      { reason: "it is forbidden by name", refusal: refused(403, "sendInitialEvents is forbidden") },
    ];
    for (const { reason, refusal } of refusals) {
      it(`in pages, for good, where streaming is refused (${refusal.status}): ${reason}`, async () => {
        const first = [page(7, [listed("a", 1), listed("b", 2)], "more"), page(7, [listed("c", 3)])];
        await play(refusal, ...first, { frames: [errorFrame(410)] }, page(20, [listed("c", 3)]));
        expect(bench.asked).to.deep.equal(["streaming list", "list 2", "list 2 more", "watch 7", "list 2", "watch 20"]);
        expect(bench.names).to.deep.equal(["c"]);
        expect(bench.reflector.synced).to.equal(true);
      });
    }

    it("in pages where a stream ends before it is complete", async () => {
      await play({ frames: [told("ADDED", "a", 1)], finish: "end" }, page(7, []));
      await bench.clock.advance(500);
      expect(bench.asked).to.deep.equal(["streaming list", "list 2", "watch 7"]);
      expect(bench.names).to.deep.equal([]);
    });

    it("in pages where a stream is not complete after a minute", async () => {
      await play({ frames: [told("ADDED", "a", 1)] }, page(7, [listed("a", 1)]));
      await bench.clock.advance(59_999);
      expect(bench.asked).to.deep.equal(["streaming list"]);
      await bench.clock.advance(501);
      expect(bench.asked).to.deep.equal(["streaming list", "list 2", "watch 7"]);
    });

    it("at once and in one piece when the pages expire", async () => {
      await play(noStreaming, page(7, [listed("a", 1)], "more"), refused(410), page(9, [listed("b", 8)]));
      expect(bench.asked).to.deep.equal(["streaming list", "list 2", "list 2 more", "list all", "watch 9"]);
      expect(bench.names).to.deep.equal(["b"]);
    });

    it("anew after a failure half-way, and keeps what it had until then", async () => {
      await play(
        noStreaming,
        page(7, [listed("old", 1)]),
        { frames: [errorFrame(410)] },
        page(20, [listed("new", 15)], "more"),
        refused(0),
      );
      expect(bench.names).to.deep.equal(["old"]);
      expect(bench.reflector.synced).to.equal(true);
      bench.transport.play(page(21, [listed("new", 15)]));
      await bench.clock.advance(30_000);
      expect(bench.names).to.deep.equal(["new"]);
      expect(bench.changes).to.deep.equal(["old 1", "new 15", "old gone"]);
    });

    it("again where the answer is no list", async () => {
      await play(noStreaming, { answer: { kind: "Status" } }, page(7, []));
      expect(bench.reflector.problem).to.equal(
        "following networkpolicies (networking.k8s.io/v1) failed: the answer to a list request is not a list",
      );
      await bench.clock.advance(500);
      expect(bench.reflector.synced).to.equal(true);
    });
  });

  describe("watches", () => {
    it("on from the last event or bookmark, at once after the end of its time", async () => {
      const time = Promise.withResolvers<void>();
      await play(
        { frames: [listEnd(5), told("ADDED", "a", 6), bookmark(9)] },
        { frames: [bookmark(12)], finish: "end", after: time.promise },
      );
      await bench.clock.advance(35_000);
      expect(bench.asked).to.deep.equal(["streaming list", "watch 9"]);
      await bench.clock.advance(35_000);
      time.resolve();
      await settle();
      expect(bench.asked).to.deep.equal(["streaming list", "watch 9", "watch 12"]);
      expect(bench.warnings).to.deep.equal([]);
    });

    it("not more than once a second where they end before their time, and not without asking how far the server is", async () => {
      await play({ frames: [listEnd(5), bookmark(6)], finish: "end" });
      await bench.clock.advance(999);
      expect(bench.asked).to.deep.equal(["streaming list"]);
      await bench.clock.advance(1);
      expect(bench.asked).to.deep.equal(["streaming list", "how far", "watch 6"]);
      expect(bench.reflector.failure).to.equal(undefined);
    });

    const lengths = [
      { random: 0, seconds: 35 },
      { random: 0.999, seconds: 44 },
    ];
    for (const { random, seconds } of lengths) {
      it(`for ${seconds} seconds, each kind a little different, so that any stall is noticed within a minute`, async () => {
        bench = new ReflectorBench([{ frames: [listEnd(5)] }], { random: () => random });
        await bench.start();
        await bench.clock.advance(seconds * 1000);
        expect(bench.transport.query(1)["timeoutSeconds"]).to.equal(String(seconds));
        expect(bench.transport.idleTimeouts).to.deep.equal([55_000, 55_000]);
        await bench.clock.advance(seconds * 1000 + 9999);
        expect(bench.reflector.failure).to.equal(undefined);
        await bench.clock.advance(1);
        expect(bench.reflector.failure?.message).to.include("the watch went on beyond its time without an end");
      });
    }

    it("past an object that cannot be read and a frame that is not understood", async () => {
      await play({ frames: [listEnd(5), told("ADDED", "poison", 6), { type: "NOVELTY" }, { type: "ADDED" }, told("ADDED", "a", 7)] });
      expect(bench.names).to.deep.equal(["a"]);
      expect(bench.warnings).to.deep.equal(["shop/poison: cannot be read", "/: an object without name, uid or resourceVersion"]);
    });
  });

  describe("recovers", () => {
    const healthy: Played = { frames: [told("ADDED", "a", 3), listEnd(5), bookmark(6)], finish: refused(0) };

    const failures = [
      { reason: "a cut connection", played: healthy, asked: "watch 6" },
      { reason: "a watch that ends as soon as it opens", played: { frames: [listEnd(5)], finish: "end" as const }, asked: "watch 5" },
      { reason: "an error that is told as a frame", played: { frames: [listEnd(5), errorFrame(500)] }, asked: "watch 5" },
      { reason: "a failure that is no answer at all", played: { frames: [listEnd(5)], finish: new TypeError("bug") }, asked: "watch 5" },
    ];
    for (const { reason, played, asked } of failures) {
      it(`from where it was, after a short pause: ${reason}`, async () => {
        await play(played);
        await bench.clock.advance(499);
        expect(bench.asked).to.deep.equal(["streaming list"]);
        await bench.clock.advance(1);
        expect(bench.asked).to.deep.equal(["streaming list", "how far", asked]);
      });
    }

    it("by a new list at once when its position expired, and tells what went meanwhile", async () => {
      await play({ frames: [told("ADDED", "a", 3), listEnd(5), errorFrame(410)] }, { frames: [told("ADDED", "b", 7), listEnd(9)] });
      expect(bench.asked).to.deep.equal(["streaming list", "streaming list"]);
      expect(bench.changes).to.deep.equal(["a 3", "b 7", "a gone"]);
    });

    it("likewise when the watch is refused as expired, also after other failures", async () => {
      await play(healthy, refused(0), refused(410), { frames: [listEnd(9)] });
      await bench.clock.advance(1500);
      expect(bench.asked).to.deep.equal(["streaming list", "how far", "watch 6", "how far", "watch 6", "streaming list"]);
    });

    it("with pauses when positions keep expiring", async () => {
      const expiring: Played = { frames: [listEnd(5), errorFrame(410)] };
      await play(expiring, expiring, expiring, expiring);
      expect(bench.asked.length).to.equal(2);
      await bench.clock.advance(999);
      expect(bench.asked.length).to.equal(2);
      await bench.clock.advance(1);
      expect(bench.asked.length).to.equal(3);
    });

    it("at once when a position expires after a watch that was healthy", async () => {
      const expiring = (at: number): Played => ({ frames: [listEnd(at), bookmark(at + 1), errorFrame(410)] });
      await play(expiring(5), expiring(7), expiring(9));
      expect(bench.asked.length).to.equal(4);
    });

    it("with pauses that grow while it fails", async () => {
      await play(healthy, refused(0), refused(500), refused(503));
      const pauses: (number | undefined)[] = [];
      for (let i = 0; i < 4; i += 1) {
        pauses.push(bench.clock.next);
        await bench.clock.advance(bench.clock.next ?? 0);
      }
      expect(pauses).to.deep.equal([500, 1000, 2000, 4000]);
    });

    it("with short pauses again after a watch that was quiet but healthy", async () => {
      const quiet = Promise.withResolvers<void>();
      await play(healthy, refused(0), refused(0), { frames: [], finish: refused(0), after: quiet.promise });
      await bench.clock.advance(3500);
      expect(bench.transport.open).to.equal(1);
      await bench.clock.advance(1000);
      quiet.resolve();
      await settle();
      expect(bench.clock.next).to.equal(500);
    });

    it("with short pauses again after a watch that told something", async () => {
      await play(healthy, refused(0), refused(0), { frames: [bookmark(7)], finish: refused(0) });
      await bench.clock.advance(3500);
      expect(bench.clock.next).to.equal(500);
    });

    it("with pauses that go on growing after a watch that ended as soon as it began", async () => {
      await play(healthy, refused(0), { frames: [], finish: refused(0) });
      await bench.clock.advance(1500);
      expect(bench.clock.next).to.equal(2000);
    });

    it("by a new list after five failures in a row", async () => {
      await play(healthy, refused(504), refused(504), refused(504), refused(504), { frames: [listEnd(2)] });
      await bench.clock.advance(60_000);
      const asked = bench.asked.filter((each) => each !== "how far").slice(0, 6);
      expect(asked).to.deep.equal(["streaming list", "watch 6", "watch 6", "watch 6", "watch 6", "streaming list"]);
    });

    it("not before the server wants it to", async () => {
      await play(refused(429, "busy", 7000));
      expect(bench.clock.next).to.equal(7000);
      bench.transport.play({ frames: [listEnd(5), errorFrame(503, { retryAfterSeconds: 9 })] });
      await bench.clock.advance(7000);
      expect(bench.clock.next).to.equal(9000);
    });

    it("from missing permission, which it tells", async () => {
      await play(refused(403, "user x cannot list"));
      expect(bench.reflector.problem).to.equal("no permission to list and watch networkpolicies (networking.k8s.io/v1)");
      expect(bench.reflector.synced).to.equal(false);
      bench.transport.play({ frames: [listEnd(5)] });
      await bench.clock.advance(500);
      expect(bench.reflector.synced).to.equal(true);
      await bench.clock.advance(1000);
      expect(bench.reflector.problem).to.equal(undefined);
    });

    it("from a kind that is not served, as soon as it is, and tells it once", async () => {
      const absent = [refused(404), { answer: { resources: [{ name: "ingresses" }] } }];
      await play(...absent, ...absent);
      await bench.clock.advance(500);
      expect(bench.reflector.problem).to.equal("networkpolicies (networking.k8s.io/v1) is not served by this cluster");
      expect(bench.warnings).to.deep.equal(["networkpolicies (networking.k8s.io/v1) is not served by this cluster"]);
      bench.transport.play({ frames: [listEnd(5)] });
      await bench.clock.advance(1000);
      expect(bench.reflector.synced).to.equal(true);
      expect(bench.reflector.problem).to.equal(undefined);
    });

    it("and does not claim that a kind is absent when nobody can tell", async () => {
      await play(refused(404, "page not found"), refused(0));
      expect(bench.reflector.problem).to.equal("following networkpolicies (networking.k8s.io/v1) failed: page not found");
    });
  });

  it("survives a listener that throws", async () => {
    const onStanding = (): void => {
      throw new Error("no");
    };
    bench = new ReflectorBench([refused(0), { frames: [told("ADDED", "a", 3), listEnd(5)] }], { onStanding });
    await bench.start();
    await bench.clock.advance(500);
    expect(bench.names).to.deep.equal(["a"]);
    expect(bench.warnings.filter((warning) => warning === "Error: no").length, "a failure and the list").to.equal(2);
  });

  it("ends during a pause", async () => {
    await play(refused(0));
    expect(bench.clock.pending).to.equal(1);
  });
  it("ends without a complaint during a watch", async () => {
    await play({ frames: [listEnd(5)] });
    expect(bench.transport.open).to.equal(1);
    await bench.stop();
    expect(bench.reflector.problem).to.equal(undefined);
    expect(bench.warnings).to.deep.equal([]);
  });
});
