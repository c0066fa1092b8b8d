/** Tests the reading of Calico's selectors: what is one, and which labels it demands with a value. */
import { expect } from "chai";
import fc from "fast-check";
import { demandedValues, matchesOutside } from "../../../operator/kinds/calico-selection.ts";
import { parseSelector, type Selector } from "../../../operator/kinds/calico-selector.ts";

const read = (text: string): Selector => {
  const selector = parseSelector(text);
  if (selector === undefined) throw new Error(`cannot be read: ${text}`);
  return selector;
};

describe("a selector of Calico", () => {
  const demands: readonly (readonly [text: string, values: readonly string[] | undefined])[] = [
    ["", undefined],
    ["   ", undefined],
    ["all()", undefined],
    ["all( )", undefined],
    ["has(team)", undefined],
    ["!has(team)", undefined],
    ["team == 'web'", ["web"]],
    ['team=="web"', ["web"]],
    ["team != 'web'", undefined],
    ["!(team != 'web')", ["web"]],
    ["!!team == 'web'", ["web"]],
    ["! ! ! team == 'web'", undefined],
    ["team in {'web', \"jobs\"}", ["web", "jobs"]],
    ["team in{'web',}", ["web"]],
    ["team in {}", []],
    ["team not in {'web'}", undefined],
    ["team notin {'web'}", undefined],
    ["!(team not in {'web'})", ["web"]],
    ["team contains 'web'", ["*web*"]],
    ["team starts with 'web'", ["*web*"]],
    ["team startswith 'web'", ["*web*"]],
    ["team ends with 'b'", undefined],
    ["team contains ''", undefined],
    ["team == 'web' && has(app)", ["web"]],
    ["has(app) && (has(b) && team == 'web')", ["web"]],
    ["team == 'web' || has(app)", undefined],
    ["team == 'web' || app == 'x'", ["web", "x"]],
    ["has(a) || has(b) && team == 'web'", undefined],
    ["!(has(a) || team != 'web')", ["web"]],
    ["!(has(a) && team != 'web')", undefined],
    ["!all()", []],
    ["in == 'x'", ["x"]],
    ["contains contains 'abc'", ["*abc*"]],
  ];
  for (const [text, values] of demands)
    it(`demands of \`${text}\`: ${values === undefined ? "no value" : values.join(", ") || "the impossible"}`, () =>
      expect(demandedValues(read(text))).to.deep.equal(values));

  for (const text of [
    "team",
    "team =",
    "team = 'web'",
    "team == web",
    "team == 'web",
    "team in {web}",
    "team in {'a' 'b'}",
    "(has(a)",
    "has(a))",
    "has()",
    "all(x)",
    "has(a) & has(b)",
    "has(a) has(b)",
    "&& has(a)",
    "has(a) &&",
    "team ~ 'x'",
    "team == 'it''s'",
    "team\n== 'web'",
    "()",
    `${"(".repeat(100)}all()${")".repeat(100)}`,
    `team == '${"x".repeat(10_000)}'`,
  ])
    it(`is none: \`${text.slice(0, 30)}\``, () => expect(parseSelector(text)).to.equal(undefined));

  const outside: readonly (readonly [text: string, matches: boolean])[] = [
    ["global()", true],
    ["all()", false],
    ["!global()", false],
    ["global() || team == 'web'", true],
    ["global() && team == 'web'", false],
    ["team != 'web'", true],
    ["!has(team)", true],
    ["has(team)", false],
  ];
  for (const [text, matches] of outside)
    it(`matches what is in no namespace by \`${text}\`: ${matches}`, () => expect(matchesOutside(read(text))).to.equal(matches));

  it("is read whatever it is, or is none", () => {
    const words = fc.constantFrom(
      "has(",
      "all()",
      "global()",
      "(",
      ")",
      "!",
      "&&",
      "||",
      "==",
      "!=",
      "in",
      "not",
      "{",
      "}",
      ",",
      "'a'",
      '"b"',
      "team",
      " ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 12 }).map((some) => some.join(" ")),
        ),
        (text) => {
          const selector = parseSelector(text);
          return selector === undefined || demandedValues(selector) !== null;
        },
      ),
      { numRuns: 2000 },
    );
  });
});
