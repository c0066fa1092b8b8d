/** Tells tests what the audit log says of the operator's requests: which namespace each is about, and which of them change something. */
import { type AuditEvent, auditEvents, WRITE_VERBS } from "./audit-log.ts";
import { OPERATOR_USER } from "./operator-process.ts";

/** What the operator wrote about a namespace, the Namespace itself included, behind a mark. Events and dry runs apart: they are no part of the state. */
export async function operatorWrites(mark: number, namespace: string): Promise<AuditEvent[]> {
  const writes = await auditEvents(mark, { user: OPERATOR_USER, verbs: WRITE_VERBS });
  return writes.filter((event) => namespaceOf(event) === namespace && event.objectRef?.resource !== "events" && !isDryRun(event));
}

/** Whether a request stored nothing. */
export function isDryRun({ requestURI }: AuditEvent): boolean {
  return requestURI.includes("dryRun=All");
}

/** The namespace that a request is about; undefined if it is about all of them. */
export function namespaceOf({ objectRef }: AuditEvent): string | undefined {
  return objectRef?.namespace ?? (objectRef?.resource === "namespaces" ? objectRef.name : undefined);
}

/** As `verb resource/name`, with the subresource if there is one. */
export function described({ verb, objectRef }: AuditEvent): string {
  const parts = [objectRef?.resource, objectRef?.name, objectRef?.subresource].filter((part) => part !== undefined);
  return `${verb} ${parts.join("/")}`;
}

/** When the API server received a request, in milliseconds since 1970. */
export function receivedAt({ requestReceivedTimestamp }: AuditEvent): number {
  return Date.parse(requestReceivedTimestamp);
}
