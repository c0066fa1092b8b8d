/** Proves that a run in two processes shows and counts what one process would have shown and counted. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Outcome, runShares } from "../../../hack/test.ts";

const PASSES = `it("passes", () => {});`;
const FAILS = `it("fails", () => { throw new Error("no") });`;
const BREAKS_OFF = `it("breaks off", () => process.exit(0));`;

describe("tests in two processes", function () {
  this.timeout(120_000);
  let folder: string;
  let printed: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "shares-"));
  });

  after(() => rm(folder, { recursive: true }));

  /** Runs each text as the one test file of a process. */
  async function run(...sources: readonly string[]): Promise<Outcome> {
    const lines: string[] = [];
    const files = sources.map((_, index) => join(folder, `share-${index}.cjs`));
    await Promise.all(files.map((file, index) => writeFile(file, sources[index] ?? "")));
    const outcome = await runShares(
      files.map((file) => [file]),
      (line) => lines.push(line),
    );
    printed = lines.join("\n");
    return outcome;
  }

  it("are added up", async () => {
    expect(await run(PASSES + PASSES, PASSES + FAILS)).to.deep.equal({ passed: 3, failed: 1 });
  });

  it("are printed one process after the other, without a last line of each", async () => {
    const late = `it("late", (done) => void setTimeout(done, 500));`;
    await run(late + late, PASSES);
    expect(printed).to.match(/late.*late.*passes/s);
    expect(printed).not.to.match(/^\d+ passed/m);
  });

  it("have failed once for a process that breaks off, finds no test, or cannot load its file", async () => {
    expect(await run(PASSES, BREAKS_OFF)).to.deep.equal({ passed: 1, failed: 1 });
    expect(await run(PASSES, "")).to.deep.equal({ passed: 1, failed: 1 });
    expect(await run("syntax error", PASSES)).to.deep.equal({ passed: 1, failed: 1 });
  });
});
