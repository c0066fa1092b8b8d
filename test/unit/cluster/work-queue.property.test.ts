/** Proves that the work queue never works on a key twice at a time and loses none, whatever happens. */
import { expect } from "chai";
import fc from "fast-check";
import type { Priority } from "../../../operator/cluster/work-queue.ts";
import { Bench } from "../../support/queue-bench.ts";

/** A queue under test, and how often each key must have been looked at in the end. */
class Trial {
  readonly #bench: Bench;
  readonly #concurrency: number;
  readonly #owed = new Map<string, number>();
  readonly #done: Promise<void>;
  #finished = 0;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
    this.#bench = new Bench(concurrency);
    this.#done = this.#bench.run();
  }

  add(key: string, priority: Priority): void {
    this.#owe(key);
    this.#bench.queue.add(key, priority);
  }

  later(key: string): void {
    this.#owe(key);
    this.#bench.queue.later(key, 1000);
  }

  retry(key: string): void {
    this.#owe(key);
    this.#bench.queue.retry(key);
  }

  async finish(key: string): Promise<void> {
    if (!this.#bench.running.includes(key)) return;
    this.#finished += 1;
    await this.#bench.finish(key);
  }

  async fail(key: string): Promise<void> {
    if (!this.#bench.running.includes(key)) return;
    this.#finished += 1;
    this.#owe(key);
    await this.#bench.finish(key, new Error("no"));
  }

  async wait(): Promise<void> {
    await this.#bench.clock.advance(700);
  }

  check(): void {
    const { running, started } = this.#bench;
    expect(running.length).to.be.at.most(this.#concurrency);
    expect(started.length - this.#finished, "handlers for as many keys").to.equal(running.length);
  }

  async end(): Promise<void> {
    while (this.#bench.running.length > 0 || this.#bench.clock.pending > 0) {
      for (const key of this.#bench.running) await this.finish(key);
      await this.#bench.clock.advance(300_000);
      this.check();
    }
    for (const [key, looks] of this.#owed) expect(this.#looksAt(key), `looks at ${key}`).to.be.at.least(looks);
    expect(this.#bench.queue.waiting).to.equal(0);
    this.#bench.stop.abort();
    await this.#done;
  }

  /** At least one more look must begin from now on. */
  #owe(key: string): void {
    this.#owed.set(key, this.#looksAt(key) + 1);
  }

  #looksAt(key: string): number {
    return this.#bench.started.filter((each) => each === key).length;
  }
}

type Step = (trial: Trial) => void | Promise<void>;

/** A step that a counterexample can be read from. */
function labelled(label: string, run: Step): Step {
  return Object.assign(run, { [fc.toStringMethod]: () => label });
}

const key = fc.constantFrom("a", "b", "c", "d");
const priority = fc.constantFrom<Priority[]>("user", "drift", "resync");
const step = fc.oneof(
  fc.tuple(key, priority).map(([each, urgency]) => labelled(`add ${each} ${urgency}`, (trial) => trial.add(each, urgency))),
  key.map((each) => labelled(`finish ${each}`, (trial) => trial.finish(each))),
  key.map((each) => labelled(`fail ${each}`, (trial) => trial.fail(each))),
  key.map((each) => labelled(`later ${each}`, (trial) => trial.later(each))),
  key.map((each) => labelled(`retry ${each}`, (trial) => trial.retry(each))),
  fc.constant(labelled("wait", (trial) => trial.wait())),
);

describe("work queue, whatever happens", () => {
  it("never works on a key twice at a time and loses none", async () => {
    const steps = fc.array(step, { maxLength: 40, size: "max" });
    const property = fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (all, concurrency) => {
      const trial = new Trial(concurrency);
      for (const run of all) {
        await run(trial);
        trial.check();
      }
      await trial.end();
    });
    await fc.assert(property, { numRuns: 300 });
  }).timeout(20_000);
});
