/** Proves when access in use ends because the policies that hold it are gone or changed, and when it does not. */
import { expect } from "chai";
import { BrokerBench } from "../../support/broker-bench.ts";

const POLICY = "ValidatingAdmissionPolicy";
const BINDING = "ValidatingAdmissionPolicyBinding";
const TOKENS = "securitybaseline-break-glass-tokens";
const POLICIES = "validatingadmissionpolicies";
const BINDINGS = "validatingadmissionpolicybindings";
const WARNING = { spec: { policyName: TOKENS, validationActions: ["Warn"] } };

/** Policies can neither be listed nor watched. */
function blinded({ api }: BrokerBench): void {
  api.absent.add(POLICIES);
  api.cut(POLICIES);
}

describe("access in use while policies are missing or changed", () => {
  let bench: BrokerBench;

  beforeEach(async () => {
    bench = new BrokerBench();
    await bench.follow();
    await bench.lead();
    bench.ask("a");
    await bench.rest();
  });

  afterEach(() => bench.stop());

  const phase = (): string | undefined => bench.status("a")?.phase;

  const losses: readonly { reason: string; appears: (bench: BrokerBench) => void; told: string }[] = [
    { reason: "a policy is gone", appears: ({ api }) => api.remove(POLICIES, TOKENS), told: `${POLICY} ${TOKENS} is missing` },
    { reason: "a binding is gone", appears: ({ api }) => api.remove(BINDINGS, TOKENS), told: `${BINDING} ${TOKENS} is missing` },
    {
      reason: "a binding only warns",
      appears: (world) => world.restore(BINDING, TOKENS, WARNING),
      told: `${BINDING} ${TOKENS} is not as declared`,
    },
  ];
  for (const { reason, appears, told } of losses) {
    it(`ends after a minute when ${reason}, and says so in status and ledger`, async () => {
      appears(bench);
      await bench.rest();
      await bench.pass(59);
      expect(phase()).to.equal("Active");
      await bench.pass(1);
      expect(bench.status("a")).to.include({ phase: "Revoked", endReason: "PoliciesLost" });
      expect(bench.message("a")).to.contain(`the policies that hold access to its terms were not in force for more than a minute: ${told}`);
      expect(bench.ledger.slice(-2)).to.deep.equal(["Suspended", "Revoked"]);
      expect(bench.grantWrites.filter((write) => write.startsWith("DELETE"))).to.have.length(4);
    });
  }

  it("goes on while they cannot be seen, and the minute begins anew when they can", async () => {
    bench.api.remove(POLICIES, TOKENS);
    await bench.rest();
    await bench.pass(50);
    blinded(bench);
    await bench.rest();
    await bench.pass(120);
    expect(phase()).to.equal("Active");
  });

  it("goes on when they come back within the minute, and the next minute is a whole one", async () => {
    bench.api.remove(POLICIES, TOKENS);
    await bench.rest();
    await bench.pass(59);
    bench.restore(POLICY, TOKENS);
    await bench.rest();
    await bench.pass(30);
    bench.api.remove(POLICIES, TOKENS);
    await bench.rest();
    await bench.pass(59);
    expect(phase()).to.equal("Active");
    await bench.pass(1);
    expect(phase()).to.equal("Revoked");
  });

  it("ends also when one is missing after the other", async () => {
    bench.api.remove(POLICIES, TOKENS);
    await bench.rest();
    await bench.pass(40);
    bench.api.remove(BINDINGS, "securitybaseline-break-glass-actors");
    await bench.rest();
    bench.restore(POLICY, TOKENS);
    await bench.rest();
    await bench.pass(20);
    expect(phase()).to.equal("Revoked");
  });

  const others: readonly { reason: string; appears: (bench: BrokerBench) => void }[] = [
    { reason: "a policy was not checked yet", appears: (world) => world.restore(POLICY, TOKENS, { status: { observedGeneration: 0 } }) },
    {
      reason: "a policy does not fit this API server",
      appears: (world) => {
        const expressionWarnings = [{ fieldRef: "spec.validations[0].expression", warning: "undefined field" }];
        world.restore(POLICY, TOKENS, { status: { observedGeneration: 1, typeChecking: { expressionWarnings } } });
      },
    },
    { reason: "the policies cannot be seen", appears: blinded },
  ];
  for (const { reason, appears } of others) {
    it(`goes on when ${reason}`, async () => {
      appears(bench);
      await bench.pass(120);
      expect(phase()).to.equal("Active");
    });
  }

  it("goes on while the watch tells of a loss that the API server does not know of, and ends when it does", async () => {
    bench.api.hide(POLICIES, TOKENS);
    await bench.rest();
    await bench.pass(90);
    expect(phase()).to.equal("Active");
    expect(bench.ledger.at(-1)).to.equal("Active");
    bench.api.remove(POLICIES, TOKENS);
    await bench.rest();
    await bench.pass(300);
    expect(phase()).to.equal("Revoked");
  });

  it("is not granted meanwhile, and what was approved waits", async () => {
    bench.api.remove(POLICIES, TOKENS);
    await bench.rest();
    bench.ask("b");
    await bench.pass(120);
    expect(bench.status("b")?.phase).to.equal("Approved");
  });
});
