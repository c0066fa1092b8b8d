/** Writes and reads the entry of the ledger which says that its beginning is kept in a file, and finds where a ledger that was shortened goes on. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { BreakGlassCheckpointSpec, BreakGlassCheckpointStatus } from "../api/break-glass-checkpoint.ts";
import { GENESIS } from "./chain.ts";
import { KEEP_ENDED } from "./pruning.ts";
import { unixSeconds } from "./times.ts";
import type { EntryDraft } from "./types.ts";

/** The object `BreakGlassCheckpoint`, as stored. */
export interface StoredCheckpoint {
  readonly uid: string;
  readonly spec: BreakGlassCheckpointSpec;
  readonly status: BreakGlassCheckpointStatus | undefined;
}

/** The end of what was archived. */
export type Archived = Pick<BreakGlassCheckpointSpec, "lastSeq" | "headHash">;

/** What an entry of type `Checkpoint` says. */
export interface CheckpointRecord extends Archived {
  readonly fileDigest: string;
  readonly location: string;
  readonly archivist: string;
  /** Time of the last entry that was archived, in milliseconds. */
  readonly lastTime: number;
}

/** The place behind which an unbroken run of entries begins. */
export interface Footing {
  readonly seq: number;
  /** Hash of the entry there. */
  readonly hash: string;
  /** Requests that were made before this time (milliseconds) may have been archived; undefined where nothing was. */
  readonly archivedUntil: number | undefined;
}

/** Below the first entry of a ledger of which nothing was archived. */
export const GROUND: Footing = { seq: 0, hash: GENESIS, archivedUntil: undefined };

/** The entry that records a checkpoint. `last` is the last entry that is archived. */
export function checkpointEntry({ uid, spec }: StoredCheckpoint, last: LedgerEntry): EntryDraft {
  const { lastSeq, headHash, fileDigest, location, archivist } = spec;
  return {
    type: "Checkpoint",
    actor: archivist.username,
    requestUID: uid,
    details: {
      lastSeq: String(lastSeq),
      lastTime: last.time,
      headHash,
      fileDigest,
      location,
      ...(archivist.uid !== undefined && { archivistUID: archivist.uid }),
    },
  };
}

/** What an entry says of an archive; undefined for any other, and for one that tells of a place that is not before it. */
export function checkpointIn({ type, seq, actor, details = {} }: LedgerEntry): CheckpointRecord | undefined {
  const { headHash = "", fileDigest = "", location = "", lastTime = "" } = details;
  const lastSeq = Number(details["lastSeq"]);
  if (type !== "Checkpoint" || !Number.isSafeInteger(lastSeq) || lastSeq < 1 || lastSeq >= seq) return undefined;
  return { lastSeq, headHash, fileDigest, location, archivist: actor, lastTime: unixSeconds(lastTime) * 1000 };
}

/** Whether an entry records the end of an archive. */
export function records(entry: LedgerEntry, { lastSeq, headHash }: Archived): boolean {
  const record = checkpointIn(entry);
  return record?.lastSeq === lastSeq && record.headHash === headHash;
}

/** Whether an entry records a checkpoint to the last detail. */
export function isRecordOf(entry: LedgerEntry, { spec }: Pick<StoredCheckpoint, "spec">): boolean {
  const record = checkpointIn(entry);
  return records(entry, spec) && record?.fileDigest === spec.fileDigest && record.archivist === spec.archivist.username;
}

/**
 * Where the run of a ledger begins. `entries`: those of its chain, in order. Undefined where checkpoint and ledger do not fit: then the next place is not
 * known, and the first one, which is free, must not be taken for it.
 */
export function footingOf(
  entries: readonly LedgerEntry[],
  checkpoint: Pick<StoredCheckpoint, "spec" | "status"> | undefined,
): Footing | undefined {
  const recorded = checkpoint?.status?.recorded;
  if (recorded !== undefined) return behind(recorded, entries);
  // An object that was made anew has no status yet. An entry alone is not believed: whoever has the operator's token can write one.
  const isWhole = entries[0]?.seq === 1 || !entries.some(({ type }) => type === "Checkpoint");
  if (isWhole) return GROUND;
  return checkpoint && behind(checkpoint.spec, entries);
}

/** The run must continue the archive, and contain the entry that records it. */
function behind(archived: Archived, entries: readonly LedgerEntry[]): Footing | undefined {
  const { lastSeq, headHash } = archived;
  const last = entries.find(({ seq }) => seq === lastSeq);
  if (last !== undefined && last.hash !== headHash) return undefined;
  const later = entries.filter(({ seq }) => seq > lastSeq);
  const run = later.filter(({ seq }, index) => seq === lastSeq + 1 + index);
  const entry = run.find((each) => records(each, archived));
  if (run[0]?.prevHash !== headHash || entry === undefined) return undefined;
  return { seq: lastSeq, hash: headHash, archivedUntil: archivedUntil(entry) };
}

/** The entry's own time is held by the API server to the present, so that nobody can write that requests of days to come were archived. */
function archivedUntil(entry: LedgerEntry): number {
  return Math.min(checkpointIn(entry)?.lastTime ?? 0, unixSeconds(entry.time) * 1000 - KEEP_ENDED);
}
