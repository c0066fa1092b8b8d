/** Tells which differences are somebody else's doing, and whose. */
import type { DriftType } from "../api/baseline-status.ts";
import type { ManagedFieldsEntry } from "../api/object.ts";
import { byText } from "../controls/order.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { type DecisiveField, OWNER_REFERENCES, readValues } from "./decisive.ts";
import { fingerprint } from "./fingerprint.ts";
import { isOurEntry, isShareable, latestForeign, ownersOf } from "./ownership.ts";
import type { Drift, FieldValues, Live, LiveDetail } from "./types.ts";

/** What a drift entry is about. */
type Subject = { readonly control: Drift["control"]; readonly object: Pick<Live, "kind" | "name"> };

/** A drift entry; fields come out sorted. */
export function drift(
  subject: Subject,
  type: DriftType,
  cause?: { readonly fields?: readonly string[]; readonly manager?: string | undefined },
): Drift {
  const { kind, name } = subject.object;
  return {
    control: subject.control,
    ref: { apiVersion: kind.apiVersion, kind: kind.kind, name },
    type,
    fields: (cause?.fields ?? []).toSorted(byText),
    manager: cause?.manager,
  };
}

/** A live object under comparison. */
export interface Compared {
  readonly live: Live;
  readonly detail: LiveDetail;
  readonly wanted: FieldValues;
  /** This baseline had the object in place before. */
  readonly known: boolean;
}

/** The fields whose live value is not the wanted one. */
export function differingFields(fields: readonly DecisiveField[], live: FieldValues, wanted: FieldValues): readonly DecisiveField[] {
  return fields.filter((field) => live[field.printed] !== wanted[field.printed]);
}

/**
 * Whether somebody else made this field differ. No if our own manager still owns it: a field that others changed is no
 * longer ours (KEP-555), so its value is one that we asked for earlier. Yes in any case if the content was in place
 * before and the baseline wants the same as then, unless we gave it up in between.
 */
export function isForeignChange(field: DecisiveField, compared: Compared): boolean {
  const { detail, wanted } = compared;
  if (detail.before === fingerprint(wanted) && !isGivenUp(compared)) return true;
  const owners = ownersOfField(field, detail, wanted);
  if (owners.length > 0) return !owners.some((entry) => isOurEntry(compared.live.kind, entry));
  return wasTakenAway(field, compared);
}

/** A shared object stays when its section goes, and only our part of it is given up. */
function isGivenUp({ live, known }: Compared): boolean {
  return isShareable(live) && !live.managed && !known;
}

/** Whether our own field manager set the present value of the field. */
export function holdsField(kind: OwnedKind, field: DecisiveField, detail: LiveDetail): boolean {
  return ownersOfField(field, detail, {}).some((entry) => isOurEntry(kind, entry));
}

/** Who made these fields of an object of this kind differ from what is wanted; undefined if managedFields does not tell. */
export function managerOf(kind: OwnedKind, fields: readonly DecisiveField[], detail: LiveDetail, wanted: FieldValues): string | undefined {
  return latestForeign(
    kind,
    fields.flatMap((field) => ownersOfField(field, detail, wanted)),
  );
}

/** Owners of what differs inside the field, or where nobody owns that (it is not there), of the field. */
function ownersOfField(field: DecisiveField, detail: LiveDetail, wanted: FieldValues): readonly ManagedFieldsEntry[] {
  const alternatives = field.bookings(detail.values[field.printed], wanted[field.printed]);
  const owners = alternatives.map((bookings) => ownersOf(bookings, detail.managers));
  return owners.find((some) => some.length > 0) ?? [];
}

/** A field that nobody owns was either removed, or never set: by us because we did not want it, or because we were not there yet. */
function wasTakenAway(field: DecisiveField, { live, detail, known }: Compared): boolean {
  if (field.printed === OWNER_REFERENCES) return detail.values[field.printed] !== undefined;
  if (field.chosen === true) return false;
  if (!isShareable(live) || live.managed || known) return true;
  return detail.values[field.printed] !== readValues(live.kind, {})[field.printed];
}
