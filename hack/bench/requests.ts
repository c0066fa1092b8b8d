/** Counts what the operator asked the API server for, for measurements of rest and of changes. */
import { auditEvents } from "../../test/support/audit-log.ts";
import { OPERATOR_USER } from "../../test/support/operator-process.ts";

/** Requests of the operator behind a mark in the audit log, by `verb resource`. Watches are left out: each is renewed within a minute, whatever happens. */
export async function requestsSince(mark: number): Promise<Readonly<Record<string, number>>> {
  const events = (await auditEvents(mark, { user: OPERATOR_USER })).filter(({ verb }) => verb !== "watch");
  const counts = Object.groupBy(events, ({ verb, objectRef }) =>
    [verb, objectRef?.resource, objectRef?.subresource].filter(Boolean).join(" "),
  );
  return Object.fromEntries(Object.entries(counts).map(([name, all = []]) => [name, all.length]));
}
