/** Proves that the broker records every end, whatever cannot be deleted or written, and tells for how long something is left. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { BrokerBench, HOME, PROFILE } from "../../support/broker-bench.ts";
import { refusal } from "../../support/pretend-api.ts";

/** Where the objects of a grant are. */
const PLACES = { binding: ["rolebindings", "shop"], identity: ["serviceaccounts", HOME] } as const;

describe("the broker at an end that something is in the way of", () => {
  let bench: BrokerBench;
  let resign: () => Promise<void>;

  beforeEach(async () => {
    bench = new BrokerBench();
    await bench.follow();
    resign = await bench.lead();
    bench.ask("a");
    await bench.rest();
    expect(bench.status("a")?.phase).to.equal("Active");
  });

  afterEach(() => bench.stop());

  const grant = (): string => bench.status("a")?.grant?.serviceAccount ?? "";
  const object = (part: keyof typeof PLACES): JsonObject => {
    const [resource, namespace] = PLACES[part];
    return bench.api.find(resource, grant(), namespace) ?? {};
  };
  const setMetadata = (part: keyof typeof PLACES, metadata: JsonObject): void => {
    const held = object(part);
    bench.api.put(PLACES[part][0], { ...held, metadata: { ...(held["metadata"] as JsonObject), ...metadata } });
  };
  /** Somebody deletes it in the foreground, and something that belongs to it does not go. */
  const deleteInVain = (part: keyof typeof PLACES): void =>
    setMetadata(part, { finalizers: ["foregroundDeletion"], deletionTimestamp: bench.api.time() });

  it("records the end where somebody deletes the binding in the foreground, and tells what is left until it is gone", async () => {
    deleteInVain("binding");
    await bench.rest();
    expect(bench.ledger.slice(-2)).to.deep.equal(["Suspended", "Revoked"]);
    expect(bench.message("a")).to.contain(`cannot be removed: RoleBinding shop/${grant()}`);
    expect(bench.broker.standing()?.caveat).to.contain(
      `emergency access of the grant ${grant()} is over, but objects of it cannot be removed`,
    );
    bench.api.remove("rolebindings", grant(), "shop");
    await bench.rest();
    expect(bench.message("a")).to.equal("somebody changed or removed an object of the grant");
    expect(bench.broker.standing()?.caveat).to.equal(undefined);
  });

  it("holds up the next use until this one is reviewed, also while it is only suspended", async () => {
    bench.posture = { uid: "b-1", mode: undefined, breakGlass: { profiles: [{ ...PROFILE, blockNextUntilReviewed: true }] } };
    for (const part of ["binding", "identity"] as const) deleteInVain(part);
    await bench.rest();
    expect(bench.status("a")?.phase).to.equal("Suspended");
    bench.ask("b", {});
    await bench.rest();
    bench.decide("b", "Approve");
    await bench.rest();
    expect(bench.status("b")?.phase).to.equal("Pending");
    await bench.pass(76);
    expect(bench.status("a")?.phase).to.equal("Revoked");
    expect(bench.status("b")?.phase).to.equal("Pending");
    bench.decide("a", "Review");
    await bench.rest();
    expect(bench.status("b")?.phase).to.equal("Active");
  });

  it("records the end when the tokens are dead where binding and account are stuck, also after a restart in between", async () => {
    for (const part of ["binding", "identity"] as const) deleteInVain(part);
    await bench.rest();
    await resign();
    await bench.pass(30);
    await bench.lead();
    expect(bench.ledger.at(-1)).to.equal("Suspended");
    await bench.pass(44);
    expect(bench.ledger.at(-1)).to.equal("Suspended");
    await bench.pass(2);
    expect(bench.ledger.at(-1)).to.equal("Revoked");
  });

  it("finds what is left of an end that an earlier leader recorded, and tells", async () => {
    deleteInVain("binding");
    await bench.rest();
    await resign();
    expect(bench.broker.standing()?.caveat).to.equal(undefined);
    await bench.lead();
    expect(bench.broker.standing()?.caveat).to.contain(grant());
  });

  it("records the end where the request goes in the foreground and the baseline with it, and the binding is stuck", async () => {
    setMetadata("binding", { finalizers: ["example.com/mine"] });
    const request = bench.api.find("breakglassrequests", "a", "shop") ?? {};
    const metadata = { ...(request["metadata"] as JsonObject), finalizers: ["foregroundDeletion"], deletionTimestamp: bench.api.time() };
    bench.api.put("breakglassrequests", { ...request, metadata });
    bench.posture = undefined;
    bench.broker.changedIn("shop");
    await bench.rest();
    expect(bench.ledger.at(-1)).to.equal("Revoked");
  });

  it("takes back the account where the deletion of the binding is refused, records the end, and goes on trying", async () => {
    bench.api.refuse = (write) => (write.startsWith("DELETE rolebindings/") ? refusal(403, "Forbidden") : undefined);
    bench.decide("a", "Revoke");
    await bench.rest();
    expect(bench.grantWrites).to.include("DELETE serviceaccounts");
    expect(bench.ledger.at(-1)).to.equal("Revoked");
    expect(bench.broker.standing()?.caveat).to.contain(grant());
    bench.api.refuse = () => undefined;
    await bench.pass(60);
    expect(bench.api.find("rolebindings", grant(), "shop")).to.equal(undefined);
    expect(bench.broker.standing()?.caveat).to.equal(undefined);
  });

  it("does not hammer what refuses every deletion, and records the end a little after the deadline", async () => {
    bench.api.refuse = (write) => (write.startsWith("DELETE") ? refusal(403, "Forbidden") : undefined);
    await bench.pass(661);
    const { attempts } = bench.api;
    await bench.pass(60);
    expect(bench.api.attempts - attempts).to.be.below(50);
    expect(bench.ledger.at(-1)).to.equal("Active");
    await bench.pass(30);
    expect(bench.ledger.at(-1)).to.equal("Expired");
  });

  it("records the end of what was suspended while no status can be written", async () => {
    bench.api.refuse = (write) => (write.startsWith("PATCH breakglassrequests") ? refusal(403, "Forbidden") : undefined);
    bench.api.remove("clusterroles", "incident-admin");
    await bench.rest();
    expect(bench.ledger.slice(-2)).to.deep.equal(["Suspended", "Revoked"]);
  });
});
