/** Proves in interactive shells on a terminal that a tab completes the line, and that no name of a kubeconfig becomes a command by it. */
import { readdir } from "node:fs/promises";
import { expect } from "chai";
import { type CompletionStage, HOSTILE_CONTEXTS, openCompletionStage } from "../support/completing.ts";
import { afterTab, type TypedShell, wordsOf } from "../support/typing.ts";

const SHELLS: readonly TypedShell[] = ["bash", "zsh", "fish"];

const LINES: readonly { readonly reason: string; readonly typed: string; readonly line: string }[] = [
  { reason: "a command", typed: "stat", line: "status" },
  { reason: "a command of two words", typed: "audit checkp", line: "audit checkpoint" },
  { reason: "a flag", typed: "status --kubec", line: "status --kubeconfig" },
  { reason: "a choice", typed: "status -o js", line: "status -o json" },
  { reason: "a choice in the word of its flag", typed: "status --output=js", line: "status --output=json" },
  { reason: "a file", typed: "lint -f kubec", line: "lint -f kubeconfig" },
  { reason: "a file in the word of its flag", typed: "plan --kubeconfig=kubec", line: "plan --kubeconfig=kubeconfig" },
  { reason: "nothing typed yet", typed: "status --kubeconfig other --context ", line: "status --kubeconfig other --context only-one" },
  {
    reason: "words in quotes before",
    typed: `status --kubeconfig "other" --context `,
    line: `status --kubeconfig "other" --context only-one`,
  },
  { reason: "a word with a backslash", typed: "status --context quote-it\\'s", line: `status --context quote-it\\'s\\ \\"two\\"\\ words` },
  { reason: "no file where none is wanted", typed: "status --context kubec", line: "status --context kubec" },
  { reason: "a name that a terminal would obey", typed: "status --context esc", line: "status --context esc" },
  {
    reason: "a word that runs something",
    typed: "status --kubeconfig=$(touch pwned) --cont",
    line: "status --kubeconfig=$(touch pwned) --context",
  },
];

describe("completion in a shell", () => {
  let stage: CompletionStage;

  before(async () => {
    stage = await openCompletionStage();
  });

  after(() => stage[Symbol.asyncDispose]());

  afterEach(async () => expect(await readdir(stage.folder)).not.to.include("pwned"));

  for (const shell of SHELLS) {
    for (const { reason, typed, line } of LINES) {
      it(`of ${shell} completes ${reason}`, async () => {
        expect(await afterTab(shell, `securitybaseline ${typed}`, stage)).to.equal(`securitybaseline ${line}`);
      });
    }

    for (const context of HOSTILE_CONTEXTS) {
      it(`of ${shell} inserts ${context} as text`, async () => {
        const line = await afterTab(shell, `securitybaseline status --context ${context.slice(0, 4)}`, stage);
        expect(await wordsOf(shell, line, stage)).to.deep.equal(["status", "--context", context]);
      });
    }

    for (const quote of ["'", '"']) {
      it(`of ${shell} inserts text into ${quote} that is open`, async () => {
        for (const context of HOSTILE_CONTEXTS.slice(0, 4)) {
          const line = await afterTab(shell, `securitybaseline status --context ${quote}${context.slice(0, 4)}`, stage);
          expect(await wordsOf(shell, line, stage)).to.deep.equal(["status", "--context", context]);
        }
      });
    }
  }
});
