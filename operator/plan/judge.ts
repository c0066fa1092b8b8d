/** Judges one desired object: is it in place, what is to be done, and what is to be told. */
import type { JsonObject } from "../api/json.ts";
import { MANAGED_BY_LABEL } from "../api/names.ts";
import { printPath } from "../api/problem.ts";
import type { Desired } from "../controls/control.ts";
import { CONTROL_FIELD, type DecisiveField, givesUp, isImmutable, readValues, wantedOf } from "./decisive.ts";
import { type Compared, differingFields, drift, isForeignChange, managerOf } from "./drift.ts";
import { isOurs, isShareable } from "./ownership.ts";
import type { Action, Drift, Live, LiveDetail } from "./types.ts";

export interface Verdict {
  readonly inSync: boolean;
  /** What differs, whether or not it will be put right. */
  readonly drift?: Drift | undefined;
  /** What would put it right. */
  readonly action?: Action;
  /** Why an object that somebody else made is not taken over, and what to do about it. */
  readonly conflict?: string;
  /** Fingerprint of the desired object, if the live one was found to satisfy it in this look. */
  readonly settled?: string;
  /** The live object is being deleted. */
  readonly ending?: boolean;
  /** It cannot be told yet whether the live object is as it should be; see `Draft.awaits`. */
  readonly awaiting?: boolean;
}

/** By what an object is judged besides its content. */
export interface Criteria {
  /** False: nothing is put right, so every difference is told. */
  readonly enforce: boolean;
  readonly adoptExisting: boolean;
  /** This baseline had an object of this name in place before. */
  readonly known: boolean;
}

/** Judges one desired object by the live one of its name. */
export function judge(desired: Desired, live: Live | undefined, criteria: Criteria): Verdict {
  if (live === undefined) return judgeMissing(desired, criteria);
  const verdict = judgeLive(desired, live, criteria);
  return desired.held === true ? { ...verdict, inSync: false } : verdict;
}

function judgeLive(desired: Desired, live: Live, criteria: Criteria): Verdict {
  const verdict =
    desired.shared || isOurs(live) || criteria.known ? judgeOwn(desired, live, criteria) : judgeForeign(desired, live, criteria);
  if (desired.awaits !== undefined && !verdict.inSync) return { inSync: false, awaiting: true };
  return live.terminating ? whileEnding(verdict) : verdict;
}

/** An object that is being deleted still counts for whoever it lets in: it is kept exact until it is gone. Deleting it once more would do nothing. */
function whileEnding({ action, ...verdict }: Verdict): Verdict {
  return { ...verdict, inSync: false, ending: true, ...(action?.verb === "apply" && { action }) };
}

function judgeMissing(desired: Desired, { enforce, known }: Criteria): Verdict {
  // Server-side apply would bring a deleted namespace back.
  if (desired.shared) return { inSync: false };
  const missing = known || !enforce ? drift(subject(desired), "Missing") : undefined;
  return { inSync: false, drift: missing, action: { verb: "apply", desired, uid: undefined, drift: missing } };
}

function judgeForeign(desired: Desired, live: Live, { enforce, adoptExisting }: Criteria): Verdict {
  const conflict = obstacleTo(desired, live, { enforce, adoptExisting });
  if (conflict !== undefined) return { inSync: false, drift: drift(subject(desired), "Conflict"), conflict };
  return { inSync: false, action: applyTo(live, desired, undefined) };
}

/** What keeps an object that somebody else made from being taken over. */
function obstacleTo(desired: Desired, live: Live, { enforce, adoptExisting }: Omit<Criteria, "known">): string | undefined {
  const { immutable = [] } = desired.kind;
  if (differsForGood(desired, live)) {
    return `exists with another ${printPath(immutable)}, which cannot be changed: delete it, or choose another name`;
  }
  // The API server takes one controller per object. What is to be retained gets none from us.
  if (live.controller !== undefined && isOwned(desired))
    return `exists and belongs to ${live.controller}, which makes it again: choose another name`;
  if (!adoptExisting) return "exists and somebody else made it: rename or delete it, or set spec.adoptExisting to true";
  return enforce ? undefined : "exists and somebody else made it; it is taken over once the mode is Enforce";
}

function isOwned({ manifest }: Desired): boolean {
  return (manifest["metadata"] as JsonObject)["ownerReferences"] !== undefined;
}

