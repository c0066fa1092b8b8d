/** Proves that the progress of the first build says what is true, in a form that fits where it is read. */
import { expect } from "chai";
import { BuildProgress } from "../../../hack/build-progress.ts";

/** Four small packages, then six that are ten times as large: 64 bytes. */
const PACKAGES = new Map([
  ...["s1", "s2", "s3", "s4"].map((path) => [path, 1] as const),
  ...["l1", "l2", "l3", "l4", "l5", "l6"].map((path) => [path, 10] as const),
]);
const PATHS = [...PACKAGES.keys()];

describe("the progress of a build", () => {
  let now: number;
  let pieces: string[];

  beforeEach(() => {
    now = 5_000;
    pieces = [];
  });

  const begin = (isTerminal: boolean): BuildProgress =>
    new BuildProgress({
      packages: PACKAGES,
      parallel: 2,
      now: () => now,
      output: { isTerminal, write: (text) => void pieces.push(text) },
    });

  const lines: readonly { reason: string; started: number; after: number; line: string }[] = [
    { reason: "no estimate before anything was compiled", started: 2, after: 30_000, line: "  2 of 10 packages, 30 s so far" },
    { reason: "none from less than a twentieth of the bytes", started: 5, after: 30_000, line: "  5 of 10 packages, 30 s so far" },
    {
      // 4 of 64 bytes in 60 s. By their number, 4 of 10, it would be a minute and a half.
      reason: "an estimate by bytes: many small packages are little",
      started: 6,
      after: 60_000,
      line: "  6 of 10 packages, 1 min so far, about 15 min to go",
    },
    {
      // 34 of 64 bytes in 340 s: the two that were named last are still being compiled.
      reason: "what is being compiled as not done",
      started: 9,
      after: 340_000,
      line: "  9 of 10 packages, 6 min so far, about 5 min to go",
    },
    {
      reason: "no estimate while the last ones are compiled and linked",
      started: 10,
      after: 600_000,
      line: "  10 of 10 packages, 10 min so far, the last ones and the linker are at work",
    },
    { reason: "a minute as a minute", started: 2, after: 59_600, line: "  2 of 10 packages, 1 min so far" },
  ];
  for (const { reason, started, after, line } of lines) {
    it(`tells ${reason}`, () => {
      const progress = begin(true);
      for (const path of PATHS.slice(0, started)) progress.start(path);
      now += after;
      expect(progress.line()).to.equal(line);
    });
  }

  it("does not count what was not to be compiled", () => {
    const progress = begin(true);
    for (const path of ["s1", "other", "s2"]) progress.start(path);
    expect(progress.line()).to.equal("  2 of 10 packages, 0 s so far");
  });

  it("rewrites one line on a terminal, and leaves none behind", () => {
    const progress = begin(true);
    progress.tell();
    progress.tell();
    progress.end();
    const line = "\r\u001b[K  0 of 10 packages, 0 s so far";
    expect(pieces.join("")).to.equal(`${line}${line}\r\u001b[K`);
  });

  it("writes a line a minute anywhere else", () => {
    const progress = begin(false);
    for (let second = 0; second < 150; second += 1) {
      progress.tell();
      now += 1_000;
    }
    progress.end();
    expect(pieces.join("")).to.equal("  0 of 10 packages, 1 min so far\n  0 of 10 packages, 2 min so far\n");
  });
});
