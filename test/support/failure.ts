/** Expects, for a test, that something fails with an ApiError. */
import { expect } from "chai";
import { ApiError } from "../../operator/cluster/errors.ts";

/** The ApiError that `work` fails with; the test fails if it succeeds or fails with anything else. */
export async function apiErrorOf(work: Promise<unknown>): Promise<ApiError> {
  const outcome: unknown = await work.then(
    () => "it succeeded",
    (error: unknown) => error,
  );
  expect(outcome).to.be.instanceOf(ApiError);
  return outcome as ApiError;
}
