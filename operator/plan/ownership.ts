/** Tells whose an object is, and whose a field is. */
import type { ManagedFieldsEntry } from "../api/object.ts";
import { type FieldPath, fieldManagerOf, type OwnedKind } from "../kinds/kind.ts";
import { holdsBooking } from "./field-path.ts";
import type { Live } from "./types.ts";

/** Ours to correct: carries the label of a control, or we have applied it. `app.kubernetes.io/managed-by` is for people's tools and decides nothing. */
export function isOurs(live: Pick<Live, "control" | "managed">): boolean {
  return live.control !== undefined || live.managed;
}

/** Ours to delete: carries our label and we have applied it, so that a forged label deletes nothing. */
export function isDeletable(live: Live): boolean {
  return live.control !== undefined && live.managed && !isShareable(live) && !live.terminating;
}

/** Exists without us, so that it is never deleted. */
export function isShareable(live: Live): boolean {
  return live.kind.shareable?.(live.name) ?? false;
}

/** Carries fields of ours beside those of others, which can be given up without deleting it. */
export function isReleasable(live: Live): boolean {
  return isShareable(live) && live.managed && !live.terminating;
}

/** Whether this is what our server-side apply of objects of this kind has booked. Our other writes only take marks away or turn them. */
export function isOurEntry(kind: Pick<OwnedKind, "aspect">, entry: ManagedFieldsEntry): boolean {
  return entry.manager === fieldManagerOf(kind) && entry.operation === "Apply";
}

/** The entries that own one of the bookings. */
export function ownersOf(bookings: readonly FieldPath[], managers: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  return managers.filter((entry) => bookings.some((booking) => holdsBooking(entry.fieldsV1, booking)));
}

/** Name of the manager that wrote last, of those given, to an object of this kind and is not ours; undefined if there is none. */
export function latestForeign(kind: OwnedKind, entries: readonly ManagedFieldsEntry[]): string | undefined {
  return entries
    .filter((entry) => !isOurEntry(kind, entry))
    .toSorted(byTimeThenName)
    .at(-1)?.manager;
}

/** Times are RFC 3339 in UTC with seconds, whose text order is their order in time. */
function byTimeThenName(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  const left = `${a.time ?? ""} ${a.manager ?? ""}`;
  const right = `${b.time ?? ""} ${b.manager ?? ""}`;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
