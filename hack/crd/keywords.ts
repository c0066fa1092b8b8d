/** Says what each marker adds to a schema, and which types it may stand on. */
import { type StructuralSchema, type ValueType, valueType } from "../../operator/api/structural-schema.ts";
import type { Marker } from "./markers.ts";
import type { Place } from "./place.ts";

interface Keyword {
  readonly on: readonly ValueType[];
  set(schema: StructuralSchema, value: string): void;
}

const TEXT: readonly ValueType[] = ["string", "int-or-string"];
const NUMBER: readonly ValueType[] = ["integer", "int-or-string"];

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  [
    "default",
    { on: ["string", "integer", "boolean", "array", "object"], set: (schema, value) => assign(schema, "default", JSON.parse(value)) },
  ],
  ["format", { on: ["string", "integer"], set: (schema, value) => assign(schema, "format", value) }],
  ["pattern", { on: TEXT, set: (schema, value) => assign(schema, "pattern", new RegExp(value, "u").source) }],
  ["minLength", count(TEXT, "minLength")],
  ["maxLength", count(TEXT, "maxLength")],
  ["minimum", count(NUMBER, "minimum")],
  ["maximum", count(NUMBER, "maximum")],
  ["minItems", count(["array"], "minItems")],
  ["maxItems", count(["array"], "maxItems")],
  ["maxProperties", count(["object"], "maxProperties")],
  ["listType", choice("array", "x-kubernetes-list-type", ["atomic", "set", "map"])],
  ["listMapKey", { on: ["array"], set: addListMapKey }],
  ["mapType", choice("object", "x-kubernetes-map-type", ["atomic", "granular"])],
]);

/** Names of the markers that describe the resource as a whole, not a type. */
export const RESOURCE_MARKERS: ReadonlySet<string> = new Set(["resource", "printColumn", "subresource"]);

/**
 * Adds what the markers of one doc comment say to a schema.
 * @throws GeneratorError at the first marker that is unknown, does not fit the type or has a bad value
 */
export function applyMarkers(schema: StructuralSchema, markers: readonly Marker[], place: Place): void {
  applyRules(schema, markers, place);
  for (const marker of markers) {
    if (marker.name === "rule" || marker.name === "message" || RESOURCE_MARKERS.has(marker.name)) continue;
    applyKeyword(schema, marker, place);
  }
}

function applyKeyword(schema: StructuralSchema, marker: Marker, place: Place): void {
  const keyword = KEYWORDS.get(marker.name);
  if (!keyword) throw place.error(`unknown marker @${marker.name}`, marker.line);
  const type = valueType(schema);
  if (!keyword.on.includes(type)) throw place.error(`@${marker.name} does not fit type ${type}`, marker.line);
  try {
    keyword.set(schema, marker.value);
  } catch (cause) {
    throw place.error(`@${marker.name}: ${cause instanceof Error ? cause.message : String(cause)}`, marker.line);
  }
}

function applyRules(schema: StructuralSchema, markers: readonly Marker[], place: Place): void {
  for (const [index, marker] of markers.entries()) {
    if (marker.name === "message" && markers[index - 1]?.name !== "rule")
      throw place.error("@message without a @rule before it", marker.line);
    if (marker.name !== "rule") continue;
    const message = markers[index + 1];
    if (message?.name !== "message") throw place.error("@rule without a @message after it", marker.line);
    schema["x-kubernetes-validations"] ??= [];
    schema["x-kubernetes-validations"].push({ rule: marker.value, message: message.value });
  }
}

function assign<K extends keyof StructuralSchema>(schema: StructuralSchema, keyword: K, value: StructuralSchema[K]): void {
  schema[keyword] = value;
}

type CountKeyword = "minLength" | "maxLength" | "minimum" | "maximum" | "minItems" | "maxItems" | "maxProperties";

function count(on: readonly ValueType[], keyword: CountKeyword): Keyword {
  return {
    on,
    set(schema, value) {
      if (!/^-?\d+$/.test(value)) throw new Error(`not a whole number: ${value}`);
      schema[keyword] = Number(value);
    },
  };
}

function choice(on: ValueType, keyword: "x-kubernetes-list-type" | "x-kubernetes-map-type", values: readonly string[]): Keyword {
  return {
    on: [on],
    set(schema, value) {
      if (!values.includes(value)) throw new Error(`one of ${values.join(", ")}, not ${value}`);
      schema[keyword] = value;
    },
  };
}

function addListMapKey(schema: StructuralSchema, value: string): void {
  if (!schema.items?.properties?.[value]) throw new Error(`the items have no field ${value}`);
  schema["x-kubernetes-list-map-keys"] ??= [];
  schema["x-kubernetes-list-map-keys"].push(value);
}
