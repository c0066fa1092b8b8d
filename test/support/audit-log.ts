/** Reads the API server's audit log for tests, the ground truth for who wrote what. */
import { open, stat } from "node:fs/promises";
import { cluster } from "./cluster.ts";

/** The part of `audit.k8s.io/v1` Event that tests look at. */
export interface AuditEvent {
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: {
    readonly username: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly impersonatedUser?: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
}

/** Every given field must match; `verbs` matches any of them. */
export interface AuditFilter {
  readonly user?: string;
  readonly verbs?: readonly string[];
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** The verbs that change something. */
export const WRITE_VERBS: readonly string[] = ["create", "update", "patch", "delete", "deletecollection"];

/** The present end of the log, for `auditEvents`: what happens later lies behind it. */
export async function auditMark(): Promise<number> {
  return (await stat(cluster().auditLog)).size;
}

/**
 * The requests recorded behind a mark, in order of their end, one event each. A request whose answer was large can be answered
 * a moment before it is recorded: wait with `eventually` for what must be there.
 */
export async function auditEvents(mark: number, filter: AuditFilter = {}): Promise<AuditEvent[]> {
  const requests = new Map<string, AuditEvent>();
  // A watch is recorded at its start and at its end: one request.
  for (const event of await eventsBehind(mark)) requests.set(event.auditID, event);
  return [...requests.values()].filter((event) => matches(event, filter));
}

async function eventsBehind(mark: number): Promise<AuditEvent[]> {
  await using file = await open(cluster().auditLog);
  const { size } = await file.stat();
  // A mark may lie inside a line that was being written: that request was over by then. One byte before it tells whether it does.
  const from = Math.max(0, mark - 1);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.max(0, size - from)), position: from });
  const lines = buffer.toString("utf8", 0, bytesRead).split("\n");
  // What follows the last line end is being written.
  return lines.slice(mark === 0 ? 0 : 1, -1).map((line) => JSON.parse(line));
}

function matches({ user, impersonatedUser, verb, objectRef }: AuditEvent, filter: AuditFilter): boolean {
  const pairs = [
    [filter.user, (impersonatedUser ?? user).username],
    [filter.resource, objectRef?.resource],
    [filter.namespace, objectRef?.namespace],
    [filter.name, objectRef?.name],
  ];
  const verbMatches = filter.verbs === undefined || filter.verbs.includes(verb);
  return verbMatches && pairs.every(([wanted, found]) => wanted === undefined || wanted === found);
}
