/** Proves that a grant ends at its deadline although the operator was killed while it was in use: the API server alone sees to it. */
import { expect } from "chai";
import { type Observation, observeExpiry } from "./observation.ts";

/** The grant takes eleven minutes, and it was begun when the test run began. */
const PATIENCE = 20 * 60_000;

const OUTLIVES = "refused a token that would outlive its grant";

describe("invariant 5: a grant whose operator was killed", () => {
  let seen: Observation;

  before(async function () {
    this.timeout(PATIENCE);
    seen = await observeExpiry();
  });

  it("works until its deadline", () => {
    expect([seen.worksAtFirst, seen.worksWithoutOperator]).to.deep.equal([true, true]);
  });

  it("has no usable token 90 s after its deadline", () => {
    expect(seen.secondsUntilDead).to.be.at.most(90);
  });

  it("mints no token after its deadline, for nobody", () => {
    for (const message of [seen.mintAfterwards, seen.mintByMasters]) expect(message).to.contain("403 Forbidden").and.to.contain(OUTLIVES);
  });

  it("leaves objects that nobody has removed, so what was seen was not somebody's clean-up", () => {
    expect(seen.objectsLeft).to.have.length(4);
  });

  it("cannot be made anew with a deadline that has passed", () => {
    expect(seen.madeAnew).to.contain("403 Forbidden").and.to.contain("refused an identity whose deadline has passed");
  });
});
