/** Tells the broker whether an entry of the ledger means what this version of the program takes it to mean. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import { ENTRY_FORM } from "../breakglass/chain.ts";
import { isEntryType } from "../breakglass/history.ts";

const TEXTS = ["chain", "prevHash", "time", "actor", "requestUID", "hash"] as const satisfies readonly (keyof LedgerEntry)[];

/** The schema keeps such entries out; a newer version of the program, or whoever replaced the schema, may have written one all the same. */
export function isReadable(entry: LedgerEntry | undefined): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const { v, seq, type, details = {} } = entry;
  const isNumbered = v === ENTRY_FORM && Number.isSafeInteger(seq) && seq > 0;
  return isNumbered && isEntryType(type) && TEXTS.every((field) => typeof entry[field] === "string") && isTextMap(details);
}

function isTextMap(details: unknown): boolean {
  return typeof details === "object" && details !== null && Object.values(details).every((text) => typeof text === "string");
}
