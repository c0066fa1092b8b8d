/** Proves how entries are named and hashed. The hashes were computed with sha256sum over text written by hand. */
import { expect } from "chai";
import { chainName, entryManifest, entryName, GENESIS, hashEntry, linkEntry } from "../../../operator/breakglass/chain.ts";

const FIRST = {
  v: 1,
  chain: "c0123456789",
  seq: 1,
  prevHash: GENESIS,
  time: "2026-11-23T10:00:00Z",
  type: "Requested",
  actor: "alice@example.com",
  requestUID: "11111111-2222-3333-4444-555555555555",
  details: { request: "deploy-1", namespace: "shop", reason: 'Zahlungen stehen still – Kasse ☕ "lädt" nicht' },
  hash: "bb6c43bc4dc728983355dc5a4da2cff8632090534075362bbfbe590dc36cd6c3",
} as const;

describe("ledger chain", () => {
  it("names a chain after the break-glass namespace's uid", () => {
    expect(chainName("01234567-89ab-4cde-8f01-23456789abcd")).to.equal("c0123456789");
  });

  it("names an entry by chain and place, so that names sort like places", () => {
    expect(entryName("c0123456789", 42)).to.equal("c0123456789-000000000042");
  });

  it("begins with 64 zeros", () => {
    expect(GENESIS).to.equal("0000000000000000000000000000000000000000000000000000000000000000");
  });

  it("hashes canonical JSON in UTF-8 behind the domain separator, whatever the order of fields", () => {
    expect(hashEntry(FIRST)).to.equal("bb6c43bc4dc728983355dc5a4da2cff8632090534075362bbfbe590dc36cd6c3");
    const turned = Object.fromEntries(Object.entries(FIRST).toReversed()) as unknown as typeof FIRST;
    expect(hashEntry(turned)).to.equal("bb6c43bc4dc728983355dc5a4da2cff8632090534075362bbfbe590dc36cd6c3");
  });

  it("links the first entry to nothing", () => {
    const { type, actor, requestUID, details } = FIRST;
    const place = { chain: "c0123456789", seq: 1, prevHash: GENESIS, time: "2026-11-23T10:00:00Z" };
    expect(linkEntry({ type, actor, requestUID, details }, place)).to.deep.equal(FIRST);
  });

  it("links an entry with all optional fields to the one before", () => {
    const draft = {
      type: "Issuing",
      actor: "operator",
      requestUID: "11111111-2222-3333-4444-555555555555",
      profileHash: "aa",
      decisionUIDs: ["d-1", "d-2"],
      grant: "bg-abcdefghij-1795429800",
      deadline: "2026-11-23T10:30:00Z",
    } as const;
    const place = { chain: "c0123456789", seq: 2, prevHash: FIRST.hash, time: "2026-11-23T10:00:01Z" };
    const hash = "5f9729657a2147f5b63b79764cf35a189e0d687c0160b12a9aac441ac07b5e51";
    expect(linkEntry(draft, place)).to.deep.equal({ v: 1, ...place, ...draft, hash });
  });

  it("leaves empty lists and maps out, so that they are hashed as they are read back", () => {
    const draft = { type: "Expired", actor: "operator", requestUID: "r-1" } as const;
    const place = { chain: "c0123456789", seq: 3, prevHash: FIRST.hash, time: "2026-11-23T10:30:00Z" };
    const entry = linkEntry({ ...draft, decisionUIDs: [], details: {} }, place);
    expect(entry).to.have.all.keys("v", "chain", "seq", "prevHash", "time", "type", "actor", "requestUID", "hash");
    expect(entry.hash).to.equal(linkEntry(draft, place).hash);
  });

  it("makes the object that holds an entry", () => {
    expect(entryManifest(FIRST, "securitybaseline-breakglass")).to.deep.equal({
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "BreakGlassAuditEntry",
      metadata: { namespace: "securitybaseline-breakglass", name: "c0123456789-000000000001" },
      spec: FIRST,
    });
  });
});
