/** Proves that the broker tries no failed step again before its time. */
import { expect } from "chai";
import { Pace } from "../../../operator/broker/pace.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const refused = (retryAfter?: number): ApiError =>
  new ApiError({ status: 500, reason: "InternalError", message: "refused", ...(retryAfter !== undefined && { retryAfter }) });

describe("pace", () => {
  let clock: ManualClock;
  let pace: Pace;

  beforeEach(() => {
    clock = new ManualClock();
    pace = new Pace(clock, () => 0);
  });

  it("pauses grow with each failure, to a minute", () => {
    const pauses = Array.from({ length: 10 }, () => pace.failed("a", "record Approved", refused()).until);
    expect(pauses).to.deep.equal([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("are as long as the server says", () => {
    expect(pace.failed("a", "status", refused(90_000)).until).to.equal(90_000);
  });

  it("hold this step of this request, until their time has come", async () => {
    pace.failed("a", "status", refused());
    expect(pace.held("a", "status")?.error.message).to.equal("refused");
    expect([pace.held("a", "delete binding"), pace.held("b", "status")]).to.deep.equal([undefined, undefined]);
    await clock.advance(250);
    expect(pace.held("a", "status")).to.equal(undefined);
  });

  it("begin anew after a success, and when nothing is left to do", () => {
    for (let failure = 0; failure < 5; failure += 1) pace.failed("a", "status", refused());
    pace.done("a", "status");
    expect(pace.failed("a", "status", refused()).until).to.equal(250);
    pace.failed("a", "status", refused());
    pace.forget("a");
    expect(pace.failed("a", "status", refused()).until).to.equal(250);
  });
});
