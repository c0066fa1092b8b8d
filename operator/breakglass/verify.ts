/** Examines a ledger for auditors: finds everything by which one that was tampered with differs from one that only grew. */
import type { LedgerEntryType } from "../api/break-glass-audit-entry.ts";
import { entryName, GENESIS, hashEntry } from "./chain.ts";
import { mayFollow } from "./phase-order.ts";
import { type Archive, type Archived, archivedOf, judgeCheckpoints, withArchives } from "./verify-archive.ts";
import type { Finding, FindingType, Head, LedgerObject } from "./verify-findings.ts";

type Chains = ReadonlyMap<string, readonly LedgerObject[]>;

/**
 * Everything that is wrong with a ledger: nothing, if it only ever grew, and only lost what was archived. `objects` in any order; `heads`: what was exported,
 * as many as there are; `archives`: files with its beginning. Without heads nobody can tell that the newest entries are gone, or that all of them were written anew.
 */
export function verifyLedger(
  objects: readonly LedgerObject[],
  heads: readonly Head[],
  archives: readonly Archive[] = [],
): readonly Finding[] {
  const whole = withArchives(objects, archives);
  const chains = chainsOf(whole.objects);
  return [
    ...severalChains(chains),
    ...whole.findings,
    ...[...chains].flatMap(([chain, entries]) => judgeEntries(chain, entries)),
    ...judgeHeads(chains, heads),
  ];
}

function judgeEntries(chain: string, entries: readonly LedgerObject[]): Finding[] {
  const archived = archivedOf(entries);
  return [
    ...entries.flatMap(judgeAlone),
    ...judgeChain(chain, entries, archived),
    ...judgeCheckpoints(entries),
    ...judgeStories(entries, archived),
  ];
}

/** Entries in their order: by chain, then by place. Of two in one place the one whose name fits comes first. */
export function inOrder<T extends LedgerObject>(objects: readonly T[]): readonly T[] {
  return objects.toSorted(
    (a, b) =>
      compare(a.spec.chain, b.spec.chain) || a.spec.seq - b.spec.seq || Number(fits(b)) - Number(fits(a)) || compare(a.name, b.name),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function fits({ name, spec }: LedgerObject): boolean {
  return name === entryName(spec.chain, spec.seq);
}

function chainsOf(objects: readonly LedgerObject[]): Chains {
  return Map.groupBy(inOrder(objects), ({ spec }) => spec.chain);
}

function severalChains(chains: Chains): Finding[] {
  const names = [...chains.keys()];
  const [, second] = chains.values();
  const entry = second?.[0]?.name;
  if (entry === undefined) return [];
  return [
    {
      type: "SeveralChains",
      entry,
      message: `${entry} belongs to another chain: the ledger has ${names.join(" and ")}, but a break-glass namespace has one`,
    },
  ];
}

function judgeAlone(object: LedgerObject): Finding[] {
  const { name, spec } = object;
  const place = entryName(spec.chain, spec.seq);
  return [
    ...(fits(object) ? [] : [finding("Misnamed", name, `has the content of ${place}`)]),
    ...(hashEntry(spec) === spec.hash ? [] : [finding("Edited", name, "was changed: its hash does not fit its content")]),
  ];
}

function judgeChain(chain: string, entries: readonly LedgerObject[], archived: Archived): Finding[] {
  const places = [...Map.groupBy(entries, ({ spec }) => spec.seq).values()];
  return places.flatMap(([object, ...others], index) => {
    if (object === undefined) return [];
    const forks = others.map(({ name }) => finding("Forked", name, `takes the place of ${object.name}`));
    return [...judgeLink(chain, places[index - 1]?.[0], object, archived), ...forks];
  });
}

/** An entry behind a gap is not held against the one before the gap: the gap is told, unless what is missing was archived. */
function judgeLink(chain: string, previous: LedgerObject | undefined, { name, spec }: LedgerObject, archived: Archived): Finding[] {
  const expected = (previous?.spec.seq ?? 0) + 1;
  if (spec.seq > expected) {
    const head = archived.heads.get(spec.seq - 1) ?? spec.prevHash;
    if (spec.prevHash !== head) return [finding("Unlinked", name, "does not continue what was archived before it")];
    const first = Math.max(expected, archived.lastSeq + 1);
    return first < spec.seq ? [gap(chain, first, spec.seq - 1)] : [];
  }
  if (spec.prevHash === (previous?.spec.hash ?? GENESIS)) return [];
  return [finding("Unlinked", name, previous ? `does not continue ${previous.name}` : "is the first entry, but continues another one")];
}

function gap(chain: string, first: number, last: number): Finding {
  const name = entryName(chain, first);
  return finding("Missing", name, first === last ? "is missing" : `and all up to ${entryName(chain, last)} are missing`);
}

/** Of a request whose beginning is out of reach, what comes behind the archive must follow from what stands there. */
function judgeStories(entries: readonly LedgerObject[], { uids, lastSeq }: Archived): Finding[] {
  const last = new Map<string, LedgerEntryType>();
  return entries.flatMap(({ name, spec: { requestUID, type, seq } }) => {
    const isExcused = uids.has(requestUID);
    if (isExcused && seq <= lastSeq) return [];
    const previous = last.get(requestUID);
    last.set(requestUID, type);
    if ((isExcused && previous === undefined) || mayFollow(previous, type)) return [];
    const before = previous === undefined ? "as its first entry" : `after ${previous}`;
    return [finding("OutOfOrder", name, `records ${type} of request ${requestUID} ${before}`)];
  });
}

/** Of the heads beyond the end of a chain only the last is told; one inside a gap has been told with the gap. */
function judgeHeads(chains: Chains, heads: readonly Head[]): Finding[] {
  return [...Map.groupBy(heads, ({ chain }) => chain)].flatMap(([chain, exported]) => {
    const entries = chains.get(chain) ?? [];
    return [...replaced(entries, exported), ...truncated(chain, entries, exported)];
  });
}

function replaced(entries: readonly LedgerObject[], heads: readonly Head[]): Finding[] {
  const bySeq = Map.groupBy(entries, ({ spec }) => spec.seq);
  const others = heads.flatMap(({ seq, hash }) => {
    const [first, ...more] = bySeq.get(seq) ?? [];
    return first === undefined || [first, ...more].some(({ spec }) => spec.hash === hash) ? [] : [first.name];
  });
  return [...new Set(others)].map((name) => finding("Replaced", name, "is not the entry that was exported as head"));
}

function truncated(chain: string, entries: readonly LedgerObject[], heads: readonly Head[]): Finding[] {
  const end = entries.at(-1)?.spec.seq ?? 0;
  const furthest = heads.reduce((highest, { seq }) => Math.max(highest, seq), 0);
  if (furthest <= end) return [];
  const rest = end === 0 ? `nothing is left of chain ${chain}` : `the chain ends with ${entryName(chain, end)}`;
  return [finding("Truncated", entryName(chain, furthest), `was exported as head but is missing: ${rest}`)];
}

function finding(type: FindingType, entry: string, what: string): Finding {
  return { type, entry, message: `${entry} ${what}` };
}
