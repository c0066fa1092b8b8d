/** Declares the kind ExternalSecret of External Secrets, v0.20 to v2.9: which fields are ours, and which of their values mean the same. */
import type { Json, JsonObject } from "../api/json.ts";
import { REFRESH_ANNOTATION } from "../api/names.ts";
import { conditionFacts, generationOf, partOf } from "./condition-facts.ts";
import { canonicalDuration, durationMillis } from "./duration.ts";
import { type OwnedKind, Rank } from "./kind.ts";
import { absentIf, listOf, optionalMap, optionalSetOf, optionalText, record, withDefault } from "./normalise.ts";

/** How often the store is asked where nothing is said (default of the CRD). */
const REFRESH_INTERVAL = "1h0m0s";

const reference = { conversionStrategy: withDefault("Default"), decodingStrategy: withDefault("None") };

/** Releases differ in whether the API server fills these in; where it does not, the controller takes the same values. */
const remoteRef = record({
  ...reference,
  metadataPolicy: withDefault("None"),
  nullBytePolicy: absentIf("Ignore"),
  property: optionalText,
  version: optionalText,
});

const find = record({ ...reference, nullBytePolicy: absentIf("Ignore"), path: optionalText, tags: optionalMap });

const metadata = record({ labels: optionalMap, annotations: optionalMap });

/** An absent template stays absent: without one the controller copies our labels and annotations to the Secret. */
const template = record({
  engineVersion: withDefault("v2"),
  mergePolicy: withDefault("Replace"),
  type: optionalText,
  data: optionalMap,
  metadata: (value) => optionalMap(metadata(value)),
});

/** A target without name has the name of the ExternalSecret. */
function target(value: Json | undefined, object: JsonObject): Json | undefined {
  const name = partOf(object, "metadata")["name"] ?? "";
  const shape = record({
    name: withDefault(name),
    creationPolicy: withDefault("Owner"),
    deletionPolicy: withDefault("Retain"),
    immutable: absentIf(false),
    template,
  });
  return shape(value ?? {});
}

function refreshInterval(value: Json | undefined): Json | undefined {
  return typeof value === "string" ? canonicalDuration(value) : (value ?? REFRESH_INTERVAL);
}

export const externalSecret: OwnedKind = {
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  resource: "externalsecrets",
  scope: "InNamespace",
  namespaced: true,
  fields: [
    { path: ["metadata", "annotations", REFRESH_ANNOTATION] },
    { path: ["spec", "refreshPolicy"], normalise: withDefault("Periodic") },
    { path: ["spec", "refreshInterval"], normalise: refreshInterval },
    { path: ["spec", "secretStoreRef"], normalise: record({ kind: withDefault("SecretStore") }) },
    { path: ["spec", "target"], normalise: target },
    { path: ["spec", "data"], normalise: optionalSetOf(record({ remoteRef })) },
    // In order: a later source overwrites the keys of an earlier one.
    { path: ["spec", "dataFrom"], normalise: listOf(record({ extract: remoteRef, find })) },
    // Windows keep a rotated value away; we never ask for any.
    { path: ["spec", "syncWindows"], normalise: optionalMap },
  ],
  rank: () => Rank.secret,
  optional: true,
  confidential: true,
  /** `status` and `reason` of Ready, `generation` wanted and `synced`. */
  facts: (object) => ({ ...conditionFacts(object, "Ready"), generation: generationOf(object), synced: syncedGeneration(object) }),
  /** When twice the interval has passed without a refresh; none where no refresh is expected. */
  due: overdueTime,
  /** That it is there is all. */
  traits: () => ({}),
};

/** `syncedResourceVersion` is the generation and a hash of labels and annotations, joined by "-"; 0 before the first sync. */
function syncedGeneration(object: JsonObject): number {
  const version = partOf(object, "status")["syncedResourceVersion"];
  const [, generation] = typeof version === "string" ? (/^(\d+)-/.exec(version) ?? []) : [];
  return Number(generation ?? 0);
}

function overdueTime(object: JsonObject): number | undefined {
  const { refreshPolicy = "Periodic", refreshInterval: interval, syncWindows } = partOf(object, "spec");
  const { refreshTime } = partOf(object, "status");
  if (refreshPolicy !== "Periodic" || (syncWindows ?? null) !== null) return undefined;
  const every = durationMillis(String(interval ?? REFRESH_INTERVAL)) ?? 0;
  const last = Date.parse(String(refreshTime));
  return every > 0 && Number.isFinite(last) ? last + 2 * every : undefined;
}
