/** Describes the part of a structural schema (apiextensions v1 JSONSchemaProps) that our CRDs use, for the generator and for lint. */

/** A rule of `x-kubernetes-validations`. */
export interface Validation {
  readonly rule: string;
  readonly message: string;
}

/** A structural schema. Keys are written in the order in which the generator sets them. */
export interface StructuralSchema {
  description?: string;
  type: "object" | "array" | "string" | "integer" | "boolean";
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
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: string;
  "x-kubernetes-validations"?: Validation[];
}
