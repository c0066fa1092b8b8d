/** Owns the verdict on one desired object: is it in place, what is to be done, and what is to be told. */
import type { Desired } from "../controls/control.ts";
import { comparedFields, type DecisiveField, desiredValues, isImmutable, readValues } from "./decisive.ts";
import { type Compared, differingFields, drift, isForeignChange, managerOf } from "./drift.ts";
import { fingerprint } from "./fingerprint.ts";
import { isOurs } from "./ownership.ts";
import type { Action, Drift, FieldValues, Live, LiveDetail } from "./types.ts";

export interface Verdict {
  readonly inSync: boolean;
  /** What differs, whether or not it will be put right. */
  readonly drift?: Drift | undefined;
  /** What would put it right. */
  readonly action?: Action;
  /** Fingerprint of the desired object, if the live one was found to satisfy it in this look. */
  readonly settled?: string;
}

/** What the baseline says about its objects as a whole. */
export interface Stance {
  /** False: nothing is put right, so every difference is told. */
  readonly enforce: boolean;
  readonly adoptExisting: boolean;
  /** This baseline had the object in place before. */
  readonly known: boolean;
}

/** Judges one desired object by the live one of its name. */
export function judge(desired: Desired, live: Live | undefined, stance: Stance): Verdict {
  if (live === undefined) return judgeMissing(desired, stance);
  if (live.terminating) return { inSync: false };
  if (!desired.shared && !isOurs(live)) return judgeForeign(desired, live, stance);
  return judgeOwn(desired, live, stance);
}

function judgeMissing(desired: Desired, { enforce, known }: Stance): Verdict {
  // Server-side apply would bring a deleted namespace back.
  if (desired.shared) return { inSync: false };
  const missing = known || !enforce ? drift(subject(desired), "Missing") : undefined;
  return { inSync: false, drift: missing, action: { verb: "apply", desired, uid: undefined, drift: missing } };
}

function judgeForeign(desired: Desired, live: Live, { enforce, adoptExisting }: Stance): Verdict {
  if (!adoptExisting || !enforce || differsForGood(desired, live, desiredValues(desired))) {
    return { inSync: false, drift: drift(subject(desired), "Conflict") };
  }
  return { inSync: false, action: { verb: "apply", desired, uid: live.uid, drift: undefined } };
}

function judgeOwn(desired: Desired, live: Live, stance: Stance): Verdict {
  const values = desiredValues(desired);
  const wanted = fingerprint(values);
  if (live.satisfies === wanted) return inPlace(desired, live, stance);
  const detail = detailOf(live);
  if (detail === undefined) return correct(desired, live, { values, drift: outdated(desired, stance) });
  const differing = differingFields(comparedFields(desired), detail.values, values);
  if (differing.length === 0) return { ...inPlace(desired, live, stance), ...(isSettled(live, stance) && { settled: wanted }) };
  const compared = { live, detail, wanted: values, known: stance.known };
  return correct(desired, live, { values, drift: modified(desired, stance, { compared, differing }) });
}

/** Content that nobody of ours has applied is applied once more: fields that we do not own could neither be given up nor told apart. */
function inPlace(desired: Desired, live: Live, stance: Stance): Verdict {
  if (isSettled(live, stance)) return { inSync: true };
  return { inSync: true, action: { verb: "apply", desired, uid: live.uid, drift: undefined } };
}

function isSettled(live: Live, { enforce }: Stance): boolean {
  return live.managed || !enforce;
}

/** A shared object without detail has none of the fields that we would set, unless it was verified before. */
function detailOf(live: Live): LiveDetail | undefined {
  if (live.detail !== undefined || live.satisfies !== undefined) return live.detail;
  return { values: readValues(live.kind, {}), managers: [], before: undefined };
}

/** Content that was in place and has not changed since: the baseline did. Which fields that concerns is no longer known. */
function outdated(desired: Desired, { enforce }: Stance): Drift | undefined {
  return enforce ? undefined : drift(subject(desired), "Modified");
}

function modified(
  desired: Desired,
  { enforce }: Stance,
  found: { readonly compared: Compared; readonly differing: readonly DecisiveField[] },
): Drift | undefined {
  const changed = found.differing.filter((field) => !enforce || isForeignChange(field, found.compared));
  if (changed.length === 0) return undefined;
  const fields = changed.map((field) => field.printed);
  return drift(subject(desired), "Modified", { fields, manager: managerOf(changed, found.compared.detail, found.compared.wanted) });
}

function correct(desired: Desired, live: Live, found: { readonly values: FieldValues; readonly drift: Drift | undefined }): Verdict {
  const action: Action = differsForGood(desired, live, found.values)
    ? { verb: "replace", desired, live, drift: found.drift }
    : { verb: "apply", desired, uid: live.uid, drift: found.drift };
  return { inSync: false, drift: found.drift, action };
}

/** Whether a field differs that the API refuses to change in place. */
function differsForGood(desired: Desired, live: Live, wanted: FieldValues): boolean {
  const field = comparedFields(desired).find((candidate) => isImmutable(desired.kind, candidate));
  return field !== undefined && live.immutable !== wanted[field.printed];
}

function subject(desired: Desired): { readonly control: Desired["control"]; readonly object: Desired } {
  return { control: desired.control, object: desired };
}
