/** Proves what emergency access does while something stands in its way: a ledger or a status that cannot be written, a refusal, a clock, a policy. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { BrokerBench } from "../../support/broker-bench.ts";
import { refusal } from "../../support/pretend-api.ts";

const MADE = ["POST serviceaccounts", "POST rolebindings", "POST roles", "POST rolebindings"];
const GONE = ["DELETE rolebindings", "DELETE serviceaccounts", "DELETE rolebindings", "DELETE roles"];

describe("the broker, while something is in its way", () => {
  let bench: BrokerBench;

  beforeEach(async () => {
    bench = new BrokerBench();
    await bench.follow();
  });

  afterEach(() => bench.stop());

  describe("while the ledger cannot be written", () => {
    const block = (): void => {
      bench.api.refuse = (write) => (write.startsWith("POST breakglassauditentries") ? refusal(500, "InternalError") : undefined);
    };
    const unblock = (): void => {
      bench.api.refuse = () => undefined;
    };

    it("grants nothing, and goes on by itself afterwards", async () => {
      await bench.lead();
      block();
      bench.ask("a");
      await bench.rest();
      expect(bench.api.attempts, "one entry before the first pause, and the status that tells of it").to.equal(2);
      expect(bench.grantWrites).to.deep.equal([]);
      unblock();
      await bench.pass(30);
      expect(bench.status("a")?.phase).to.equal("Active");
    });

    it("takes back all the same, and records the end afterwards", async () => {
      await bench.lead();
      bench.ask("a");
      await bench.rest();
      block();
      bench.posture = undefined;
      bench.broker.changedIn("shop");
      await bench.rest();
      expect(bench.grantWrites).to.deep.equal([...MADE, ...GONE]);
      expect(bench.ledger.at(-1)).to.equal("Active");
      unblock();
      await bench.pass(30);
      expect(bench.ledger.at(-1)).to.equal("Revoked");
    });

    it("takes back what was tampered with, although the evidence cannot be kept", async () => {
      await bench.lead();
      bench.ask("a");
      await bench.rest();
      block();
      bench.api.remove("clusterroles", "incident-admin");
      await bench.rest();
      expect(bench.grantWrites).to.deep.equal([...MADE, ...GONE]);
      expect(bench.ledger.at(-1)).to.equal("Active");
    });
  });

  it("takes back all the same while no status can be written", async () => {
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    bench.api.refuse = (write) => (write.startsWith("PATCH") ? refusal(422, "Invalid") : undefined);
    bench.posture = undefined;
    bench.broker.changedIn("shop");
    await bench.rest();
    expect(bench.grantWrites).to.deep.equal([...MADE, ...GONE]);
  });

  it("tries a refused creation again, and makes each object once", async () => {
    let refusals = 2;
    bench.api.refuse = (write) => (write.startsWith("POST roles/") && refusals-- > 0 ? refusal(409, "AlreadyExists") : undefined);
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    expect(bench.status("a")?.phase).to.equal("Issuing");
    await bench.pass(5);
    await bench.pass(5);
    expect(bench.status("a")?.phase).to.equal("Active");
    expect(bench.grantWrites).to.deep.equal(MADE);
  });

  it("says that the objects of a grant cannot be made, the same for as long as that is so, and goes on by itself", async () => {
    bench.api.refuse = (write) => (write.startsWith("POST rolebindings/") ? refusal(403, "Forbidden") : undefined);
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    const statuses = (): number => bench.api.written.filter((write) => write.startsWith("PATCH breakglassrequests")).length;
    await bench.pass(1);
    const before = statuses();
    expect(bench.message("a")).to.equal(
      "the objects of the grant cannot be made yet, the API server answers Forbidden: see the operator's log, and quotas and admission of the namespace",
    );
    await bench.pass(60);
    expect(statuses()).to.equal(before);
    bench.api.refuse = () => undefined;
    await bench.pass(60);
    expect(bench.status("a")?.phase).to.equal("Active");
  });

  it("does not insist on a status that the API server keeps otherwise", async () => {
    bench.api.keepStatus = ({ phase: _phase, ...status }: JsonObject) => status;
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    expect(bench.api.attempts).to.be.below(6);
    await bench.pass(10);
    expect(bench.api.attempts).to.be.below(40);
  });

  describe("while something is in the way", () => {
    const obstacles: readonly {
      reason: string;
      appears: (bench: BrokerBench) => void;
      goes: (bench: BrokerBench) => void;
      told: string;
    }[] = [
      {
        reason: "the clocks disagree",
        appears: (world) => {
          world.skew = 31_000;
          world.broker.sawTime();
        },
        goes: (world) => {
          world.skew = -29_000;
          world.broker.sawTime();
        },
        told: "differ by more than 30 seconds",
      },
      {
        reason: "a policy is missing",
        appears: ({ api }) => api.remove("validatingadmissionpolicybindings", "securitybaseline-break-glass-tokens"),
        goes: (world) => world.restore("ValidatingAdmissionPolicyBinding", "securitybaseline-break-glass-tokens"),
        told: "securitybaseline-break-glass-tokens is missing",
      },
    ];
    for (const { reason, appears, goes, told } of obstacles) {
      it(`grants nothing, says why, and goes on when it went: ${reason}`, async () => {
        await bench.lead();
        appears(bench);
        bench.ask("a");
        await bench.rest();
        expect(bench.status("a")?.phase).to.equal("Approved");
        expect(bench.message("a")).to.contain(told);
        expect(bench.broker.standing()?.obstacle).to.contain(told);
        expect(bench.grantWrites).to.deep.equal([]);
        const before = bench.standings;
        goes(bench);
        await bench.rest();
        expect(bench.status("a")?.phase).to.equal("Active");
        expect(bench.standings).to.be.above(before);
      });
    }
  });
});
