/** Keeps the status and the reason of a backend's condition, never its message, which may hold paths of a provider. */
import { isJsonObject, type JsonObject } from "../api/json.ts";

/** Longest reason that a status entry holds. */
const LONGEST_REASON = 128;

/** Status and reason of the condition of this type, found by type and not by place; empty if there is none yet. */
export function conditionFacts(object: JsonObject, type: string): JsonObject {
  const conditions = partOf(object, "status")["conditions"];
  const list = Array.isArray(conditions) ? conditions.filter(isJsonObject) : [];
  const condition = list.find((one) => one["type"] === type);
  if (condition === undefined) return {};
  return { status: wordOf(condition["status"]), reason: wordOf(condition["reason"]) };
}

/** The object at a key; empty where there is none. */
export function partOf(object: JsonObject, key: string): JsonObject {
  const part = object[key];
  return isJsonObject(part) ? part : {};
}

/** `metadata.generation`; 0 where the API server counts none. */
export function generationOf(object: JsonObject): number {
  const generation = partOf(object, "metadata")["generation"];
  return typeof generation === "number" ? generation : 0;
}

/** A reason is one CamelCase word: a backend that puts more into it does not get it into our status. */
function wordOf(value: unknown): string {
  return typeof value === "string" ? value.replace(/[^A-Za-z0-9]/g, "").slice(0, LONGEST_REASON) : "";
}
