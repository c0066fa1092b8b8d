/** Owns field paths: how they are read from an object and found in the API server's book of field owners. */
import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../api/json.ts";
import type { FieldPath } from "../kinds/kind.ts";
import { isJsonObject } from "../kinds/normalise.ts";

/** The value at a path; undefined where it, or an object on the way to it, is absent. */
export function valueAt(object: JsonObject, path: FieldPath): Json | undefined {
  let value: Json | undefined = object;
  for (const segment of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, segment)) return undefined;
    value = value[segment];
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
    node = Object.hasOwn(node, key) ? node[key] : undefined;
  }
  return isJsonObject(node);
}

/** Paths at which two values differ, as deep as both are objects. */
export function differingPaths(a: Json | undefined, b: Json | undefined): readonly FieldPath[] {
  if (!isJsonObject(a) || !isJsonObject(b)) return isDeepStrictEqual(a, b) ? [] : [[]];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => differingPaths(a[key], b[key]).map((path) => [key, ...path]));
}
