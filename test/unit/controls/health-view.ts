/** Shows a cluster to tests of health: objects as their controllers leave them, seen through the facts that the cache keeps. */
import type { JsonObject } from "../../../operator/api/json.ts";
import type { HealthView } from "../../../operator/controls/control.ts";
import type { ObservedKind, OwnedKind } from "../../../operator/kinds/kind.ts";
import { valueAt } from "../../../operator/plan/field-path.ts";

type Kind = OwnedKind | ObservedKind;

/** A live object and its kind. */
export type Seen = readonly [kind: Kind, object: JsonObject];

export interface Look {
  readonly now: number;
  readonly seen: readonly Seen[];
  /** Kinds that the cluster does not have. */
  readonly absent?: readonly Kind[];
  /** Kinds that may not be read. */
  readonly hidden?: readonly Kind[];
  /** Kinds that are not listed yet. */
  readonly unlisted?: readonly Kind[];
}

/** As the cache keeps them: with the time from when on silence tells something, if there is one. */
function factsOf(kind: Kind, object: JsonObject): JsonObject {
  const due = "due" in kind ? kind.due?.(object) : undefined;
  return { ...kind.facts?.(object), ...(due !== undefined && { due }) };
}

/** The view that a control gets. */
export function healthView({ now, seen, absent = [], hidden = [], unlisted = [] }: Look): HealthView {
  const all = (kind: Kind): ReadonlyMap<string, JsonObject> => {
    const objects = seen.filter(([of]) => of === kind).map(([, object]) => object);
    return new Map(objects.map((object) => [String(valueAt(object, ["metadata", "name"])), factsOf(kind, object)]));
  };
  return {
    namespace: "payments",
    now,
    isServed: (kind) => ![...absent, ...hidden, ...unlisted].includes(kind),
    lack: (kind) => {
      if (absent.includes(kind)) return { absent: true, message: `${kind.resource} is not served by this cluster` };
      return hidden.includes(kind) ? { absent: false, message: `no permission to list and watch ${kind.resource}` } : undefined;
    },
    facts: (kind, name) => all(kind).get(name),
    all,
  };
}
