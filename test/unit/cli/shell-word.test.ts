/** Proves that what people copy into a shell is one word there, whatever is in it. */
import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { shellWord } from "../../../operator/cli/shell-word.ts";

describe("a word for the shell", () => {
  const cases: readonly { reason: string; text: string; word: string }[] = [
    { reason: "an address", text: "jane@example.com", word: "jane@example.com" },
    { reason: "blanks", text: "jane doe", word: "'jane doe'" },
    { reason: "another command", text: "jane; rm -rf $(pwd)", word: "'jane; rm -rf $(pwd)'" },
    { reason: "quotes", text: "o'brien", word: "'o'\\''brien'" },
    { reason: "nothing", text: "", word: "''" },
  ];
  for (const { reason, text, word } of cases) {
    it(`of ${reason}`, () => {
      expect(shellWord(text)).to.equal(word);
      expect(execFileSync("sh", ["-c", `printf %s ${word}`], { encoding: "utf8" })).to.equal(text);
    });
  }
});
