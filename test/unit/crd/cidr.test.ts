/** Proves the answers to the questions that rules ask about address ranges. */
import { expect } from "chai";
import { CidrRange } from "../../../operator/api/cidr.ts";

function range(text: string): CidrRange {
  const parsed = CidrRange.parse(text);
  if (!parsed) throw new Error(`no range: ${text}`);
  return parsed;
}

const CONTAINS: readonly (readonly [outer: string, inner: string, answer: boolean, reason: string])[] = [
  ["10.0.0.0/8", "10.20.0.0/16", true, "a smaller range inside"],
  ["10.0.0.0/8", "10.0.0.0/8", true, "itself"],
  ["10.20.0.0/16", "10.0.0.0/8", false, "a larger range around it"],
  ["10.20.0.0/16", "10.20.0.0/15", false, "a larger range that begins alike"],
  ["10.20.0.0/16", "10.21.0.0/24", false, "a neighbour"],
  ["0.0.0.0/0", "fd00::/8", false, "the other family"],
  ["::/0", "10.0.0.0/8", false, "the other family, the other way round"],
  ["2001:db8::/33", "2001:db8:8000::/48", false, "a neighbour that differs within a byte"],
];

const MASKED: readonly (readonly [given: string, masked: string, reason: string])[] = [
  ["10.1.2.3/8", "10.0.0.0/8", "at a byte"],
  ["10.255.2.3/9", "10.128.0.0/9", "within a byte"],
  ["10.1.2.3/0", "0.0.0.0/0", "nothing is left"],
  ["10.1.2.3/32", "10.1.2.3/32", "everything is left"],
  ["fdff:ffff::1/10", "fdc0::/10", "IPv6"],
];

describe("address ranges", () => {
  for (const [outer, inner, answer, reason] of CONTAINS) {
    it(`${outer} contains ${inner}: ${answer} (${reason})`, () => {
      expect(range(outer).contains(range(inner))).to.equal(answer);
    });
  }

  for (const [given, masked, reason] of MASKED) {
    it(`${given} masked is ${masked} (${reason})`, () => {
      expect(range(given).masked().equals(range(masked))).to.equal(true);
    });
  }

  it("are equal whatever the spelling of the address, but not across prefix lengths", () => {
    expect(range("FD00:0::/16").equals(range("fd00::/16"))).to.equal(true);
    expect(range("fd00::/16").equals(range("fd00::/17"))).to.equal(false);
  });
});
