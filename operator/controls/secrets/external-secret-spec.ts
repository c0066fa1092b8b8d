/** Writes what an ExternalSecret asks for, and writes out everything that releases default differently. */
import type {
  DataFromEntry,
  ExternalSecretEntry,
  FindSpec,
  RemoteRef,
  SecretTemplate,
  StoreRef,
} from "../../api/baseline-external-secrets.ts";
import type { JsonObject } from "../../api/json.ts";
import { canonicalDuration } from "../../kinds/duration.ts";
import { defaulted } from "../defaulted.ts";
import { byText, sortedMap } from "../order.ts";
import { metadataBody } from "./secret-metadata.ts";

/** How a value is taken over; the defaults of most releases, which the newest no longer fills in. */
const VERBATIM = { conversionStrategy: "Default", decodingStrategy: "None" } as const;

/** The store of an entry: its own, or the section's. */
export function storeOf(entry: ExternalSecretEntry, fallback: StoreRef | undefined): StoreRef {
  return defaulted(entry.store ?? fallback, "secrets.store");
}

/** The spec of the ExternalSecret for an entry; `fallback` is the section's store. */
export function externalSecretSpec(entry: ExternalSecretEntry, fallback: StoreRef | undefined): JsonObject {
  const { kind, name } = storeOf(entry, fallback);
  return {
    refreshPolicy: "Periodic",
    refreshInterval: canonicalDuration(defaulted(entry.refreshInterval, "secrets.externalSecrets.refreshInterval")),
    secretStoreRef: { kind, name },
    target: targetBody(entry),
    data: Object.entries(entry.data ?? {})
      .toSorted(([a], [b]) => byText(a, b))
      .map(([secretKey, ref]) => ({ secretKey, remoteRef: remoteRef(ref) })),
    dataFrom: (entry.dataFrom ?? []).map(sourceBody),
  };
}

function targetBody(entry: ExternalSecretEntry): JsonObject {
  const { name } = entry;
  const target = defaulted(entry.target, "secrets.externalSecrets.target");
  return {
    name,
    creationPolicy: "Owner",
    deletionPolicy: defaulted(target.deletionPolicy, "secrets.externalSecrets.target.deletionPolicy"),
    ...(target.immutable === true && { immutable: true }),
    template: templateBody(target.template),
  };
}

/** Always written: without a template the controller would copy our labels and annotations to the Secret. */
function templateBody({ type, data = {}, metadata = {} }: SecretTemplate = {}): JsonObject {
  const onSecret = metadataBody(metadata);
  return {
    engineVersion: "v2",
    mergePolicy: "Replace",
    ...(type !== undefined && { type }),
    ...(Object.keys(data).length > 0 && { data: sortedMap(data) }),
    ...(Object.keys(onSecret).length > 0 && { metadata: onSecret }),
  };
}

function sourceBody({ extract, find }: DataFromEntry): JsonObject {
  return { ...(extract && { extract: remoteRef(extract) }), ...(find && { find: findBody(find) }) };
}

function remoteRef({ key, property, version }: RemoteRef): JsonObject {
  return {
    key,
    ...(property !== undefined && { property }),
    ...(version !== undefined && { version }),
    ...VERBATIM,
    metadataPolicy: "None",
  };
}

function findBody({ path, name, tags }: FindSpec): JsonObject {
  return {
    ...(path !== undefined && { path }),
    ...(name && { name: { regexp: name.regexp } }),
    ...(tags && { tags: sortedMap(tags) }),
    ...VERBATIM,
  };
}
