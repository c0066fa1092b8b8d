/** Proves that keys which fail or hang cannot hold up the others in the work queue, nor the others them. */
import { expect } from "chai";
import fc from "fast-check";
import { createWorkQueue, type Priority, type WorkQueue } from "../../../operator/cluster/work-queue.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { Bench } from "../../support/queue-bench.ts";

/** Milliseconds after which a request that hangs is given up. */
const HANGS = 30_000;
/** Milliseconds of a look at a namespace that works. */
const WORKS = 50;

/** Waiting times in milliseconds of fresh drift, from being told to being looked at. */
class Race {
  readonly clock = new ManualClock();
  readonly queue: WorkQueue;
  readonly waits: number[] = [];
  readonly looks = new Map<string, number>();
  readonly #told = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(concurrency: number, hangs: (key: string) => boolean) {
    const log = { info: () => undefined, warn: () => undefined };
    let seed = 1;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    this.queue = createWorkQueue({ concurrency, clock: this.clock, log, random });
    this.#running = this.queue.run((key) => this.#look(key, hangs(key)), this.#stop.signal);
  }

  tell(key: string, priority: Priority): void {
    if (!this.#told.has(key)) this.#told.set(key, this.clock.now());
    this.queue.add(key, priority);
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.clock.advance(HANGS);
    await this.#running;
  }

  /** The given part of the waits was at most so long. */
  percentile(part: number): number {
    return this.waits.toSorted((a, b) => a - b)[Math.ceil(this.waits.length * part) - 1] ?? Number.NaN;
  }

  async #look(key: string, hangs: boolean): Promise<void> {
    const told = this.#told.get(key);
    this.#told.delete(key);
    if (told !== undefined && !hangs) this.waits.push(this.clock.now() - told);
    this.looks.set(key, (this.looks.get(key) ?? 0) + 1);
    await new Promise<void>((resolve) => this.clock.after(hangs ? HANGS : WORKS, resolve));
    if (hangs) this.queue.retry(key);
    else this.queue.forget(key);
  }
}

const deeds = ["user", "drift", "resync", "later", "fail", "fail", "finish", "wait"] as const;

