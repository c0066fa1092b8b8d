/** Plays one namespace at an API server for tests of planning: who set which field, as server-side apply and updates book it. */
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject, ManagedFieldsEntry } from "../../../operator/api/object.ts";
import type { Desired } from "../../../operator/controls/control.ts";
import { admissionMark } from "../../../operator/kinds/admission-mark.ts";
import { imageLabels } from "../../../operator/kinds/image-labels.ts";
import { fieldManagerOf, type OwnedKind } from "../../../operator/kinds/kind.ts";
import { linkerdPolicy } from "../../../operator/kinds/linkerd-policy.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import { objectKey } from "../../../operator/plan/object-key.ts";
import type { Action, Live, Plan } from "../../../operator/plan/types.ts";

/** Writers are told apart by manager and operation, as in managedFields. */
export type FieldWriter = readonly [manager: string, operation: "Apply" | "Update"];

const oursOf = (kind: OwnedKind): FieldWriter => [fieldManagerOf(kind), "Apply"];

/** Declarations of which each reads the same object. */
const ASPECTS: readonly OwnedKind[] = [namespace, admissionMark, linkerdPolicy, imageLabels];

const declarationsOf = (kind: OwnedKind): readonly OwnedKind[] => (ASPECTS.includes(kind) ? ASPECTS : [kind]);

interface Leaf {
  value: Json;
  readonly owners: Map<string, FieldWriter>;
}

interface ModelObject {
  readonly kind: OwnedKind;
  readonly name: string;
  uid: string;
  version: number;
  terminating: boolean;
  readonly leaves: Map<string, Leaf>;
}

/** A key of a leaf is the JSON of its path; an owner reference ends in its uid. */
const keyOf = (path: readonly string[]): string => JSON.stringify(path);

export class ModelCluster {
  readonly objects = new Map<string, ModelObject>();
  readonly #cache = new Map<string, Live>();
  #clock = 0;

  /** Creates the object if it is absent, then sets one leaf as another client's update would. */
  set(kind: OwnedKind, name: string, change: { readonly path: readonly string[]; readonly value: Json; readonly by?: FieldWriter }): void {
    const object = this.#ensure(kind, name);
    this.#put(object, { path: change.path, value: change.value }, change.by ?? ["kubectl-edit", "Update"]);
  }

  /** Removes one leaf as another client's update would. */
  unset(kind: OwnedKind, name: string, path: readonly string[]): void {
    this.objects.get(`${kind.kind}/${name}`)?.leaves.delete(keyOf(path));
  }

  delete(kind: OwnedKind, name: string): void {
    this.objects.delete(`${kind.kind}/${name}`);
  }

  terminate(kind: OwnedKind, name: string): void {
    this.#ensure(kind, name).terminating = true;
  }

  /** Server-side apply with force by our field manager for the kind. */
  apply({ kind, name, manifest }: Pick<Desired, "kind" | "name" | "manifest">): void {
    const ours = oursOf(kind);
    const object = this.#ensure(kind, name);
    const wanted = leavesOf(kind, manifest);
    for (const [key, leaf] of object.leaves) {
      if (!leaf.owners.delete(ours.join()) || wanted.some((one) => keyOf(one.path) === key)) continue;
      if (leaf.owners.size === 0) object.leaves.delete(key);
    }
    for (const leaf of wanted) this.#put(object, leaf, ours);
  }

  /** Carries out a plan as the operator would, and remembers what was found settled. */
  run(plan: Plan): void {
    for (const { live, fingerprint } of plan.settled) {
      this.#cache.set(objectKey(live.kind, live.name), { ...live, satisfies: fingerprint, detail: undefined });
    }
    for (const action of plan.batches.flat()) this.#perform(action);
  }

  /** What the cache holds of all objects. */
  live(): readonly Live[] {
    return [...this.objects.values()].flatMap((object) =>
      declarationsOf(object.kind).map((kind) => {
        const key = objectKey(kind, object.name);
        const live = projectLive(kind, documentOf(object), { previous: this.#cache.get(key) });
        this.#cache.set(key, live);
        return live;
      }),
    );
  }

  /** The objects as a client reads them. */
  documents(): readonly KubernetesObject[] {
    return [...this.objects.values()].map(documentOf);
  }

  /** Forgets what was verified, as a restart does. */
  restart(): void {
    this.#cache.clear();
  }

  #perform(action: Action): void {
    if (action.verb === "apply") this.apply(action.desired);
    if (action.verb === "release") this.apply({ kind: action.live.kind, name: action.live.name, manifest: {} });
    if (action.verb === "retain") this.#patch(action);
    if (action.verb === "delete" || action.verb === "replace") this.delete(action.live.kind, action.live.name);
    if (action.verb === "replace") this.apply(action.desired);
  }

  /** Carries out a JSON Patch as an update by our manager. */
  #patch({ live, operations }: Extract<Action, { verb: "retain" }>): void {
    for (const { op, path } of operations) {
      const [, ...segments] = path.split("/").map((segment) => segment.replaceAll("~1", "/"));
      if (op === "replace") this.set(live.kind, live.name, { path: segments, value: "Retain", by: ["securitybaseline", "Update"] });
      if (op === "remove") this.#disown(live, Number(segments.at(-1)));
    }
  }

