/** Makes far more requests for emergency access than anybody needs, and tells what the operator did with them before it served somebody else. */
import type { BreakGlassRequest } from "../../operator/api/break-glass-request.ts";
import type { AuditEvent } from "./audit-log.ts";
import { type Asker, ask } from "./break-glass.ts";
import { admin } from "./cluster.ts";
import { described } from "./operator-requests.ts";

export interface FloodOptions {
  readonly count: number;
  /** Requests that are sent side by side; default 8. */
  readonly senders?: number;
  /** Hears of each request, with how many there are by then. */
  readonly onSent?: (sent: number) => void;
}

/** Sends so many requests of one person. */
export async function flood(
  asker: Asker,
  namespace: string,
  { count, senders = 8, onSent = () => undefined }: FloodOptions,
): Promise<void> {
  let begun = 0;
  let sent = 0;
  const send = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      await ask(asker, namespace);
      sent += 1;
      onSent(sent);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
}

export function requestsIn(namespace: string): Promise<BreakGlassRequest[]> {
  return admin().list("securitybaseline.dev/v1alpha1", "BreakGlassRequest", { namespace });
}

/** How many requests of a namespace have which standing: their phase, or the reason of their condition while they have none. */
export async function standings(namespace: string): Promise<Readonly<Record<string, number>>> {
  const counts = new Map<string, number>();
  for (const { status } of await requestsIn(namespace)) {
    const standing = status?.phase ?? status?.conditions?.[0]?.reason ?? "none";
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

/** Statuses of other requests that were written before the first one of this one, of all the operator's writes. */
export function statusesBefore(writes: readonly AuditEvent[], { metadata }: BreakGlassRequest): number {
  const own = `patch breakglassrequests/${metadata.name}/status`;
  const first = writes.findIndex((event) => described(event) === own);
  if (first < 0) throw new Error(`the operator wrote nothing of ${metadata.name}`);
  return writes.slice(0, first).filter((event) => described(event).startsWith("patch breakglassrequests/")).length;
}
