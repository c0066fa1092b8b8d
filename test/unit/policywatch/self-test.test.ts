/** Proves what is believed of an API server that is asked to refuse: a refusal by our own policy, and nothing else. */
import { expect } from "chai";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { SelfTest } from "../../../operator/policywatch/self-test.ts";
import { ManualClock } from "../../support/manual-clock.ts";

type Answer = "passes" | { readonly status: number; readonly message: string };

const POLICY =
  "ValidatingAdmissionPolicy 'securitybaseline-operator-namespaces' with binding 'securitybaseline-operator-namespaces' denied request";
const REFUSES: Answer = { status: 403, message: POLICY };

const PROGRESSING = { reason: "Progressing", message: "it is being tried whether the API server enforces its admission policies" };
const NOT_ENFORCED = {
  reason: "BackendUnavailable",
  message:
    "the API server let pass what an admission policy refuses: see that the admission plugin ValidatingAdmissionPolicy is not disabled",
};

describe("the trial of the API server", () => {
  let end: AbortController;

  beforeEach(() => {
    end = new AbortController();
  });

  afterEach(() => end.abort());

  function scene(...answers: readonly Answer[]) {
    const left = [...answers];
    const state = { sent: 0, changes: 0 };
    const clock = new ManualClock();
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
      clock,
      random: () => 0,
    });
    void selfTest.run(end.signal);
    return { selfTest, state, clock, settled: () => new Promise((resolve) => setImmediate(resolve)) };
  }

  it("is not made before anybody relies on it", async () => {
    const { selfTest, state, settled } = scene(REFUSES);
    selfTest.again();
    await settled();
    expect(selfTest.problem()).to.deep.equal(PROGRESSING);
    expect(state.sent).to.equal(0);
  });

  it("is over once our policy refuses: asked once, whoever relies on it", async () => {
    const { selfTest, state, settled } = scene(REFUSES);
    selfTest.begin();
    selfTest.begin();
    await settled();
    selfTest.begin();
    await settled();
    expect(selfTest.problem()).to.equal(undefined);
    expect(state).to.deep.equal({ sent: 1, changes: 1 });
  });

  it("says so where nothing refuses, and goes on after growing pauses", async () => {
    const { selfTest, state, clock, settled } = scene("passes", "passes", REFUSES);
    selfTest.begin();
    await settled();
    expect(selfTest.problem()).to.deep.equal(NOT_ENFORCED);
    await clock.advance(999);
    expect(state.sent).to.equal(1);
    await clock.advance(1);
    expect(state.sent).to.equal(2);
    await clock.advance(1999);
    expect(state.sent).to.equal(2);
    await clock.advance(1);
    await settled();
    expect(selfTest.problem()).to.equal(undefined);
    expect(state).to.deep.equal({ sent: 3, changes: 2 });
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
    it(`tells nothing by ${reason}, and is made again`, async () => {
      const { selfTest, state, clock, settled } = scene(answer, REFUSES);
      selfTest.begin();
      await settled();
      expect(selfTest.problem()).to.deep.equal(PROGRESSING);
      expect(state.changes).to.equal(0);
      await clock.advance(1000);
      await settled();
      expect(selfTest.problem()).to.equal(undefined);
    });
  }

  it("is made anew after something happened, and what was known holds until it is answered", async () => {
    const { selfTest, state, clock, settled } = scene(REFUSES, { status: 0, message: "gone" }, "passes");
    selfTest.begin();
    await settled();
    selfTest.again();
    await settled();
    expect(selfTest.problem()).to.equal(undefined);
    await clock.advance(1000);
    await settled();
    expect(selfTest.problem()).to.deep.equal(NOT_ENFORCED);
    expect(state).to.deep.equal({ sent: 3, changes: 2 });
  });

  it("is made once more where something happened while it was under way", async () => {
    const { selfTest, state, settled } = scene(REFUSES, "passes");
    selfTest.begin();
    await Promise.resolve();
    selfTest.again();
    await settled();
    expect(state.sent).to.equal(2);
    expect(selfTest.problem()).to.deep.equal(NOT_ENFORCED);
  });

  it("survives a defect", async () => {
    const { selfTest, settled } = scene();
    selfTest.begin();
    await settled();
    expect(selfTest.problem()).to.deep.equal(PROGRESSING);
  });
});
