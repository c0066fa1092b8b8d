/** Makes ledgers for tests whose beginning was archived: two requests that are over, a checkpoint a good month later, and what came after it. */
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassCheckpointSpec } from "../../../operator/api/break-glass-checkpoint.ts";
import { GENESIS, linkEntry } from "../../../operator/breakglass/chain.ts";
import { checkpointEntry, type StoredCheckpoint } from "../../../operator/breakglass/checkpoint.ts";
import type { EntryDraft } from "../../../operator/breakglass/types.ts";
import { CHAIN, draft, STORY } from "./ledgers.ts";

/** A draft, and when it was written. */
export type Dated = readonly [draft: EntryDraft, time: string];

/** Chains entries of these times. */
export function chainedAt(dated: readonly Dated[], before: readonly LedgerEntry[] = []): LedgerEntry[] {
  const entries = [...before];
  for (const [each, time] of dated) {
    entries.push(linkEntry(each, { chain: CHAIN, seq: entries.length + 1, prevHash: entries.at(-1)?.hash ?? GENESIS, time }));
  }
  return entries;
}

/** A checkpoint for the entries up to one of them, with its entry in the ledger where `entry` is given. */
export function checkpointAt(
  last: LedgerEntry | undefined,
  more: Partial<BreakGlassCheckpointSpec> = {},
  entry?: number,
): StoredCheckpoint {
  const { seq = 0, hash = "" } = last ?? {};
  const spec = {
    chain: CHAIN,
    lastSeq: seq,
    headHash: hash,
    fileDigest: "d".repeat(64),
    location: "the safe",
    archivist: { username: "ada" },
    ...more,
  };
  return { uid: "u-ledger", spec, status: entry === undefined ? undefined : { recorded: { lastSeq: seq, headHash: hash, entry } } };
}

export function recording(checkpoint: StoredCheckpoint, last: LedgerEntry | undefined): EntryDraft {
  if (last === undefined) throw new Error("nothing was archived");
  return checkpointEntry(checkpoint, last);
}

/** Places 1 to 8: the story of two requests, all within a minute of 23 November. */
export const OLD = chainedAt(STORY.map((each, index) => [draft(each), `2026-11-23T10:00:0${index}Z`]));

/** When the checkpoint was made: more than 30 days later. */
export const MADE = "2026-12-24T10:00:00Z";

/** Place 9 records that places 1 to 8 are archived; at places 10 and 11 somebody asks and is denied. */
export const SHORTENED = chainedAt(
  [
    [recording(checkpointAt(OLD[7]), OLD[7]), MADE],
    [draft(["r-3", "Requested"]), "2026-12-24T11:00:00Z"],
    [draft(["r-3", "Denied"]), "2026-12-24T11:01:00Z"],
  ],
  OLD,
);
