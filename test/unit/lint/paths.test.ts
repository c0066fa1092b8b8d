/** Proves that `lint` reads folders and loses nothing there: what cannot be read is told, and what is beside it is judged. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { processIo } from "../../../operator/cli/io.ts";
import { lintPaths } from "../../../operator/cli/lint/paths.ts";

const NOW = Date.parse("2026-11-28T20:00:00Z");
const HEAD = "apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBaseline\n";
const GOOD = `${HEAD}metadata: {name: baseline, namespace: shop}\nspec: {podSecurity: {enforce: restricted}}\n`;
const BAD = GOOD.replace("restricted", "strict");

describe("the paths of lint", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-lint-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function lint(...paths: readonly string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const io = { ...processIo, stdout: (text: string) => void out.push(text), stderr: (text: string) => void err.push(text) };
    const file = paths.map((path) => join(folder, path));
    const code = await lintPaths({ file, output: "text" }, io, NOW);
    const plain = (lines: readonly string[]): readonly string[] =>
      lines
        .join("")
        .replaceAll(`${folder}/`, "")
        .split("\n")
        .filter((line) => line !== "");
    return { code, out: plain(out), err: plain(err) };
  }

  it("are folders with everything below, and single files", async () => {
    await mkdir(join(folder, "a/deep"), { recursive: true });
    for (const [name, text] of Object.entries({ "a/good.yaml": GOOD, "a/deep/bad.yml": BAD, "a/notes.txt": "[", "b.txt": BAD }))
      await writeFile(join(folder, name), text);
    const { code, out, err } = await lint("a", "b.txt");
    expect([code, err]).to.deep.equal([1, []]);
    expect(out.map((line) => line.split(":", 2).join(":"))).to.deep.equal(["a/deep/bad.yml:4", "b.txt:4"]);
  });

  it("may hold what cannot be read: each is told once, and the others are judged", async () => {
    const broken: Readonly<Record<string, string | Uint8Array>> = {
      "latin.yaml": new Uint8Array([0x61, 0xe4]),
      "twice.yaml": "a: 1\na: 2\n",
      "bad.yaml": BAD,
      "large.yaml": "#".repeat(4 * 1024 * 1024 + 1),
    };
    for (const [name, content] of Object.entries(broken)) await writeFile(join(folder, name), content);
    await symlink("self.yaml", join(folder, "self.yaml"));
    await symlink("nowhere.yaml", join(folder, "dangling.yaml"));
    const { code, out, err } = await lint(".", "missing");
    expect([code, out.length]).to.deep.equal([2, 1]);
    expect(err.map((line) => line.replace(/, (open|stat) .*/, ""))).to.deep.equal([
      "dangling.yaml: cannot be read: ENOENT: no such file or directory",
      "large.yaml: cannot be read: more than 4194304 bytes",
      "latin.yaml: cannot be read: The encoded data was not valid for encoding utf-8",
      "self.yaml: cannot be read: ELOOP: too many symbolic links encountered",
      "twice.yaml:2: Map keys must be unique",
      "missing: cannot be read: ENOENT: no such file or directory",
    ]);
  });

  it("may lead back to themselves", async () => {
    await writeFile(join(folder, "good.yaml"), GOOD);
    await symlink(folder, join(folder, "loop"));
    await symlink(folder, join(folder, "loop.yaml"));
    expect(await lint(".")).to.deep.equal({ code: 0, out: [], err: [] });
  });

  it("may hold a pipe, which nobody fills", async () => {
    await writeFile(join(folder, "good.yaml"), GOOD);
    execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
    expect(await lint(".")).to.deep.equal({ code: 0, out: [], err: [] });
  });

  it("may hold nothing", async () => {
    const { code, err } = await lint(".");
    expect([code, err]).to.deep.equal([2, ["no object of securitybaseline.dev found in no file"]]);
  });
});
