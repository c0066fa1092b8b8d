/** Describes the operations of a JSON Patch (RFC 6902), as far as we write them. */
import type { Json } from "./json.ts";

export type JsonPatchOperation =
  | { readonly op: "test" | "replace" | "add"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

/** A path as a JSON Pointer (RFC 6901). */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
