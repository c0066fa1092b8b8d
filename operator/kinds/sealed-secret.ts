/** Declares the kind SealedSecret of Sealed Secrets: which fields are ours, which values mean the same, and what its status tells. */
import type { JsonObject } from "../api/json.ts";
import { REFRESH_ANNOTATION } from "../api/names.ts";
import { conditionFacts, generationOf, partOf } from "./condition-facts.ts";
import { type OwnedKind, Rank } from "./kind.ts";
import { absentIf, optionalMap, optionalText, record, withDefault } from "./normalise.ts";

/** Annotations that say for what the data was sealed; without them for one name in one namespace. They stand on the object and in its template. */
export const SEALED_SCOPE_ANNOTATIONS = {
  NamespaceWide: "sealedsecrets.bitnami.com/namespace-wide",
  ClusterWide: "sealedsecrets.bitnami.com/cluster-wide",
} as const;

const template = record({
  type: withDefault("Opaque"),
  data: optionalMap,
  immutable: absentIf(false),
  metadata: record({ name: optionalText, namespace: optionalText, labels: optionalMap, annotations: optionalMap }),
});

export const sealedSecret: OwnedKind = {
  apiVersion: "bitnami.com/v1alpha1",
  kind: "SealedSecret",
  resource: "sealedsecrets",
  scope: "InNamespace",
  namespaced: true,
  fields: [
    ...Object.values(SEALED_SCOPE_ANNOTATIONS).map((annotation) => ({ path: ["metadata", "annotations", annotation] })),
    { path: ["metadata", "annotations", REFRESH_ANNOTATION] },
    { path: ["spec", "encryptedData"], normalise: optionalMap },
    { path: ["spec", "template"], normalise: (value) => template(value ?? {}) },
  ],
  rank: () => Rank.secret,
  optional: true,
  confidential: true,
  /** `status` and `reason` of Synced, `generation` wanted, and `observed` once the controller has told. */
  facts: (object) => ({ ...conditionFacts(object, "Synced"), generation: generationOf(object), ...observedGeneration(object) }),
};

function observedGeneration(object: JsonObject): JsonObject {
  const { observedGeneration: observed } = partOf(object, "status");
  return typeof observed === "number" ? { observed } : {};
}
