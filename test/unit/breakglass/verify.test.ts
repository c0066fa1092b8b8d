/** Proves what the examination of a ledger finds, case by case, and in which words. */
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import { hashEntry } from "../../../operator/breakglass/chain.ts";
import { inOrder, verifyLedger } from "../../../operator/breakglass/verify.ts";
import type { Head, LedgerObject } from "../../../operator/breakglass/verify-findings.ts";
import { CHAIN, chained, draft, type Happening, STORY, stored } from "./ledgers.ts";

const ENTRIES = chained(STORY.map((each) => draft(each)));
const LEDGER = stored(ENTRIES);

function at<T>(list: readonly T[], index: number): T {
  const value = list.at(index);
  if (value === undefined) throw new Error(`nothing at ${index}`);
  return value;
}

/** The ledger with one object replaced; `index` from 0 on. */
function having(index: number, change: (object: LedgerObject) => LedgerObject): LedgerObject[] {
  return LEDGER.with(index, change(at(LEDGER, index)));
}

function rehashed(entry: LedgerEntry): LedgerEntry {
  return { ...entry, hash: hashEntry(entry) };
}

interface Case {
  readonly reason: string;
  readonly ledger: readonly LedgerObject[];
  readonly heads?: readonly Head[];
  readonly found: readonly string[];
}

const told = (...happenings: readonly Happening[]): LedgerObject[] => stored(chained(happenings.map((each) => draft(each))));

const CASES: readonly Case[] = [
  { reason: "a ledger that only grew", ledger: LEDGER, heads: ENTRIES, found: [] },
  { reason: "an empty ledger", ledger: [], found: [] },
  { reason: "a ledger that is listed in another order", ledger: LEDGER.toReversed(), heads: [at(ENTRIES, -1)], found: [] },
  {
    reason: "an entry with other content",
    ledger: having(2, ({ name, spec }) => ({ name, spec: { ...spec, actor: "mallory" } })),
    found: ["c0123456789-000000000003 was changed: its hash does not fit its content"],
  },
  {
    reason: "an entry with other content and the hash that goes with it",
    ledger: having(2, ({ name, spec }) => ({ name, spec: rehashed({ ...spec, actor: "mallory" }) })),
    found: ["c0123456789-000000000004 does not continue c0123456789-000000000003"],
  },
  {
    reason: "the last entry with other content and hash, which only a head can show",
    ledger: having(7, ({ name, spec }) => ({ name, spec: rehashed({ ...spec, actor: "mallory" }) })),
    heads: [at(ENTRIES, 6), at(ENTRIES, 7)],
    found: ["c0123456789-000000000008 is not the entry that was exported as head"],
  },
  {
    reason: "an entry under another name",
    ledger: having(7, ({ spec }) => ({ name: "c0123456789-000000000009", spec })),
    found: ["c0123456789-000000000009 has the content of c0123456789-000000000008"],
  },
  {
    reason: "the entries of a request gone",
    ledger: LEDGER.filter(({ spec }) => spec.requestUID !== "r-2"),
    found: ["c0123456789-000000000002 is missing", "c0123456789-000000000005 is missing"],
  },
  {
    reason: "the beginning gone",
    ledger: LEDGER.slice(3),
    found: [
      "c0123456789-000000000001 and all up to c0123456789-000000000003 are missing",
      "c0123456789-000000000004 records Issuing of request r-1 as its first entry",
      "c0123456789-000000000005 records Denied of request r-2 as its first entry",
    ],
  },
  {
    reason: "a first entry that continues something",
    ledger: [{ name: `${CHAIN}-000000000001`, spec: rehashed({ ...at(ENTRIES, 0), prevHash: "f".repeat(64) }) }],
    found: ["c0123456789-000000000001 is the first entry, but continues another one"],
  },
  {
    reason: "a place that is taken twice",
    ledger: [
      ...LEDGER,
      { name: `${CHAIN}-000000000008-again`, spec: rehashed({ ...at(ENTRIES, 7), requestUID: "r-3", type: "Requested" }) },
    ],
    found: [
      "c0123456789-000000000008-again has the content of c0123456789-000000000008",
      "c0123456789-000000000008-again takes the place of c0123456789-000000000008",
    ],
  },
  {
    reason: "two entries that changed places, names and all",
    ledger: [
      at(LEDGER, 0),
      { name: `${CHAIN}-000000000002`, spec: rehashed({ ...at(ENTRIES, 2), seq: 2 }) },
      { name: `${CHAIN}-000000000003`, spec: rehashed({ ...at(ENTRIES, 1), seq: 3 }) },
      ...LEDGER.slice(3),
    ],
    found: [
      "c0123456789-000000000002 does not continue c0123456789-000000000001",
      "c0123456789-000000000003 does not continue c0123456789-000000000002",
      "c0123456789-000000000004 does not continue c0123456789-000000000003",
    ],
  },
  {
    reason: "the end gone, which only a head can show",
    ledger: LEDGER.slice(0, 6),
    heads: ENTRIES,
    found: ["c0123456789-000000000008 was exported as head but is missing: the chain ends with c0123456789-000000000006"],
  },
  {
    reason: "everything gone",
    ledger: [],
    heads: ENTRIES,
    found: ["c0123456789-000000000008 was exported as head but is missing: nothing is left of chain c0123456789"],
  },
  {
    reason: "all written anew in another chain",
    ledger: stored(
      chained(
        STORY.map((each) => draft(each)),
        "cffffffffff",
      ),
    ),
    heads: [at(ENTRIES, 2)],
    found: ["c0123456789-000000000003 was exported as head but is missing: nothing is left of chain c0123456789"],
  },
  {
    reason: "a second chain",
    ledger: [...LEDGER, ...stored(chained([draft(["r-3", "Requested"])], "cffffffffff"))],
    found: [
      "cffffffffff-000000000001 belongs to another chain: the ledger has c0123456789 and cffffffffff, but a break-glass namespace has one",
    ],
  },
  {
    reason: "a grant in use that was never issued",
    ledger: told(["r-1", "Requested"], ["r-1", "Approved"], ["r-1", "Active"]),
    found: ["c0123456789-000000000003 records Active of request r-1 after Approved"],
  },
  {
    reason: "something after the end",
    ledger: told(["r-1", "Requested"], ["r-1", "Denied"], ["r-1", "Approved"]),
    found: ["c0123456789-000000000003 records Approved of request r-1 after Denied"],
  },
  {
    reason: "a request that does not begin with Requested",
    ledger: told(["r-1", "Issuing"]),
    found: ["c0123456789-000000000001 records Issuing of request r-1 as its first entry"],
  },
];

