/** Proves that the table of flows in docs/node.md is the one that is tried on a node, and that each kind of flow has its counterpart. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { FLOWS } from "../../node/support/flows.ts";

const PAGE = join(import.meta.dirname, "..", "..", "..", "docs", "node.md");

describe("the table of flows", () => {
  it("stands in the documentation as it is tried", async () => {
    const page = await readFile(PAGE, "utf8");
    const [, table = ""] = /^\| from \| to \| port \| answer \| because \|\n\|[-|]+\n((?:\|.*\n)+)/m.exec(page) ?? [];
    const rows = FLOWS.map(({ from, to, port, answer, reason }) => `| ${from} | ${to} | ${port} | ${answer} | ${reason} |`);
    expect(table.trimEnd().split("\n")).to.deep.equal(rows);
  });

  it("tries nothing twice, and no answer but the two that a policy gives", () => {
    const tries = FLOWS.map(({ from, to, port }) => `${from} ${to} ${port}`);
    expect(new Set(tries).size).to.equal(tries.length);
    expect(new Set(FLOWS.map(({ answer }) => answer))).to.deep.equal(new Set(["open", "silent"]));
  });
});
