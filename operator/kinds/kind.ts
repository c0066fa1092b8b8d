/** Owns what the operator must know about a kind that it generates: where it lives, and which fields decide security. */
import type { Json } from "../api/json.ts";

/** Segments of a field path: `["metadata", "labels", "a.b/c"]` reads `metadata.labels["a.b/c"]`. */
export type FieldPath = readonly string[];

/**
 * One field that decides security, at the granularity at which server-side apply owns it: a list that the API calls
 * atomic is one field.
 */
export interface Field {
  readonly path: FieldPath;
  /**
   * Brings a value into the one form in which equal meanings are equal JSON, and applies what the API server would
   * fill in: the desired and the live value both pass through it. `undefined` stands for an absent field.
   */
  readonly normalise?: (value: Json | undefined) => Json | undefined;
}

/** A kind that controls generate. Shared code reads these facts and never asks for a kind's name. */
export interface OwnedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name in URLs and RBAC rules. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly fields: readonly Field[];
  /** Field that the API refuses to change in place: an object of ours that differs there must be replaced. */
  readonly immutable?: FieldPath;
}
