/** Proves that the work queue keeps its order and its pauses, survives its handlers and ends cleanly. */
import { expect } from "chai";
import type { Priority } from "../../../operator/cluster/work-queue.ts";
import { settle } from "../../support/manual-clock.ts";
import { Bench } from "../../support/queue-bench.ts";

describe("work queue", () => {
  let bench: Bench;
  let done: Promise<void>;

  const start = (concurrency = 1): void => {
    bench = new Bench(concurrency);
    done = bench.run();
  };

  afterEach(async () => {
    bench.stop.abort();
    for (const key of bench.running) await bench.finish(key);
    await done;
    expect(bench.clock.pending, "timers left").to.equal(0);
  });

  it("works on a waiting key once, however often it is added", async () => {
    start();
    for (const key of ["a", "b", "b", "b"]) bench.queue.add(key, "drift");
    expect(bench.queue.waiting).to.equal(1);
    await bench.finish("a");
    await bench.finish("b");
    expect(bench.started).to.deep.equal(["a", "b"]);
    expect(bench.queue.waiting).to.equal(0);
  });

  it("works once more on a key that was added while it was worked on", async () => {
    start(2);
    for (const key of ["a", "a", "a"]) bench.queue.add(key, "drift");
    expect(bench.started).to.deep.equal(["a"]);
    await bench.finish("a");
    await bench.finish("a");
    expect(bench.started).to.deep.equal(["a", "a"]);
    expect(bench.running).to.deep.equal([]);
  });

  it("keeps the most urgent reason for which a key was added while it was worked on", async () => {
    start();
    bench.queue.add("a", "drift");
    bench.queue.add("b", "drift");
    for (const priority of ["resync", "user", "resync"] as const) bench.queue.add("a", priority);
    await bench.finish("a");
    expect(bench.running).to.deep.equal(["a"]);
  });

  it("lets edits overtake drift, and drift overtake resyncs, first come first served among equals", async () => {
    start();
    bench.queue.add("busy", "resync");
    const added: [string, Priority][] = [
      ["r1", "resync"],
      ["d1", "drift"],
      ["u1", "user"],
      ["r2", "resync"],
      ["u2", "user"],
    ];
    for (const [key, priority] of added) bench.queue.add(key, priority);
    bench.queue.add("r2", "user");
    bench.queue.add("u1", "resync");
    for (const key of ["busy", "u1", "u2", "r2", "d1", "r1"]) await bench.finish(key);
    expect(bench.started).to.deep.equal(["busy", "u1", "u2", "r2", "d1", "r1"]);
  });

  it("lets a resync have its turn among endless edits", async () => {
    start();
    bench.queue.add("edit0", "user");
    bench.queue.add("patient", "resync");
    for (let i = 0; i < 8; i += 1) {
      bench.queue.add(`edit${i + 1}`, "user");
      await bench.finish(bench.running[0] ?? "");
    }
    expect(bench.started).to.include("patient");
  });

  it("works on as many keys at a time as it may, and no more", async () => {
    start(3);
    for (const key of ["a", "b", "c", "d", "e"]) bench.queue.add(key, "drift");
    expect(bench.running).to.deep.equal(["a", "b", "c"]);
    await bench.finish("b");
    expect(bench.running).to.deep.equal(["a", "c", "d"]);
  });

  it("starts with what was added before it ran", () => {
    bench = new Bench(1);
    bench.queue.add("early", "resync");
    expect(bench.started).to.deep.equal([]);
    done = bench.run();
    expect(bench.started).to.deep.equal(["early"]);
  });

  it("adds a key later, at the earliest of the times asked for", async () => {
    start();
    for (const ms of [9000, 3000, 6000]) bench.queue.later("a", ms);
    expect(bench.clock.pending).to.equal(1);
    await bench.clock.advance(2999);
    expect(bench.started).to.deep.equal([]);
    await bench.clock.advance(1);
    expect(bench.started).to.deep.equal(["a"]);
  });

  it("drops an appointment that an earlier look makes pointless", async () => {
    start();
    bench.queue.later("a", 1000);
    bench.queue.add("a", "user");
    await bench.finish("a");
    await bench.clock.advance(2000);
    expect(bench.started).to.deep.equal(["a"]);
  });

  it("keeps an appointment that is made while the key is worked on", async () => {
    start();
    bench.queue.add("a", "user");
    bench.queue.later("a", 1000);
    await bench.clock.advance(1000);
    await bench.finish("a");
    expect(bench.started).to.deep.equal(["a", "a"]);
  });

  const pauses = [
    { title: "the first pause is short", failures: 1, options: {}, pause: 500 },
    { title: "pauses double", failures: 4, options: {}, pause: 4000 },
    { title: "up to half of five minutes and jitter", failures: 30, options: {}, pause: 150_000 },
    { title: "the server's wish counts if it is longer", failures: 1, options: { atLeast: 7000 }, pause: 7000 },
    { title: "the server's wish does not shorten a pause", failures: 4, options: { atLeast: 100 }, pause: 4000 },
  ];
  for (const { title, failures, options, pause } of pauses) {
    it(`tries again after a pause: ${title}`, async () => {
      start();
      bench.queue.add("a", "drift");
      for (let i = 1; i < failures; i += 1) {
        bench.queue.retry("a");
        await bench.finish("a");
        await bench.clock.advance(300_000);
      }
      bench.queue.retry("a", options);
      expect(bench.clock.next).to.equal(pause);
    });
  }

  it("begins with short pauses again after a success", async () => {
    start();
    for (let i = 0; i < 5; i += 1) bench.queue.retry("a");
    await bench.clock.advance(300_000);
    bench.queue.forget("a");
    bench.queue.retry("a");
    expect(bench.clock.next).to.equal(500);
  });

  it("reports a handler that fails, tries its key again and goes on with others", async () => {
    start();
    bench.queue.add("bad", "drift");
    bench.queue.add("good", "drift");
    await bench.finish("bad", new Error("boom"));
    expect(bench.warnings).to.deep.equal(["a handler failed: bad Error: boom"]);
    expect(bench.running).to.deep.equal(["good"]);
    await bench.finish("good");
    await bench.clock.advance(500);
    expect(bench.running).to.deep.equal(["bad"]);
  });

  it("survives a handler that throws before it waits for anything", async () => {
    bench = new Bench(1);
    const seen: string[] = [];
    const fails = (key: string): Promise<void> => {
      seen.push(key);
      throw new Error("at once");
    };
    bench.queue.add("a", "drift");
    bench.queue.add("b", "drift");
    done = bench.queue.run(fails, bench.stop.signal);
    await settle();
    expect(seen).to.deep.equal(["a", "b"]);
  });

  it("ends when running handlers have ended, starts no other and keeps no timer", async () => {
    start();
    let ended = false;
    done = done.then(() => {
      ended = true;
    });
    bench.queue.add("a", "drift");
    bench.queue.add("b", "drift");
    bench.queue.later("c", 1000);
    bench.stop.abort();
    bench.queue.retry("a");
    await settle();
    expect(ended).to.equal(false);
    await bench.finish("a");
    expect(ended).to.equal(true);
    bench.queue.add("too late", "user");
    expect(bench.queue.waiting, "only b").to.equal(1);
    expect(bench.started).to.deep.equal(["a"]);
  });

  it("takes a key out of many without walking over those that went before", async () => {
    bench = new Bench(1);
    const order: string[] = [];
    for (let i = 0; i < 200_000; i += 1) bench.queue.add(`k${i}`, "resync");
    done = bench.queue.run(async (key) => void order.push(key), bench.stop.signal);
    await settle();
    expect(order.length).to.equal(200_000);
    expect([order[0], order[99_999], order[199_999]]).to.deep.equal(["k0", "k99999", "k199999"]);
  }).timeout(3000);
});
