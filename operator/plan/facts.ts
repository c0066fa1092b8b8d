/** Owns how the facts that health needs of an object are kept: as small text, of objects of others too. */
import type { JsonObject } from "../api/json.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import type { ObservedKind, OwnedKind } from "../kinds/kind.ts";
import { intern } from "./intern.ts";

/** Canonical JSON of an object's facts; undefined for kinds that declare none. */
export function factsOf(kind: OwnedKind | ObservedKind, object: JsonObject): string | undefined {
  return kind.facts === undefined ? undefined : intern(canonicalJson(kind.facts(object)));
}
