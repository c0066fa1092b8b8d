/** Proves what the broker makes of requests as the cluster changes, writes fail, time passes and leadership comes and goes. */
import { expect } from "chai";
import { grantName } from "../../../operator/breakglass/grant.ts";
import { BrokerBench, HOME, PROFILE } from "../../support/broker-bench.ts";

const MADE = ["POST serviceaccounts", "POST rolebindings", "POST roles", "POST rolebindings"];
const GONE = ["DELETE rolebindings", "DELETE serviceaccounts", "DELETE rolebindings", "DELETE roles"];

/** The grant of request `a` at noon, for eleven minutes. */
const GRANT = grantName("uid-a", Date.parse("2026-11-23T12:11:00Z") / 1000);

describe("the broker", () => {
  let bench: BrokerBench;

  beforeEach(async () => {
    bench = new BrokerBench();
    await bench.follow();
  });

  afterEach(() => bench.stop());

  it("grants what needs no approval, every entry before what it announces", async () => {
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    expect(bench.status("a")?.phase).to.equal("Active");
    expect(bench.status("a")?.deadline).to.equal("2026-11-23T12:11:00Z");
    expect(bench.ledger).to.deep.equal(["Requested", "Approved", "Issuing", "Active"]);
    expect(bench.grantWrites).to.deep.equal(MADE);
    expect([...bench.active]).to.deep.equal(["uid-a"]);
    expect(bench.told).to.deep.equal(["began at nothing", "1 Requested", "2 Approved", "3 Issuing", "4 Active"]);
  });

  it("sees its own writes before the watches tell of them: none is sent twice", async () => {
    await bench.lead();
    bench.ask("a");
    bench.api.lagging = true;
    await bench.rest();
    expect(bench.status("a")?.phase).to.equal("Active");
    await bench.pass(661);
    bench.api.catchUp();
    await bench.rest();
    expect(bench.status("a")?.phase).to.equal("Expired");
    expect(bench.api.attempts).to.equal(bench.api.written.length);
  });

  const hidden = [
    { what: "a request", hide: ({ api }: BrokerBench) => api.hide("breakglassrequests", "a", "shop") },
    { what: "an object of a grant", hide: ({ api }: BrokerBench) => api.hide("serviceaccounts", GRANT, HOME) },
  ];
  for (const { what, hide } of hidden) {
    it(`takes nothing back because a watch does not know of ${what} that is there`, async () => {
      await bench.lead();
      bench.ask("a");
      await bench.rest();
      const { attempts } = bench.api;
      hide(bench);
      // Whoever makes the broker look again meanwhile changes nothing.
      for (let second = 0; second < 60; second += 1) {
        bench.broker.changedIn("shop");
        await bench.pass(1);
      }
      expect(bench.api.looked).not.to.deep.equal([]);
      expect(bench.api.attempts).to.equal(attempts);
      expect([...bench.active]).to.deep.equal(["uid-a"]);
    });
  }

  it("takes nothing back because a watch does not know of the decision that it was approved by, and does where that is gone", async () => {
    await bench.lead();
    bench.ask("a", {});
    await bench.rest();
    bench.decide("a", "Approve");
    await bench.rest();
    bench.api.hide("breakglassdecisions", "a-Approve", "shop");
    await bench.pass(30);
    expect(bench.status("a")?.phase).to.equal("Active");
    bench.api.remove("breakglassdecisions", "a-Approve", "shop");
    await bench.pass(60);
    expect(bench.status("a")).to.include({ phase: "Revoked", endReason: "NotApproved" });
  });

  it("sends nothing while nothing changes", async () => {
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    const { attempts } = bench.api;
    await bench.pass(600);
    expect(bench.api.attempts).to.equal(attempts);
  });

  it("waits for an approval, and goes on with it", async () => {
    await bench.lead();
    bench.ask("a", {});
    await bench.rest();
    expect(bench.status("a")?.phase).to.equal("Pending");
    bench.decide("a", "Approve");
    await bench.rest();
    expect(bench.status("a")?.phase).to.equal("Active");
  });

  it("takes everything back at the deadline, what gives rights first", async () => {
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    await bench.pass(661);
    expect(bench.status("a")?.phase).to.equal("Expired");
    expect(bench.grantWrites).to.deep.equal([...MADE, ...GONE]);
    expect([...bench.active]).to.deep.equal([]);
  });

  const ends: readonly { reason: string; happens: (bench: BrokerBench) => void; endReason: string }[] = [
    {
      reason: "the baseline is gone",
      happens: (world) => {
        world.posture = undefined;
        world.broker.changedIn("shop");
      },
      endReason: "ProfileRemoved",
    },
    {
      reason: "the section only reports from now on",
      happens: (world) => {
        world.posture = world.posture && { ...world.posture, mode: "Report" };
        world.broker.changedIn("shop");
      },
      endReason: "ProfileRemoved",
    },
    {
      reason: "the role has other rules",
      happens: ({ api }) =>
        api.put("clusterroles", {
          metadata: { name: "incident-admin" },
          rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
        }),
      endReason: "RoleChanged",
    },
    { reason: "the role is gone", happens: ({ api }) => api.remove("clusterroles", "incident-admin"), endReason: "RoleMissing" },
    {
      reason: "an object of the grant is gone",
      happens: ({ api, status }) => api.remove("roles", grantOf(status.call(bench, "a")), HOME),
      endReason: "Tampered",
    },
  ];
  for (const { reason, happens, endReason } of ends) {
    it(`takes everything back when ${reason}`, async () => {
      await bench.lead();
      bench.ask("a");
      await bench.rest();
      happens(bench);
      await bench.rest();
      expect(bench.status("a")).to.include({ phase: "Revoked", endReason });
      expect(bench.grantWrites.filter((write) => write === "DELETE serviceaccounts")).to.have.length(1);
    });
  }

  it("holds up the next use until somebody has reviewed the last one, of that person and profile only", async () => {
    bench.posture = { uid: "b-1", mode: undefined, breakGlass: { profiles: [{ ...PROFILE, blockNextUntilReviewed: true }] } };
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    await bench.pass(661);
    bench.ask("b", {});
    bench.ask("c", { requester: { username: "joe" } });
    await bench.rest();
    for (const name of ["b", "c"]) bench.decide(name, "Approve");
    await bench.rest();
    expect(bench.status("c")?.phase).to.equal("Active");
    expect(bench.status("b")?.phase).to.equal("Pending");
    expect(bench.message("b")).to.match(/\ba\b.*review|review.*\ba\b/);
    bench.decide("a", "Review");
    await bench.rest();
    expect(bench.status("b")?.phase).to.equal("Active");
  });

  it("holds up the next use under another name with the same uid, too", async () => {
    bench.posture = { uid: "b-1", mode: undefined, breakGlass: { profiles: [{ ...PROFILE, blockNextUntilReviewed: true }] } };
    await bench.lead();
    bench.ask("a", { bypass: true, requester: { username: "joe", uid: "uid-of-joe" } });
    await bench.rest();
    await bench.pass(661);
    bench.ask("b", { requester: { username: "joe-admin", uid: "uid-of-joe" } });
    await bench.rest();
    bench.decide("b", "Approve");
    await bench.rest();
    expect(bench.status("b")?.phase).to.equal("Pending");
  });

  it("holds up the next use also where the request of the last one was deleted", async () => {
    bench.posture = { uid: "b-1", mode: undefined, breakGlass: { profiles: [{ ...PROFILE, blockNextUntilReviewed: true }] } };
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    await bench.pass(661);
    bench.api.remove("breakglassrequests", "a", "shop");
    bench.ask("b", {});
    await bench.rest();
    bench.decide("b", "Approve");
    await bench.rest();
    expect(bench.status("b")?.phase).to.equal("Pending");
    expect(bench.message("b")).to.equal("waits until somebody else has reviewed a");
  });

  it("goes by the mode of the section before that of the baseline", async () => {
    bench.posture = { uid: "b-1", mode: "Report", breakGlass: { mode: "Enforce", profiles: [PROFILE] } };
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    expect(bench.status("a")?.phase).to.equal("Active");
  });

  it("takes everything back when the request is gone, and says so in the ledger", async () => {
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    bench.api.remove("breakglassrequests", "a", "shop");
    await bench.rest();
    expect(bench.grantWrites).to.deep.equal([...MADE, ...GONE]);
    expect(bench.ledger.at(-1)).to.equal("Revoked");
  });

  describe("leadership", () => {
    it("without it nothing is sent", async () => {
      bench.leads = false;
      await bench.lead();
      bench.ask("a");
      await bench.pass(60);
      expect(bench.api.attempts).to.equal(0);
    });

    it("a new term goes on where the last one stopped, and ends what passed its deadline meanwhile", async () => {
      const resign = await bench.lead();
      bench.ask("a");
      await bench.rest();
      await resign();
      expect([...bench.active]).to.deep.equal([]);
      await bench.pass(700);
      expect(bench.status("a")?.phase).to.equal("Active");
      await bench.lead();
      expect(bench.status("a")?.phase).to.equal("Expired");
      expect(bench.told).to.include("began at 4");
    });

    it("a term begins only when baselines and namespaces are known: nothing ends because it was not listed yet", async () => {
      const resign = await bench.lead();
      bench.ask("a");
      await bench.rest();
      await resign();
      bench.known = false;
      bench.posture = undefined;
      await bench.lead();
      await bench.pass(60);
      expect(bench.status("a")?.phase).to.equal("Active");
      bench.known = true;
      bench.broker.changedForAll();
      await bench.rest();
      expect(bench.status("a")?.phase).to.equal("Revoked");
    });
  });
});

function grantOf(status: { grant?: { serviceAccount: string } } | undefined): string {
  return status?.grant?.serviceAccount ?? "";
}
