/** Proves what the examination of a ledger finds whose beginning was archived, with the files and without. */
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { StoredCheckpoint } from "../../../operator/breakglass/checkpoint.ts";
import { verifyLedger } from "../../../operator/breakglass/verify.ts";
import { type Archive, judgeLastCheckpoint, placesNotIn, unseenHeads } from "../../../operator/breakglass/verify-archive.ts";
import { compareWithDecisions } from "../../../operator/breakglass/verify-decisions.ts";
import type { LedgerObject } from "../../../operator/breakglass/verify-findings.ts";
import { chainedAt, checkpointAt, MADE, OLD, recording, SHORTENED } from "./archives.ts";
import { draft, stored } from "./ledgers.ts";

const WHOLE = stored(SHORTENED);
const REST = WHOLE.slice(8);
const FILE: Archive = { file: "ledger-1.jsonl", digest: "d".repeat(64), entries: OLD };
const name = (seq: number): string => `c0123456789-${String(seq).padStart(12, "0")}`;

/** A second archive, up to place 9, is recorded at place 12. */
const SECOND = checkpointAt(SHORTENED[8], { fileDigest: "e".repeat(64) });
const TWICE = chainedAt([[recording(SECOND, SHORTENED[8]), "2027-02-01T10:00:00Z"]], SHORTENED);
const SECOND_FILE: Archive = { file: "ledger-2.jsonl", digest: "e".repeat(64), entries: TWICE.slice(8, 9) };

interface Case {
  readonly reason: string;
  readonly ledger: readonly LedgerObject[];
  readonly archives?: readonly Archive[];
  readonly heads?: readonly LedgerEntry[];
  readonly found: readonly string[];
}

const CASES: readonly Case[] = [
  { reason: "a checkpoint, and nothing deleted yet", ledger: WHOLE, heads: SHORTENED, found: [] },
  { reason: "what was archived is gone", ledger: REST, heads: SHORTENED, found: [] },
  { reason: "a part of what was archived is still there", ledger: WHOLE.filter(({ spec: { seq } }) => seq > 8 || seq === 4), found: [] },
  { reason: "with the file", ledger: REST, archives: [FILE], heads: SHORTENED, found: [] },
  { reason: "with the file while nothing is deleted", ledger: WHOLE, archives: [FILE], found: [] },
  { reason: "two archives, without files", ledger: stored(TWICE.slice(9)), found: [] },
  { reason: "two archives, with the second file alone", ledger: stored(TWICE.slice(9)), archives: [SECOND_FILE], found: [] },
  { reason: "two archives, with both files", ledger: stored(TWICE.slice(9)), archives: [SECOND_FILE, FILE], found: [] },
  {
    reason: "the checkpoint gone, too",
    ledger: WHOLE.slice(9),
    found: ["c0123456789-000000000001 and all up to c0123456789-000000000009 are missing"],
  },
  {
    reason: "more gone than was archived",
    ledger: stored(TWICE.slice(10)),
    found: [`${name(10)} is missing`],
  },
  {
    reason: "a rest that continues another archive",
    ledger: stored(chainedAt([[recording(checkpointAt(OLD[7], { headHash: "f".repeat(64) }), OLD[7]), MADE]], OLD).slice(8)),
    found: [`${name(9)} does not continue what was archived before it`],
  },
  {
    reason: "a checkpoint that names another entry than the one that is there",
    ledger: stored(chainedAt([[recording(checkpointAt(OLD[7], { headHash: "f".repeat(64) }), OLD[7]), MADE]], OLD)),
    found: [`${name(9)} records an archive that ends with another entry than ${name(8)}`],
  },
  {
    reason: "a lower checkpoint after a higher one",
    ledger: stored(chainedAt([[recording(checkpointAt(OLD[3]), OLD[3]), "2027-02-01T10:00:00Z"]], SHORTENED)),
    found: [`${name(12)} records an archive that does not reach further than 8`],
  },
  {
    reason: "a checkpoint for what comes after it",
    ledger: stored(chainedAt([[recording(checkpointAt(OLD[7], { lastSeq: 9 }), OLD[7]), MADE]], OLD)),
    found: [`${name(9)} records an archive that does not reach further than 0`],
  },
  {
    reason: "a request behind the archive that began nowhere, and ended after it",
    ledger: stored(chainedAt([[draft(["r-9", "Active"]), "2026-12-24T12:00:00Z"]], SHORTENED).slice(8)),
    found: [`${name(12)} records Active of request r-9 as its first entry`],
  },
  {
    reason: "a file that no checkpoint names",
    ledger: REST,
    archives: [{ ...FILE, digest: "0".repeat(64) }],
    found: [`ledger-1.jsonl is no file that the ledger has recorded: its SHA-256 is ${"0".repeat(64)}`],
  },
  {
    reason: "a file whose content was changed",
    ledger: REST,
    archives: [{ ...FILE, entries: OLD.map((entry) => (entry.seq === 2 ? { ...entry, actor: "mallory" } : entry)) }],
    found: [
      `ledger-1.jsonl holds ${name(2)}, which was changed: its hash does not fit its content`,
      `${name(2)} was changed: its hash does not fit its content`,
    ],
  },
  {
    reason: "a file with a hole, whose digest the archivist has named",
    ledger: REST,
    archives: [{ ...FILE, entries: OLD.filter(({ seq }) => seq !== 4) }],
    found: [`ledger-1.jsonl holds ${name(5)}, which does not continue the line before it`],
  },
  {
    reason: "a file that ends before the place that the checkpoint names",
    ledger: REST,
    archives: [{ ...FILE, entries: OLD.slice(0, 7) }],
    found: [`ledger-1.jsonl is no file that the ledger has recorded: its SHA-256 is ${"d".repeat(64)}`],
  },
  {
    reason: "a file that begins later: an earlier one has the rest",
    ledger: REST,
    archives: [{ ...FILE, entries: OLD.slice(1) }],
    found: [],
  },
  {
    reason: "a file that says otherwise than what is still there",
    ledger: WHOLE,
    archives: [{ ...FILE, entries: OLD.map((entry) => (entry.seq === 2 ? { ...entry, hash: "f".repeat(64) } : entry)) }],
    found: [
      `${name(2)} is another entry in ledger-1.jsonl`,
      `ledger-1.jsonl holds ${name(2)}, which was changed: its hash does not fit its content`,
    ],
  },
  {
    reason: "a head that is another entry in the file",
    ledger: REST,
    archives: [FILE],
    heads: [{ ...(OLD[2] as LedgerEntry), hash: "f".repeat(64) }],
    found: [`${name(3)} is not the entry that was exported as head`],
  },
];

