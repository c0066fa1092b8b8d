/** Finds labels and annotations that nobody owns: an apply that gives up the last key of its own beside them removes them, too. */

import type { JsonObject } from "../api/json.ts";
import { GROUP } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { bookingOf, holdsBooking } from "./field-path.ts";

const MAPS = ["labels", "annotations"] as const;

/**
 * Labels and annotations of others that are in no books of managedFields, as a tool leaves them that restores an object with the books of its copy, or
 * a person who clears them. Undefined if there is none. The API server removes such keys together with the map in which an applier has nothing left
 * (KEP-555 is silent about them; seen with Kubernetes 1.37).
 */
export function unownedMetadata(kind: OwnedKind, { metadata }: KubernetesObject): JsonObject | undefined {
  const books = metadata?.managedFields ?? [];
  const isOwned = (map: string, key: string): boolean =>
    books.some(({ fieldsV1 }) => holdsBooking(fieldsV1, bookingOf(["metadata", map, key])));
  const found = MAPS.flatMap((map) => {
    const unowned = Object.entries(metadata?.[map] ?? {}).filter(([key]) => !isOwned(map, key) && !isOfOurs(kind, map, key));
    return unowned.length === 0 ? [] : [[map, Object.fromEntries(unowned)] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** Marks of ours, and what baselines decide. */
function isOfOurs({ fields }: OwnedKind, map: string, key: string): boolean {
  return key.startsWith(`${GROUP}/`) || fields.some(({ path }) => path[1] === map && path[2] === key);
}
