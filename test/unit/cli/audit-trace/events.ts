/** Holds a small audit log for tests, written by hand: one emergency access from its request to what was done with it. */
import type { AuditEvent } from "../../../../operator/cli/audit-trace/event.ts";

export const GRANT = "bg-0123456789-1764100000";
export const REQUEST_UID = "11111111-2222-3333-4444-555555555555";
export const JTI = "JTI=aaaaaaaa-0000-0000-0000-000000000001";

let count = 0;

/** An event with an id of its own, at the given second, answered with 200 unless it says otherwise. */
export function event(second: number, fields: Partial<AuditEvent>): AuditEvent {
  count += 1;
  return {
    auditID: `event-${count}`,
    verb: "create",
    requestURI: "/",
    user: { username: "jane" },
    requestReceivedTimestamp: `2026-11-23T10:00:${String(second).padStart(2, "0")}.000000Z`,
    responseStatus: { code: 200 },
    ...fields,
  };
}

export const asked = event(1, {
  objectRef: { resource: "breakglassrequests", namespace: "payments", name: "inc-1" },
  responseObject: { metadata: { name: "inc-1", uid: REQUEST_UID } },
});

export const approved = event(2, {
  user: { username: "lea" },
  objectRef: { resource: "breakglassdecisions", namespace: "payments", name: "yes" },
  requestObject: { spec: { decision: "Approve", requestRef: { name: "inc-1", uid: REQUEST_UID } } },
});

export const recorded = event(3, {
  user: { username: "system:serviceaccount:securitybaseline-system:securitybaseline-operator" },
  objectRef: { resource: "breakglassauditentries", namespace: "securitybaseline-breakglass", name: "c0123456789-000000000003" },
  requestObject: { spec: { type: "Issuing", requestUID: REQUEST_UID, grant: GRANT } },
});

export const minted = event(5, {
  objectRef: { resource: "serviceaccounts", subresource: "token", namespace: "securitybaseline-breakglass", name: GRANT },
  annotations: { "authentication.kubernetes.io/issued-credential-id": JTI },
});

/** Something that was done as the identity of the grant. */
export function done(second: number, fields: Partial<AuditEvent> = {}): AuditEvent {
  return event(second, {
    verb: "get",
    requestURI: "/api/v1/namespaces/payments/pods/web",
    user: {
      username: `system:serviceaccount:securitybaseline-breakglass:${GRANT}`,
      extra: { "authentication.kubernetes.io/credential-id": [JTI] },
    },
    objectRef: { resource: "pods", namespace: "payments", name: "web" },
    ...fields,
  });
}
