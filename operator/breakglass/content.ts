/** Prints the decisive fields of an object in the API server's canonical form, so that objects which decide about access can be compared as text. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import type { OwnedKind } from "../kinds/kind.ts";

/** Canonical JSON of the fields that the kind calls decisive, by printed path. Equal meanings are equal text. */
export function contentOf(kind: Pick<OwnedKind, "fields">, object: JsonObject): string {
  const values: Record<string, Json> = {};
  for (const { path, normalise } of kind.fields) {
    const raw = path.reduce<Json | undefined>((value, key) => (isJsonObject(value) ? value[key] : undefined), object);
    const value = normalise === undefined ? raw : normalise(raw, object);
    if (value !== undefined) values[path.join(".")] = value;
  }
  return canonicalJson(values);
}
