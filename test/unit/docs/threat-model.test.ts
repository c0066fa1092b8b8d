/** Proves that the threat model says of nothing that it holds without naming a test that is there, and that each invariant has its own. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const TESTS = join(ROOT, "test");
/** Where a test is looked for, in this order. */
const FOLDERS = ["cluster", join("cluster", "break-glass"), "unit", "."];
/** Words of Kubernetes that look like the name of a test. */
const NO_TESTS = ["nodes/proxy"];
/** Sections that begin so claim nothing that is held. */
const CLAIMS_NOTHING = /^(Definitions|Limits|Advice)\b/;

interface Section {
  readonly title: string;
  /** Lines that are not empty. */
  readonly lines: readonly string[];
}

interface Citation {
  readonly name: string;
  readonly path: string | undefined;
  /** Title of one test in the file; undefined where the whole file is meant. */
  readonly title: string | undefined;
}

/** The parts of a page with a heading of the second level; what stands before the first is left out. */
function sectionsOf(page: string): readonly Section[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [title = "", ...lines] = text.split("\n");
      return { title, lines: lines.filter((line) => line !== "") };
    });
}

/** What names a test: `folder/file` in code, and behind a colon the title in quotes. */
function citationsIn(text: string): readonly Citation[] {
  const found = [...text.matchAll(/`([a-z]+(?:-[a-z]+)*(?:\/[a-z]+(?:-[a-z]+)*)+)`(?:: "([^"]+)")?/g)];
  return found.map(([, name = "", title]) => ({ name, path: pathOf(name), title })).filter(({ name }) => !NO_TESTS.includes(name));
}

function pathOf(name: string): string | undefined {
  return FOLDERS.map((folder) => join(TESTS, folder, `${name}.test.ts`)).find((path) => existsSync(path));
}

/** Cells of a line of a table; none of its first two lines. */
function rowsOf({ lines }: Section): readonly (readonly string[])[] {
  const rows = lines
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return rows.slice(2);
}

describe("the threat model of emergency access", () => {
  let page: string;
  let sections: readonly Section[];
  const claiming = (): readonly Section[] => sections.filter(({ lines: [first = ""] }) => !CLAIMS_NOTHING.test(first));

  before(async () => {
    page = await readFile(join(ROOT, "docs", "break-glass-threat-model.md"), "utf8");
    sections = sectionsOf(page);
  });

  it("names tests that are there, by titles that they have", async () => {
    const citations = citationsIn(page);
    expect(citations.filter(({ path }) => path === undefined).map(({ name }) => name)).to.deep.equal([]);
    const titled = await Promise.all(
      citations.map(async ({ path = "", name, title = "" }) =>
        (await readFile(path, "utf8")).includes(title) ? [] : [`${name}: ${title}`],
      ),
    );
    expect(titled.flat()).to.deep.equal([]);
    expect(citations.length).to.be.above(100);
  });

  it("says nothing outside of tables in a section that claims something", () => {
    expect(claiming().map(({ title }) => title)).to.deep.equal([
      "The twelve invariants",
      "If one part is compromised",
      "Attacks that were thought of",
    ]);
    for (const { title, lines } of claiming())
      expect(
        lines.filter((line) => !line.startsWith("|")),
        title,
      ).to.deep.equal([]);
  });

  it("names a test in each cell that says what does not happen, or what is done about it", () => {
    const bare = claiming().flatMap((section) =>
      rowsOf(section)
        .filter((cells) => cells.at(-1) !== "" && citationsIn(cells.at(-1) ?? "").length === 0)
        .map(([first]) => `${section.title}: ${first}`),
    );
    expect(bare).to.deep.equal([]);
  });

  it("names for each of twelve invariants the test that proves it", async () => {
    const rows = rowsOf(sections.find(({ title }) => title === "The twelve invariants") ?? { title: "", lines: [] });
    expect(rows.map(([number]) => Number(number))).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    for (const [number, , tests = ""] of rows) {
      for (const { name, path = "" } of citationsIn(tests)) {
        expect(await readFile(path, "utf8"), name).to.match(new RegExp(`describe\\("invariant ${number}: `));
      }
    }
  });
});
