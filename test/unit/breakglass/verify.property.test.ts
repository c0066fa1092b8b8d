/** Proves that no single change to a ledger goes unnoticed by whoever has its last head, and that growing is no change. */
import { expect } from "chai";
import fc from "fast-check";
import type { LedgerEntry, LedgerEntryType } from "../../../operator/api/break-glass-audit-entry.ts";
import { entryName, GENESIS, hashEntry, linkEntry } from "../../../operator/breakglass/chain.ts";
import type { EntryDraft } from "../../../operator/breakglass/types.ts";
import { verifyLedger } from "../../../operator/breakglass/verify.ts";
import type { LedgerObject } from "../../../operator/breakglass/verify-findings.ts";
import { CHAIN, chained, stored } from "./ledgers.ts";

const WAYS: readonly (readonly LedgerEntryType[])[] = [
  ["Requested", "Denied"],
  ["Requested", "Approved", "Issuing", "Active", "Expired", "Reviewed"],
  ["Requested", "Approved", "Issuing", "Failed"],
  ["Requested", "Approved", "Issuing", "Active", "Suspended", "Revoked"],
];

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const optional = fc.record(
  {
    profileHash: text,
    decisionUIDs: fc.array(text, { maxLength: 3 }),
    grant: text,
    deadline: fc.constant("2026-11-23T11:00:00Z"),
    details: fc.dictionary(fc.constantFrom("namespace", "request", "reason"), text),
  },
  { requiredKeys: [] },
);
const request = fc.tuple(fc.constantFrom(...WAYS), optional);

/** Requests of which each goes its own way, one after the other or in turns. */
const drafts: fc.Arbitrary<EntryDraft[]> = fc
  .tuple(fc.array(request, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([requests, inTurns]) => {
    const stories = requests.map(([way, more], index) =>
      way.map((type) => ({ type, actor: "operator", requestUID: `r-${index}`, ...more })),
    );
    if (!inTurns) return stories.flat();
    return [...Array(6).keys()].flatMap((step) => stories.flatMap((story) => story.slice(step, step + 1)));
  });

type Mutation = (ledger: readonly LedgerEntry[], index: number, other: number) => readonly LedgerObject[];

function edited(change: (entry: LedgerEntry) => LedgerEntry): Mutation {
  return (ledger, index) => stored(ledger).map((object, place) => (place === index ? { ...object, spec: change(object.spec) } : object));
}

/** Everything from a place on, chained anew as somebody who knows the rules would do it. */
function chainedAnew(ledger: readonly LedgerEntry[], from: number, changed: readonly LedgerEntry[]): readonly LedgerObject[] {
  const kept = ledger.slice(0, from);
  for (const { hash: _hash, prevHash: _prevHash, seq: _seq, chain, time, v: _v, ...content } of changed) {
    kept.push(linkEntry(content, { chain, time, seq: kept.length + 1, prevHash: kept.at(-1)?.hash ?? GENESIS }));
  }
  return stored(kept);
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "an edited actor": edited((entry) => ({ ...entry, actor: `${entry.actor}!` })),
  "an edited time, hashed anew": edited((entry) => {
    const changed = { ...entry, time: "2026-11-24T00:00:00Z" };
    return { ...changed, hash: hashEntry(changed) };
  }),
  "an edited hash": edited((entry) => ({ ...entry, hash: entry.prevHash })),
  "an edited prevHash, hashed anew": edited((entry) => {
    const changed = { ...entry, prevHash: "f".repeat(64) };
    return { ...changed, hash: hashEntry(changed) };
  }),
  "an added field": edited((entry) => ({ ...entry, note: "never said" }) as LedgerEntry),
  "an entry deleted": (ledger, index) => stored(ledger.toSpliced(index, 1)),
  "the end deleted": (ledger, index) => stored(ledger.slice(0, index)),
  "an entry under another name": (ledger, index) =>
    stored(ledger).map((object, place) => (place === index ? { ...object, name: entryName(CHAIN, 999) } : object)),
  "contents exchanged": (ledger, index, other) => {
    const objects = stored(ledger);
    const [one, two] = [ledger[index], ledger[other]];
    return objects.map(({ name, spec }, place) => ({ name, spec: (place === index ? two : place === other ? one : spec) ?? spec }));
  },
  "an entry twice": (ledger, index) => [
    ...stored(ledger),
    ...stored(ledger.slice(index, index + 1)).map((object) => ({ ...object, name: `${object.name}x` })),
  ],
  "an entry edited and all after it chained anew": (ledger, index) =>
    chainedAnew(
      ledger,
      index,
      ledger.slice(index).map((entry, place) => (place === 0 ? { ...entry, actor: "mallory" } : entry)),
    ),
  "an entry deleted and all after it chained anew": (ledger, index) => chainedAnew(ledger, index, ledger.slice(index + 1)),
  "an entry inserted and all after it chained anew": (ledger, index) => {
    const invented = linkEntry(
      { type: "Requested", actor: "mallory", requestUID: "r-invented" },
      { chain: CHAIN, seq: 1, prevHash: GENESIS, time: "2026-11-23T10:00:00Z" },
    );
    return chainedAnew(ledger, index, [invented, ...ledger.slice(index)]);
  },
};

describe("examination of a ledger, for any ledger", () => {
  it("finds nothing where entries were only appended, whatever heads were exported on the way and however they are listed", () => {
    const any = drafts.chain((all) => {
      const entries = chained(all);
      return fc.tuple(fc.shuffledSubarray(stored(entries), { minLength: entries.length }), fc.shuffledSubarray(entries));
    });
    const property = fc.property(any, ([ledger, heads]) => {
      expect(verifyLedger(ledger, heads)).to.deep.equal([]);
    });
    fc.assert(property);
  });

  for (const [title, mutate] of Object.entries(MUTATIONS)) {
    it(`finds ${title}`, () => {
      const property = fc.property(drafts, fc.nat(), fc.nat(), (all, some, more) => {
        const ledger = chained(all);
        const index = some % ledger.length;
        const other = (index + 1 + (more % Math.max(ledger.length - 1, 1))) % ledger.length;
        fc.pre(other !== index);
        expect(verifyLedger(mutate(ledger, index, other), ledger.slice(-1))).to.not.deep.equal([]);
      });
      fc.assert(property);
    });
  }
});
