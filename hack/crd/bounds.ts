/**
 * Refuses any string, list or map of our kinds without an upper bound.
 * Otherwise one object could grow without limit, and the API server could not estimate the cost of each CEL rule.
 */
import { type StructuralSchema, valueType } from "../../operator/api/structural-schema.ts";
import type { Place } from "./place.ts";

/** @throws GeneratorError if the schema itself (not what it contains) has no upper bound */
export function checkBounds(schema: StructuralSchema, place: Place): void {
  const missing = missingBound(schema);
  if (missing) throw place.error(`unbounded ${valueType(schema)}: add ${missing}`);
}

function missingBound(schema: StructuralSchema): string | undefined {
  if (schema.type === "string" && !schema.enum && schema.format !== "date-time" && schema.maxLength === undefined) return "@maxLength";
  if (schema.type === "array" && schema.maxItems === undefined) return "@maxItems";
  if (schema.additionalProperties && schema.maxProperties === undefined) return "@maxProperties";
  if (valueType(schema) === "int-or-string" && !isBoundedEitherWay(schema)) return "@maxLength and @maximum";
  if (schema.type === "integer" && schema.format === undefined) return "@format int32 or int64";
  return undefined;
}

function isBoundedEitherWay({ maxLength, maximum }: StructuralSchema): boolean {
  return maxLength !== undefined && maximum !== undefined;
}
