/** Owns the one text form of a JSON value in which equal values are equal strings. */
import canonicalize from "canonicalize";
import type { Json } from "../api/json.ts";

/** Canonical JSON (RFC 8785). Throws on a lone surrogate, which the API server never stores. */
export function canonicalJson(value: Json): string {
  return canonicalize(value) ?? "null";
}
