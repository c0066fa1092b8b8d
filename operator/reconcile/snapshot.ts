/** Owns gathering: all that one look at a namespace reads, taken from the caches at one moment and never from the API server. */
import { clusterPosture, namespacePosture, type PostureKind } from "../api/postures.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { SectionMode } from "../api/shared-types.ts";
import type { BreakGlassStanding, Control, ControlContext, Desired } from "../controls/control.ts";
import { desiredObjects, desiredProblems } from "../controls/desired.ts";
import { controls } from "../controls/index.ts";
import type { Live } from "../plan/types.ts";
import { blockOf, type Facts, isAvailable, lackOf } from "./availability.ts";
import { type BaselineEntry, type Caches, endpointSets, postureStore } from "./caches.ts";

/** A section in use, and why it, or a part of it, cannot be processed now, if so. */
export interface Section {
  readonly control: Control;
  readonly mode: Exclude<SectionMode, "Off">;
  readonly desired: readonly Desired[];
  /** Desired objects whose kind can be looked at now. */
  readonly present: readonly Desired[];
  /** What is told of the others. */
  readonly lacking: SectionProblem | undefined;
  /** What of it cannot work in this cluster. */
  readonly problem: SectionProblem | undefined;
  readonly blocked: SectionProblem | undefined;
}

/** Sections in use, and controls whose section is absent or Off. */
export interface Sections {
  readonly used: readonly Section[];
  /** Only those whose kinds are known completely: nothing is deleted on half a picture. */
  readonly retired: readonly Control[];
}

/** What states the posture of a namespace, unless it is gone or going: in the break-glass namespace the cluster's, elsewhere its own. */
export function baselineOf(caches: Caches, namespace: string): BaselineEntry | undefined {
  return standing(caches, namespace === caches.breakGlassNamespace ? clusterPosture : namespacePosture, namespace);
}

/** A SecurityBaseline where the cluster's posture rules. */
export function misplacedOf(caches: Caches, namespace: string): BaselineEntry | undefined {
  return namespace === caches.breakGlassNamespace ? standing(caches, namespacePosture, namespace) : undefined;
}

function standing(caches: Caches, posture: PostureKind, namespace: string): BaselineEntry | undefined {
  const entry = postureStore(caches, posture).get(posture.namespaced ? namespace : "", posture.name);
  return entry?.baseline.metadata.deletionTimestamp === undefined ? entry : undefined;
}

/** Everything live in a namespace of the kinds that controls own and that are known completely, and the Namespace itself. */
export function liveObjects(caches: Caches, namespace: string): Live[] {
  return [...caches.owned].flatMap(([kind, { store, synced }]) => {
    if (!synced) return [];
    if (kind.namespaced) return [...store.list(namespace).values()];
    const live = store.get("", namespace);
    return live === undefined ? [] : [live];
  });
}

/** True while the namespace is being deleted: whatever we wrote there would be refused or thrown away. */
export function namespaceEnding(live: readonly Live[]): boolean {
  return live.some((object) => !object.kind.namespaced && object.terminating);
}

/** What a look reads besides the baseline. */
export interface Source {
  readonly caches: Caches;
  /** Undefined while it is not known. */
  readonly breakGlass: BreakGlassStanding | undefined;
}

const NOT_KNOWN = "it is not known yet how the installation of emergency access stands";

/** What each section asks for. */
export function sectionsOf({ caches, breakGlass }: Source, { baseline, home }: BaselineEntry): Sections {
  const context: ControlContext = { namespace: home, kubeAPI: endpointSets(caches), breakGlass };
  const desired = desiredObjects({ baseline, context });
  const problems = desiredProblems({ baseline, context });
  const facts: Facts = { kubeAPI: caches.kubeAPI, breakGlass: { synced: breakGlass !== undefined, problem: NOT_KNOWN } };
  const modeOf = (control: Control): SectionMode => {
    const section = baseline.spec?.[control.name];
    return section === undefined ? "Off" : (section.mode ?? baseline.spec?.mode ?? "Enforce");
  };
  const used = controls.flatMap((control): Section[] => {
    const mode = modeOf(control);
    if (mode === "Off") return [];
    const own = desired.filter((object) => object.control === control.name);
    const present = own.filter(({ kind }) => isAvailable(caches, kind));
    const lacking = lackOf(caches, control, own);
    return [
      { control, mode, desired: own, present, lacking, problem: problems.get(control.name), blocked: blockOf(caches, facts, control) },
    ];
  });
  const retired = controls.filter((control) => modeOf(control) === "Off" && blockOf(caches, facts, control) === undefined);
  return { used, retired };
}

/** Desired objects whose kind cannot be looked at now. */
export function withoutKind({ used }: Sections): readonly Desired[] {
  return used.flatMap(({ desired, present }) => desired.filter((object) => !present.includes(object)));
}
