/** Makes the objects that are written without the operator: the same bodies, marked as somebody else's so that it leaves them alone. */
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { JsonObject } from "../../operator/api/json.ts";
import { API_VERSION, CONTROL_LABEL } from "../../operator/api/names.ts";
import { objectPath } from "../../operator/cluster/paths.ts";
import type { Desired } from "../../operator/controls/control.ts";
import { desiredObjects } from "../../operator/controls/desired.ts";
import { effective } from "../../operator/controls/effective.ts";
import { OFFLINE } from "../../operator/facts/index.ts";
import { FULL_SPEC } from "../../test/support/baselines.ts";

/** One object as the wire takes it. */
export interface RawObject {
  readonly namespace: string;
  readonly name: string;
  readonly resource: string;
  readonly path: string;
  /** JSON text. */
  readonly body: string;
}

/** Label of what the benchmark itself wrote. */
export const OWN_LABEL = { name: "app.kubernetes.io/managed-by", value: "bench-rawwriter" } as const;

/** Our own labels, each under a name or with a value that is not ours. */
const MARKS: Readonly<Record<string, readonly [name: string, value: string]>> = {
  [OWN_LABEL.name]: [OWN_LABEL.name, OWN_LABEL.value],
  [CONTROL_LABEL]: ["bench.example.com/control", "none"],
};

/** What a baseline with every section asks for in a namespace, 20 objects, in the order of writes. */
export function wanted(namespace: string, uid: string, spec: SecurityBaselineSpec = FULL_SPEC): readonly Desired[] {
  const baseline = { apiVersion: API_VERSION, kind: "SecurityBaseline", metadata: { namespace, name: "baseline", uid }, spec } as const;
  return desiredObjects(effective("SecurityBaseline", baseline, namespace), OFFLINE);
}

/** The same objects with other labels, owned by the ConfigMap of that uid: an owner that is not there would be their end. */
export function rawObjects(namespace: string, owner: { readonly name: string; readonly uid: string }): readonly RawObject[] {
  return wanted(namespace, owner.uid).map(({ kind, name, manifest }) => ({
    namespace,
    name,
    resource: kind.resource,
    path: objectPath({ type: kind, namespace, name }),
    body: JSON.stringify({ ...manifest, metadata: foreign(manifest["metadata"] as JsonObject, owner.name) }),
  }));
}

function foreign(metadata: JsonObject, owner: string): JsonObject {
  const labels = (metadata["labels"] ?? {}) as JsonObject;
  const references = (metadata["ownerReferences"] ?? []) as JsonObject[];
  return {
    ...metadata,
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => MARKS[name] ?? [name, value])),
    ...(references.length > 0 && {
      ownerReferences: references.map((one) => ({ ...one, apiVersion: "v1", kind: "ConfigMap", name: owner })),
    }),
  };
}
