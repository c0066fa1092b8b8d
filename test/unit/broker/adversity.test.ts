/** Proves what the broker does about what it cannot read, cannot see or may not write: it grants nothing, says why, does not hammer, and ends what is due. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { BrokerBench, HOME } from "../../support/broker-bench.ts";
import { eventually } from "../../support/eventually.ts";
import { refusal } from "../../support/pretend-api.ts";

const MADE = ["POST serviceaccounts", "POST rolebindings", "POST roles", "POST rolebindings"];
const GONE = ["DELETE rolebindings", "DELETE serviceaccounts", "DELETE rolebindings", "DELETE roles"];

describe("the broker in adversity", () => {
  let bench: BrokerBench;

  beforeEach(async () => {
    bench = new BrokerBench();
    await bench.follow();
    await bench.lead();
  });

  afterEach(() => bench.stop());

  const active = async (name: string): Promise<void> => {
    bench.ask(name);
    await bench.rest();
    expect(bench.status(name)?.phase).to.equal("Active");
  };
  const entry = (seq: number): JsonObject =>
    bench.api.find("breakglassauditentries", `c0123456789-${String(seq).padStart(12, "0")}`, HOME) ?? {};
  /** Changes a stored object behind the policies' back. */
  const overwrite = (resource: string, object: JsonObject, spec: JsonObject): void => {
    bench.api.put(resource, { ...object, spec: { ...(object["spec"] as JsonObject), ...spec } });
  };

  describe("with an entry that cannot be read", () => {
    it("a request that was ended by it is not granted anew, and the installation says why", async () => {
      bench.ask("a", {});
      await bench.rest();
      bench.decide("a", "Deny");
      await bench.rest();
      expect(bench.ledger.at(-1)).to.equal("Denied");
      bench.api.remove("breakglassdecisions", "a-Deny", "shop");
      bench.decide("a", "Approve");
      overwrite("breakglassauditentries", entry(bench.ledger.length), { v: 2 });
      await bench.pass(60);
      expect(bench.grantWrites).to.deep.equal([]);
      expect(bench.broker.standing()?.obstacle).to.contain("the ledger cannot be read: entry c0123456789-000000000002");
    });

    it("access ends at its deadline all the same", async () => {
      await active("a");
      overwrite("breakglassauditentries", entry(4), { type: "Extended" });
      await bench.pass(661);
      expect(bench.grantWrites).to.deep.equal([...MADE, ...GONE]);
    });

    it("the ledger is not hammered", async () => {
      await active("a");
      overwrite("breakglassauditentries", entry(4), { v: 2 });
      await bench.rest();
      const { attempts } = bench.api;
      bench.ask("b");
      await bench.pass(60);
      expect(bench.api.attempts - attempts).to.be.below(25);
    });
  });

  describe("with a request that cannot be read", () => {
    const unread = async (): Promise<void> => {
      await active("a");
      bench.api.put("breakglassrequests", { ...bench.api.find("breakglassrequests", "a", "shop"), spec: null } as JsonObject);
      await bench.rest();
    };

    it("its access is not taken back", async () => {
      await unread();
      await bench.pass(60);
      expect(bench.grantWrites).to.deep.equal(MADE);
      expect([...bench.active]).to.deep.equal(["uid-a"]);
    });

    it("its access ends at the deadline", async () => {
      await unread();
      await bench.pass(661);
      expect(bench.grantWrites).to.deep.equal([...MADE, ...GONE]);
      expect(bench.ledger.at(-1)).to.equal("Expired");
    });

    it("others are served", async () => {
      await unread();
      await active("b");
    });
  });

  it("access ends at its deadline although the watch does not know of the request that is there", async () => {
    await active("a");
    bench.api.hide("breakglassrequests", "a", "shop");
    await bench.pass(661);
    expect(bench.grantWrites).to.deep.equal([...MADE, ...GONE]);
    expect(bench.ledger.at(-1)).to.equal("Expired");
  });

  describe("while something is refused", () => {
    let refused: number;
    const refuse = (beginning: string): void => {
      refused = 0;
      bench.api.refuse = (write) => {
        if (!write.startsWith(beginning)) return undefined;
        refused += 1;
        return refusal(500, "InternalError");
      };
    };
    /** Somebody makes the broker look again, as often as they like. */
    const disturb = async (): Promise<void> => {
      for (let times = 0; times < 50; times += 1) {
        bench.broker.changedIn("shop");
        bench.decide("a", "Review");
        await bench.rest();
      }
    };
    const cases = [
      { what: "an entry", beginning: "POST breakglassauditentries" },
      { what: "a status", beginning: "PATCH breakglassrequests" },
      { what: "an object of a grant", beginning: "POST serviceaccounts" },
    ];
    for (const { what, beginning } of cases) {
      it(`it is not tried again with each event: ${what}`, async () => {
        refuse(beginning);
        bench.ask("a");
        await bench.rest();
        await disturb();
        expect(refused).to.equal(1);
      });
    }

    it("a revocation takes the access back at once, whatever else has to wait", async () => {
      await active("a");
      refuse("POST breakglassauditentries");
      bench.api.remove("clusterroles", "sb-drill");
      await disturb();
      bench.decide("a", "Revoke");
      await bench.rest();
      expect(bench.grantWrites).to.deep.equal([...MADE, ...GONE]);
    });
  });

  describe("with a kind that it cannot follow", () => {
    for (const resource of ["breakglassdecisions", "validatingadmissionpolicies", "rolebindings"]) {
      it(`grants nothing, says why, and goes on by itself: ${resource}`, async () => {
        bench.api.absent.add(resource);
        bench.api.cut(resource);
        await bench.rest();
        bench.ask("a");
        await bench.rest();
        expect(bench.status("a")?.phase).to.equal("Approved");
        expect(bench.message("a")).to.contain("emergency access does not see all of the cluster");
        bench.api.absent.delete(resource);
        await eventually("it is granted", async () => {
          await bench.pass(5);
          expect(bench.status("a")?.phase).to.equal("Active");
        });
      });
    }
  });
});
