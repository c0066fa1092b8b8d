/** Finds in a look the Pod Security level that a baseline asks for and the one that stands, and puts into its sections what was decided about it. PURE. */
import type { PodSecuritySection } from "../api/baseline.ts";
import type { RunningPods } from "../api/baseline-status.ts";
import type { Posture } from "../api/postures.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { OnViolation } from "../api/shared-types.ts";
import { askedStandard, type Levels, type Verdict, withEnforce } from "../controls/pod-security/enforce.ts";
import { podSecurity } from "../controls/pod-security/pod-security.ts";
import { namespace } from "../kinds/namespace.ts";
import {
  parseStandard,
  printStandard,
  readStandard,
  type Standard,
  type StandardLabels,
  standardOf,
} from "../kinds/pod-security-standard.ts";
import type { Section } from "./snapshot.ts";
import type { Desired, Live } from "./types.ts";

/** The level of a namespace in one look. */
export interface Raise {
  readonly levels: Levels;
  /** Whether the level is set, or only told of. */
  readonly mode: Section["mode"];
  readonly onViolation: OnViolation;
  /** The Namespace as it is asked for, and as it stands. */
  readonly desired: Desired;
  readonly live: Live;
}

/** Undefined where no level is asked for, or it is not known what stands. */
export function raiseIn(sections: readonly Section[], live: readonly Live[], floor: Standard | undefined): Raise | undefined {
  const section = sections.find(({ control, blocked }) => control.name === podSecurity.name && blocked === undefined);
  const desired = section?.desired.find(({ kind }) => kind === namespace);
  const standing = live.find(({ kind }) => kind === namespace);
  if (section === undefined || desired === undefined || standing === undefined) return undefined;
  const value = section.value as PodSecuritySection;
  const asked = askedStandard(value);
  if (asked === undefined) return undefined;
  // Where nothing is enforced nothing was put in place: what stands there is somebody else's.
  const levels = { asked, live: labelsOf(standing), floor: section.mode === "Enforce" ? floor : undefined };
  return { levels, mode: section.mode, onViolation: value.onViolation ?? "Enforce", desired, live: standing };
}

/** A baseline as it is stored. */
interface Recorded {
  readonly baseline: Pick<Posture, "status">;
}

/** What the status tells of running pods, and of the floor. */
export function recordedPods({ baseline }: Recorded): RunningPods | undefined {
  return baseline.status?.controls?.find(({ runningPods }) => runningPods !== undefined)?.runningPods;
}

/** What was in place for this baseline before, as far as the status tells. */
export function recordedFloor(recorded: Recorded): Standard | undefined {
  return parseStandard(recordedPods(recorded)?.floor);
}

/** Whether a level is asked for and the Namespace cannot be looked at now: it is as it was last seen. */
export function isOutOfSight(sections: readonly Section[]): boolean {
  return sections.some(
    ({ control, blocked, refused }) => control.name === podSecurity.name && blocked !== undefined && refused === undefined,
  );
}

function labelsOf({ facts = "{}" }: Live): StandardLabels {
  const { level, version } = JSON.parse(facts) as StandardLabels;
  return readStandard(level, version);
}

/** What is told of running pods, by control. */
export function toldOf(pods: RunningPods | undefined): ReadonlyMap<string, RunningPods> {
  return pods === undefined ? new Map() : new Map([[podSecurity.name, pods]]);
}

/** What an answer of the API server about running pods comes to; undefined where nobody asked. */
export function verdictOf(answer: { readonly violated: boolean } | { readonly unknown: string } | undefined): Verdict {
  if (answer === undefined) return undefined;
  if (!("violated" in answer)) return "unknown";
  return answer.violated ? "violated" : "clean";
}

/** Where the level stands while these labels are kept. */
export function staysText(labels: StandardLabels): string {
  const present = standardOf(labels);
  return present === undefined ? "enforce stays as the cluster has it by default" : `enforce stays at ${printStandard(present)}`;
}

/** The sections with the level kept at these labels. */
export function withHold(sections: readonly Section[], labels: StandardLabels, problem: SectionProblem): readonly Section[] {
  const keep = (desired: Desired): Desired => (desired.kind === namespace ? withEnforce(desired, labels) : desired);
  return sections.map((section) => {
    if (section.control.name !== podSecurity.name) return section;
    const { desired, present, problems } = section;
    return { ...section, desired: desired.map(keep), present: present.map(keep), problems: [...problems, problem] };
  });
}
