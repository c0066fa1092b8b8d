/** Proves what the broker deletes once it is over for long, and what it keeps: whatever waits for somebody, and everything while it is not sure. */
import { expect } from "chai";
import { BrokerBench } from "../../support/broker-bench.ts";
import { refusal } from "../../support/pretend-api.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
/** The broker looks every ten minutes. */
const ROUND = 601;

describe("the broker's pruning", () => {
  let bench: BrokerBench;

  beforeEach(async () => {
    bench = new BrokerBench();
    await bench.follow();
    await bench.lead();
  });

  afterEach(() => bench.stop());

  const deleted = (): readonly string[] => bench.api.written.filter((write) => /^DELETE breakglass/.test(write));

  async function denied(name: string): Promise<void> {
    bench.ask(name, {});
    await bench.rest();
    bench.decide(name, "Deny");
    await bench.rest();
    expect(bench.status(name)?.phase).to.equal("Denied");
  }

  async function used(name: string, drill = false): Promise<void> {
    bench.ask(name, { bypass: true, drill });
    await bench.rest();
    await bench.pass(661);
    expect(bench.status(name)?.phase).to.equal("Expired");
  }

  it("takes a request thirty days after its end, and its decisions after it; the ledger stays", async () => {
    await denied("a");
    await bench.pass(30 * DAY - ROUND);
    expect(deleted()).to.deep.equal([]);
    await bench.pass(2 * ROUND);
    expect(deleted()).to.deep.equal(["DELETE breakglassrequests/a", "DELETE breakglassdecisions/a-Deny"]);
    expect(bench.ledger).to.deep.equal(["Requested", "Denied"]);
  });

  it("takes nothing whose use waits for a review, however long, and goes on once there is one", async () => {
    await used("a");
    await bench.pass(60 * DAY);
    expect(deleted()).to.deep.equal([]);
    bench.decide("a", "Review");
    await bench.pass(2 * ROUND);
    expect(deleted()).to.deep.equal(["DELETE breakglassrequests/a", "DELETE breakglassdecisions/a-Review"]);
  });

  it("takes a drill without a review", async () => {
    await used("a", true);
    await bench.pass(31 * DAY);
    expect(deleted()).to.deep.equal(["DELETE breakglassrequests/a"]);
  });

  it("takes what never had its turn an hour after its time was up", async () => {
    for (let index = 10; index < 22; index += 1) bench.ask(`a-${index}`, {});
    await bench.rest();
    await bench.pass(1800 + HOUR - ROUND);
    expect(deleted()).to.deep.equal([]);
    await bench.pass(2 * ROUND);
    expect(deleted()).to.deep.equal(["DELETE breakglassrequests/a-20", "DELETE breakglassrequests/a-21"]);
  });

  it("takes decisions about a request that never was after an hour", async () => {
    bench.decide("nothing", "Deny");
    await bench.pass(HOUR - ROUND);
    expect(deleted()).to.deep.equal([]);
    await bench.pass(2 * ROUND);
    expect(deleted()).to.deep.equal(["DELETE breakglassdecisions/nothing-Deny"]);
  });

  it("keeps decisions about a request that the watch does not know of although it is there", async () => {
    await denied("a");
    bench.api.hide("breakglassrequests", "a", "shop");
    await bench.pass(31 * DAY);
    expect(deleted()).to.deep.equal([]);
  });

  it("keeps the decisions of a request that somebody deleted as long as the request would have been", async () => {
    await denied("a");
    bench.api.remove("breakglassrequests", "a", "shop");
    await bench.pass(29 * DAY);
    expect(deleted()).to.deep.equal([]);
    await bench.pass(DAY + ROUND);
    expect(deleted()).to.deep.equal(["DELETE breakglassdecisions/a-Deny"]);
  });

  it("takes nothing while something is in the way of grants, and what is open never", async () => {
    await denied("a");
    bench.restore("ValidatingAdmissionPolicyBinding", "securitybaseline-break-glass-pruning", { spec: {} });
    await bench.pass(31 * DAY);
    expect(deleted()).to.deep.equal([]);
    bench.restore("ValidatingAdmissionPolicyBinding", "securitybaseline-break-glass-pruning");
    bench.ask("c", {});
    await bench.pass(2 * ROUND);
    expect(deleted()).to.deep.equal(["DELETE breakglassrequests/a", "DELETE breakglassdecisions/a-Deny"]);
  });

  it("takes nothing any more once it does not lead", async () => {
    await denied("a");
    bench.leads = false;
    await bench.pass(31 * DAY);
    expect(deleted()).to.deep.equal([]);
  });

  it("tries again in the next round what was refused", async () => {
    await denied("a");
    bench.api.refuse = (write) => (write.startsWith("DELETE breakglass") ? refusal(403, "Forbidden") : undefined);
    await bench.pass(31 * DAY);
    const { attempts } = bench.api;
    await bench.pass(ROUND);
    expect(bench.api.attempts - attempts).to.equal(1);
    bench.api.refuse = () => undefined;
    await bench.pass(ROUND);
    expect(deleted()).to.deep.equal(["DELETE breakglassrequests/a", "DELETE breakglassdecisions/a-Deny"]);
  });

  it("takes what comes behind one that is refused", async () => {
    await denied("a");
    await denied("b");
    bench.api.refuse = (write) => (write === "DELETE breakglassrequests/a" ? refusal(403, "Forbidden") : undefined);
    await bench.pass(31 * DAY);
    expect(deleted()).to.deep.equal(["DELETE breakglassrequests/b", "DELETE breakglassdecisions/b-Deny"]);
  });
});
