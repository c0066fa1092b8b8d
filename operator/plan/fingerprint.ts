/** Shortens decisive values to a text by which planning remembers and compares them. */
import { hash } from "node:crypto";
import { canonicalJson } from "../kinds/canonical.ts";
import type { FieldValues } from "./types.ts";

/** 132 bits: nobody finds a second content with the fingerprint of the one that was checked. */
const LENGTH = 22;

/** SHA-256 over the canonical JSON of the values, as 22 characters of base64url. Equal values have equal fingerprints. */
export function fingerprint(values: FieldValues): string {
  return hash("sha256", canonicalJson(values), "base64url").slice(0, LENGTH);
}
