/** Lets auditors examine a ledger whose beginning is kept in files: what may be missing, what the files must be, and what is out of reach without them. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import { entryName, hashEntry } from "./chain.ts";
import { type CheckpointRecord, checkpointIn, isRecordOf, records, type StoredCheckpoint } from "./checkpoint.ts";
import { isOver, storyOf } from "./history.ts";
import { KEEP_ENDED } from "./pruning.ts";
import { unixSeconds } from "./times.ts";
import type { Finding, Head, LedgerObject } from "./verify-findings.ts";

/** A file that `audit export` has written. */
export interface Archive {
  /** As its reader calls it. */
  readonly file: string;
  /** SHA-256 of the file. */
  readonly digest: string;
  readonly entries: readonly LedgerEntry[];
}

/** A ledger put together from what lies in the cluster and what is in files. */
export interface Whole {
  readonly objects: readonly LedgerObject[];
  readonly findings: readonly Finding[];
}

/** Adds to a ledger what archives have of it. What stands in both must be the same, and some checkpoint must name each file. */
export function withArchives(objects: readonly LedgerObject[], archives: readonly Archive[]): Whole {
  const known = new Map(objects.map(({ name, spec }) => [name, spec.hash]));
  const added: LedgerObject[] = [];
  const findings: Finding[] = [];
  for (const { file, entries } of archives) {
    for (const spec of entries) {
      const name = entryName(spec.chain, spec.seq);
      const hash = known.get(name);
      if (hash === undefined) added.push({ name, spec });
      else if (hash !== spec.hash) findings.push({ type: "Replaced", entry: name, message: `${name} is another entry in ${file}` });
      known.set(name, hash ?? spec.hash);
    }
  }
  const whole = [...objects, ...added];
  return { objects: whole, findings: [...findings, ...strangeFiles(whole, archives)] };
}

/** A checkpoint must name the file by its digest, and its last entry; a file with holes proves nothing of what is missing. */
function strangeFiles(objects: readonly LedgerObject[], archives: readonly Archive[]): Finding[] {
  const records = objects.flatMap(({ spec }) => checkpointIn(spec) ?? []);
  return archives.flatMap(({ file, digest, entries }): Finding[] => {
    const last = entries.at(-1);
    const entry = last === undefined ? "" : entryName(last.chain, last.seq);
    const flaw = flawOf(entries);
    if (flaw !== undefined) return [{ type: "Edited", entry, message: `${file} ${flaw}` }];
    const isRecorded = records.some(
      ({ fileDigest, lastSeq, headHash }) => fileDigest === digest && lastSeq === last?.seq && headHash === last.hash,
    );
    return isRecorded
      ? []
      : [{ type: "Edited", entry, message: `${file} is no file that the ledger has recorded: its SHA-256 is ${digest}` }];
  });
}

/** What a chain says that was archived of it. */
export interface Archived {
  /** The last checkpoint; undefined where nothing was archived. */
  readonly record: CheckpointRecord | undefined;
  /** Entries up to here may be missing: 0 where nothing was archived. */
  readonly lastSeq: number;
  /** Hashes of the last entries of all archives, by place. */
  readonly heads: ReadonlyMap<number, string>;
  /** Requests of which a part may be missing: nobody can tell whether the rest is in order. */
  readonly uids: ReadonlySet<string>;
}

/** Reads the checkpoints of a chain. `entries`: those of one chain, in order. */
export function archivedOf(entries: readonly LedgerObject[]): Archived {
  const records = entries.flatMap(({ spec }) => checkpointIn(spec) ?? []);
  const last = entries.findLast(({ spec }) => checkpointIn(spec) !== undefined)?.spec;
  const lastSeq = Math.max(0, ...records.map((record) => record.lastSeq));
  const present = new Set(entries.flatMap(({ spec: { seq } }) => (seq <= lastSeq ? [seq] : [])));
  const stories = present.size === lastSeq ? [] : [...Map.groupBy(entries, ({ spec }) => spec.requestUID)];
  const isExcused = (told: readonly LedgerObject[]): boolean => (told.at(-1)?.spec.seq ?? 0) <= lastSeq || wasOver(told, last);
  return {
    record: records.at(-1),
    lastSeq,
    heads: new Map(records.map((record) => [record.lastSeq, record.headHash])),
    uids: new Set(stories.filter(([, told]) => isExcused(told)).map(([uid]) => uid)),
  };
}