describe("examination of a ledger", () => {
  for (const { reason, ledger, heads = [], found } of CASES) {
    it(`${reason}: ${found.length === 0 ? "fine" : "found"}`, () => {
      expect(verifyLedger(ledger, heads).map(({ message }) => message)).to.deep.equal(found);
    });
  }

  it("tells type and entry of a finding", () => {
    const [finding] = verifyLedger([], [at(ENTRIES, 0)]);
    expect(finding).to.include({ type: "Truncated", entry: "c0123456789-000000000001" });
  });

  it("puts the entry whose name fits before one that took its place", () => {
    const [first] = LEDGER;
    const impostor = { name: "a", spec: at(ENTRIES, 0) };
    expect(inOrder([impostor, ...LEDGER]).slice(0, 2)).to.deep.equal([first, impostor]);
  });

  const ways: readonly { reason: string; types: readonly Happening[1][] }[] = [
    { reason: "denied", types: ["Requested", "Denied"] },
    { reason: "timed out", types: ["Requested", "TimedOut"] },
    { reason: "withdrawn once approved", types: ["Requested", "Approved", "Withdrawn"] },
    { reason: "revoked once approved", types: ["Requested", "Approved", "Revoked"] },
    { reason: "failed while being set up", types: ["Requested", "Approved", "Issuing", "Failed"] },
    { reason: "tampered with and taken back", types: ["Requested", "Approved", "Issuing", "Active", "Suspended", "Revoked", "Reviewed"] },
  ];
  for (const { reason, types } of ways) {
    it(`has nothing against a request that was ${reason}`, () => {
      expect(verifyLedger(told(...types.map((type): Happening => ["r-1", type])), [])).to.deep.equal([]);
    });
  }
});
