/** Proves that every rule has its page and its row, that both say what the rule says, and that the examples of the pages are found, and accepted, as shown. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, parseAllDocuments } from "yaml";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import { validate } from "../../../operator/api/validate.ts";
import { applyExceptions, EXCEPTION_EXPIRED } from "../../../operator/findings/exceptions.ts";
import { rules } from "../../../operator/findings/index.ts";
import { foundAmong } from "./golden-objects.ts";

const PAGES = join(import.meta.dirname, "../../../docs/findings");
const NOW = Date.parse("2026-11-23T10:00:00Z");

/** What the pages must say of a rule. */
const TOLD = [
  ...rules.map(({ id, severity, control, standards }) => ({
    id,
    severity,
    section: `section \`${control}\``,
    standards: standards.join(", "),
  })),
  { id: EXCEPTION_EXPIRED, severity: "Medium", section: "the section of the finding that it accepted", standards: "none" },
];

const HEADINGS = ["Why it matters", "What is found", "How to mend it", "How to accept it", "What is not found, and why"];

const read = (name: string): string => readFileSync(join(PAGES, name), "utf8");

/** The blocks of this language below a heading. */
function blocksBelow(page: string, heading: string, language: string): readonly string[] {
  const [, section = ""] = page.split(`## ${heading}\n`);
  const [text = ""] = section.split(/^## /m);
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, of]) => of === language).map(([, , block = ""]) => block);
}

describe("the pages of findings", () => {
  it("are one for each rule, and a list", () => {
    expect(readdirSync(PAGES)).to.have.members(["README.md", ...TOLD.map(({ id }) => `${id}.md`)]);
  });

  it("list every rule with its severity, what it is about, and its standards", () => {
    const rows = read("README.md").matchAll(/^\| \[(\w+)\]\((\w+)\.md\) \| (\w+) \| ([^|]+) \| ([^|]+) \|$/gm);
    const listed = [...rows].map(([, id, link, severity, what, standards]) => ({ id, link, severity, what, standards }));
    const wanted = TOLD.map(({ id, severity, standards }) => ({
      id,
      link: id,
      severity,
      what: read(`${id}.md`).split("\n")[2],
      standards,
    }));
    expect(listed).to.have.deep.members(wanted);
  });

  for (const { id, severity, section, standards } of TOLD)
    it(`say of ${id} how much it matters, why, what to do, and what is not found`, () => {
      const page = read(`${id}.md`);
      expect(page.split("\n")[0]).to.equal(`# ${id}`);
      expect(page.split("\n")[4]).to.equal(`Severity ${severity}, ${section}, standards: ${standards}.`);
      expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).to.deep.equal(HEADINGS);
    });

  for (const { id } of rules)
    it(`show for ${id} what is found, in its words, and an exception that accepts it`, () => {
      const page = read(`${id}.md`);
      const [example = ""] = blocksBelow(page, "What is found", "yaml");
      const [message = ""] = blocksBelow(page, "What is found", "");
      const [accepting = ""] = blocksBelow(page, "How to accept it", "yaml");
      const found = foundAmong([...parseAllDocuments(example)].map((document) => document.toJS() as JsonObject)).filter(
        ({ rule }) => rule.id === id,
      );
      expect(found.map((one) => one.message)).to.deep.equal([message.trim()]);
      const { spec } = parse(accepting) as { readonly spec: SecurityBaselineSpec };
      const { findings, idle } = applyExceptions(found, spec.exceptions ?? [], NOW);
      expect(findings.map(({ accepted }) => accepted?.owner)).to.deep.equal([spec.exceptions?.[0]?.owner]);
      expect(idle).to.deep.equal([]);
    });

  for (const { id } of TOLD)
    it(`show for ${id} only baselines that are valid`, () => {
      const specs = [...read(`${id}.md`).matchAll(/^```yaml\n(spec:\n.*?)^```$/gms)].map(([, text = ""]) => parse(text) as JsonObject);
      expect(specs).to.not.be.empty;
      for (const { spec = {} } of specs)
        expect(
          validate("SecurityBaseline", {
            apiVersion: "securitybaseline.dev/v1alpha1",
            kind: "SecurityBaseline",
            metadata: { name: "baseline", namespace: "payments" },
            spec,
          } as never),
        ).to.deep.equal([]);
    });
});
