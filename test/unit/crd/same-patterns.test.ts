/** Proves that the patterns of our schemas mean the same to lint, which runs them in JavaScript, as to the API server, which runs RE2. */
import { expect } from "chai";
import fc from "fast-check";
import { RE2JS } from "re2js";
import schemas from "../../../operator/api/generated/schemas.json" with { type: "json" };

interface Node {
  readonly pattern?: unknown;
  readonly rule?: unknown;
}

/** Every object in a schema, the outermost first. */
function* nodes(value: unknown): Iterable<Node> {
  if (typeof value !== "object" || value === null) return;
  yield value;
  for (const inner of Object.values(value)) yield* nodes(inner);
}

const ALL = [...nodes(schemas)];
const RULES = ALL.flatMap(({ rule }) => (typeof rule === "string" ? [rule] : []));

/** The texts in `x.matches('...')`, as CEL reads them. */
const IN_RULES = RULES.flatMap((rule) =>
  [...rule.matchAll(/\.matches\('((?:[^'\\]|\\.)*)'\)/g)].map(([, text]) => text?.replaceAll("\\\\", "\\") ?? ""),
);
/** ajv compiles those of the schema with the flag `u`, the CEL library those of rules without. */
const PATTERNS = new Map([
  ...ALL.flatMap(({ pattern }) => (typeof pattern === "string" ? [[pattern, "u"] as const] : [])),
  ...IN_RULES.map((pattern) => [pattern, ""] as const),
]);

/** Where the two differ for some pattern: ends of lines, spaces, case, characters outside of the BMP or of Unicode. */
const SPECIAL = ["\n", "\r", "\u2028", "\u00a0", "\ufeff", "\u017f", "\u212a", "é", "😀", "\u0000", "\u007f", "\u009f", "\ufffd", ""];

/** Texts made of what a pattern speaks of, so that some fit, with something special between them. */
function textsFor(pattern: string): fc.Arbitrary<string> {
  const part = fc.oneof(
    { weight: 4, arbitrary: fc.stringMatching(new RegExp(pattern, "u")) },
    { weight: 2, arbitrary: fc.constantFrom(...SPECIAL) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  );
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("").toWellFormed());
}

describe("patterns of our schemas", () => {
  it("are found", () => {
    expect(PATTERNS.size).to.be.above(10);
    expect(IN_RULES.length).to.be.above(3);
  });

  it("are constants: nobody else's pattern is ever run", () => {
    const calls = RULES.flatMap((rule) => [...rule.matchAll(/\bmatches\(/g)]);
    expect(calls).to.have.length(IN_RULES.length);
  });

  for (const [pattern, flags] of PATTERNS) {
    it(`mean the same in JavaScript and in RE2: ${pattern}`, () => {
      const javascript = new RegExp(pattern, flags);
      const re2 = RE2JS.compile(pattern);
      fc.assert(
        fc.property(textsFor(pattern), (text) => re2.test(text) === javascript.test(text)),
        { numRuns: 200 },
      );
    });
  }
});
