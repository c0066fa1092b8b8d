/** Proves where a ledger goes on whose beginning was archived, and which beginnings may be. */
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import { archiveObjection, checkpointObjection } from "../../../operator/breakglass/archivable.ts";
import { checkpointIn, footingOf, type StoredCheckpoint } from "../../../operator/breakglass/checkpoint.ts";
import { chainedAt, checkpointAt, MADE, OLD, recording, SHORTENED } from "./archives.ts";
import { chained, draft, type Happening } from "./ledgers.ts";

const RECORDED = checkpointAt(OLD[7], {}, 9);
const EIGHTH = "2026-11-23T10:00:07Z";

describe("where a ledger goes on", () => {
  const cases: readonly { reason: string; entries: readonly LedgerEntry[]; checkpoint?: StoredCheckpoint; seq: number | undefined }[] = [
    { reason: "an empty ledger begins at 1", entries: [], seq: 0 },
    { reason: "one without a checkpoint begins at 1", entries: OLD, seq: 0 },
    { reason: "a checkpoint that is not recorded moves nothing", entries: OLD, checkpoint: checkpointAt(OLD[4]), seq: 0 },
    {
      reason: "a checkpoint far behind that is not recorded moves nothing",
      entries: OLD,
      checkpoint: checkpointAt(OLD[4], { lastSeq: 999_999_999_999 }),
      seq: 0,
    },
    { reason: "what is recorded and not yet deleted", entries: SHORTENED, checkpoint: RECORDED, seq: 8 },
    { reason: "what is recorded and deleted", entries: SHORTENED.slice(8), checkpoint: RECORDED, seq: 8 },
    {
      reason: "what is recorded and half deleted",
      entries: SHORTENED.filter(({ seq }) => seq > 8 || seq === 3),
      checkpoint: RECORDED,
      seq: 8,
    },
    { reason: "deleted, and the object was made anew", entries: SHORTENED.slice(8), checkpoint: checkpointAt(OLD[7]), seq: 8 },
    { reason: "deleted, and the object is gone: not 1, which is free", entries: SHORTENED.slice(8), seq: undefined },
    { reason: "the first entry behind the archive is gone", entries: SHORTENED.slice(9), checkpoint: RECORDED, seq: undefined },
    { reason: "all is gone", entries: [], checkpoint: RECORDED, seq: undefined },
    {
      reason: "it continues another archive",
      entries: SHORTENED.slice(8),
      checkpoint: checkpointAt(OLD[7], { headHash: "f".repeat(64) }),
      seq: undefined,
    },
    {
      reason: "the first entry behind the archive continues another one",
      entries: SHORTENED.slice(8).map((entry) => (entry.seq === 9 ? { ...entry, prevHash: "f".repeat(64) } : entry)),
      checkpoint: RECORDED,
      seq: undefined,
    },
    {
      reason: "the entry at the place is another",
      entries: SHORTENED.map((entry) => (entry.seq === 8 ? { ...entry, hash: "f".repeat(64) } : entry)),
      checkpoint: RECORDED,
      seq: undefined,
    },
    {
      reason: "no entry of the run records it",
      entries: chainedAt([[draft(["r-3", "Requested"]), MADE]], OLD).slice(8),
      checkpoint: RECORDED,
      seq: undefined,
    },
    {
      reason: "the entry that records it stands behind a gap",
      entries: [...chainedAt([[draft(["r-3", "Requested"]), MADE]], OLD), { ...(SHORTENED[8] as LedgerEntry), seq: 11 }].slice(8),
      checkpoint: RECORDED,
      seq: undefined,
    },
  ];
  for (const { reason, entries, checkpoint, seq } of cases) {
    it(`${reason}: ${seq === undefined ? "nowhere" : `at ${seq + 1}`}`, () => {
      expect(footingOf(entries, checkpoint)?.seq).to.equal(seq);
    });
  }

  it("requests count as archived that are older than the last entry of the archive", () => {
    expect(footingOf(SHORTENED, RECORDED)?.archivedUntil).to.equal(Date.parse(EIGHTH));
    expect(footingOf(OLD, undefined)?.archivedUntil).to.equal(undefined);
  });

  it("no entry can say that requests of the last 30 days were archived", () => {
    const { details, ...entry } = SHORTENED[8] as LedgerEntry;
    const forged = SHORTENED.with(8, { ...entry, details: { ...details, lastTime: "2099-01-01T00:00:00Z" } });
    expect(footingOf(forged, RECORDED)?.archivedUntil).to.equal(Date.parse("2026-11-24T10:00:00Z"));
  });
});

