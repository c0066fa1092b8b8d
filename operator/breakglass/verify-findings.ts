/** The words in which a ledger is checked: what is looked at, and what can be wrong with it. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";

/** An entry as it lies in the cluster. */
export interface LedgerObject {
  readonly name: string;
  readonly spec: LedgerEntry;
}

/** An entry that was told to somebody outside the cluster when it was the last one. */
export type Head = Pick<LedgerEntry, "chain" | "seq" | "hash">;

/**
 * - `Edited`: the content is not what was hashed. `Misnamed`: name and content tell different places.
 * - `Missing`: a gap. `Forked`: a place is taken twice. `Unlinked`: does not continue the entry before it.
 * - `Truncated`, `Replaced`: an exported head is gone, or is another entry now.
 * - `SeveralChains`: the ledger began anew. `OutOfOrder`: no request can go this way.
 * - `Unsupported`: nobody asked for or decided what it tells. `Unproven`: what would show it is gone. `Unread`: what would show it may not be read.
 */
export type FindingType =
  | "Edited"
  | "Misnamed"
  | "Missing"
  | "Forked"
  | "Unlinked"
  | "Truncated"
  | "Replaced"
  | "SeveralChains"
  | "OutOfOrder"
  | "Unsupported"
  | "Unproven"
  | "Unread";

/** Something that is not as it should be. */
export interface Finding {
  readonly type: FindingType;
  /** Name of the entry that it is about; of one that is missing, the name that it had. */
  readonly entry: string;
  /** One sentence that names the entry. */
  readonly message: string;
}
