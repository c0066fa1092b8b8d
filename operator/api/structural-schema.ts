/** Describes the part of a structural schema (apiextensions v1 JSONSchemaProps) that our CRDs use, for the generator and for lint. */

/** A rule of `x-kubernetes-validations`. */
export interface Validation {
  readonly rule: string;
  readonly message: string;
}

type SchemaType = "object" | "array" | "string" | "integer" | "boolean";

/** What a schema describes; a number or a text counts as a type of its own. */
export type ValueType = SchemaType | "int-or-string";

/** A structural schema. Keys are written in the order in which the generator sets them. */
export interface StructuralSchema {
  description?: string;
  /** Absent where a value is a number or a text; then `x-kubernetes-int-or-string` is set. */
  type?: SchemaType;
  properties?: Record<string, StructuralSchema>;
  required?: string[];
  additionalProperties?: StructuralSchema;
  items?: StructuralSchema;
  enum?: string[];
  default?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  "x-kubernetes-int-or-string"?: true;
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: string;
  "x-kubernetes-validations"?: Validation[];
}

/** What values of a schema are. */
export function valueType(schema: StructuralSchema): ValueType {
  return schema.type ?? "int-or-string";
}
