/** Cuts objects that are only read down to what tells how generated ones fare. */
import type { JsonObject } from "../api/json.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Stored } from "../cluster/types.ts";
import type { ObservedKind } from "../kinds/kind.ts";
import { factsOf } from "../plan/facts.ts";

export interface Observed extends Stored {
  /** Canonical JSON, see `ObservedKind.facts`. */
  readonly facts: string | undefined;
}

/** Keeps an object's identity and facts. */
export function projectObserved(kind: ObservedKind, object: KubernetesObject): Observed {
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
  return { namespace, name, uid, resourceVersion, facts: factsOf(kind, object as unknown as JsonObject) };
}
