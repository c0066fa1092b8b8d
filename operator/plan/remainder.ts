/** Finds what is left to do after an apply: keys that others added inside a decisive field, which server-side apply leaves to them. */
import { isJsonObject, type Json, type JsonObject, own } from "../api/json.ts";
import { type JsonPatchOperation, jsonPointer } from "../api/json-patch.ts";
import type { FieldPath } from "../kinds/kind.ts";
import { type DecisiveField, OWNER_REFERENCES, readValue, readValues, wantedOf } from "./decisive.ts";
import { differingFields } from "./drift.ts";
import { valueAt } from "./field-path.ts";
import type { Desired } from "./types.ts";

/** What an apply answered, held against what was applied. */
export interface Remainder {
  /** Printed paths of the decisive fields that are not as wanted; empty when the object is in place. */
  readonly fields: readonly string[];
  /** Removes what is too much in them; what others set elsewhere is not touched. */
  readonly operations: readonly JsonPatchOperation[];
}

/** Compares the object that a write of `desired` answered with what was wanted; `values`: its decisive values, where they have been read already. */
export function remainderOf(desired: Desired, object: JsonObject, values = readValues(desired.kind, object)): Remainder {
  const wanted = wantedOf(desired);
  const fields = differingFields(wanted.fields, values, wanted.values);
  const removals = fields
    // Other owners are none of our business, and the list of them is not ours to remove.
    .filter(({ printed }) => printed !== OWNER_REFERENCES)
    .flatMap((field) => surplus(field, desired.manifest, object));
  return {
    fields: fields.map(({ printed }) => printed),
    operations: removals.map((path) => ({ op: "remove", path: jsonPointer(path) })),
  };
}

function surplus(field: DecisiveField, wanted: JsonObject, object: JsonObject): readonly FieldPath[] {
  const paths = addedPaths(field.path, valueAt(wanted, field.path), valueAt(object, field.path));
  return paths.filter((path) => meaning(field, object) !== meaning(field, without(object, path)));
}

/**
 * Topmost keys that are there and not wanted, and texts in lists. An apply that names a list has replaced it, but for a list that is a set: there what others
 * added stays. The last text comes first, so that the others keep their places while they are removed.
 */
function addedPaths(path: FieldPath, wanted: Json | undefined, found: Json | undefined): readonly FieldPath[] {
  if (found === undefined) return [];
  if (wanted === undefined) return [path];
  if (Array.isArray(wanted) && Array.isArray(found)) return addedTexts(path, wanted, found);
  if (!isJsonObject(wanted) || !isJsonObject(found)) return [];
  return Object.keys(found).flatMap((key) => addedPaths([...path, key], own(wanted, key), own(found, key)));
}

function addedTexts(path: FieldPath, wanted: readonly Json[], found: readonly Json[]): readonly FieldPath[] {
  return found
    .flatMap((element, index) => (typeof element === "string" && !wanted.includes(element) ? [[...path, String(index)]] : []))
    .toReversed();
}

/** What a field says: a key that the API server filled in says the same as its absence, and would only come back. */
function meaning(field: DecisiveField, object: JsonObject): string | undefined {
  return readValue(field, object);
}

function without(object: JsonObject, [head = "", ...rest]: FieldPath): JsonObject {
  const { [head]: value, ...others } = object;
  if (rest.length === 0) return others;
  if (isJsonObject(value)) return { ...others, [head]: without(value, rest) };
  return Array.isArray(value) ? { ...others, [head]: value.toSpliced(Number(rest[0]), 1) } : others;
}
