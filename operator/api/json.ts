/** The types of plain JSON values, the only currency between the rooms that know Kubernetes and those that do not. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** True for a JSON object, false for lists, null and everything else. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value at a key that a client chose. Plain reading would find what every JavaScript object inherits (`constructor`, `__proto__`) where
 * the object itself has nothing.
 */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
