/** Reads and writes the content of a Lease (`coordination.k8s.io/v1`): who holds it, and how it is claimed, renewed and released. */
import type { JsonObject } from "../api/json.ts";

/** Seconds for which a holder that does not renew is still respected by others. */
export const LEASE_SECONDS = 15;

/** Seconds for which a released lease is respected: none would be better, but the API wants a positive number. */
const RELEASED_SECONDS = 1;

interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly leaseTransitions?: number;
}

/** Who holds the lease; "" for nobody. */
export function holderOf(lease: JsonObject): string {
  return specOf(lease).holderIdentity ?? "";
}

/** Milliseconds for which the holder is to be respected after the last change. */
export function durationOf(lease: JsonObject): number {
  return (specOf(lease).leaseDurationSeconds ?? LEASE_SECONDS) * 1_000;
}

/** Changes with every renewal, whatever the holder's clock does; "" for a lease that was never stored. */
export function versionOf(lease: JsonObject): string {
  const metadata = lease["metadata"] as JsonObject | undefined;
  return String(metadata?.["resourceVersion"] ?? "");
}

/** A lease that does not exist yet, held by `identity`. */
export function newLease(namespace: string, name: string, identity: string, at: Date): JsonObject {
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: LEASE_SECONDS,
    acquireTime: microTime(at),
    renewTime: microTime(at),
    leaseTransitions: 0,
  };
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace }, spec };
}

/** The lease renewed for its holder, or taken over by another one. Its resourceVersion stays in: a stale write is refused. */
export function claimed(lease: JsonObject, identity: string, at: Date): JsonObject {
  const spec = specOf(lease);
  const taken = { acquireTime: microTime(at), leaseTransitions: (spec.leaseTransitions ?? 0) + 1 };
  const change = holderOf(lease) === identity ? {} : taken;
  return {
    ...lease,
    spec: { ...spec, ...change, holderIdentity: identity, leaseDurationSeconds: LEASE_SECONDS, renewTime: microTime(at) },
  };
}

/** The lease without a holder: whoever looks next may take it at once. */
export function released(lease: JsonObject, at: Date): JsonObject {
  return { ...lease, spec: { ...specOf(lease), holderIdentity: "", leaseDurationSeconds: RELEASED_SECONDS, renewTime: microTime(at) } };
}

function specOf(lease: JsonObject): LeaseSpec & JsonObject {
  return (lease["spec"] ?? {}) as LeaseSpec & JsonObject;
}

/** `meta/v1` MicroTime wants exactly six digits after the second. */
function microTime(at: Date): string {
  return at.toISOString().replace("Z", "000Z");
}
