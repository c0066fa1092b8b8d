/** Plans how an object gives up the marks by which it goes with its baseline, when it is to stay or has been released. */
import { type JsonPatchOperation, jsonPointer } from "../api/json-patch.ts";
import { API_VERSION, DELETION_POLICY_ANNOTATION } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import { type OwnedKind, obeysDeletionPolicy } from "../kinds/kind.ts";
import { bookingOf, holdsBooking } from "./field-path.ts";
import { isDeletable, isReleasable } from "./ownership.ts";
import type { Live } from "./types.ts";

const ANNOTATION = ["metadata", "annotations", DELETION_POLICY_ANNOTATION];

/** Operations that let an object of ours stay when the baseline goes; empty if it would stay anyway. */
export function retention(live: Live): readonly JsonPatchOperation[] {
  if (isReleasable(live) && live.deletionPolicy === "Delete") return [{ op: "replace", path: jsonPointer(ANNOTATION), value: "Retain" }];
  return isDeletable(live) ? live.ownerIndexes.toReversed().flatMap(disown) : [];
}

/**
 * Operations that remove the annotation from an object that was released: the one that `retention` wrote is in no apply of ours. It stays where another
 * section applies it, and is not looked at for what the deletion policy does not decide about.
 */
export function unmark(kind: OwnedKind, { metadata }: KubernetesObject): readonly JsonPatchOperation[] {
  if (!obeysDeletionPolicy(kind) || metadata?.annotations?.[DELETION_POLICY_ANNOTATION] === undefined) return [];
  const isApplied = (metadata.managedFields ?? []).some(
    ({ operation, fieldsV1 }) => operation === "Apply" && holdsBooking(fieldsV1, bookingOf(ANNOTATION)),
  );
  return isApplied ? [] : [{ op: "remove", path: jsonPointer(ANNOTATION) }];
}

/** Garbage collection deletes what the baseline owns; the last reference goes first, so that the others keep their places. An apply could not give up one field without naming all others. */
function disown(index: number): readonly JsonPatchOperation[] {
  const path = ["metadata", "ownerReferences", index];
  return [
    { op: "test", path: jsonPointer([...path, "apiVersion"]), value: API_VERSION },
    { op: "remove", path: jsonPointer(path) },
  ];
}
