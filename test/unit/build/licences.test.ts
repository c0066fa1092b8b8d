/** Proves that whoever gets the program gets the licence of everything in it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { build } from "esbuild";
import { leaveOut } from "../../../hack/leave-out.ts";
import { licencesText } from "../../../hack/licences.ts";
import { programPath } from "../../support/program.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

describe("the licences of the code of others", () => {
  it("stand beside the program, for every package that it holds code of", async () => {
    // The bundler writes above each piece which file it is from, where it is not asked to be brief.
    const { outputFiles } = await build({
      ...{ absWorkingDir: ROOT, entryPoints: ["operator/main.ts", "operator/credential-plugin.ts"], outdir: "unused", write: false },
      ...{
        bundle: true,
        format: "esm",
        platform: "node",
        mainFields: ["module", "main"],
        plugins: [leaveOut(join(ROOT, "node_modules"))],

        logLevel: "silent",
      },
    });
    const folders = outputFiles.flatMap(({ text }) =>
      [...text.matchAll(/^\/\/ (.*\bnode_modules\/(?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(([, path = ""]) => path),
    );
    const packages = await Promise.all(
      [...new Set(folders)].map(async (path) => JSON.parse(await readFile(join(ROOT, path, "package.json"), "utf8"))),
    );
    const text = await readFile(join(dirname(await programPath()), "THIRD_PARTY_LICENSES"), "utf8");
    const headings = new Set([...text.matchAll(/^={80}\n(.*)$/gm)].map(([, heading]) => heading));
    expect(packages.length).to.be.above(30);
    expect(
      packages.map(({ name, version, license }) => `${name} ${version} (${license})`).filter((heading) => !headings.has(heading)),
    ).to.deep.equal([]);
  });

  describe("of one package", () => {
    let root: string;

    before(async () => {
      root = await mkdtemp(join(tmpdir(), "licences-"));
    });
    after(() => rm(root, { recursive: true, force: true }));

    async function packageWith(name: string, description: object, files: Readonly<Record<string, string>> = {}): Promise<void> {
      await mkdir(join(root, name));
      await writeFile(join(root, name, "package.json"), JSON.stringify({ name, version: "1.0.0", ...description }));
      for (const [file, content] of Object.entries(files)) await writeFile(join(root, name, file), content);
    }

    it("are all its texts, notices among them, and no other file", async () => {
      await packageWith("whole", { license: "MIT" }, { LICENCE: "Text.\r\nMore.", "NOTICE.txt": "Note.", "README.md": "Read." });
      expect(await licencesText(root, ["whole", "whole"])).to.match(/\n={80}\nwhole 1\.0\.0 \(MIT\)\n\nText\.\nMore\.\n\nNote\.\n$/);
    });

    it("are its own words where it has no text", async () => {
      await packageWith("bare", { license: "Unlicense" });
      expect(await licencesText(root, ["bare"])).to.match(
        /bare 1\.0\.0 \(Unlicense\)\n\nThe package comes without a text of its licence\.\n$/,
      );
    });

    it("stop the build where there is none at all", async () => {
      await packageWith("unclear", {});
      const failure = await licencesText(root, ["unclear"]).catch((error) => error);
      expect(failure.message).to.match(/^unclear 1\.0\.0 names no licence: /);
    });
  });
});
