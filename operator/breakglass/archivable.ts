/** Says whether the beginning of the ledger may leave the cluster: only what nothing can follow from any more. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import { entryName } from "./chain.ts";
import type { Archived } from "./checkpoint.ts";
import { phaseOf, storyOf } from "./history.ts";
import { isLongOver, KEEP_ENDED } from "./pruning.ts";
import { unixSeconds } from "./times.ts";

/**
 * Why the entries up to a place may not be archived, one sentence; undefined if they may. `run`: the entries of the ledger in order, without gaps. `now` is
 * in milliseconds.
 */
export function archiveObjection(run: readonly LedgerEntry[], lastSeq: number, now: number): string | undefined {
  const last = run.find(({ seq }) => seq === lastSeq);
  if (last === undefined) return `the ledger has no entry ${lastSeq} in its unbroken run`;
  if (now < unixSeconds(last.time) * 1000 + KEEP_ENDED)
    return `${entryName(last.chain, lastSeq)} is younger than 30 days: choose an earlier place`;
  const uids = new Set(run.filter(({ seq }) => seq <= lastSeq).map(({ requestUID }) => requestUID));
  for (const [uid, entries] of Map.groupBy(run, ({ requestUID }) => requestUID)) {
    const objection = uids.has(uid) ? objectionOf(entries, lastSeq, now) : undefined;
    if (objection !== undefined) return objection;
  }
  return undefined;
}

/** Why what is archived cannot be what a checkpoint says, one sentence. See `archiveObjection`. */
export function checkpointObjection({ lastSeq, headHash }: Archived, run: readonly LedgerEntry[], now: number): string | undefined {
  const last = run.find(({ seq }) => seq === lastSeq);
  if (last !== undefined && last.hash !== headHash)
    return `${entryName(last.chain, lastSeq)} has another hash than spec.headHash: make the checkpoint from a file that securitybaseline audit export has written`;
  return archiveObjection(run, lastSeq, now);
}

/** What was in use and what is its end stand on the same side as the review that it owes: only so the later part alone tells that it is over. */
function objectionOf(entries: readonly LedgerEntry[], lastSeq: number, now: number): string | undefined {
  const [first] = entries;
  if (first === undefined || first.type === "Removed" || first.type === "Checkpoint") return undefined;
  const story = storyOf(entries);
  const name = `${first.details?.["namespace"]}/${first.details?.["request"]}`;
  if (!isLongOver(story, now)) {
    return `${entryName(first.chain, first.seq)} is needed: request ${name} has not been over for 30 days, or waits for its review; choose a place before it`;
  }
  const end = entries.findLast((entry) => phaseOf(entry) !== "New");
  const last = entries.at(-1);
  const isSplit = end !== undefined && last !== undefined && end.seq <= lastSeq && last.seq > lastSeq;
  return isSplit
    ? `${entryName(last.chain, last.seq)} is about the end of request ${name}: choose that place or one before ${end.seq}`
    : undefined;
}
