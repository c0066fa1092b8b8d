/** Proves that the generator refuses what a CRD cannot say or what has no bound, and names the line. */
import { expect } from "chai";
import { GeneratorError } from "../../../hack/crd/place.ts";
import { kindsOf, specOf } from "./fixture.ts";

interface Row {
  readonly reason: string;
  readonly field: string;
  readonly types?: string;
  readonly message: string;
}

const ROWS: readonly Row[] = [
  { reason: "a string without bound", field: "readonly f: string;", message: "fixture.ts:4: unbounded string: add @maxLength" },
  {
    reason: "a pattern is no bound",
    field: "/** @pattern ^a+$ */ readonly f: string;",
    message: "fixture.ts:4: unbounded string: add @maxLength",
  },
  {
    reason: "the line is the field's, not the comment's",
    field: "/**\n * Text.\n */\nreadonly f: string;",
    message: "fixture.ts:7: unbounded string",
  },
  { reason: "a list without bound", field: "readonly f: readonly boolean[];", message: "fixture.ts:4: unbounded array: add @maxItems" },
  {
    reason: "a list of strings without bound",
    field: "/** @maxItems 1 */ readonly f: string[];",
    message: "fixture.ts:4: unbounded string",
  },
  {
    reason: "a map without bound",
    field: "readonly f: Record<string, boolean>;",
    message: "fixture.ts:4: unbounded object: add @maxProperties",
  },
  {
    reason: "a map of strings without bound",
    field: "/** @maxProperties 1 */ readonly f: Record<string, string>;",
    message: "fixture.ts:4: unbounded string",
  },
  {
    reason: "a number without format",
    field: "readonly f: number;",
    message: "fixture.ts:4: unbounded integer: add @format int32 or int64",
  },
  {
    reason: "a marker nobody knows",
    field: "/**\n * @maxLenght 3\n */\nreadonly f: string;",
    message: "fixture.ts:5: unknown marker @maxLenght",
  },
  {
    reason: "a marker on the wrong type",
    field: "/** @maxLength 3 */ readonly f: boolean;",
    message: "fixture.ts:4: @maxLength does not fit type boolean",
  },
  {
    reason: "a bound that is no number",
    field: "/** @maxLength many */ readonly f: string;",
    message: "fixture.ts:4: @maxLength: not a whole number: many",
  },
  { reason: "a default that is no JSON", field: "/** @default yes */ readonly f: boolean;", message: "fixture.ts:4: @default: " },
  { reason: "a pattern that is none", field: "/** @pattern ( */ readonly f: string;", message: "fixture.ts:4: @pattern: " },
  {
    reason: "a list type nobody knows",
    field: "/** @listType bag */ readonly f: boolean[];",
    message: "fixture.ts:4: @listType: one of atomic, set, map, not bag",
  },
  {
    reason: "a key that the items lack",
    field: "/** @listMapKey id */ readonly f: boolean[];",
    message: "fixture.ts:4: @listMapKey: the items have no field id",
  },
  {
    reason: "a rule without message",
    field: "/** @rule self */ readonly f: boolean;",
    message: "fixture.ts:4: @rule without a @message after it",
  },
  {
    reason: "a message without rule",
    field: "/** @message no */ readonly f: boolean;",
    message: "fixture.ts:4: @message without a @rule before it",
  },
  {
    reason: "a number or a text without bound for the text",
    field: "/** @maximum 1 */ readonly f: number | string;",
    message: "fixture.ts:4: unbounded int-or-string: add @maxLength and @maximum",
  },
  {
    reason: "a number or a text without bound for the number",
    field: "/** @maxLength 1 */ readonly f: number | string;",
    message: "fixture.ts:4: unbounded int-or-string: add @maxLength and @maximum",
  },
  {
    reason: "a number or a text is no list",
    field: "/** @maxItems 1 */ readonly f: number | string;",
    message: "fixture.ts:4: @maxItems does not fit type int-or-string",
  },
  {
    reason: "a union of other types",
    field: "readonly f: string | boolean;",
    message: "fixture.ts:4: unsupported type string: a union holds string literals, or number and string",
  },
  {
    reason: "a union of more types",
    field: "readonly f: string | number | boolean;",
    message: "fixture.ts:4: unsupported type string: a union holds string literals, or number and string",
  },
  {
    reason: "a union of one type with itself",
    field: "readonly f: string | string;",
    message: "fixture.ts:4: unsupported type string: a union holds string literals, or number and string",
  },
  { reason: "a union with a number", field: 'readonly f: "a" | 1;', message: "fixture.ts:4: unsupported type 1" },
  { reason: "any", field: "readonly f: any;", message: "fixture.ts:4: unsupported type any" },
  { reason: "a type that is not declared", field: "readonly f: Other;", message: "fixture.ts:4: unsupported type Other" },
  {
    reason: "a generic type",
    field: "readonly f: Box<string>;",
    types: "export interface Box<T> { readonly a: T }",
    message: "fixture.ts:4: unsupported type Box<string>",
  },
  {
    reason: "keys that are no strings",
    field: "readonly f: Record<number, boolean>;",
    message: "fixture.ts:4: the keys of a Record must be strings",
  },
  { reason: "a method", field: "f(): void;", message: "fixture.ts:4: only properties have a place in a schema" },
  { reason: "a field without type", field: "readonly f;", message: "fixture.ts:4: f has no type" },
  {
    reason: "inheritance",
    field: "readonly f: B;",
    types: "export interface A { readonly a?: boolean }\nexport interface B extends A { readonly b?: boolean }",
    message: "fixture.ts:7: unsupported: B extends A; write the fields out",
  },
  {
    reason: "a type that contains itself",
    field: "readonly f: Tree;",
    types: "export interface Tree { readonly child?: Tree }",
    message: "fixture.ts:6: type Tree contains itself",
  },
  {
    reason: "two types of one name",
    field: "readonly f: Twin;",
    types: "export type Twin = boolean;\nexport interface Twin { readonly a?: boolean }",
    message: "type Twin stands in fixture.ts too",
  },
];

const ROOTS: readonly { readonly reason: string; readonly markers: string; readonly message: string }[] = [
  {
    reason: "a name is missing",
    markers: "@resource plural=things singular=thing scope=Cluster",
    message: "fixture.ts:2: @resource needs shortName=...",
  },
  {
    reason: "a scope nobody knows",
    markers: "@resource plural=a singular=b shortName=c scope=World",
    message: "fixture.ts:2: @resource: scope is Namespaced or Cluster",
  },
  {
    reason: "a column without path",
    markers: "@resource plural=a singular=b shortName=c scope=Cluster\n * @printColumn AGE | date",
    message: "fixture.ts:3: @printColumn needs NAME | type | jsonPath",
  },
  {
    reason: "a column that is neither wide nor not",
    markers: "@resource plural=a singular=b shortName=c scope=Cluster\n * @printColumn A | date | .a | narrow",
    message: 'fixture.ts:3: @printColumn: the fourth part can only be "wide"',
  },
];

describe("generator: refusals", () => {
  for (const { reason, field, types, message } of ROWS) {
    it(reason, () => {
      expect(() => specOf(field, types)).to.throw(GeneratorError, message);
    });
  }

  for (const { reason, markers, message } of ROOTS) {
    it(reason, () => {
      expect(() => kindsOf(`/**\n * ${markers}\n */\nexport interface Thing { readonly spec?: boolean }`)).to.throw(
        GeneratorError,
        message,
      );
    });
  }
});
