/** Proves that the broker removes what gives access like a grant and is explained by no entry, tells of it, and takes nothing else for it. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { entryManifest, GENESIS, linkEntry } from "../../../operator/breakglass/chain.ts";
import { grantObjects } from "../../../operator/breakglass/grant.ts";
import { BrokerBench, HOME, NOON, SETTINGS } from "../../support/broker-bench.ts";
import { refusal } from "../../support/pretend-api.ts";

const RESOURCES: Readonly<Record<string, string>> = { ServiceAccount: "serviceaccounts", RoleBinding: "rolebindings", Role: "roles" };
/** Four hours from noon. */
const DEADLINE = Date.parse("2026-11-23T16:00:00Z") / 1000;

describe("the broker and what no entry explains", () => {
  let bench: BrokerBench;

  beforeEach(async () => {
    bench = new BrokerBench();
    await bench.follow();
  });

  afterEach(() => bench.stop());

  const objects = () =>
    grantObjects({
      settings: SETTINGS,
      scope: { namespace: "shop" },
      requester: "mallory",
      requestUID: "uid-x",
      role: "incident-admin",
      deadline: DEADLINE,
    }).map(({ part, kind, manifest }) => {
      const metadata = {
        ...(manifest["metadata"] as JsonObject),
        uid: `uid-${part}`,
        labels: { "securitybaseline.dev/break-glass": "grant" },
      };
      return { resource: RESOURCES[kind.kind] ?? "", object: { ...manifest, metadata } };
    });
  /** Somebody makes a grant with the operator's token, as the operator would. */
  const forge = (): void => {
    for (const { resource, object } of objects()) bench.api.put(resource, object);
  };
  const left = (): readonly string[] =>
    objects().flatMap(({ resource, object }) => {
      const { namespace, name } = object.metadata as unknown as { namespace: string; name: string };
      return bench.api.find(resource, name, namespace) === undefined ? [] : [resource];
    });
  const caveat = (): string | undefined => bench.broker.standing()?.caveat;

  it("removes all of it, what gives rights first, and tells in the ledger, in the condition and to whoever is notified", async () => {
    await bench.lead();
    forge();
    await bench.rest();
    expect(left()).to.deep.equal([]);
    expect(bench.grantWrites).to.deep.equal(["DELETE rolebindings", "DELETE serviceaccounts", "DELETE rolebindings", "DELETE roles"]);
    expect(bench.ledger).to.deep.equal(["Removed", "Removed", "Removed", "Removed"]);
    expect(bench.told).to.deep.equal(["began at nothing", "1 Removed", "2 Removed", "3 Removed", "4 Removed"]);
    expect(caveat()).to.match(
      /^objects of grants were removed that no request explains \(bg-[a-z0-9]{10}-1795449600\): see the entries of type Removed/,
    );
  });

  it("tells of each also where whoever made it has written something else about it", async () => {
    await bench.lead();
    const draft = {
      type: "Requested",
      actor: "mallory",
      requestUID: "uid-identity",
      details: { namespace: "shop", request: "x" },
    } as const;
    const time = new Date(NOON).toISOString().replace(".000Z", "Z");
    const entry = linkEntry(draft, { chain: "c0123456789", seq: 1, prevHash: GENESIS, time });
    bench.api.put("breakglassauditentries", entryManifest(entry, HOME));
    forge();
    await bench.pass(30);
    expect(left()).to.deep.equal([]);
    expect(bench.ledger.filter((type) => type === "Removed")).to.have.length(4);
  });

  it("removes what it finds when it begins to lead", async () => {
    forge();
    await bench.rest();
    expect(left()).to.have.length(4);
    await bench.lead();
    expect(left()).to.deep.equal([]);
  });

  it("makes nothing of it without leading", async () => {
    bench.leads = false;
    await bench.lead();
    forge();
    await bench.pass(30);
    expect(left()).to.have.length(4);
  });

  it("leaves a grant alone from the first object to the last", async () => {
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    await bench.pass(661);
    expect(bench.ledger).to.deep.equal(["Requested", "Approved", "Issuing", "Active", "Expired"]);
  });

  it("takes nothing for unexplained whose entry has not come by the watch: it asks for the next entry first", async () => {
    const earlier = new BrokerBench();
    await earlier.follow();
    await earlier.lead();
    earlier.ask("a");
    await earlier.rest();
    const name = earlier.status("a")?.grant?.serviceAccount ?? "";
    const copy = (resource: string, object: string, namespace: string): void =>
      void bench.api.put(resource, earlier.api.find(resource, object, namespace) ?? {});

    await bench.lead();
    bench.api.lagging = true;
    for (let seq = 1; seq <= 4; seq += 1) copy("breakglassauditentries", `c0123456789-00000000000${seq}`, HOME);
    bench.api.lagging = false;
    copy("serviceaccounts", name, HOME);
    await bench.rest();
    copy("breakglassrequests", "a", "shop");
    copy("rolebindings", name, "shop");
    copy("roles", name, HOME);
    copy("rolebindings", name, HOME);
    await bench.pass(30);
    expect(bench.grantWrites).to.deep.equal([]);
    expect(bench.ledger).to.deep.equal(["Requested", "Approved", "Issuing", "Active"]);
    expect(caveat()).to.equal(undefined);
    await earlier.stop();
  });

  it("removes also while the ledger cannot be written, and tells in it afterwards", async () => {
    await bench.lead();
    bench.api.refuse = (write) => (write.startsWith("POST breakglassauditentries") ? refusal(500, "InternalError") : undefined);
    forge();
    await bench.rest();
    expect(left()).to.deep.equal([]);
    expect(bench.ledger).to.deep.equal([]);
    bench.api.refuse = () => undefined;
    await bench.pass(30);
    expect(bench.ledger).to.deep.equal(["Removed", "Removed", "Removed", "Removed"]);
  });

  it("goes on with the others where a deletion is refused, and tries that again", async () => {
    await bench.lead();
    bench.api.refuse = (write) => (write.startsWith("DELETE rolebindings") ? refusal(403, "Forbidden") : undefined);
    forge();
    await bench.rest();
    expect(left()).to.deep.equal(["rolebindings", "rolebindings"]);
    bench.api.refuse = () => undefined;
    await bench.pass(30);
    expect(left()).to.deep.equal([]);
    expect(bench.ledger).to.have.length(4);
  });

  it("removes nothing while an entry cannot be read: that may be the one that explains it", async () => {
    await bench.lead();
    bench.ask("a", {});
    await bench.rest();
    const entry = bench.api.find("breakglassauditentries", "c0123456789-000000000001", HOME) ?? {};
    bench.api.put("breakglassauditentries", { ...entry, spec: { ...(entry["spec"] as JsonObject), v: 2 } });
    forge();
    await bench.pass(60);
    expect(left()).to.have.length(4);
  });

  it("removes what was put in the place of an object of a grant that is over", async () => {
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    const name = bench.status("a")?.grant?.serviceAccount ?? "";
    const account = bench.api.find("serviceaccounts", name, HOME) ?? {};
    bench.decide("a", "Revoke");
    await bench.rest();
    expect(bench.ledger.at(-1)).to.equal("Revoked");
    bench.api.put("serviceaccounts", { ...account, metadata: { ...(account["metadata"] as JsonObject), uid: "again" } });
    await bench.rest();
    expect(bench.api.find("serviceaccounts", name, HOME)).to.equal(undefined);
    expect(bench.ledger.at(-1)).to.equal("Removed");
  });

  it("explains by no ledger what an earlier one explained: with the ledger its grants are lost", async () => {
    await bench.lead();
    bench.ask("a");
    await bench.rest();
    const name = bench.status("a")?.grant?.serviceAccount ?? "";
    for (let seq = 1; seq <= 4; seq += 1) bench.api.remove("breakglassauditentries", `c0123456789-00000000000${seq}`, HOME);
    bench.api.remove("breakglassrequests", "a", "shop");
    await bench.pass(30);
    expect(bench.api.find("serviceaccounts", name, HOME)).to.equal(undefined);
    expect(bench.api.find("rolebindings", name, "shop")).to.equal(undefined);
  });
});
