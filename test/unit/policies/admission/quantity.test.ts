/** Proves how amounts of resources compare. */
import { expect } from "chai";
import { Quantity } from "../../../../operator/policies/admission/quantity.ts";

const ASCENDING = [
  "-1",
  "0",
  "1n",
  "1u",
  "1m",
  "0.1",
  "999m",
  "1",
  "1.5",
  "2e0",
  "1k",
  "1Ki",
  "1e6",
  "1Mi",
  "1G",
  "1Gi",
  "1.5Gi",
  "1T",
  "1Ti",
  "1P",
  "1Pi",
  "1E",
  "1Ei",
];
const EQUAL = [
  ["1", "1000m"],
  ["1Ki", "1024"],
  ["0.5Gi", "512Mi"],
  ["1e3", "1k"],
  ["1E3", "1000"],
  ["1.50", "1500m"],
  [".5", "500m"],
  ["1.", "1"],
] as const;

const isGreater = (one: string, other: string): boolean => Quantity.parse(one).isGreaterThan(Quantity.parse(other));

describe("amounts", () => {
  it("are ordered by what they are, whatever their unit", () => {
    for (const [index, one] of ASCENDING.entries()) {
      for (const [place, other] of ASCENDING.entries()) expect(isGreater(one, other), `${one} > ${other}`).to.equal(index > place);
    }
  });

  for (const [one, other] of EQUAL) {
    it(`${one} is ${other}`, () => {
      expect([isGreater(one, other), isGreater(other, one)]).to.deep.equal([false, false]);
    });
  }

  for (const text of ["", "Gi", ".", "1 Gi", "1GB", "1gi", "--1", "1e", "0x1", "1\n"]) {
    it(`${JSON.stringify(text)} is none`, () => {
      expect(() => Quantity.parse(text)).to.throw("not an amount");
    });
  }
});
