/** Decides what becomes of the label `enforce` in a look: it is set as asked, or kept at its present level while running pods would break the higher one. */
import type { PodSecuritySection } from "../../api/baseline.ts";
import { isJsonObject, type JsonObject } from "../../api/json.ts";
import type { OnViolation } from "../../api/shared-types.ts";
import { POD_SECURITY_LABELS } from "../../kinds/namespace.ts";
import { compareStandards, type Standard, type StandardLabels, standardOf } from "../../kinds/pod-security-standard.ts";
import type { Desired } from "../control.ts";
import { defaulted } from "../defaulted.ts";

/** What a look knows of the level of a namespace. */
export interface Levels {
  readonly asked: Standard;
  readonly live: StandardLabels;
  /** What was in place for this baseline before, or stood there when it began to hold: it is put back whatever runs. */
  readonly floor: Standard | undefined;
}

/** What is known of the running pods; undefined where nobody asked yet. */
export type Verdict = "clean" | "violated" | "unknown" | undefined;

/** What to do about `enforce`. */
export type Decision =
  | { readonly do: "set" }
  /** Find out what runs first. */
  | { readonly do: "ask" }
  /** Keep these labels, or put them back. */
  | { readonly do: "hold"; readonly labels: StandardLabels };

/** What the section asks for; undefined where the level is left to the cluster. */
export function askedStandard({ enforce, version }: PodSecuritySection): Standard | undefined {
  return enforce === undefined ? undefined : { level: enforce, version: defaulted(version, "podSecurity.version") };
}

/** True if this look would raise the level beyond what was in place before. */
export function isRaise({ asked, live, floor }: Levels): boolean {
  return compareStandards(standardOf(live), asked) < 0 && compareStandards(floor, asked) < 0;
}

/** Decides. Putting back what somebody lowered waits for nobody; with `Hold`, what is not known holds as well. */
export function decide(levels: Levels, onViolation: OnViolation, verdict: Verdict): Decision {
  if (!isRaise(levels)) return { do: "set" };
  if (onViolation === "Enforce") return { do: verdict === undefined ? "ask" : "set" };
  return verdict === "clean" ? { do: "set" } : { do: "hold", labels: heldLabels(levels) };
}

/** The lowest level that is left in place from now on: no lower than before, and no higher than what is asked for. */
export function nextFloor({ asked, live, floor }: Levels): Standard | undefined {
  const standing = standardOf(live);
  const highest = compareStandards(standing, floor) >= 0 ? (standing ?? floor) : floor;
  return compareStandards(highest, asked) > 0 ? asked : highest;
}

/** The labels as they stand, or the floor where they are below it. The API server holds the operator to that (policies/confinement/namespaces.ts). */
function heldLabels({ live, floor }: Levels): StandardLabels {
  return compareStandards(standardOf(live), floor) < 0 && floor !== undefined ? floor : live;
}

/** The desired Namespace with these labels for `enforce` instead of those that are asked for. */
export function withEnforce(desired: Desired, { level, version }: StandardLabels): Desired {
  const metadata = desired.manifest["metadata"];
  const labels = isJsonObject(metadata) ? metadata["labels"] : undefined;
  if (!isJsonObject(metadata) || !isJsonObject(labels)) return desired;
  const { [POD_SECURITY_LABELS.enforce]: _level, [POD_SECURITY_LABELS.enforceVersion]: _version, ...others } = labels;
  const kept: JsonObject = {
    ...others,
    ...(level !== undefined && { [POD_SECURITY_LABELS.enforce]: level }),
    ...(level !== undefined && version !== undefined && { [POD_SECURITY_LABELS.enforceVersion]: version }),
  };
  return { ...desired, manifest: { ...desired.manifest, metadata: { ...metadata, labels: kept } }, held: true };
}
