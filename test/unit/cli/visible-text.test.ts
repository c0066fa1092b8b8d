/** Proves that other people's text cannot command a terminal, and that columns line up. */
import { expect } from "chai";
import { visible } from "../../../operator/api/visible.ts";
import { printTable, shortened } from "../../../operator/cli/visible-text.ts";

describe("text for a terminal", () => {
  const cases: readonly { reason: string; text: string; shown: string }[] = [
    { reason: "leaves letters of all scripts and emoji alone", text: "Größe 数 😀", shown: "Größe 数 😀" },
    { reason: "writes out escape sequences", text: "\u001b[2Jgone", shown: "\\u{1b}[2Jgone" },
    { reason: "writes out line breaks", text: "one\r\ntwo", shown: "one\\u{d}\\u{a}two" },
    { reason: "writes out letters that turn the direction of writing", text: "\u202Eevil", shown: "\\u{202e}evil" },
    { reason: "writes out line separators", text: "a\u2028b", shown: "a\\u{2028}b" },
    { reason: "writes out half of a surrogate pair", text: "\ud83d!", shown: "\\u{d83d}!" },
  ];
  for (const { reason, text, shown } of cases) {
    it(reason, () => expect(visible(text)).to.equal(shown));
  }

  it("aligns columns and leaves no blanks at the end of a line", () => {
    const rows = [
      ["NAME", "WHO"],
      ["incident-x7k2p", "jane"],
      ["x", ""],
    ];
    expect(printTable(rows)).to.equal("NAME            WHO\nincident-x7k2p  jane\nx\n");
  });

  it("measures a cell as it is shown", () => {
    const rows = [
      ["\n", "a"],
      ["12345", "b"],
    ];
    expect(printTable(rows)).to.equal("\\u{a}  a\n12345  b\n");
  });

  it("cuts long text by characters, never through one", () => {
    expect(shortened("12345", 5)).to.equal("12345");
    expect(shortened("123456", 5)).to.equal("1234…");
    expect(shortened("😀😀😀", 2)).to.equal("😀…");
  });
});
