/** Owns gathering: all that one look at a namespace reads, taken from the caches at one moment and never from the API server. */
import type { SectionMode, SecurityBaseline } from "../api/baseline.ts";
import { BASELINE_NAME } from "../api/names.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { Feed, Stored } from "../cluster/types.ts";
import type { Control, Desired } from "../controls/control.ts";
import { desiredObjects } from "../controls/desired.ts";
import { controls } from "../controls/index.ts";
import type { Live } from "../plan/types.ts";
import { type BaselineEntry, type Caches, endpointSets } from "./caches.ts";

/** A section in use, and why it cannot be processed now, if so. */
export interface Section {
  readonly control: Control;
  readonly mode: Exclude<SectionMode, "Off">;
  readonly desired: readonly Desired[];
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

/** Everything live in a namespace of the kinds that controls own, and the Namespace itself. */
export function liveObjects(caches: Caches, namespace: string): Live[] {
  return [...caches.owned].flatMap(([kind, { store }]) => {
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
    return [{ control, mode, desired: desired.filter((object) => object.control === control.name), blocked: blockOf(caches, control) }];
  });
  const retired = controls.filter((control) => modeOf(control) === "Off" && blockOf(caches, control) === undefined);
  return { used, retired };
}

function blockOf(caches: Caches, control: Control): SectionProblem | undefined {
  const feeds: readonly (Feed<Stored> | undefined)[] = [
    ...control.owns.map((kind) => caches.owned.get(kind)),
    ...(control.reads ?? []).map((fact) => caches[fact]),
  ];
  const missing = feeds.find((feed) => feed?.synced !== true);
  if (feeds.every((feed) => feed?.synced === true)) return undefined;
  return { reason: "BackendUnavailable", message: missing?.problem ?? "the objects of this section are not listed yet" };
}
