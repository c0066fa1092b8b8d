/** Owns gathering: all that one look at a namespace reads, taken from the caches at one moment and never from the API server. */
import type { SecurityBaseline } from "../api/baseline.ts";
import { BASELINE_NAME } from "../api/names.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { SectionMode } from "../api/shared-types.ts";
import type { Control, Desired } from "../controls/control.ts";
import { desiredObjects } from "../controls/desired.ts";
import { controls } from "../controls/index.ts";
import type { Live } from "../plan/types.ts";
import { blockOf, isAvailable, lackOf } from "./availability.ts";
import { type BaselineEntry, type Caches, endpointSets } from "./caches.ts";

/** A section in use, and why it, or a part of it, cannot be processed now, if so. */
export interface Section {
  readonly control: Control;
  readonly mode: Exclude<SectionMode, "Off">;
  readonly desired: readonly Desired[];
  /** Desired objects whose kind can be looked at now. */
  readonly present: readonly Desired[];
  /** What is told of the others. */
  readonly lacking: SectionProblem | undefined;
  readonly blocked: SectionProblem | undefined;
}

/** Sections in use, and controls whose section is absent or Off. */
export interface Sections {
  readonly used: readonly Section[];
  /** Only those whose kinds are known completely: nothing is deleted on half a picture. */
  readonly retired: readonly Control[];
}

/** The baseline of a namespace, unless it is gone or going. */
export function baselineOf(caches: Caches, namespace: string): BaselineEntry | undefined {
  const entry = caches.baselines.store.get(namespace, BASELINE_NAME);
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

/** What each section asks for. */
export function sectionsOf(caches: Caches, baseline: SecurityBaseline): Sections {
  const { namespace } = baseline.metadata;
  const desired = desiredObjects({ baseline, context: { namespace, kubeAPI: endpointSets(caches) } });
  const modeOf = (control: Control): SectionMode => {
    const section = baseline.spec?.[control.name];
    return section === undefined ? "Off" : (section.mode ?? baseline.spec?.mode ?? "Enforce");
  };
  const used = controls.flatMap((control): Section[] => {
    const mode = modeOf(control);
    if (mode === "Off") return [];
    const own = desired.filter((object) => object.control === control.name);
    const present = own.filter(({ kind }) => isAvailable(caches, kind));
    return [{ control, mode, desired: own, present, lacking: lackOf(caches, control, own), blocked: blockOf(caches, control) }];
  });
  const retired = controls.filter((control) => modeOf(control) === "Off" && blockOf(caches, control) === undefined);
  return { used, retired };
}

/** Desired objects whose kind cannot be looked at now. */
export function withoutKind({ used }: Sections): readonly Desired[] {
  return used.flatMap(({ desired, present }) => desired.filter((object) => !present.includes(object)));
}
