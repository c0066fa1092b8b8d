/** Writes a JSON value as text such that equal values are equal strings, for everything that compares values. */
import canonicalize from "canonicalize";
import type { Json } from "../api/json.ts";

/** Canonical JSON (RFC 8785). Throws on a lone surrogate, which the API server never stores. */
export function canonicalJson(value: Json): string {
  return canonicalize(value) ?? "null";
}
