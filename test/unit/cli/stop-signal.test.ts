/** Proves that a process which is told to stop hears it once, knows how long ago that was, and that telling it again ends it at once. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { abortedFor } from "../../../operator/stop-signal.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MODULE = join(import.meta.dirname, "../../../operator/stop-signal.ts");

/** Says when it listens and when it has been told to stop, in the turn after that, and never comes to its end. */
const STUBBORN = `
import { stopSignal } from ${JSON.stringify(MODULE)};
stopSignal().addEventListener("abort", () => setImmediate(() => console.log("stopping")));
setInterval(() => {}, 1_000);
console.log("listening");
`;

const PAIRS = [
  { reason: "the same again", first: "SIGTERM", second: "SIGTERM" },
  { reason: "an interrupt after an end that takes too long", first: "SIGTERM", second: "SIGINT" },
  { reason: "the same again, at a terminal", first: "SIGINT", second: "SIGINT" },
  { reason: "an end after an interrupt that takes too long", first: "SIGINT", second: "SIGTERM" },
] as const;

describe("stop signals", () => {
  let child: ChildProcess;

  beforeEach(() => {
    child = spawn(process.execPath, ["--input-type=module", "--eval", STUBBORN], { stdio: ["ignore", "pipe", "inherit"] });
  });

  afterEach(() => child.kill("SIGKILL"));

  for (const { reason, first, second } of PAIRS) {
    it(`${first} stops, ${second} ends: ${reason}`, async () => {
      const ended = once(child, "exit");
      const said: string[] = [];
      for await (const line of createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> })) {
        said.push(line);
        child.kill(line === "listening" ? first : second);
      }
      expect(said).to.deep.equal(["listening", "stopping"]);
      expect(await ended).to.deep.equal([null, second]);
    });
  }
});

describe("the time since a stop signal", () => {
  it("counts from the signal, not from the start", async () => {
    const [clock, stop] = [new ManualClock(), new AbortController()];
    const endsFor = abortedFor(stop.signal, 1_000, clock);
    await clock.advance(5_000);
    expect(endsFor()).to.equal(false);
    stop.abort();
    await clock.advance(999);
    expect(endsFor()).to.equal(false);
    await clock.advance(1);
    expect(endsFor()).to.equal(true);
  });
});
