/**
 * Makes the schema of a CRD as strict as a strict apply, for lint and the operator.
 * It adds that unknown fields are refused, and the fields that the API machinery checks itself.
 */
import { type StructuralSchema, valueType } from "./structural-schema.ts";

/** A JSON schema for a validator; wider than what a CRD may say. */
export interface ClosedSchema extends Record<string, unknown> {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, ClosedSchema>>;
}

/** Identity that an object must carry. */
export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
}

/** As the API server reads a schema that says int-or-string instead of a type. */
const INTEGER_OR_STRING = ["integer", "string"];

const TEXT = { type: "string" };
const TEXT_MAP = { type: "object", additionalProperties: TEXT };

/** What people write of `meta/v1` ObjectMeta. Open, because an API server may send fields that are newer than this program. */
const METADATA: ClosedSchema = {
  type: "object",
  required: ["name"],
  properties: { name: TEXT, namespace: TEXT, labels: TEXT_MAP, annotations: TEXT_MAP },
};

/** Closes every object of a schema and puts the frame of an API object around it. */
export function closeSchema(schema: StructuralSchema, identity: Identity): ClosedSchema {
  return {
    ...close(schema),
    required: ["apiVersion", "kind", "metadata"],
    properties: {
      ...closeAll(schema.properties ?? {}),
      apiVersion: { ...TEXT, enum: [identity.apiVersion] },
      kind: { ...TEXT, enum: [identity.kind] },
      metadata: METADATA,
    },
  };
}

function close(schema: StructuralSchema): ClosedSchema {
  const { properties, items, additionalProperties, ...rest } = schema;
  const type = valueType(schema);
  return {
    ...rest,
    type: type === "int-or-string" ? INTEGER_OR_STRING : type,
    ...(properties ? { properties: closeAll(properties), additionalProperties: false } : {}),
    ...(additionalProperties ? { additionalProperties: close(additionalProperties) } : {}),
    ...(items ? { items: close(items) } : {}),
  };
}

function closeAll(properties: Readonly<Record<string, StructuralSchema>>): Record<string, ClosedSchema> {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, close(property)]));
}
