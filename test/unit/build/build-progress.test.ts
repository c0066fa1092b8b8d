/** Proves that the progress of the first build says what is true, in a form that fits where it is read. */
import { expect } from "chai";
import { BuildProgress } from "../../../hack/build-progress.ts";

describe("the progress of a build", () => {
  let now: number;
  let pieces: string[];

  beforeEach(() => {
    now = 5_000;
    pieces = [];
  });

  const begin = (isTerminal: boolean, total = 2000): BuildProgress =>
    new BuildProgress({ total, now: () => now, output: { isTerminal, write: (text) => void pieces.push(text) } });

  const lines: readonly { reason: string; done: number; after: number; line: string }[] = [
    { reason: "no estimate from the first few", done: 99, after: 30_000, line: "  99 of 2000 packages, 30 s so far" },
    {
      reason: "an estimate by what was measured here",
      done: 500,
      after: 120_000,
      line: "  500 of 2000 packages, 2 min so far, about 6 min to go",
    },
    {
      reason: "an estimate in seconds at the end",
      done: 1900,
      after: 570_000,
      line: "  1900 of 2000 packages, 10 min so far, about 30 s to go",
    },
    {
      reason: "none while the last ones are compiled and linked",
      done: 2000,
      after: 600_000,
      line: "  2000 of 2000 packages, 10 min so far",
    },
    { reason: "never more than all of them", done: 2003, after: 600_000, line: "  2000 of 2000 packages, 10 min so far" },
  ];
  for (const { reason, done, after, line } of lines) {
    it(`tells ${reason}`, () => {
      const progress = begin(true);
      progress.advance(done);
      now += after;
      expect(progress.line()).to.equal(line);
    });
  }

  it("rewrites one line on a terminal, and leaves none behind", () => {
    const progress = begin(true);
    progress.tell();
    progress.tell();
    progress.end();
    const line = "\r\u001b[K  0 of 2000 packages, 0 s so far";
    expect(pieces.join("")).to.equal(`${line}${line}\r\u001b[K`);
  });

  it("writes a line a minute anywhere else", () => {
    const progress = begin(false);
    for (let second = 0; second < 150; second += 1) {
      progress.tell();
      now += 1_000;
    }
    progress.end();
    expect(pieces.join("")).to.equal("  0 of 2000 packages, 1 min so far\n  0 of 2000 packages, 2 min so far\n");
  });
});
