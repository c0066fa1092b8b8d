/** Proves what a user reads when a command fails: one sentence, without what the server says about itself, and the right exit code. */
import { expect } from "chai";
import { CommandError, tellFailures } from "../../../operator/cli/failure-text.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { captureIo } from "../../support/command-line.ts";

const POLICY =
  'breakglassrequests.securitybaseline.dev "incident-abcde" is forbidden: ValidatingAdmissionPolicy ' +
  "'securitybaseline-break-glass-request' with binding 'securitybaseline-break-glass-request' denied request: " +
  "profile incident allows 30m at most: write a shorter duration";

async function told(error: unknown, output: "text" | "json" = "text"): Promise<{ code: number; stderr: string }> {
  const io = captureIo();
  const code = await tellFailures({ output, io, server: () => "https://10.0.0.1:6443" }, () => Promise.reject(error));
  return { code, stderr: io.printed.stderr };
}

describe("a failure", () => {
  const cases: readonly { reason: string; error: Error; code: number; stderr: string }[] = [
    {
      reason: "of a policy is told as the policy's sentence",
      error: new ApiError({ status: 403, reason: "Forbidden", message: POLICY }),
      code: 2,
      stderr: "securitybaseline: profile incident allows 30m at most: write a shorter duration\n",
    },
    {
      reason: "of a webhook is told as the webhook's sentence",
      error: new ApiError({ status: 403, reason: "Forbidden", message: 'admission webhook "guard.example" denied the request: not today' }),
      code: 2,
      stderr: "securitybaseline: not today\n",
    },
    {
      reason: "of the schema is told with the field",
      error: new ApiError({
        status: 422,
        reason: "Invalid",
        message: 'BreakGlassRequest.securitybaseline.dev "incident-abcde" is invalid: spec.reason: Too short: may not be less than 20',
      }),
      code: 2,
      stderr: "securitybaseline: spec.reason: Too short: may not be less than 20\n",
    },
    {
      reason: "of authorisation is told as it is",
      error: new ApiError({ status: 403, reason: "Forbidden", message: 'breakglassrequests is forbidden: User "jane" cannot list' }),
      code: 2,
      stderr: 'securitybaseline: breakglassrequests is forbidden: User "jane" cannot list\n',
    },
    {
      reason: "of several lines is told in one",
      error: new ApiError({ status: 422, reason: "Invalid", message: "first\n  second" }),
      code: 2,
      stderr: "securitybaseline: first second\n",
    },
    {
      reason: "with escape sequences does not reach the terminal as such",
      error: new ApiError({ status: 403, reason: "Forbidden", message: "no \u001b[31m" }),
      code: 2,
      stderr: "securitybaseline: no \\u{1b}[31m\n",
    },
    {
      reason: "to connect names address and cause",
      error: new ApiError({
        status: 0,
        reason: "Unreachable",
        message: "no answer from the API server: connect ECONNREFUSED 10.0.0.1:6443",
      }),
      code: 3,
      stderr: "securitybaseline: cannot reach https://10.0.0.1:6443: connect ECONNREFUSED 10.0.0.1:6443\n",
    },
    {
      reason: "of a server in trouble is no fault of the user",
      error: new ApiError({ status: 503, reason: "ServiceUnavailable", message: "etcd is away" }),
      code: 3,
      stderr: "securitybaseline: etcd is away\n",
    },
    {
      reason: "to read the credentials is invalid input",
      error: new ApiError({ status: 0, reason: "Credentials", message: "cannot read absent (ENOENT)" }),
      code: 2,
      stderr: "securitybaseline: cannot read absent (ENOENT)\n",
    },
    {
      reason: "of the command itself is told as it is",
      error: new CommandError("too late"),
      code: 2,
      stderr: "securitybaseline: too late\n",
    },
  ];
  for (const { reason, error, code, stderr } of cases) {
    it(reason, async () => expect(await told(error)).to.deep.equal({ code, stderr }));
  }

  it("keeps the policy's name for programs", async () => {
    const { stderr } = await told(new ApiError({ status: 403, reason: "Forbidden", message: POLICY }), "json");
    expect(JSON.parse(stderr)).to.deep.equal({
      error: "profile incident allows 30m at most: write a shorter duration",
      reason: "Forbidden",
      status: 403,
      policy: "securitybaseline-break-glass-request",
    });
  });

  it("that is a mistake of ours is thrown on", async () => {
    const bug = new TypeError("x is undefined");
    const outcome = await told(bug).catch((error: unknown) => error);
    expect(outcome).to.equal(bug);
  });
});
