/** Proves that pages lead to files that are there, and that the examples they show are the files that the scenarios use. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const EXAMPLES = join(ROOT, "docs", "bringing-baselines");

/** Paths of all files below a folder with one of these endings. */
async function filesBelow(folder: string, ...endings: string[]): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => endings.some((ending) => name.endsWith(ending))).map((name) => join(folder, name));
}

/** Links of a page to files, without the anchors in them. What looks like a link in code is none. */
function linksOf(page: string): string[] {
  const prose = page.replaceAll(/^```.*?^```$/gms, "").replaceAll(/`[^`]*`/g, "code");
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target.replace(/#.*/, ""));
  return targets.filter((target) => target !== "" && !target.includes("://"));
}

/** The YAML that a page shows, without the pieces that are too short to be a file of their own. */
function examplesOf(page: string): string[] {
  const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text.trimEnd());
  return blocks.filter((text) => text.split("\n").length > 8);
}

describe("pages of the documentation", () => {
  it("link only to what is there", async () => {
    const pages = [...["README.md", "CONTRIBUTING.md"].map((name) => join(ROOT, name)), ...(await filesBelow(join(ROOT, "docs"), ".md"))];
    const dead = await Promise.all(
      pages.map(async (path) => {
        const links = linksOf(await readFile(path, "utf8"));
        return links.filter((link) => !existsSync(join(dirname(path), link))).map((link) => `${path}: ${link}`);
      }),
    );
    expect(dead.flat()).to.deep.equal([]);
  });

  it("show of bringing baselines what lies beside them", async () => {
    const files = await Promise.all((await filesBelow(EXAMPLES, ".yaml")).map((path) => readFile(path, "utf8")));
    const pages = await Promise.all((await filesBelow(EXAMPLES, ".md")).map((path) => readFile(path, "utf8")));
    const examples = pages.flatMap(examplesOf);
    expect(examples).to.have.length(5);
    for (const example of examples)
      expect(
        files.some((file) => file.includes(example)),
        example,
      ).to.equal(true);
  });
});
