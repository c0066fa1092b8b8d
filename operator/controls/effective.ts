/** Works out what a baseline says in effect, once for everybody who asks: defaults filled in, modes resolved, and what of it cannot be obeyed. */
import type { DeletionPolicy, FindingException, SecurityBaselineSpec } from "../api/baseline.ts";
import { REFRESH_ANNOTATION } from "../api/names.ts";
import type { Posture, PostureKind } from "../api/postures.ts";
import { type Problem, printPath } from "../api/problem.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { SectionMode } from "../api/shared-types.ts";
import { validate, withDefaults } from "../api/validate.ts";
import type { Control } from "./control.ts";
import { controls } from "./index.ts";

/** A section in use. */
export interface EffectiveSection {
  readonly control: Control;
  readonly mode: Exclude<SectionMode, "Off">;
  /** With the defaults of the schema. */
  readonly value: NonNullable<SecurityBaselineSpec[Control["name"]]>;
  /** Why it cannot be obeyed; what it had in place stays. */
  readonly refused: SectionProblem | undefined;
}

/** A baseline in effect. */
export interface Effective {
  readonly kind: PostureKind["kind"];
  readonly name: string;
  readonly uid: string | undefined;
  /** Seconds since the epoch by the API server's clock; undefined for a baseline that is not stored. */
  readonly created: number | undefined;
  /** Where its objects live. */
  readonly namespace: string;
  readonly adoptExisting: boolean;
  readonly deletionPolicy: DeletionPolicy;
  /** Value of the refresh annotation. */
  readonly refresh: string | undefined;
  /** What the installation wants on every generated object, beside our own. */
  readonly objectLabels: Readonly<Record<string, string>>;
  /** By name. */
  readonly sections: readonly EffectiveSection[];
  /** Controls whose section is absent or Off. */
  readonly unused: readonly Control[];
  /** Findings that somebody answers for. */
  readonly exceptions: readonly FindingException[];
  /** What is written in it that this version does not know, one sentence; undefined if nothing. */
  readonly notUnderstood: string | undefined;
  /** Why the whole of it cannot be obeyed. */
  readonly refused: SectionProblem | undefined;
}

/** Unknown fields that a message names at most. */
const MAX_NAMED = 10;

/**
 * What a baseline says in effect. Its objects live in its own namespace, whatever `namespace` is; that is for one that lives in none.
 * A field that a newer version of this program wrote stops nothing: what is understood is obeyed.
 */
export function effective(
  posture: PostureKind["kind"],
  baseline: Posture,
  namespace: string,
  objectLabels: Effective["objectLabels"] = {},
): Effective {
  // Our own status may have been written by a newer version, too.
  const { status: _status, ...stated } = baseline;
  const problems = validate(posture, stated);
  const { metadata, spec = {} } = withDefaults(stated) as Posture;
  const modeOf = (control: Control): SectionMode => {
    const section = spec[control.name];
    return section === undefined ? "Off" : (section.mode ?? spec.mode ?? "Enforce");
  };
  const [unknown, wrong] = partition(problems, ({ unknownField }) => unknownField === true);
  const ofSection = ({ path }: Problem): string | undefined => controls.find(({ name }) => path[0] === "spec" && path[1] === name)?.name;
  const sections = controls.flatMap((control): EffectiveSection[] => {
    const [value, mode] = [spec[control.name], modeOf(control)];
    if (value === undefined || mode === "Off") return [];
    return [{ control, mode, value, refused: invalid(wrong.filter((problem) => ofSection(problem) === control.name)) }];
  });
  return {
    kind: posture,
    name: metadata.name,
    uid: metadata.uid,
    created: secondsOf(metadata.creationTimestamp),
    namespace: metadata.namespace ?? namespace,
    adoptExisting: spec.adoptExisting ?? false,
    deletionPolicy: spec.deletionPolicy ?? "Delete",
    refresh: metadata.annotations?.[REFRESH_ANNOTATION],
    objectLabels,
    sections,
    unused: controls.filter((control) => modeOf(control) === "Off"),
    exceptions: spec.exceptions ?? [],
    notUnderstood: notUnderstood(unknown),
    refused: invalid(wrong.filter((problem) => ofSection(problem) === undefined)),
  };
}

/** Seconds since the epoch of a time of the API server (RFC 3339, whole seconds). */
export function secondsOf(time: string | undefined): number | undefined {
  const milliseconds = Date.parse(time ?? "");
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

function invalid([problem]: readonly Problem[]): SectionProblem | undefined {
  return problem && { reason: "InvalidSpec", message: `${printPath(problem.path)}: ${problem.message}` };
}

function notUnderstood(unknown: readonly Problem[]): string | undefined {
  if (unknown.length === 0) return undefined;
  const paths = unknown.map(({ path }) => printPath(path)).sort();
  const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : "";
  return `this version of the operator does not know ${paths.slice(0, MAX_NAMED).join(", ")}${more}: it is not in effect; remove it, or run the version that it was written for`;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
