/** Proves what is believed of an API server that is asked to refuse: a refusal by our own policy, and nothing else. */
import { expect } from "chai";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { SelfTest } from "../../../operator/policywatch/self-test.ts";

type Answer = "passes" | { readonly status: number; readonly message: string };

const POLICY =
  "ValidatingAdmissionPolicy 'securitybaseline-operator-namespaces' with binding 'securitybaseline-operator-namespaces' denied request";
const REFUSES: Answer = { status: 403, message: POLICY };

const PROGRESSING = {
  reason: "Progressing",
  message: "it is being tried whether the API server enforces its admission policies",
};
const NOT_ENFORCED = {
  reason: "BackendUnavailable",
  message:
    "the API server let pass what an admission policy refuses: see that the admission plugin ValidatingAdmissionPolicy is not disabled",
};

function scene(...answers: readonly Answer[]) {
  const left = [...answers];
  const state = { now: 0, sent: 0, changes: 0 };
  const selfTest = new SelfTest({
    writer: {
      rehearse: async () => {
        state.sent += 1;
        const answer = left.shift();
        if (answer === undefined) throw new Error("a defect");
        if (answer !== "passes") throw new ApiError({ reason: "X", ...answer });
        return [];
      },
    },
    onChange: () => {
      state.changes += 1;
    },
    monotonic: () => state.now,
    random: () => 0,
  });
  const answered = () => new Promise((resolve) => setImmediate(resolve));
  return { selfTest, state, answered };
}

describe("the trial of the API server", () => {
  it("has not been made before anybody asks for it", () => {
    const { selfTest, state } = scene(REFUSES);
    expect(selfTest.problem()).to.deep.equal(PROGRESSING);
    expect(state.sent).to.equal(0);
  });

  it("is over once our policy refuses: asked once, whoever asks how often", async () => {
    const { selfTest, state, answered } = scene(REFUSES);
    expect(selfTest.begin()).to.equal(2000);
    expect(selfTest.begin()).to.equal(2000);
    await answered();
    expect(selfTest.problem()).to.equal(undefined);
    expect(selfTest.begin()).to.equal(undefined);
    expect(state).to.deep.equal({ now: 0, sent: 1, changes: 1 });
  });

  it("says so where nothing refuses, and tries again after growing pauses", async () => {
    const { selfTest, state, answered } = scene("passes", "passes", REFUSES);
    selfTest.begin();
    await answered();
    expect(selfTest.problem()).to.deep.equal(NOT_ENFORCED);
    expect(selfTest.begin()).to.equal(1000);
    expect(state.sent).to.equal(1);
    state.now = 1000;
    selfTest.begin();
    await answered();
    expect(selfTest.begin()).to.equal(2000);
    state.now = 3000;
    selfTest.begin();
    await answered();
    expect(selfTest.problem()).to.equal(undefined);
    expect(state).to.include({ sent: 3, changes: 2 });
  });

  const others: readonly { readonly reason: string; readonly answer: Answer }[] = [
    {
      reason: "somebody else's policy",
      answer: { status: 403, message: "ValidatingAdmissionPolicy 'other' with binding 'other' denied request" },
    },
    { reason: "a missing right", answer: { status: 403, message: 'namespaces "securitybaseline-system" is forbidden' } },
    { reason: "a webhook", answer: { status: 403, message: 'admission webhook "x.example.com" denied the request' } },
    { reason: "no Namespace", answer: { status: 404, message: "not found" } },
    { reason: "no answer", answer: { status: 0, message: "the API server did not answer" } },
    { reason: "our policy's name in an answer of another status", answer: { status: 500, message: POLICY } },
  ];
  for (const { reason, answer } of others) {
    it(`tells nothing by ${reason}`, async () => {
      const { selfTest, state, answered } = scene(answer);
      selfTest.begin();
      await answered();
      expect(selfTest.problem()).to.deep.equal(PROGRESSING);
      expect(selfTest.begin()).to.equal(1000);
      expect(state.changes).to.equal(0);
    });
  }

  it("is made anew after something happened, and an answer to an earlier one tells nothing", async () => {
    const { selfTest, state, answered } = scene(REFUSES, "passes");
    selfTest.begin();
    selfTest.forget();
    await answered();
    expect(selfTest.problem()).to.deep.equal(PROGRESSING);
    selfTest.begin();
    await answered();
    expect(selfTest.problem()).to.deep.equal(NOT_ENFORCED);
    expect(state.sent).to.equal(2);
  });

  it("survives a defect", async () => {
    const { selfTest, answered } = scene();
    selfTest.begin();
    await answered();
    expect(selfTest.problem()).to.deep.equal(PROGRESSING);
  });
});
