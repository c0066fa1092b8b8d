/** Says whether the status of a baseline speaks of the baseline as it is now, for everything that tells it on. PURE. */
import type { Posture } from "../api/postures.ts";
import type { Condition } from "../api/shared-types.ts";
import { controls } from "./index.ts";

/** `Unseen`: nobody has looked yet. `Stale`: edited since the operator looked. `Fresh`: the status speaks of what is written there. */
export type Look = "Unseen" | "Stale" | "Fresh";

/** What is to be said of a status that does not speak of the present. */
export const LOOK_TEXTS: Readonly<Record<Exclude<Look, "Fresh">, string>> = {
  Unseen: "the operator has not looked at it yet",
  Stale: "edited since the operator looked",
};

/** How a status stands to its baseline. */
export function lookOf({ metadata, status }: Posture): Look {
  const seen = status?.observedGeneration ?? -1;
  if (seen < 0) return "Unseen";
  return seen < (metadata.generation ?? seen) ? "Stale" : "Fresh";
}

/** The condition of a type. */
export function conditionOf({ status }: Posture, type: string): Condition | undefined {
  return status?.conditions?.find((one) => one.type === type);
}

/** The condition of a section; undefined if it has none, or this version does not know the section. */
export function sectionConditionOf(baseline: Posture, section: string): Condition | undefined {
  const control = controls.find(({ name }) => name === section);
  return control && conditionOf(baseline, control.condition);
}
