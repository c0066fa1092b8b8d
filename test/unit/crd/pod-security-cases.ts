/** Lists the sections `podSecurity` at the edge of what the CRD allows. */
import type { Case } from "./case.ts";

const podSecurity = (fields: object) => ({ podSecurity: { enforce: "baseline", ...fields } });

const VERSIONS = ["version", "auditVersion", "warnVersion"];
const NO_VERSIONS = ["1.36", "v1.036", "v2.1", "v1.36.1", "v1.1000", "Latest", "latest\n"];

export const POD_SECURITY_CASES: readonly Case[] = [
  {
    reason: "a section without a level does nothing",
    bad: { podSecurity: { mode: "Enforce" } },
    good: { podSecurity: { warn: "restricted" } },
    at: "spec.podSecurity",
    says: "a section without a level does nothing: write `enforce`, `audit` or `warn`",
  },
  {
    reason: "a version alone is no level",
    bad: { podSecurity: { version: "v1.36" } },
    good: { podSecurity: { audit: "baseline", version: "v1.36" } },
    at: "spec.podSecurity",
    says: "a section without a level does nothing: write `enforce`, `audit` or `warn`",
  },
  {
    reason: "a version of audit needs its level",
    bad: { podSecurity: { warn: "restricted", auditVersion: "v1.36" } },
    good: { podSecurity: { warn: "restricted", audit: "restricted", auditVersion: "v1.36" } },
    at: "spec.podSecurity",
    says: "`auditVersion` is the version of a level: add `audit`, or remove it",
  },
  {
    reason: "a version of warn needs its level",
    bad: { podSecurity: { audit: "restricted", warnVersion: "v1.36" } },
    good: { podSecurity: { enforce: "restricted", warnVersion: "v1.36" } },
    at: "spec.podSecurity",
    says: "`warnVersion` is the version of a level: add `warn`, or remove it",
  },
  {
    reason: "what holds is a level of enforce",
    bad: { podSecurity: { warn: "restricted", onViolation: "Hold" } },
    good: { podSecurity: { enforce: "restricted", onViolation: "Hold" } },
    at: "spec.podSecurity",
    says: "`onViolation: Hold` is about `enforce`: add it, or remove `onViolation`",
  },
  {
    reason: "what becomes of a level is named",
    bad: podSecurity({ onViolation: "Allow" }),
    good: podSecurity({ onViolation: "Enforce" }),
    at: "spec.podSecurity.onViolation",
    says: '"Allow" is not allowed: write Enforce, or Hold',
    server: "spec.podSecurity.onViolation",
  },
  {
    reason: "levels are named",
    bad: podSecurity({ enforce: "strict" }),
    good: podSecurity({ enforce: "restricted" }),
    at: "spec.podSecurity.enforce",
    says: '"strict" is not allowed: write privileged, or baseline, or restricted',
    server: "spec.podSecurity.enforce",
  },
  ...VERSIONS.flatMap((field) =>
    NO_VERSIONS.map((version) => ({
      reason: `${JSON.stringify(version)} is no version of the standard: ${field}`,
      bad: podSecurity({ [field]: version }),
      good: podSecurity({ [field]: "v1.36" }),
      at: `spec.podSecurity.${field}`,
      says: "`latest` or a minor version of Kubernetes such as `v1.36`",
      server: `spec.podSecurity.${field}`,
    })),
  ),
];
