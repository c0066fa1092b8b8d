/** Reads field paths in an object, and in the API server's book of field owners. */
import { isJsonObject, type Json, type JsonObject, own } from "../api/json.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import type { FieldPath } from "../kinds/kind.ts";

/** The value at a path; undefined where it, or an object on the way to it, is absent. */
export function valueAt(object: JsonObject, path: FieldPath): Json | undefined {
  let value: Json | undefined = object;
  for (const segment of path) {
    if (!isJsonObject(value)) return undefined;
    value = own(value, segment);
  }
  return value;
}

/** Keys under which fieldsV1 books a path of named fields. */
export function bookingOf(path: FieldPath): FieldPath {
  return path.map((segment) => `f:${segment}`);
}

/**
 * Whether a set of owned fields (fieldsV1, KEP-555) holds a booking: itself, something below it, or a whole that
 * contains it. A node without children stands for all that is below; the mark "." only says that the parent exists.
 */
export function holdsBooking(fields: JsonObject | undefined, booking: FieldPath): boolean {
  let node: Json | undefined = fields;
  for (const [depth, key] of booking.entries()) {
    if (!isJsonObject(node)) return false;
    if (depth > 0 && Object.keys(node).length === 0) return true;
    node = own(node, key);
  }
  return isJsonObject(node);
}

/** Paths at which two values differ, as deep as both are objects. */
export function differingPaths(a: Json | undefined, b: Json | undefined): readonly FieldPath[] {
  if (!isJsonObject(a) || !isJsonObject(b)) return isSame(a, b) ? [] : [[]];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => differingPaths(own(a, key), own(b, key)).map((path) => [key, ...path]));
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}