  #disown({ kind, name }: Live, index: number): void {
    const leaves = this.objects.get(`${kind.kind}/${name}`)?.leaves ?? new Map<string, Leaf>();
    const [reference = ""] = [...leaves.keys()].filter((key) => key.includes('"ownerReferences"')).slice(index);
    leaves.delete(reference);
  }

  #ensure(kind: OwnedKind, name: string): ModelObject {
    const key = `${kind.kind}/${name}`;
    this.#clock += 1;
    const object = this.objects.get(key) ?? { kind, name, uid: `uid-${this.#clock}`, version: 0, terminating: false, leaves: new Map() };
    this.objects.set(key, object);
    object.version = this.#clock;
    return object;
  }

  #put(object: ModelObject, { path, value }: { readonly path: readonly string[]; readonly value: Json }, by: FieldWriter): void {
    const present = object.leaves.get(keyOf(path));
    const same = present !== undefined && JSON.stringify(present.value) === JSON.stringify(value);
    const owners = same ? present.owners : new Map<string, FieldWriter>();
    object.leaves.set(keyOf(path), { value, owners: owners.set(by.join(), by) });
  }
}

/** The leaves of a manifest at the granularity at which ownership is booked: a kind's decisive fields, and metadata by key. */
function leavesOf(kind: OwnedKind, manifest: JsonObject): { readonly path: readonly string[]; readonly value: Json }[] {
  const metadata = (manifest["metadata"] ?? {}) as {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { uid: string }[];
  };
  const fields = kind.fields.filter(({ path }) => path[0] !== "metadata").map(({ path }) => ({ path, value: read(manifest, path) }));
  return [
    ...fields.flatMap(({ path, value }) => (value === undefined ? [] : [{ path, value }])),
    ...Object.entries(metadata.labels ?? {}).map(([key, value]) => ({ path: ["metadata", "labels", key], value })),
    ...Object.entries(metadata.annotations ?? {}).map(([key, value]) => ({ path: ["metadata", "annotations", key], value })),
    ...(metadata.ownerReferences ?? []).map((value) => ({ path: ["metadata", "ownerReferences", value.uid], value })),
  ];
}

function read(object: JsonObject, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => (value as JsonObject | undefined)?.[key], object);
}

function documentOf(object: ModelObject): KubernetesObject {
  const document: Record<string, unknown> = {};
  const references: Json[] = [];
  for (const [key, leaf] of object.leaves) {
    const path = JSON.parse(key) as string[];
    if (path[1] === "ownerReferences") references.push(leaf.value);
    // A copy: a deeper leaf is written into it, and what was wanted must stay as it is.
    else write(document, path, structuredClone(leaf.value));
  }
  const metadata = {
    ...(document["metadata"] as object),
    name: object.name,
    uid: object.uid,
    resourceVersion: String(object.version),
    ...(object.terminating ? { deletionTimestamp: "2026-11-23T10:00:00Z" } : {}),
    ...(references.length > 0 ? { ownerReferences: references } : {}),
    managedFields: entriesOf(object),
  };
  return { ...document, apiVersion: object.kind.apiVersion, kind: object.kind.kind, metadata } as unknown as KubernetesObject;
}

function entriesOf(object: ModelObject): ManagedFieldsEntry[] {
  const entries = new Map<string, { by: FieldWriter; fieldsV1: Record<string, unknown> }>();
  for (const [key, leaf] of object.leaves) {
    for (const [id, by] of leaf.owners) {
      const entry = entries.get(id) ?? { by, fieldsV1: {} };
      entries.set(id, entry);
      write(entry.fieldsV1, bookingOf(JSON.parse(key) as string[]), {});
    }
  }
  return [...entries.values()].map(({ by: [manager, operation], fieldsV1 }) => ({ manager, operation, fieldsV1: fieldsV1 as JsonObject }));
}

function bookingOf(path: readonly string[]): string[] {
  return path.map((key, index) => (path[1] === "ownerReferences" && index === 2 ? `k:{"uid":"${key}"}` : `f:${key}`));
}

function write(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head = "", ...rest] = path;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  target[head] = target[head] ?? {};
  write(target[head] as Record<string, unknown>, rest, value);
}
