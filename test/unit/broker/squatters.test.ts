/** Proves that a request whose grant's name is taken fails at once, keeps nothing, leaves alone what stands there, and that the next one gets access. */
import { expect } from "chai";
import { grantName } from "../../../operator/breakglass/grant.ts";
import { BrokerBench, HOME } from "../../support/broker-bench.ts";
import { refusal } from "../../support/pretend-api.ts";

/** The grant of request `a` at noon, for eleven minutes. */
const GRANT = grantName("uid-a", Date.parse("2026-11-23T12:11:00Z") / 1000);

describe("the broker where the name of a grant is taken", () => {
  let bench: BrokerBench;

  beforeEach(async () => {
    bench = new BrokerBench();
    await bench.follow();
    await bench.lead();
  });

  afterEach(() => bench.stop());

  /** Makes an object that no watch of ours tells of: it has none of the labels of grants. */
  const squat = (resource: string, namespace: string): void => {
    bench.api.lagging = true;
    bench.api.put(resource, { metadata: { name: GRANT, namespace, uid: "squatter" } });
    bench.api.lagging = false;
  };

  const places: readonly { readonly what: string; readonly resource: string; readonly namespace: string }[] = [
    { what: "account", resource: "serviceaccounts", namespace: HOME },
    { what: "binding", resource: "rolebindings", namespace: "shop" },
    { what: "Role of the minter", resource: "roles", namespace: HOME },
    { what: "binding of the minter", resource: "rolebindings", namespace: HOME },
  ];
  for (const { what, resource, namespace } of places) {
    it(`fails at once for its ${what}, keeps nothing, and the next one has another name`, async () => {
      squat(resource, namespace);
      bench.ask("a");
      await bench.rest();
      expect(bench.status("a")).to.include({ phase: "Failed", endReason: "NameTaken" });
      const made = bench.grantWrites.filter((write) => write.startsWith("POST"));
      const gone = bench.grantWrites.filter((write) => write.startsWith("DELETE"));
      expect(gone.length).to.equal(made.length);
      expect(bench.api.find(resource, GRANT, namespace)?.["metadata"]).to.include({ uid: "squatter" });
      bench.ask("b");
      await bench.rest();
      expect(bench.status("b")?.phase).to.equal("Active");
    });
  }

  it("makes nothing anew while the failure cannot be recorded", async () => {
    squat("rolebindings", HOME);
    bench.api.refuse = (write) =>
      write.startsWith("POST breakglassauditentries") && bench.ledger.includes("Issuing") ? refusal(500, "InternalError") : undefined;
    bench.ask("a");
    await bench.rest();
    await bench.pass(60);
    expect(bench.grantWrites).to.deep.equal([
      "POST serviceaccounts",
      "POST rolebindings",
      "POST roles",
      "DELETE rolebindings",
      "DELETE serviceaccounts",
      "DELETE roles",
    ]);
    bench.api.refuse = () => undefined;
    await bench.pass(60);
    expect(bench.status("a")).to.include({ phase: "Failed", endReason: "NameTaken" });
  });
});
