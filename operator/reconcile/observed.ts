/** Cuts objects that are only read down to what tells how generated ones fare. */
import type { JsonObject } from "../api/json.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Stored } from "../cluster/types.ts";
import type { ObservedKind } from "../kinds/kind.ts";
import { factsOf, traitsOf } from "../plan/facts.ts";

export interface Observed extends Stored {
  /** Canonical JSON, see `ObservedKind.facts`. */
  readonly facts: string | undefined;
  /** Canonical JSON, see `ObservedKind.traits`. */
  readonly traits: string | undefined;
}

/** Keeps an object's identity, facts and traits. */
export function projectObserved(kind: ObservedKind, object: KubernetesObject): Observed {
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
  const content = object as unknown as JsonObject;
  return { namespace, name, uid, resourceVersion, facts: factsOf(kind, content), traits: traitsOf(kind, content) };
}
