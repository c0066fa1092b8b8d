/** Proves that each supported type and marker becomes the schema that the API server expects. */
import { expect } from "chai";
import { fieldOf, specOf } from "./fixture.ts";

interface Row {
  readonly reason: string;
  readonly field: string;
  readonly types?: string;
  readonly schema: object;
}

const ROWS: readonly Row[] = [
  {
    reason: "a bounded string with all string markers",
    field: '/**\n * Text.\n * @minLength 1\n * @maxLength 9\n * @pattern ^(a|b)+$\n * @default "a"\n */\nreadonly f?: string;',
    schema: { description: "Text.", type: "string", minLength: 1, maxLength: 9, pattern: "^(a|b)+$", default: "a" },
  },
  {
    reason: "numbers are integers of a format",
    field: "/** @format int32\n * @minimum -1\n * @maximum 5 */\nreadonly f: number;",
    schema: { type: "integer", format: "int32", minimum: -1, maximum: 5 },
  },
  {
    reason: "a number or a text has the bounds of both, and its own name instead of a type",
    field: "/** @minimum 1\n * @maximum 5\n * @minLength 2\n * @maxLength 3\n * @pattern ^a */\nreadonly f: number | string;",
    schema: { "x-kubernetes-int-or-string": true, minimum: 1, maximum: 5, minLength: 2, maxLength: 3, pattern: "^a" },
  },
  {
    reason: "the same in the other order, behind an alias with a rule",
    field: "readonly f?: Port;",
    types:
      "/**\n * Port.\n * @maximum 5\n * @maxLength 3\n * @rule type(self) != string || self != 'x'\n * @message not x\n */\nexport type Port = string | number;",
    schema: {
      description: "Port.",
      "x-kubernetes-int-or-string": true,
      maximum: 5,
      maxLength: 3,
      "x-kubernetes-validations": [{ rule: "type(self) != string || self != 'x'", message: "not x" }],
    },
  },
  { reason: "booleans", field: "/** @default false */ readonly f?: boolean;", schema: { type: "boolean", default: false } },
  {
    reason: "a date-time is bounded by its format",
    field: "/** @format date-time */ readonly f: string;",
    schema: { type: "string", format: "date-time" },
  },
  { reason: "a union of literals is an enum", field: 'readonly f: "A" | "B";', schema: { type: "string", enum: ["A", "B"] } },
  { reason: "one literal is an enum of one", field: 'readonly f: "A";', schema: { type: "string", enum: ["A"] } },
  {
    reason: "an alias brings its markers, rules and text; the field's own text comes first",
    field: "/** Mine. */ readonly f: Name;",
    types: "/**\n * Theirs.\n * @maxLength 3\n * @rule self != 'x'\n * @message not x\n */\nexport type Name = string;",
    schema: {
      description: "Mine. Theirs.",
      type: "string",
      maxLength: 3,
      "x-kubernetes-validations": [{ rule: "self != 'x'", message: "not x" }],
    },
  },
  {
    reason: "a list of an alias",
    field: "/** @maxItems 2\n * @minItems 1\n * @listType set */ readonly f: readonly Name[];",
    types: "/** @maxLength 3 */ export type Name = string;",
    schema: { type: "array", items: { type: "string", maxLength: 3 }, maxItems: 2, minItems: 1, "x-kubernetes-list-type": "set" },
  },
  {
    reason: "a list that is a map of its items",
    field: "/** @maxItems 2\n * @listType map\n * @listMapKey name */ readonly f: readonly Item[];",
    types: "export interface Item {\n/** @maxLength 3 */ readonly name: string }",
    schema: {
      type: "array",
      items: { type: "object", required: ["name"], properties: { name: { type: "string", maxLength: 3 } } },
      maxItems: 2,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
    },
  },
  {
    reason: "a map, also behind Readonly",
    field: "/** @maxProperties 4 */ readonly f: Readonly<Record<string, Name>>;",
    types: "/** @maxLength 3 */ export type Name = string;",
    schema: { type: "object", additionalProperties: { type: "string", maxLength: 3 }, maxProperties: 4 },
  },
  {
    reason: "an object keeps its own text under a field without one, and is required where it is not optional",
    field: "readonly f: Inner;",
    types: "/**\n * Inside.\n * @mapType atomic\n */\nexport interface Inner { readonly a: boolean; readonly b?: boolean }",
    schema: {
      description: "Inside.",
      type: "object",
      required: ["a"],
      properties: { a: { type: "boolean" }, b: { type: "boolean" } },
      "x-kubernetes-map-type": "atomic",
    },
  },
  {
    reason: "a field's text replaces that of an object",
    field: "/** Outside. */ readonly f: Inner;",
    types: "/** Inside. */ export interface Inner { readonly a?: boolean }",
    schema: { description: "Outside.", type: "object", properties: { a: { type: "boolean" } } },
  },
  {
    reason: "long rules and messages go over several lines; text has paragraphs",
    field: "/**\n * One\n * line.\n *\n * Two.\n * @rule self ||\n *   !self\n * @message always\n *   true\n */\nreadonly f: boolean;",
    schema: {
      description: "One line.\n\nTwo.",
      type: "boolean",
      "x-kubernetes-validations": [{ rule: "self || !self", message: "always true" }],
    },
  },
];

describe("generator: types", () => {
  for (const { reason, field, types, schema } of ROWS) {
    it(reason, () => {
      expect(fieldOf(field, types)).to.deep.equal(schema);
    });
  }

  it("keeps the author's order of fields", () => {
    expect(Object.keys(specOf("readonly b: boolean; readonly a: boolean;").properties ?? {})).to.deep.equal(["b", "a"]);
  });
});
