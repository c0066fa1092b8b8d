/** Names and hashes the entries of the ledger and ties each to the one before it. */
import { hash } from "node:crypto";
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { Json, JsonObject } from "../api/json.ts";
import { API_VERSION } from "../api/names.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import type { EntryDraft } from "./types.ts";

/** `prevHash` of the first entry of a chain. */
export const GENESIS = "0".repeat(64);

/** Goes before what is hashed, so that the hash of an entry is never the hash of anything else. */
const DOMAIN = "securitybaseline.dev/break-glass-ledger/v1\n";
/** `v` of the entries that this version writes, and reads. */
export const ENTRY_FORM = 1;
const SEQ_DIGITS = 12;

/** Where an entry stands, and when it was written (RFC 3339, by the API server's clock). */
export type EntryPlace = Pick<LedgerEntry, "chain" | "seq" | "prevHash" | "time">;

/** Name of the chain of a break-glass namespace: one that is deleted and made anew begins another chain. */
export function chainName(namespaceUID: string): string {
  return `c${namespaceUID.replaceAll("-", "").slice(0, 10)}`;
}

/** Name of the object that holds an entry: a place in a chain can be taken only once. */
export function entryName(chain: string, seq: number): string {
  return `${chain}-${String(seq).padStart(SEQ_DIGITS, "0")}`;
}

/** SHA-256, in hexadecimal digits, of an entry without its `hash` in canonical JSON (RFC 8785). */
export function hashEntry(entry: Omit<LedgerEntry, "hash">): string {
  const content = Object.fromEntries(Object.entries(entry).filter(([field]) => field !== "hash"));
  return hash("sha256", DOMAIN + canonicalJson(content as Json), "hex");
}

/** The entry that stands at a place. Empty lists and maps are left out: the API server would store them, other readers may not. */
export function linkEntry(draft: EntryDraft, place: EntryPlace): LedgerEntry {
  const { decisionUIDs = [], details = {}, ...content } = draft;
  const link = {
    v: ENTRY_FORM,
    ...place,
    ...content,
    ...(decisionUIDs.length > 0 && { decisionUIDs }),
    ...(Object.keys(details).length > 0 && { details }),
  };
  return { ...link, hash: hashEntry(link) };
}

/** The object that holds an entry. */
export function entryManifest(entry: LedgerEntry, namespace: string): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: "BreakGlassAuditEntry",
    metadata: { namespace, name: entryName(entry.chain, entry.seq) },
    spec: { ...entry },
  };
}
