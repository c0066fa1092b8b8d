/** Copies an object before defaults are filled in, and prepares the copy as the API server does. */
import type { StructuralSchema } from "./structural-schema.ts";

/**
 * Copies the part of a value that the schema describes and leaves out fields that are null, which the API server takes
 * for absent. What the schema does not describe is shared with the original; the depth is that of the schema.
 */
export function prepare(value: unknown, schema: StructuralSchema): unknown {
  if (Array.isArray(value)) return schema.items ? prepareItems(value, schema.items) : value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, entry]): [string, unknown][] => {
    const described = fieldSchema(schema, key);
    if (!described) return [[key, entry]];
    return entry === null ? [] : [[key, prepare(entry, described)]];
  });
  return Object.fromEntries(entries);
}

function prepareItems(list: readonly unknown[], items: StructuralSchema): unknown[] {
  return list.map((item) => prepare(item, items));
}

function fieldSchema(schema: StructuralSchema, key: string): StructuralSchema | undefined {
  const properties = schema.properties ?? {};
  return Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
}
