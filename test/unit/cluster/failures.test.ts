/** Proves what errors of the HTTP client and headers of refusals become. */
import { expect } from "chai";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { refusal, retryAfterMs, wireFailure } from "../../../operator/cluster/failures.ts";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const withCode = (code: string, message: string) => Object.assign(new Error(message), { code });

describe("failures", () => {
  const waits: readonly { reason: string; header: string | undefined; expected: number | undefined }[] = [
    { reason: "no header", header: undefined, expected: undefined },
    { reason: "seconds", header: "120", expected: 120_000 },
    { reason: "at once", header: "0", expected: 0 },
    { reason: "an HTTP date", header: "Mon, 23 Nov 2026 10:00:30 GMT", expected: 30_000 },
    { reason: "a date in the past", header: "Mon, 23 Nov 2026 09:00:00 GMT", expected: 0 },
    { reason: "more than an hour", header: "99999999999", expected: 3_600_000 },
    { reason: "nonsense", header: "soon", expected: undefined },
  ];
  for (const { reason, header, expected } of waits) {
    it(`Retry-After: ${reason}`, () => expect(retryAfterMs(header, NOW)).to.equal(expected));
  }

  const errors: readonly { code: string; expected: string }[] = [
    { code: "ECONNREFUSED", expected: "Unreachable" },
    { code: "ECONNRESET", expected: "Unreachable" },
    { code: "ENOTFOUND", expected: "Unreachable" },
    { code: "CERT_HAS_EXPIRED", expected: "Unreachable" },
    { code: "UND_ERR_SOCKET", expected: "Unreachable" },
    { code: "UND_ERR_CONNECT_TIMEOUT", expected: "Timeout" },
    { code: "ETIMEDOUT", expected: "Timeout" },
    { code: "UND_ERR_DESTROYED", expected: "Aborted" },
    { code: "UND_ERR_HEADERS_OVERFLOW", expected: "BadReply" },
    { code: "HPE_INVALID_CONSTANT", expected: "BadReply" },
  ];
  for (const { code, expected } of errors) {
    it(`${code} is ${expected}`, () => {
      const failure = wireFailure(withCode(code, "text"));
      expect({ reason: failure.reason, status: failure.status, message: failure.message }).to.deep.equal({
        reason: expected,
        status: 0,
        message: "no answer from the API server: text",
      });
    });
  }

  it("an ApiError stays what it is, and what is no error at all becomes one", () => {
    const error = new ApiError({ status: 0, reason: "Fenced", message: "no" });
    expect(wireFailure(error)).to.equal(error);
    expect(wireFailure("thrown text").reason).to.equal("Unreachable");
  });

  it("long messages of the server are cut", () => {
    const body = JSON.stringify({ kind: "Status", reason: "Invalid", message: "x".repeat(5_000) });
    expect(refusal(422, body, undefined).message).to.have.length(1_000);
  });
});
