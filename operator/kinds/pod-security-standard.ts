/** Compares Pod Security Standards: which of two levels, each in a version, is the higher one. */
import type { PodSecurityLevel, PodSecurityVersion } from "../api/baseline.ts";

/** A level in a version. */
export interface Standard {
  readonly level: PodSecurityLevel;
  readonly version: PodSecurityVersion;
}

/** What stands on a Namespace, of what can be read: an absent level is the cluster's default, an absent version beside a level is `latest`. */
export interface StandardLabels {
  readonly level?: PodSecurityLevel;
  readonly version?: PodSecurityVersion;
}

const LEVELS: readonly string[] = ["privileged", "baseline", "restricted"] satisfies readonly PodSecurityLevel[];
const VERSION = /^(?:latest|v1\.(?:0|[1-9][0-9]{0,2}))$/;

/** Reads the values of the two labels. What the API server would not take counts as absent. */
export function readStandard(level: unknown, version: unknown): StandardLabels {
  return {
    ...(typeof level === "string" && LEVELS.includes(level) && { level: level as PodSecurityLevel }),
    ...(typeof version === "string" && VERSION.test(version) && { version }),
  };
}

/** The standard that these labels set; undefined where the cluster's default is in force, which nobody tells. */
export function standardOf({ level, version = "latest" }: StandardLabels): Standard | undefined {
  return level === undefined ? undefined : { level, version };
}

/** Below 0 if `a` is lower than `b`: by level first, then by version. The cluster's default counts as privileged, of which all versions are the same. */
export function compareStandards(a: Standard | undefined, b: Standard | undefined): number {
  const [left, right] = [levelOf(a), levelOf(b)];
  return left === 0 && right === 0 ? 0 : left - right || minorOf(a?.version ?? "latest") - minorOf(b?.version ?? "latest");
}

function levelOf(standard: Standard | undefined): number {
  return standard === undefined ? 0 : LEVELS.indexOf(standard.level);
}

/** Above every version that can be written. */
const LATEST = 1000;

function minorOf(version: PodSecurityVersion): number {
  return version === "latest" ? LATEST : Number(version.slice("v1.".length));
}

/** `restricted:latest`, as the API server writes it. */
export function printStandard({ level, version }: Standard): string {
  return `${level}:${version}`;
}

/** Reads what `printStandard` writes; undefined for anything else. */
export function parseStandard(text: string | undefined): Standard | undefined {
  const [level, version] = text?.split(":") ?? [];
  const read = readStandard(level, version);
  return read.version === undefined ? undefined : standardOf(read);
}
