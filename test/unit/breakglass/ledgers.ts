/** Makes ledgers for tests: entries of several requests, chained as the operator would chain them. */
import type { LedgerEntry, LedgerEntryType } from "../../../operator/api/break-glass-audit-entry.ts";
import { entryName, GENESIS, linkEntry } from "../../../operator/breakglass/chain.ts";
import type { EntryDraft } from "../../../operator/breakglass/types.ts";
import type { LedgerObject } from "../../../operator/breakglass/verify-findings.ts";

export const CHAIN = "c0123456789";

/** What happened, in order: to which request, and what. */
export type Happening = readonly [requestUID: string, type: LedgerEntryType];

/** A draft that tells of its request. */
export function draft([requestUID, type]: Happening, more: Partial<EntryDraft> = {}): EntryDraft {
  return { type, actor: "operator", requestUID, details: { namespace: "shop", request: `of ${requestUID}` }, ...more };
}

/** Chains drafts; each is a second later than the one before. */
export function chained(drafts: readonly EntryDraft[], chain = CHAIN): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const [index, each] of drafts.entries()) {
    const time = `2026-11-23T10:00:${String(index % 60).padStart(2, "0")}Z`;
    entries.push(linkEntry(each, { chain, seq: index + 1, prevHash: entries.at(-1)?.hash ?? GENESIS, time }));
  }
  return entries;
}

/** Entries as they lie in the cluster. */
export function stored(entries: readonly LedgerEntry[]): LedgerObject[] {
  return entries.map((spec) => ({ name: entryName(spec.chain, spec.seq), spec }));
}

/** Two requests, one of them through its whole life. */
export const STORY: readonly Happening[] = [
  ["r-1", "Requested"],
  ["r-2", "Requested"],
  ["r-1", "Approved"],
  ["r-1", "Issuing"],
  ["r-2", "Denied"],
  ["r-1", "Active"],
  ["r-1", "Expired"],
  ["r-1", "Reviewed"],
];
