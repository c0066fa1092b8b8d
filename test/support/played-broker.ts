/** Plays the broker with the operator's own account, for tests of what people see: status and grants as it writes them. */
import type { BreakGlassRequest, BreakGlassRequestStatus } from "../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { grantObjects } from "../../operator/breakglass/grant.ts";
import type { ApiClient } from "./api-client.ts";
import { BREAK_GLASS_NAMESPACE } from "./break-glass.ts";

const MANAGER = "securitybaseline-breakglass";
const TIME = "2026-11-23T10:00:00Z";

/** Fingerprint that approvals have to name. */
export const PROFILE_HASH = "f00d";

const RESOLVED = {
  baselineUID: "b1",
  profileHash: PROFILE_HASH,
  role: "sb-incident-admin",
  roleUID: "r1",
  roleRulesHash: "beef",
  expiryGuarantee: "APIServer",
} as const;

/** Says that a request waits for its approval. */
export function playPending(operator: ApiClient, request: BreakGlassRequest): Promise<BreakGlassRequest> {
  const condition = {
    type: "Granted",
    status: "False",
    reason: "Pending",
    message: "waits for 1 of 1 approvals",
    lastTransitionTime: TIME,
  } as const;
  return writeStatus(operator, request, { phase: "Pending", resolved: RESOLVED, conditions: [condition] });
}

/** Makes the grant of a request for `seconds` from now on, and says that it is active. */
export async function playActive(operator: ApiClient, request: BreakGlassRequest, seconds: number): Promise<BreakGlassRequest> {
  const { namespace, uid = "" } = request.metadata;
  const deadline = Math.floor(Date.now() / 1000) + seconds;
  const objects = grantObjects({
    settings: { namespace: BREAK_GLASS_NAMESPACE, objectLabels: {} },
    scope: { namespace },
    requester: request.spec.requester?.username ?? "",
    requestUID: uid,
    role: RESOLVED.role,
    deadline,
  });
  const made: KubernetesObject[] = [];
  for (const { manifest } of objects) made.push(await operator.create(manifest as KubernetesObject, { manager: MANAGER }));
  const { name = "", uid: grantUID = "" } = made[0]?.metadata ?? {};
  return writeStatus(operator, request, {
    phase: "Active",
    resolved: RESOLVED,
    deadline: new Date(deadline * 1000).toISOString(),
    grant: { serviceAccount: name, uid: grantUID },
  });
}

/** Says that a request was denied. */
export function playDenied(operator: ApiClient, request: BreakGlassRequest): Promise<BreakGlassRequest> {
  return writeStatus(operator, request, { phase: "Denied", resolved: RESOLVED, endReason: "Denied" });
}

/** Writes a status as the broker does. */
export function writeStatus(
  operator: ApiClient,
  { apiVersion, kind, metadata }: BreakGlassRequest,
  status: BreakGlassRequestStatus,
): Promise<BreakGlassRequest> {
  const { namespace, name, uid } = metadata;
  return operator.apply(
    { apiVersion, kind, metadata: { namespace, name, ...(uid === undefined ? {} : { uid }) }, status },
    { manager: MANAGER, force: true, subresource: "status" },
  );
}