/** An apply to an object that is there. */
function applyTo(live: Live, desired: Desired, found: Drift | undefined): Action {
  return { verb: "apply", desired: beside(live, desired), uid: live.uid, version: live.resourceVersion, drift: found };
}

/**
 * Leaves to others what they have claimed and what there is one of: the label for tools, which two of them would take from each other for ever, and the
 * place of the controller, of which the API server takes one.
 */
function beside({ tool, controller }: Live, desired: Desired): Desired {
  if (desired.shared || (tool === undefined && controller === undefined)) return desired;
  const metadata = desired.manifest["metadata"] as JsonObject;
  const { [MANAGED_BY_LABEL]: forTools, ...deciding } = metadata["labels"] as JsonObject;
  const owners = metadata["ownerReferences"] as readonly JsonObject[] | undefined;
  return {
    ...desired,
    manifest: {
      ...desired.manifest,
      metadata: {
        ...metadata,
        labels: { ...(tool === undefined && forTools !== undefined && { [MANAGED_BY_LABEL]: forTools }), ...deciding },
        ...(owners && { ownerReferences: owners.map((owner) => ({ ...owner, controller: controller === undefined })) }),
      },
    },
  };
}

function judgeOwn(desired: Desired, live: Live, criteria: Criteria): Verdict {
  const wanted = wantedOf(desired);
  if (live.satisfies === wanted.fingerprint) return inPlace(desired, live, criteria);
  const detail = detailOf(live);
  if (detail === undefined) return correct(desired, live, isOurs(live) ? outdated(desired, criteria) : taken(desired));
  const differing = differingFields(wanted.fields, detail.values, wanted.values);
  if (differing.length === 0 && givesUp(desired, detail.managers)) return { inSync: true, action: applyTo(live, desired, undefined) };
  if (differing.length === 0)
    return { ...inPlace(desired, live, criteria), ...(isSettled(live, criteria) && { settled: wanted.fingerprint }) };
  const compared = { live, detail, wanted: wanted.values, known: criteria.known };
  return correct(desired, live, modified(desired, criteria, { compared, differing }));
}

/** Content that nobody of ours has applied is applied once more: fields that we do not own could neither be given up nor told apart. */
function inPlace(desired: Desired, live: Live, criteria: Criteria): Verdict {
  if (isSettled(live, criteria)) return { inSync: true };
  return { inSync: true, action: applyTo(live, desired, undefined) };
}

function isSettled(live: Live, { enforce }: Criteria): boolean {
  return live.managed || !enforce;
}

/** An object of ours that somebody replaced unseen: that it lost our label is all that is known. */
function taken(desired: Desired): Drift {
  return drift(subject(desired), "Modified", { fields: [CONTROL_FIELD.printed] });
}

/** A shared object without detail has none of the fields that we would set, unless it was verified before. */
function detailOf(live: Live): LiveDetail | undefined {
  if (live.detail !== undefined || live.satisfies !== undefined || !isShareable(live)) return live.detail;
  return { values: readValues(live.kind, {}), managers: [], before: undefined };
}

/** Content that was in place and has not changed since: the baseline did. Which fields that concerns is no longer known. */
function outdated(desired: Desired, { enforce }: Criteria): Drift | undefined {
  return enforce ? undefined : drift(subject(desired), "Modified");
}

function modified(
  desired: Desired,
  { enforce }: Criteria,
  found: { readonly compared: Compared; readonly differing: readonly DecisiveField[] },
): Drift | undefined {
  const changed = found.differing.filter((field) => !enforce || isForeignChange(field, found.compared));
  if (changed.length === 0) return undefined;
  const fields = changed.map((field) => field.printed);
  return drift(subject(desired), "Modified", {
    fields,
    manager: managerOf(desired.kind, changed, found.compared.detail, found.compared.wanted),
  });
}

function correct(desired: Desired, live: Live, found: Drift | undefined): Verdict {
  const action: Action = differsForGood(desired, live) ? { verb: "replace", desired, live, drift: found } : applyTo(live, desired, found);
  return { inSync: false, drift: found, action };
}

/** Whether a field differs that the API refuses to change in place. */
function differsForGood(desired: Desired, live: Live): boolean {
  const { fields, values } = wantedOf(desired);
  const field = fields.find((candidate) => isImmutable(desired.kind, candidate));
  return field !== undefined && live.immutable !== values[field.printed];
}

function subject(desired: Desired): { readonly control: Desired["control"]; readonly object: Desired } {
  return { control: desired.control, object: desired };
}
