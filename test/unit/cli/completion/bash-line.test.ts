/** Proves that a line is read as bash reads it without running anything, and that what is put into it means the candidate. */
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { expect } from "chai";
import { readBashLine } from "../../../../operator/cli/completion/bash-line.ts";
import { HOSTILE_CONTEXTS } from "../../../support/completing.ts";

/** As bash sets it. */
const BREAKS = " \t\n\"'@><=;|&(:";

const words = (line: string): readonly string[] => readBashLine(`sb ${line}`, BREAKS).words;
const inserted = (line: string, candidate: string): string => readBashLine(`sb ${line}`, BREAKS).inserted(candidate);

describe("a line of bash", () => {
  const lines: readonly { reason: string; line: string; read: readonly string[] }[] = [
    { reason: "nothing typed yet", line: "", read: [""] },
    { reason: "blanks between words", line: "a   b\tc ", read: ["a", "b", "c", ""] },
    { reason: "a word at the cursor", line: "status --con", read: ["status", "--con"] },
    { reason: "quotes", line: `'a b' "c d"e `, read: ["a b", "c de", ""] },
    { reason: "an empty word", line: `'' "" `, read: ["", "", ""] },
    { reason: "a quote that is open", line: `x "a b`, read: ["x", "a b"] },
    { reason: "a quote that has just begun", line: `x '`, read: ["x", ""] },
    { reason: "backslashes", line: `a\\ b \\"c\\\\`, read: ["a b", '"c\\'] },
    { reason: "backslashes in quotes", line: `"\\$a\\b" 'c\\\\'`, read: ["$a\\b", "c\\\\"] },
    { reason: "a backslash at the end", line: "a\\", read: ["a"] },
    { reason: "what bash would run", line: "--kubeconfig=$(touch x) `y` $HOME", read: ["--kubeconfig=$(touch", "x)", "`y`", "$HOME"] },
  ];
  for (const { reason, line, read } of lines) {
    it(`is read with ${reason}`, () => expect(words(line)).to.deep.equal(read));
  }

  const insertions: readonly { reason: string; line: string; candidate: string; text: string }[] = [
    { reason: "plain text as it is", line: "sh", candidate: "shop", text: "shop" },
    { reason: "letters of all languages as they are", line: "", candidate: "größe", text: "größe" },
    { reason: "what means something to bash behind backslashes", line: "", candidate: "$(x)`~!", text: "\\$\\(x\\)\\`\\~\\!" },
    { reason: "only what follows the last break", line: "--context=arn:aws:e", candidate: "--context=arn:aws:eks", text: "eks" },
    { reason: "from a break that is not quoted", line: "a\\ b\\:c", candidate: "a b:cd", text: "a\\ b:cd" },
    { reason: "what follows a quote that is open", line: `--context="a b`, candidate: "--context=a b$c", text: "a b\\$c" },
    { reason: "a quote in quotes", line: "'", candidate: "it's", text: "it'\\''s" },
    { reason: "history in quotes", line: '"', candidate: "a!b", text: 'a"\\!"b' },
    { reason: "what follows a quote that was closed", line: `"a"b`, candidate: "abc d", text: "bc\\ d" },
  ];
  for (const { reason, line, candidate, text } of insertions) {
    it(`takes in ${reason}`, () => expect(inserted(line, candidate)).to.equal(text));
  }

  it("takes in each hostile name so that bash has it as one word, in and out of quotes", () => {
    for (const name of HOSTILE_CONTEXTS) {
      for (const quote of ["", "'", '"']) {
        const line = `printf '%s|' ${quote}${inserted(quote, name)}${quote}`;
        expect(execFileSync("bash", ["-c", line], { encoding: "utf8", cwd: tmpdir() })).to.equal(`${name}|`);
      }
    }
  });
});
