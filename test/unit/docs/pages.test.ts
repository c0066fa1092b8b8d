/** Proves that the pages of the documentation hold together, and that the examples they show are the files that the scenarios use. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { readDocumentation } from "../../../hack/site/documentation.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const EXAMPLES = join(ROOT, "docs", "bringing-baselines");

/** Paths of all files below a folder with one of these endings. */
async function filesBelow(folder: string, ...endings: string[]): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => endings.some((ending) => name.endsWith(ending))).map((name) => join(folder, name));
}

/** The YAML that a page shows, without the pieces that are too short to be a file of their own. */
function examplesOf(page: string): string[] {
  const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text.trimEnd());
  return blocks.filter((text) => text.split("\n").length > 8);
}

describe("pages of the documentation", () => {
  it("lead only to what is there, have titles, and are all reachable from the README", () => {
    expect(readDocumentation(ROOT).problems).to.deep.equal([]);
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

  it("explain each word of the glossary once, in one sentence", async () => {
    const [, ...terms] = (await readFile(join(ROOT, "docs", "glossary.md"), "utf8")).split(/^### /m);
    const names = terms.map((text) => text.split("\n")[0] ?? "");
    expect(names.filter((name, at) => names.indexOf(name) !== at)).to.deep.equal([]);
    for (const text of terms)
      expect(text)
        .to.match(/^[^\n]+\n\n[^\n]+\.\n+(?:## |$)?/)
        .and.not.to.match(/^[^\n]+\n\n[^\n]*\. [A-Z]/);
    expect(names).to.include.members(["Baseline", "Drift", "Finding", "Ledger"]);
  });
});
