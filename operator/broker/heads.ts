/** Shows the ledger's last entry outside the cluster: whoever keeps these lines finds out if entries are taken away or written anew. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { Webhook } from "./webhook.ts";

/** What `head.ledger` says, so that the lines can be picked out of others. */
const LEDGER = "securitybaseline.dev/break-glass";

/** Messages that wait at the webhook for heads: the newest tells all that older ones would. */
export const HEADS_CAPACITY = 1;

export interface HeadsOptions {
  /** Writes one line to where logs are collected. */
  readonly print: (line: string) => void;
  readonly webhook: Pick<Webhook, "send"> | undefined;
}

/** Answers what tells of an entry that is the last one now. It returns at once. */
export function createHeads({ print, webhook }: HeadsOptions): (entry: LedgerEntry) => void {
  return ({ chain, seq, hash, time }) => {
    const head = { ledger: LEDGER, chain, seq, hash, time };
    print(`${JSON.stringify(head)}\n`);
    webhook?.send(head);
  };
}
