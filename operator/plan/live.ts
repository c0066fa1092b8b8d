/** Owns what the cache keeps of a live object: a few facts and a fingerprint instead of the object. */
import type { JsonObject } from "../api/json.ts";
import { CONTROL_LABEL, DELETION_POLICY_ANNOTATION, MANAGED_BY_LABEL, MANAGED_BY_VALUE } from "../api/names.ts";
import type { KubernetesObject, ManagedFieldsEntry, ObjectMeta } from "../api/object.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { immutableValue, ownReferenceIndexes, readValues, setsOwnField } from "./decisive.ts";
import { factsOf } from "./facts.ts";
import { fingerprint } from "./fingerprint.ts";
import { intern } from "./intern.ts";
import { isOurEntry, isOurs } from "./ownership.ts";
import type { Live, LiveDetail } from "./types.ts";

/**
 * Projects an object as the API server sends it. `previous` is what was kept of it before: as long as uid and decisive
 * content stay the same, what was once verified holds. One shape for all objects, because there are very many.
 */
export function projectLive(kind: OwnedKind, object: KubernetesObject, previous?: Live): Live {
  const meta = object.metadata ?? {};
  const json = object as unknown as JsonObject;
  const managers = (meta.managedFields ?? []).filter((entry) => (entry.subresource ?? "") === "");
  const identity = identityOf(meta, managers);
  const before = previous?.uid === identity.uid ? previous : undefined;
  const content = isCompared(kind, identity, json) ? contentOf(kind, json, { managers, before }) : NOT_COMPARED;
  return {
    kind,
    namespace: identity.namespace,
    name: identity.name,
    uid: identity.uid,
    resourceVersion: identity.resourceVersion,
    terminating: identity.terminating,
    labelled: identity.labelled,
    control: identity.control,
    ownerIndexes: ownReferenceIndexes(json),
    deletionPolicy: identity.deletionPolicy,
    managed: identity.managed,
    immutable: intern(immutableValue(kind, json)),
    hash: content.hash,
    facts: factsOf(kind, json),
    satisfies: content.satisfies,
    detail: content.detail,
  };
}

type Identity = Omit<Live, "kind" | "immutable" | "ownerIndexes" | "facts" | keyof Content>;

type Content = Pick<Live, "hash" | "satisfies" | "detail">;

const NOT_COMPARED: Content = { hash: "", satisfies: undefined, detail: undefined };

function identityOf(meta: ObjectMeta, managers: readonly ManagedFieldsEntry[]): Identity {
  return {
    namespace: intern(meta.namespace ?? ""),
    name: meta.name ?? "",
    uid: meta.uid ?? "",
    resourceVersion: meta.resourceVersion ?? "",
    terminating: meta.deletionTimestamp !== undefined,
    labelled: meta.labels?.[MANAGED_BY_LABEL] === MANAGED_BY_VALUE,
    control: intern(meta.labels?.[CONTROL_LABEL]),
    deletionPolicy: intern(meta.annotations?.[DELETION_POLICY_ANNOTATION]),
    managed: managers.some(isOurEntry),
  };
}

/** Ours, or one that we might share and that has a value where ours would go. Of all others the name is enough. */
function isCompared(kind: OwnedKind, identity: Identity, object: JsonObject): boolean {
  return isOurs(identity) || (kind.shareable?.(identity.name) === true && setsOwnField(kind, object));
}

function contentOf(
  kind: OwnedKind,
  object: JsonObject,
  known: { readonly managers: readonly ManagedFieldsEntry[]; readonly before: Live | undefined },
): Content {
  const values = readValues(kind, object);
  const hash = fingerprint(values);
  const { managers, before } = known;
  const satisfies = before?.hash === hash ? before.satisfies : undefined;
  if (satisfies !== undefined) return { hash, satisfies: intern(satisfies), detail: undefined };
  const detail: LiveDetail = { values, managers, before: before?.satisfies ?? before?.detail?.before };
  return { hash, satisfies: undefined, detail };
}
