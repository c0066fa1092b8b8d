/** Proves in which form each shell gets its answer, and what is left out of it. */
import { expect } from "chai";
import type { Candidate, Completion } from "../../../../operator/cli/completion/completions-of.ts";
import { answerText, FORMS, type Form } from "../../../../operator/cli/completion/forms.ts";
import { HOSTILE_CONTEXTS, UNPRINTABLE_CONTEXTS } from "../../../support/completing.ts";

const WANTED = { kind: "Candidates", candidates: [] } as const;

/** The answer to a word at the cursor, as its lines. */
function answer(form: Form, word: string, candidates: readonly Candidate[], completion: Completion = { prefix: "", wanted: WANTED }) {
  const passed = form === "bash" ? [`sb ${word}`, " \t\n\"'@><=;|&(:"] : [form === "powershell" ? `.${word}` : word];
  const text = answerText(FORMS[form](passed), completion, candidates);
  expect(text.at(-1)).to.equal("\n");
  return text.slice(0, -1).split("\n");
}

const SHOWN: readonly Candidate[] = [{ value: "status", description: "show\u001b[31m\nit" }, { value: "stay" }, { value: "plan" }];

describe("an answer to a shell", () => {
  for (const form of ["zsh", "fish", "powershell", "kubectl"] as const) {
    it(`for ${form} is what goes on, what that is where it is known, and whether files do`, () => {
      expect(answer(form, "sta", SHOWN)).to.deep.equal(["status\tshow\\u{1b}[31m\\u{a}it", "stay", ":4"]);
    });
  }

  it("for bash has no descriptions", () => expect(answer("bash", "sta", SHOWN)).to.deep.equal(["status", "stay", ":4"]));

  it("says where files go on", () => {
    expect(answer("fish", "", [], { prefix: "", wanted: { kind: "Files" } })).to.deep.equal([":0"]);
  });

  it("begins with what stands in the word before the value", () => {
    const completion = { prefix: "--output=", wanted: WANTED };
    expect(answer("zsh", "--output=j", [{ value: "json" }, { value: "text" }], completion)).to.deep.equal(["--output=json", ":4"]);
    expect(answer("bash", "--output=j", [{ value: "json" }, { value: "text" }], completion)).to.deep.equal(["json", ":4"]);
  });

  for (const form of Object.keys(FORMS) as Form[]) {
    it(`for ${form} leaves out what a terminal would obey, what has no end, and nothing at all`, () => {
      const names = [...UNPRINTABLE_CONTEXTS, "x".repeat(513), "", "fine"];
      const asked = names.map((value) => ({ value }));
      expect(answer(form, "", asked)).to.deep.equal(["fine", ":4"]);
    });
  }

  it("for kubectl leaves out what a shell would not take for text, for others it does not", () => {
    const asked = HOSTILE_CONTEXTS.map((value) => ({ value }));
    expect(answer("kubectl", "", asked)).to.deep.equal(["arn:aws:eks:eu-1:12:cluster/x", ":4"]);
    expect(answer("zsh", "", asked)).to.deep.equal([...HOSTILE_CONTEXTS, ":4"]);
  });

  it("has at most a thousand candidates, and cuts long descriptions", () => {
    const many = Array.from({ length: 1_001 }, (_, index) => ({ value: `n${index}` }));
    expect(answer("zsh", "", many)).to.have.length(1_001);
    expect(answer("zsh", "", [{ value: "x", description: "y".repeat(101) }])[0]).to.equal(`x\t${"y".repeat(99)}…`);
  });
});