describe("work queue, fairness", () => {
  it("looks at fresh drift at once although 2,000 namespaces hang for 30 s at each retry", async () => {
    const race = new Race(16, (key) => key.startsWith("hanging"));
    for (let i = 0; i < 2000; i += 1) race.queue.retry(`hanging${i}`);
    await race.clock.advance(60_000);
    for (let i = 0; i < 200; i += 1) {
      race.tell(`drifting${i}`, "drift");
      await race.clock.advance(500);
    }
    await race.end();
    expect(race.waits.length).to.equal(200);
    expect(race.percentile(0.5), "median").to.equal(0);
    expect(race.percentile(0.99), "99 of 100").to.be.at.most(WORKS);
    expect([...race.looks.keys()].filter((key) => key.startsWith("hanging")).length, "retries at work").to.be.within(16, 28);
  }).timeout(30_000);

  it("looks at fresh drift within seconds although those that hang have events of their own all the time", async () => {
    const race = new Race(16, (key) => key.startsWith("hanging"));
    for (let i = 0; i < 300; i += 1) race.queue.retry(`hanging${i}`);
    for (let i = 0; i < 200; i += 1) {
      for (let k = 0; k < 10; k += 1) race.tell(`hanging${(i * 10 + k) % 300}`, "user");
      race.tell(`drifting${i}`, "drift");
      await race.clock.advance(100);
    }
    await race.end();
    expect(race.waits.length).to.equal(200);
    expect(race.percentile(1), "longest").to.be.at.most(WORKS);
  }).timeout(30_000);

  it("keeps workers for fresh drift although all namespaces are looked at anew and hang", async () => {
    const race = new Race(16, (key) => key.startsWith("hanging"));
    for (let i = 0; i < 500; i += 1) race.queue.add(`hanging${i}`, "resync");
    race.tell("drifting", "drift");
    await race.clock.advance(1000);
    await race.end();
    expect(race.waits).to.deep.equal([0]);
  });

  it("gives retries their turn, and resyncs theirs, under drift without end", async () => {
    const bench = new Bench(1);
    const done = bench.run();
    bench.queue.add("drift", "drift");
    for (let i = 0; i < 8; i += 1) bench.queue.retry(`failed${i}`);
    for (let i = 0; i < 8; i += 1) bench.queue.add(`resync${i}`, "resync");
    await bench.clock.advance(1000);
    for (let i = 0; i < 80; i += 1) {
      const [key = ""] = bench.running;
      bench.queue.add("drift", "drift");
      bench.queue.add("other drift", "drift");
      await bench.finish(key);
    }
    const count = (prefix: string): number => bench.started.filter((key) => key.startsWith(prefix)).length;
    expect([count("failed"), count("resync")]).to.deep.equal([5, 5]);
    bench.stop.abort();
    for (const key of bench.running) await bench.finish(key);
    await done;
  });

  it("looks at once at a key that failed when something happens to it, and goes on with its pauses where they were", async () => {
    const bench = new Bench(2);
    const done = bench.run();
    for (const pause of [500, 1000, 2000]) {
      bench.queue.retry("a");
      expect(bench.clock.next).to.equal(pause);
      bench.queue.add("a", "drift");
      expect(bench.running).to.deep.equal(["a"]);
      expect(bench.clock.pending, "the retry is not needed any more").to.equal(0);
      await bench.finish("a");
    }
    bench.stop.abort();
    await done;
  });

  it("does not look before its time at a key that failed and is only to be looked at again", async () => {
    const bench = new Bench(4);
    const done = bench.run();
    for (const key of ["a", "b"]) bench.queue.retry(key);
    for (const key of ["a", "b"]) bench.queue.add(key, "resync");
    expect(bench.running, "one worker for what failed").to.deep.equal(["a"]);
    bench.queue.add("b", "user");
    expect(bench.running, "and one more for what failed and has news").to.deep.equal(["a", "b"]);
    bench.stop.abort();
    for (const key of bench.running) await bench.finish(key);
    await done;
  });

  it("never has more than half of the workers on what failed, and none idle while something fresh waits", async () => {
    const key = fc.nat(19).map((n) => `k${n}`);
    const step = fc.record({ key, does: fc.constantFrom(...deeds) });
    const property = fc.asyncProperty(fc.integer({ min: 2, max: 9 }), fc.array(step, { maxLength: 60 }), async (workers, steps) => {
      const load = new Load(workers);
      for (const { key: each, does } of steps) {
        await load.act(does, each);
        load.check();
      }
      await load.end();
    });
    await fc.assert(property, { numRuns: 300 });
  }).timeout(30_000);
});

/** A queue under any load, with what is known from outside of the keys in it. */
class Load {
  readonly #bench: Bench;
  readonly #done: Promise<void>;
  readonly #workers: number;
  readonly #failed = new Set<string>();
  /** Keys that never failed and wait for an edit or drift to be looked at. */
  readonly #fresh = new Set<string>();

  constructor(workers: number) {
    this.#workers = workers;
    this.#bench = new Bench(workers);
    this.#done = this.#bench.run();
  }

  async act(deed: (typeof deeds)[number], key: string): Promise<void> {
    const { queue, clock } = this.#bench;
    if (deed === "later") queue.later(key, 300);
    else if (deed === "wait") await clock.advance(400);
    else if (deed === "finish" || deed === "fail") await this.#finish(key, deed === "fail");
    else this.#add(key, deed);
  }

  check(): void {
    const { running } = this.#bench;
    for (const gone of [...running, ...this.#failed]) this.#fresh.delete(gone);
    const busy = running.filter((key) => this.#failed.has(key)).length;
    expect(busy, "workers on keys that failed").to.be.at.most(Math.floor(this.#workers / 2));
    if (this.#fresh.size > 0) expect(running.length, "busy workers").to.equal(this.#workers);
  }

  async end(): Promise<void> {
    this.#bench.stop.abort();
    for (const key of this.#bench.running) await this.#bench.finish(key);
    await this.#done;
  }

  async #finish(key: string, fails: boolean): Promise<void> {
    if (!this.#bench.running.includes(key)) return;
    if (fails) this.#failed.add(key);
    await this.#bench.finish(key, fails ? new Error("no") : undefined);
  }

  #add(key: string, priority: Priority): void {
    if (priority !== "resync" && !this.#bench.running.includes(key)) this.#fresh.add(key);
    this.#bench.queue.add(key, priority);
  }
}