/** Whether a request had been over for 30 days when its beginning was archived. */
function wasOver(told: readonly LedgerObject[], checkpoint: LedgerEntry | undefined): boolean {
  const story = storyOf(told.map(({ spec }) => spec));
  if (checkpoint === undefined || story.end === undefined || !isOver(story)) return false;
  return unixSeconds(story.end.time) * 1000 + KEEP_ENDED <= unixSeconds(checkpoint.time) * 1000;
}

/** Checkpoints that contradict those before them, or the entries that they tell of. `entries`: those of one chain, in order. */
export function judgeCheckpoints(entries: readonly LedgerObject[]): Finding[] {
  const hashes = new Map(entries.map(({ spec }) => [spec.seq, spec.hash]));
  let highest = 0;
  return entries.flatMap(({ name, spec }): Finding[] => {
    if (spec.type !== "Checkpoint") return [];
    const record = checkpointIn(spec);
    const isRaised = record !== undefined && record.lastSeq > highest;
    const before = highest;
    highest = Math.max(highest, record?.lastSeq ?? 0);
    if (!isRaised)
      return [{ type: "OutOfOrder", entry: name, message: `${name} records an archive that does not reach further than ${before}` }];
    const fits = (hashes.get(record.lastSeq) ?? record.headHash) === record.headHash;
    const message = `${name} records an archive that ends with another entry than ${entryName(spec.chain, record.lastSeq)}`;
    return fits ? [] : [{ type: "Unlinked", entry: name, message }];
  });
}

/**
 * Whether a person has asked for the last archive that the ledger records: whoever has the operator's token can write entries, but make no checkpoint. Of
 * earlier ones the object tells nothing any more. `checkpoint`: undefined where there is none.
 */
export function judgeLastCheckpoint(objects: readonly LedgerObject[], checkpoint: StoredCheckpoint | undefined): Finding[] {
  const last = objects.findLast(({ spec }) => checkpointIn(spec) !== undefined);
  if (last === undefined || (checkpoint !== undefined && isNamed(last, checkpoint))) return [];
  return [{ type: "Unsupported", entry: last.name, message: `${last.name} records an archive that no BreakGlassCheckpoint names` }];
}

/** A checkpoint that was raised since keeps what was recorded before. */
function isNamed({ spec: entry }: LedgerObject, checkpoint: StoredCheckpoint): boolean {
  const { recorded } = checkpoint.status ?? {};
  return (
    isRecordOf(entry, checkpoint) || (recorded !== undefined && recorded.lastSeq < checkpoint.spec.lastSeq && records(entry, recorded))
  );
}

/** How many exported heads are of entries that were archived and are not here. */
export function unseenHeads(objects: readonly LedgerObject[], heads: readonly Head[]): number {
  const chains = Map.groupBy(objects, ({ spec }) => spec.chain);
  return heads.filter(({ chain, seq }) => {
    const entries = chains.get(chain) ?? [];
    return seq <= archivedOf(entries).lastSeq && !entries.some(({ spec }) => spec.seq === seq);
  }).length;
}

/** What is wrong with the entries of a file, the rest of a sentence; undefined if they are an unbroken part of one chain. */
export function flawOf(entries: readonly LedgerEntry[]): string | undefined {
  if (entries.length === 0) return "holds no entry of a ledger";
  for (const [index, entry] of entries.entries()) {
    const name = entryName(entry.chain, entry.seq);
    const previous = entries[index - 1];
    if (hashEntry(entry) !== entry.hash) return `holds ${name}, which was changed: its hash does not fit its content`;
    if (previous === undefined) continue;
    const continues = entry.chain === previous.chain && entry.seq === previous.seq + 1 && entry.prevHash === previous.hash;
    if (!continues) return `holds ${name}, which does not continue the line before it`;
  }
  return undefined;
}

/** Places that were archived and are in none of these files: how many. */
export function placesNotIn(archives: readonly Archive[], objects: readonly LedgerObject[]): number {
  const { lastSeq } = archivedOf(objects);
  const held = new Set(archives.flatMap(({ entries }) => entries.map(({ seq }) => seq)));
  return lastSeq - [...held].filter((seq) => seq <= lastSeq).length;
}
