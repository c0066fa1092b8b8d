/** Makes requests as the API server answers them, for scripted servers. */
import type { BreakGlassRequestSpec, BreakGlassRequestStatus } from "../../operator/api/break-glass-request.ts";

interface Parts {
  readonly namespace?: string;
  readonly createdAt?: string;
  readonly spec?: Partial<BreakGlassRequestSpec>;
  readonly status?: BreakGlassRequestStatus;
}

/** A request of jane for profile `incident`; its uid follows from its name. */
export function requestObject(name: string, { namespace = "payments", createdAt = "2026-11-23T09:59:00Z", spec, status }: Parts = {}) {
  return {
    apiVersion: "securitybaseline.dev/v1alpha1",
    kind: "BreakGlassRequest",
    metadata: { namespace, name, uid: `uid-${name}`, resourceVersion: "7", creationTimestamp: createdAt },
    spec: {
      profile: "incident",
      duration: "30m",
      reason: "checkout answers 500 since the last rollout",
      requester: { username: "jane" },
      ...spec,
    },
    ...(status === undefined ? {} : { status }),
  };
}