describe("the examination of a ledger that was archived", () => {
  for (const { reason, ledger, archives, heads = [], found } of CASES) {
    it(`${reason}: ${found.length === 0 ? "nothing" : "told"}`, () => {
      expect(verifyLedger(ledger, heads, archives).map(({ message }) => message)).to.deep.equal(found);
    });
  }

  it("believes of a request that ends behind the archive what is left of it", () => {
    // Places 1 to 6: the request of places 7 and 8 was over, too, when they were archived.
    const { spec, uid } = checkpointAt(OLD[5]);
    const entries = chainedAt([[recording({ uid, spec, status: undefined }, OLD[5]), MADE]], OLD).slice(6);
    expect(verifyLedger(stored(entries), [])).to.deep.equal([]);
    const evidence = { requests: [], decisions: [], unread: [], now: Date.parse(MADE) };
    expect(compareWithDecisions(stored(entries), evidence)).to.deep.equal({ findings: [], outlived: 0 });
  });

  it("counts the heads that only a file could tell of", () => {
    expect([unseenHeads(REST, SHORTENED), unseenHeads([...stored(OLD), ...REST], SHORTENED)]).to.deep.equal([8, 0]);
  });
});

describe("files of a ledger", () => {
  it("are told how many places of the archive none of them holds", () => {
    const whole = stored(TWICE);
    const counts = [[FILE, SECOND_FILE], [FILE], [SECOND_FILE], []].map((archives) => placesNotIn(archives, whole));
    expect(counts).to.deep.equal([0, 1, 8, 9]);
  });
});

describe("the last checkpoint that a ledger records", () => {
  const first = OLD[7];
  const cases: readonly { reason: string; checkpoint?: StoredCheckpoint; isBorneOut: boolean }[] = [
    { reason: "is what the object says", checkpoint: checkpointAt(first, {}, 9), isBorneOut: true },
    { reason: "is what the object says that has no status yet", checkpoint: checkpointAt(first), isBorneOut: true },
    {
      reason: "was recorded before the object was raised",
      checkpoint: { ...checkpointAt(first, {}, 9), spec: checkpointAt(SHORTENED[8]).spec },
      isBorneOut: true,
    },
    { reason: "has no object", isBorneOut: false },
    { reason: "names another archivist", checkpoint: checkpointAt(first, { archivist: { username: "mallory" } }, 9), isBorneOut: false },
    { reason: "names another file", checkpoint: checkpointAt(first, { fileDigest: "f".repeat(64) }, 9), isBorneOut: false },
    { reason: "names another place", checkpoint: checkpointAt(OLD[3]), isBorneOut: false },
  ];
  for (const { reason, checkpoint, isBorneOut } of cases) {
    it(`${reason}: ${isBorneOut ? "nothing" : "told"}`, () => {
      const found = judgeLastCheckpoint(REST, checkpoint).map(({ message }) => message);
      expect(found).to.deep.equal(isBorneOut ? [] : [`${name(9)} records an archive that no BreakGlassCheckpoint names`]);
    });
  }

  it("is asked for by nobody where there is none", () => {
    expect(judgeLastCheckpoint(stored(OLD), undefined)).to.deep.equal([]);
  });
});
