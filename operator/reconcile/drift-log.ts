/** Keeps the list of drift entries for status: a record of what was seen, merged look by look, never an input to a decision. */
import type { DriftEntry } from "../api/baseline-status.ts";
import type { Drift } from "../plan/types.ts";
import { fitName } from "./fit.ts";

/** Entries that status holds at most; the rest is counted. */
const MAX_DRIFT_ENTRIES = 50;
/** Fields that one entry names at most. */
const MAX_FIELDS = 32;
/** How long a repaired entry stays listed, in milliseconds. */
const KEEP_REPAIRED = 24 * 60 * 60 * 1000;

/** One drift of this look at the cluster, and whether it was put right in the same look. */
export interface SeenDrift {
  readonly drift: Drift;
  readonly repaired: boolean;
}

export interface DriftLog {
  readonly entries: readonly DriftEntry[];
  readonly dropped: number;
}

/** Which earlier entries a look can speak of. */
export interface Judged {
  /** Sections in use, also those that cannot be looked at now. */
  readonly inUse: ReadonlySet<string>;
  /** Whether the look would have seen this difference if it were still there. */
  readonly sees: (entry: Pick<DriftEntry, "control" | "ref">) => boolean;
}

/**
 * Merges what was seen now into the previous list. The same ref, type and fields are one entry: an entry that is still
 * open goes on as it is, one that was repaired and is seen again counts up. Open entries that would be seen
 * and are not become Repaired; those of sections no longer in use go. `now` is RFC 3339 with seconds.
 */
export function mergeDrift(previous: DriftLog, seen: readonly SeenDrift[], judged: Judged, now: string): DriftLog {
  const before = new Map(previous.entries.map((entry) => [keyOf(entry), entry]));
  const current = new Map(seen.map((one) => [keyOf(one.drift), entryOf(one, before.get(keyOf(one.drift)), now)]));
  const gone = [...before].filter(([key]) => !current.has(key)).flatMap(([, entry]) => noLongerSeen(entry, judged));
  const all = [...current.values(), ...gone];
  const kept = all.toSorted(byWeight(before)).slice(0, MAX_DRIFT_ENTRIES).sort(newestFirst);
  const carried = kept.length === MAX_DRIFT_ENTRIES ? previous.dropped : 0;
  return { entries: kept, dropped: Math.max(all.length - kept.length, carried) };
}

/**
 * What stays when the list is full: what is open before what was repaired. Among open entries those that were listed before, so that differences that
 * last do not push each other out look by look; then the newest.
 */
function byWeight(before: ReadonlyMap<string, DriftEntry>): (a: DriftEntry, b: DriftEntry) => number {
  const weight = (entry: DriftEntry): number => (entry.state === "Repaired" ? 0 : before.get(keyOf(entry))?.state === "Open" ? 2 : 1);
  return (a, b) => weight(b) - weight(a) || newestFirst(a, b);
}

function noLongerSeen(entry: DriftEntry, { inUse, sees }: Judged): readonly DriftEntry[] {
  if (entry.state === "Repaired") return [entry];
  if (!inUse.has(entry.control)) return [];
  return [sees(entry) ? { ...entry, state: "Repaired" } : entry];
}

/** Drops repaired entries that are older than a day. Done only when status is written anyway: age alone is no change. */
export function pruneDrift(log: DriftLog, now: string): DriftLog {
  const oldest = Date.parse(now) - KEEP_REPAIRED;
  const entries = log.entries.filter((entry) => entry.state === "Open" || Date.parse(entry.lastSeen) > oldest);
  return { entries, dropped: entries.length < MAX_DRIFT_ENTRIES ? 0 : log.dropped };
}

function entryOf(one: SeenDrift, previous: DriftEntry | undefined, now: string): DriftEntry {
  const { drift, repaired } = one;
  const again = previous?.state === "Repaired";
  const manager = drift.manager ?? previous?.manager;
  return {
    control: drift.control,
    ref: refOf(drift),
    type: drift.type,
    ...(drift.fields.length > 0 ? { fields: drift.fields.slice(0, MAX_FIELDS) } : {}),
    ...(manager !== undefined ? { manager: fitName(manager) } : {}),
    firstSeen: previous?.firstSeen ?? now,
    lastSeen: previous === undefined || again ? now : previous.lastSeen,
    count: (previous?.count ?? 1) + (again ? 1 : 0),
    state: repaired ? "Repaired" : "Open",
  };
}

function keyOf(entry: Pick<DriftEntry, "control" | "ref" | "type"> & { readonly fields?: readonly string[] }): string {
  const fields = (entry.fields ?? []).slice(0, MAX_FIELDS);
  const { apiVersion, kind, name } = refOf(entry);
  return JSON.stringify([entry.control, apiVersion, kind, name, entry.type, fields]);
}

/** Names of RBAC objects know no bound; a name in status does. */
function refOf({ ref }: Pick<DriftEntry, "ref">): DriftEntry["ref"] {
  return { ...ref, name: fitName(ref.name) };
}

function newestFirst(a: DriftEntry, b: DriftEntry): number {
  if (a.lastSeen !== b.lastSeen) return a.lastSeen < b.lastSeen ? 1 : -1;
  return keyOf(a) < keyOf(b) ? -1 : 1;
}
