/** Proves the arithmetic of the benchmark on numbers that can be counted by hand. */
import { expect } from "chai";
import { distributionOf, rounded, spreadOf } from "../../../hack/bench/statistics.ts";

const ONE_TO_HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

describe("figures of the benchmark", () => {
  it("take percentiles by nearest rank, in any order of measurements", () => {
    expect(distributionOf(ONE_TO_HUNDRED)).to.deep.equal({ count: 100, min: 1, p50: 50, p90: 90, p99: 99, max: 100 });
  });

  it("do not sort numbers as text", () => {
    expect(distributionOf([9, 10, 100])).to.deep.equal({ count: 3, min: 9, p50: 10, p90: 100, p99: 100, max: 100 });
  });

  it("call a single measurement every percentile", () => {
    expect(distributionOf([7])).to.deep.equal({ count: 1, min: 7, p50: 7, p90: 7, p99: 7, max: 7 });
  });

  const spreads = [
    { reason: "an odd number of rounds has one in the middle", figures: [5, 1, 3], spread: { min: 1, median: 3, max: 5 } },
    { reason: "of an even number the two in the middle count", figures: [4, 1, 2, 9], spread: { min: 1, median: 3, max: 9 } },
    { reason: "one round is all three", figures: [2], spread: { min: 2, median: 2, max: 2 } },
  ];
  for (const { reason, figures, spread } of spreads) {
    it(reason, () => {
      expect(spreadOf(figures)).to.deep.equal(spread);
    });
  }

  it("refuse to tell of nothing", () => {
    expect(() => distributionOf([])).to.throw("nothing was measured");
    expect(() => spreadOf([])).to.throw("nothing was measured");
  });

  it("have four significant digits", () => {
    expect([12_345.6, 0.0123456, 7].map(rounded)).to.deep.equal([12_350, 0.01235, 7]);
  });
});
