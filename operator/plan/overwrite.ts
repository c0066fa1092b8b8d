/** Plans the one patch that makes an object what is wanted where an apply is refused: an apply adds to what others wrote, and the sum may be invalid. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { type JsonPatchOperation, jsonPointer } from "../api/json-patch.ts";
import type { FieldPath } from "../kinds/kind.ts";
import { OWNER_REFERENCES, readValues, wantedOf } from "./decisive.ts";
import { differingFields } from "./drift.ts";
import { valueAt } from "./field-path.ts";
import type { Desired } from "./types.ts";

/**
 * Sets every decisive field that differs to what is wanted, as a whole: of a union, for example, the wanted member takes the place of another. Owners
 * are left alone: the list of them is not ours. Empty where nothing differs.
 */
export function overwriteOf(desired: Desired, object: JsonObject): readonly JsonPatchOperation[] {
  const wanted = wantedOf(desired);
  return differingFields(wanted.fields, readValues(desired.kind, object), wanted.values)
    .filter(({ printed }) => printed !== OWNER_REFERENCES)
    .flatMap(({ path }) => set(object, path, valueAt(desired.manifest, path)));
}

/** `add` replaces what is there (RFC 6902, 4.1), and needs everything above it to be there. */
function set(object: JsonObject, path: FieldPath, value: Json | undefined): JsonPatchOperation[] {
  if (value === undefined) return valueAt(object, path) === undefined ? [] : [{ op: "remove", path: jsonPointer(path) }];
  const missing = path.slice(0, -1).flatMap((_, depth) => {
    const above = path.slice(0, depth + 1);
    return isJsonObject(valueAt(object, above)) ? [] : [{ op: "add" as const, path: jsonPointer(above), value: {} }];
  });
  return [...missing, { op: "add", path: jsonPointer(path), value }];
}
