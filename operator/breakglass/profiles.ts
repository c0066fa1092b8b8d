/** Reads a profile for the state machine: its fingerprint, that of the role it grants, and its durations in seconds. */
import { hash } from "node:crypto";
import type { BreakGlassProfile } from "../api/break-glass.ts";
import type { BreakGlassRequestSpec } from "../api/break-glass-request.ts";
import type { Json } from "../api/json.ts";
import { DRILL_ROLE } from "../api/names.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import { durationMillis } from "../kinds/duration.ts";
import { optionalSetOf, record } from "../kinds/normalise.ts";
import { role } from "../kinds/role.ts";
import { contentOf } from "./content.ts";
import type { CurrentRole } from "./types.ts";

const groups = record({ groups: optionalSetOf() });
const approvers = record({ groups: optionalSetOf(), escalation: groups });
const canonicalProfile = record({ requesters: groups, approvers, bypass: groups });

/**
 * Fingerprint of a profile: SHA-256 of its canonical JSON (RFC 8785) in hexadecimal digits. The order of groups does not matter.
 * Expects the profile as the API server stores it, with the schema's defaults.
 */
export function profileHash(profile: BreakGlassProfile): string {
  const plain: Json = JSON.parse(JSON.stringify(profile));
  return sha256(canonicalJson(canonicalProfile(plain) ?? null));
}

/** Fingerprint of a role's `rules`, which may be absent (null): SHA-256 in hexadecimal digits. The order of rules and in their lists does not matter. */
export function rulesHash(rules: Json): string {
  return sha256(contentOf(role, { rules }));
}

/** Seconds of a duration of the schema, such as `1h30m`. What is none lasts 0 seconds, so that a mistake opens nothing. */
export function durationSeconds(text: string): number {
  return (durationMillis(text) ?? 0) / 1000;
}

/** What decides, besides the profile, about how a request is approved. */
export interface RoleBounds {
  /** The installation allows the role although a grant of it can make itself permanent. */
  readonly isUnbounded: boolean;
}

/** People who approve what can make itself permanent, whatever the profile says. */
const LEAST_FOR_UNBOUNDED = 2;

/** Approvals that a profile asks for. The schema fills the field in; were it absent, no number would do. */
export function approvalsRequired(profile: BreakGlassProfile, { isUnbounded }: RoleBounds): number {
  return Math.max(profile.approvers.required ?? Number.MAX_SAFE_INTEGER, isUnbounded ? LEAST_FOR_UNBOUNDED : 1);
}

/** Seconds that a request waits. The schema fills the field in; were it absent, nothing would wait. */
export function approvalTimeoutSeconds(profile: BreakGlassProfile): number {
  return profile.approvalTimeout === undefined ? 0 : durationSeconds(profile.approvalTimeout);
}

/** Seconds after which stand-ins decide, too; undefined without any. A duration that is none opens nothing. */
export function escalationSeconds({ approvers: { escalation } }: BreakGlassProfile): number | undefined {
  return escalation === undefined ? undefined : durationSeconds(escalation.after) || undefined;
}

/** Whether a request skips the approval: it asks for that, and the profile allows it. Nobody skips it for what can make itself permanent. */
export function isBypass(spec: BreakGlassRequestSpec, profile: BreakGlassProfile, { isUnbounded }: RoleBounds): boolean {
  return spec.bypass === true && profile.bypass?.allowed === true && !isUnbounded;
}

/** Whether whoever used this profile gets no further grant of it before somebody else has reviewed that use. */
export function isReviewOwed(profile: BreakGlassProfile, { isUnbounded }: RoleBounds): boolean {
  return profile.blockNextUntilReviewed === true || isUnbounded;
}

/** ClusterRole that a request for a profile gets; undefined where the profile is not known and it is no drill. */
export function roleFor(spec: Pick<BreakGlassRequestSpec, "drill">, profile: BreakGlassProfile | undefined): string | undefined {
  return spec.drill === true ? DRILL_ROLE : profile?.role;
}

/** Whether the role of drills has no rights. One that does not exist has no fingerprint, and is told as that. */
export function isHarmless({ rulesHash: rules }: Pick<CurrentRole, "rulesHash">): boolean {
  return rules === NO_RULES || rules === "";
}

/** Fingerprint of a role without rights. */
const NO_RULES = rulesHash([]);

/**
 * Seconds that a grant of this request lasts: the least of what is asked for and what anybody allows.
 * `allowed` are further limits in seconds.
 */
export function grantSeconds(
  spec: BreakGlassRequestSpec,
  profile: BreakGlassProfile,
  { isUnbounded, allowed }: RoleBounds & { readonly allowed: readonly number[] },
): number {
  const bypass = isBypass(spec, profile, { isUnbounded }) ? [durationSeconds(profile.bypass?.maxDuration ?? "")] : [];
  return Math.min(durationSeconds(spec.duration), durationSeconds(profile.maxDuration), ...bypass, ...allowed);
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
