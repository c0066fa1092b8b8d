/** Projects a live object to what the cache keeps of it: a few facts and a fingerprint instead of the object. */
import type { JsonObject } from "../api/json.ts";
import { CONTROL_LABEL, DELETION_POLICY_ANNOTATION, ENFORCED_LABEL, GROUP, MANAGED_BY_LABEL, MANAGED_BY_VALUE } from "../api/names.ts";
import type { KubernetesObject, ManagedFieldsEntry, ObjectMeta } from "../api/object.ts";
import { secondsOf } from "../controls/effective.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { immutableValue, ownReferenceIndexes, readValues, setsOwnField } from "./decisive.ts";
import { dueOf, factsOf, traitsOf } from "./facts.ts";
import { fingerprint } from "./fingerprint.ts";
import { intern } from "./intern.ts";
import { isOurEntry, isOurs } from "./ownership.ts";
import type { Live, LiveDetail } from "./types.ts";

/** What is known of an object before it is read. */
export interface Known {
  /** What was kept of it before. */
  readonly previous?: Live | undefined;
  /** A baseline had an object of this name in place: it is compared whatever its marks say. */
  readonly expected?: boolean;
}

/**
 * Projects an object as the API server sends it. As long as uid and decisive content stay the same, what was once verified holds. One
 * shape for all objects, because there are very many. Content that cannot be read differs from everything (see `UNREADABLE`).
 */
export function projectLive(kind: OwnedKind, object: KubernetesObject, { previous, expected = false }: Known = {}): Live {
  const meta = object.metadata ?? {};
  const json = object as unknown as JsonObject;
  const managers = (meta.managedFields ?? []).filter((entry) => (entry.subresource ?? "") === "");
  const identity = identityOf(kind, meta, managers);
  const before = previous?.uid === identity.uid ? previous : undefined;
  // What was compared once stays compared: a PUT that strips our marks must not make an object invisible.
  const compared = expected || (before !== undefined && before.hash !== "") || isCompared(kind, identity, json);
  const content = compared ? contentOf(kind, json, { managers, before }) : NOT_COMPARED;
  return {
    kind,
    namespace: identity.namespace,
    name: identity.name,
    uid: identity.uid,
    resourceVersion: identity.resourceVersion,
    terminating: identity.terminating,
    control: identity.control,
    tool: identity.tool,
    controller: identity.controller,
    created: identity.created,
    mark: identity.mark,
    ownerIndexes: ownReferenceIndexes(json),
    deletionPolicy: identity.deletionPolicy,
    managed: identity.managed,
    immutable: intern(immutableValue(kind, json)),
    hash: content.hash,
    facts: factsOf(kind, json),
    traits: traitsOf(kind, json),
    due: dueOf(kind, json),
    satisfies: content.satisfies,
    detail: content.detail,
  };
}

type Identity = Omit<Live, "kind" | "immutable" | "ownerIndexes" | "facts" | "traits" | "due" | keyof Content>;

type Content = Pick<Live, "hash" | "satisfies" | "detail">;

const NOT_COMPARED: Content = { hash: "", satisfies: undefined, detail: undefined };

function identityOf(kind: OwnedKind, meta: ObjectMeta, managers: readonly ManagedFieldsEntry[]): Identity {
  const control = intern(meta.labels?.[CONTROL_LABEL]);
  const managed = managers.some((entry) => isOurEntry(kind, entry));
  const tool = meta.labels?.[MANAGED_BY_LABEL];
  return {
    namespace: intern(meta.namespace ?? ""),
    name: meta.name ?? "",
    uid: meta.uid ?? "",
    resourceVersion: meta.resourceVersion ?? "",
    terminating: meta.deletionTimestamp !== undefined,
    control,
    tool: tool === MANAGED_BY_VALUE ? undefined : intern(tool),
    controller: intern(controllerOf(meta)),
    created: isOurs({ control, managed }) ? undefined : secondsOf(meta.creationTimestamp),
    mark: intern(meta.labels?.[ENFORCED_LABEL]),
    deletionPolicy: intern(meta.annotations?.[DELETION_POLICY_ANNOTATION]),
    managed,
  };
}

function controllerOf({ ownerReferences = [] }: ObjectMeta): string | undefined {
  const owner = ownerReferences.find(({ controller, apiVersion }) => controller === true && !apiVersion.startsWith(`${GROUP}/`));
  return owner === undefined ? undefined : `${owner.kind} ${owner.name}`;
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
