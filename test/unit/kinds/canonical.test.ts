/** Proves that equal values are equal texts: as RFC 8785 has it, and as a library that follows it writes any value. */
import canonicalize from "canonicalize";
import { expect } from "chai";
import fc from "fast-check";
import type { Json } from "../../../operator/api/json.ts";
import { canonicalJson } from "../../../operator/kinds/canonical.ts";

describe("canonical JSON", () => {
  it("is that of RFC 8785, 3.2.2", () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).to.equal(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("sorts keys by UTF-16 code units, as in RFC 8785, 3.2.3", () => {
    const value = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
    expect(canonicalJson(value)).to.equal('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it("keeps nothing of a field that is undefined, and all of one that is empty", () => {
    expect(canonicalJson({ b: undefined, a: {}, c: [], d: "", e: 0, f: -0 } as unknown as Json)).to.equal(
      '{"a":{},"c":[],"d":"","e":0,"f":0}',
    );
  });

  it("is what a library writes, of any value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary", maxDepth: 6 }), (value) => {
        expect(canonicalJson(value as Json)).to.equal(canonicalize(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads back as the same value, whatever its keys are called", () => {
    const value = JSON.parse('{"__proto__":{"constructor":1},"toString":[{"hasOwnProperty":null}],"":{"":""}}') as Json;
    expect(canonicalJson(value)).to.equal('{"":{"":""},"__proto__":{"constructor":1},"toString":[{"hasOwnProperty":null}]}');
  });

  for (const [what, value] of [
    ["a text", "\ud800"],
    ["a key", { "a\udc00": 1 }],
    ["a list", ["\ude00\ud83d"]],
  ] as const) {
    it(`refuses ${what} that is no Unicode`, () => {
      expect(() => canonicalJson(value)).to.throw("lone surrogate");
    });
  }

  it("gives up what is nested too deep", () => {
    let value: Json = [];
    for (let depth = 0; depth < 100_000; depth += 1) value = [value];
    expect(() => canonicalJson(value)).to.throw(RangeError);
  });
});