describe("an entry of type Checkpoint", () => {
  it("tells what was archived, by whom and where it is", () => {
    expect(checkpointIn(SHORTENED[8] as LedgerEntry)).to.deep.equal({
      lastSeq: 8,
      headHash: OLD[7]?.hash,
      fileDigest: "d".repeat(64),
      location: "the safe",
      archivist: "ada",
      lastTime: Date.parse(EIGHTH),
    });
  });

  for (const lastSeq of ["9", "10", "0", "x", ""]) {
    it(`at place 9 tells nothing of an archive up to "${lastSeq}"`, () => {
      const entry = SHORTENED[8] as LedgerEntry;
      expect(checkpointIn({ ...entry, details: { ...entry.details, lastSeq } })).to.equal(undefined);
    });
  }
});

describe("what may be archived", () => {
  const NOW = Date.parse(MADE);
  const run = (...happenings: readonly Happening[]): LedgerEntry[] => chained(happenings.map((each) => draft(each)));
  const LIFE: readonly Happening[] = [
    ["r-1", "Requested"],
    ["r-1", "Approved"],
    ["r-1", "Issuing"],
    ["r-1", "Active"],
    ["r-1", "Expired"],
    ["r-1", "Reviewed"],
  ];

  it("everything, where all requests have been over for 30 days", () => {
    for (const { seq } of OLD) expect(archiveObjection(OLD, seq, NOW) ?? "may").to.match(seq === 7 ? /end of request/ : /^may$/);
  });

  const refused: readonly { reason: string; entries: readonly LedgerEntry[]; at: number; now?: number; says: RegExp }[] = [
    {
      reason: "an entry that is younger than 30 days",
      entries: OLD,
      at: 8,
      now: NOW - 2 * 24 * 3600_000,
      says: /^c0123456789-000000000008 is younger than 30 days: choose an earlier place$/,
    },
    { reason: "a place that is not there", entries: OLD, at: 9, says: /^the ledger has no entry 9 in its unbroken run$/ },
    {
      reason: "a request that is still open",
      entries: run(["r-1", "Requested"], ["r-2", "Requested"], ["r-2", "Denied"]),
      at: 3,
      says: /^c0123456789-000000000001 is needed: request shop\/of r-1 has not been over for 30 days, or waits for its review; choose a place before it$/,
    },
    { reason: "a use that waits for its review", entries: run(...LIFE.slice(0, 5)), at: 5, says: /waits for its review/ },
    {
      reason: "an end without the review that follows it",
      entries: run(...LIFE),
      at: 5,
      says: /^c0123456789-000000000006 is about the end of request shop\/of r-1: choose that place or one before 5$/,
    },
    {
      reason: "the beginning of a request that ended less than 30 days ago",
      entries: chainedAt([
        [draft(["r-1", "Requested"]), "2026-11-23T10:00:00Z"],
        [draft(["r-1", "Denied"]), "2026-12-01T10:00:00Z"],
      ]),
      at: 1,
      says: /has not been over for 30 days/,
    },
  ];
  for (const { reason, entries, at, now = NOW, says } of refused) {
    it(`not ${reason}`, () => {
      expect(archiveObjection(entries, at, now)).to.match(says);
    });
  }

  it("the beginning of a request whose end stands behind the place, with its review", () => {
    for (const place of [1, 2, 3, 4, 6]) expect(archiveObjection(run(...LIFE), place, NOW)).to.equal(undefined);
  });

  it("an earlier checkpoint, as any entry", () => {
    const entries = chainedAt([[recording(checkpointAt(OLD[3]), OLD[3]), "2026-12-24T10:00:00Z"]], OLD);
    expect(archiveObjection(entries, 9, Date.parse("2027-01-24T10:00:00Z"))).to.equal(undefined);
  });

  it("not what a checkpoint calls by another hash", () => {
    expect(checkpointObjection({ lastSeq: 8, headHash: "f".repeat(64) }, OLD, NOW)).to.match(
      /^c0123456789-000000000008 has another hash than spec\.headHash: make the checkpoint from a file/,
    );
    expect(checkpointObjection(checkpointAt(OLD[7]).spec, OLD, NOW)).to.equal(undefined);
  });
});
