/** Keeps what health needs to know of an object as small text, of objects of others too. */
import type { JsonObject } from "../api/json.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import type { JudgedKind, ObservedKind, OwnedKind } from "../kinds/kind.ts";
import { intern } from "./intern.ts";

/** Canonical JSON of an object's facts; undefined for kinds that declare none. What cannot be read has told nothing. */
export function factsOf(kind: OwnedKind | ObservedKind, object: JsonObject): string | undefined {
  if (kind.facts === undefined) return undefined;
  try {
    return intern(canonicalJson(kind.facts(object)));
  } catch {
    return "{}";
  }
}

/**
 * Canonical JSON of what findings judge an object by; undefined where nothing can be found. Marks of ours make no difference: anybody can write them. What
 * cannot be read is not known.
 */
export function traitsOf(kind: JudgedKind, object: JsonObject): string | undefined {
  if (kind.traits === undefined) return undefined;
  try {
    return intern(canonicalJson(kind.traits(object)));
  } catch {
    return undefined;
  }
}

/** Milliseconds since the epoch, see `OwnedKind.due`. */
export function dueOf(kind: OwnedKind, object: JsonObject): number | undefined {
  try {
    return kind.due?.(object);
  } catch {
    return undefined;
  }
}
