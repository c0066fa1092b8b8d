/** Proves that every rule of our kinds is CEL that can be judged without a cluster: rules are compiled at their first value, which may be a user's. */
import { expect } from "chai";
import { compileRule } from "../../../operator/api/cel.ts";
import schemas from "../../../operator/api/generated/schemas.json" with { type: "json" };
import type { StructuralSchema } from "../../../operator/api/structural-schema.ts";

function rulesIn(schema: StructuralSchema): readonly string[] {
  const { properties = {}, items, additionalProperties } = schema;
  const below = [...Object.values(properties), ...[items, additionalProperties].filter((part) => part !== undefined)];
  return [...(schema["x-kubernetes-validations"] ?? []).map(({ rule }) => rule), ...below.flatMap(rulesIn)];
}

/** Only these are judged without an earlier object. */
const isJudged = (rule: string): boolean => !/\boldSelf\b/.test(rule);

describe("the rules of our kinds", () => {
  const rules = Object.values(schemas)
    .flatMap((schema) => rulesIn(schema as StructuralSchema))
    .filter(isJudged);

  it("are found at all", () => {
    expect(rules.length).to.be.above(50);
  });

  it("are all valid CEL of what the API server and this program know", () => {
    for (const rule of new Set(rules)) expect(() => compileRule(rule), rule).to.not.throw();
  });

  it("would be told from what is none", () => {
    expect(() => compileRule("self.a ==")).to.throw();
    expect(() => compileRule("self.a.unknownFunction(1)")).to.throw();
  });
});
