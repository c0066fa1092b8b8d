/** Proves that the program is whole in one file, that its parts come back from it as they were, and that an older Node says what is missing. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { packed } from "../../../hack/one-file.ts";
import { installProgram, programPath, runFile } from "../../support/program.ts";

describe("parts in one file", () => {
  const readBack = (text: string, { fromEnd, length }: { fromEnd: number; length: number }): string => {
    const bytes = Buffer.from(text, "utf8");
    const start = bytes.length - fromEnd;
    return bytes.subarray(start, start + length).toString("utf8");
  };

  it("are found from its end, whatever stands before them", () => {
    const { text, places } = packed([
      { name: "a.mjs", text: "export const a = 1;\n" },
      { name: "b.mjs", text: "export const b = 2;\n" },
    ]);
    const file = `#!/usr/bin/env node\nsomething of any length\n${text}`;
    expect(Object.keys(places)).to.deep.equal(["a.mjs", "b.mjs"]);
    expect(Object.values(places).map((place) => readBack(file, place))).to.deep.equal(["export const a = 1;\n", "export const b = 2;\n"]);
  });

  it("end no comment: together they are one", () => {
    const { text, places } = packed([{ name: "a.mjs", text: "/* one */ const accept = '*/*', ends = /a*/;" }]);
    expect(text.indexOf("*/")).to.equal(text.length - "*/\n".length);
    expect(Object.values(places).map((place) => readBack(text, place))).to.deep.equal(["/* one *~/ const accept = '*~/*', ends = /a*~/;"]);
  });

  it("have a byte for each character", () => {
    const { text } = packed([{ name: "a.mjs", text: "const unit = /µs|\u{1f600}/u; // 5 §" }]);
    expect(text).to.equal("/*\n// a.mjs\nconst unit = /\\u00b5s|\\ud83d\\ude00/u; // 5 \\u00a7*/\n");
  });

  it("are refused where they hold the sign for the end of a comment", () => {
    expect(() => packed([{ name: "a.mjs", text: "const a = '*~/';" }])).to.throw("a.mjs holds *~/");
  });
});

describe("the built program", function () {
  this.timeout(60_000);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-one-file-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("works alone, under another name, in a folder without packages", async () => {
    const { code, stdout } = await runFile(await installProgram(folder), ["render", "-f", "test/golden/access/app-viewer/baseline.yaml"]);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^kind: RoleBinding$/m);
  });

  it("is ASCII, so that Node holds it with a byte for each character", async () => {
    expect((await readFile(await programPath())).every((byte) => byte < 0x80)).to.equal(true);
  });

  it("tells an older Node which one it needs", async () => {
    const older = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})`;
    const args = ["--import", older, await programPath(), "version"];
    const failure = await promisify(execFile)(process.execPath, args).catch((error) => error);
    expect([failure.code, failure.stdout]).to.deep.equal([2, ""]);
    expect(failure.stderr).to.match(/^securitybaseline: needs Node 24 or newer, this is /);
  });
});
