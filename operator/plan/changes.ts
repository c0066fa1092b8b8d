/** Tells what the writes of a plan would change, field by field, for whoever wants to know before: the operator itself only writes. PURE. */
import type { JsonObject } from "../api/json.ts";
import { DELETION_POLICY_ANNOTATION, ENFORCED_LABEL, ENFORCED_VALUE } from "../api/names.ts";
import { printPath } from "../api/problem.ts";
import type { SectionName } from "../controls/control.ts";
import { byText } from "../controls/order.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { allFields, type DecisiveField, OWNER_REFERENCES, readValue, wantedOf } from "./decisive.ts";
import { holdsField } from "./drift.ts";
import { objectKey } from "./object-key.ts";
import { controlOf, targetOf } from "./order.ts";
import { isOurs, isShareable } from "./ownership.ts";
import type { Action, Desired, Drift, Live } from "./types.ts";

/** What would become of an object. `Adopt`: somebody else made it and it is taken over. `Conflict`: it is not, and stays as it is. */
export type ChangeType = "Create" | "Change" | "Remove" | "Adopt" | "Conflict";

/** One decisive field that would get another value. */
export interface FieldChange {
  /** As status prints it. */
  readonly path: string;
  /** Canonical JSON; absent for kinds whose values are told nowhere (`OwnedKind.confidential`). Undefined on one side: nothing stands there. */
  readonly values?: { readonly from: string | undefined; readonly to: string | undefined };
  /** Field manager that set the present value against the baseline, where managedFields tells. */
  readonly manager?: string;
}

/** What would become of one object. */
export interface Change {
  readonly type: ChangeType;
  /** Section that asks for it; undefined for the mark of the namespace. */
  readonly control: SectionName | undefined;
  readonly ref: Drift["ref"];
  readonly fields: readonly FieldChange[];
  /** What else there is to say, without a full stop. */
  readonly note?: string;
}

/** A live object as it was listed. */
export interface Listed {
  readonly live: Live;
  readonly object: JsonObject;
}

/** Objects by `objectKey`. */
export type ListedObjects = ReadonlyMap<string, Listed>;

/** Finds listed objects by kind and name. */
export function byKey(listed: readonly Listed[]): ListedObjects {
  return new Map(listed.map((one) => [objectKey(one.live.kind, one.live.name), one]));
}

/** What one write would change. `wasInPlace`: the baseline had the object in place before, whatever marks it carries now. */
export function changeOf(action: Action, objects: ListedObjects, wasInPlace: (kind: OwnedKind, name: string) => boolean): Change {
  const { kind, name } = targetOf(action);
  const common = { control: controlOf(action), ref: refOf(kind, name) };
  const object = objects.get(objectKey(kind, name))?.object ?? {};
  switch (action.verb) {
    case "apply":
      return { ...common, ...applied(action, objects, wasInPlace(kind, name)) };
    case "replace": {
      const note = `deleted and made anew: ${printPath(kind.immutable ?? [])} cannot be changed`;
      return { ...common, type: "Change", fields: differences(action.desired, object, action.drift), note };
    }
    case "delete":
      return { ...common, type: "Remove", fields: [], ...byWhom(action.drift) };
    case "release":
      return { ...common, type: "Change", fields: released(action.live, object), note: "given back: the section is no longer used" };
    case "mark":
      return { ...common, type: "Change", fields: [marked(action.live, action.enforced)] };
    case "retain":
      return { ...common, type: "Change", fields: [retained(action.live, object)], note: "it stays when the baseline goes" };
  }
}

/** What stays as it is although the baseline asks for something else. `sentence`: why, and what to do. */
export function conflictOf({ control, ref }: Drift, sentence: string): Change {
  return { type: "Conflict", control, ref, fields: [], note: sentence };
}

/** One entry per object, sorted by what becomes of it, kind and name. */
export function merged(changes: readonly Change[]): readonly Change[] {
  const objects = Map.groupBy(changes, ({ ref }) => JSON.stringify([ref.apiVersion, ref.kind, ref.name]));
  return [...objects.values()].map(asOne).toSorted(byTypeAndRef);
}

const ORDER: readonly ChangeType[] = ["Create", "Change", "Remove", "Adopt", "Conflict"];

function byTypeAndRef(a: Change, b: Change): number {
  return ORDER.indexOf(a.type) - ORDER.indexOf(b.type) || byText(a.ref.kind, b.ref.kind) || byText(a.ref.name, b.ref.name);
}

/** The Namespace alone gets two writes in one plan: its labels, and the mark, which no section asks for. */
function asOne(changes: readonly Change[]): Change {
  const [first = changes[0]] = changes.toSorted((a, b) => Number(a.control === undefined) - Number(b.control === undefined));
  if (first === undefined) throw new Error("a group without a member");
  return { ...first, fields: changes.flatMap(({ fields }) => fields).toSorted((a, b) => byText(a.path, b.path)) };
}

function refOf({ apiVersion, kind }: OwnedKind, name: string): Change["ref"] {
  return { apiVersion, kind, name };
}

function applied(
  { desired, uid, drift }: Extract<Action, { verb: "apply" }>,
  objects: ListedObjects,
  wasInPlace: boolean,
): Pick<Change, "type" | "fields" | "note"> {
  const listed = objects.get(objectKey(desired.kind, desired.name));
  if (uid === undefined || listed === undefined)
    return { type: "Create", fields: [], ...(drift && { note: "it was in place and is gone" }) };
  const type = desired.shared || isOurs(listed.live) || wasInPlace ? "Change" : "Adopt";
  const fields = differences(desired, listed.object, drift);
  return { type, fields, ...(fields.length === 0 && { note: "applied once more: nothing that decides changes" }) };
}

function differences(desired: Desired, object: JsonObject, drift: Drift | undefined): readonly FieldChange[] {
  const { fields, values } = wantedOf(desired);
  return fields
    .map((field) => ({ field, from: readValue(field, object), to: values[field.printed] }))
    .filter(({ from, to }) => from !== to)
    .map(({ field, from, to }) => ({
      ...valuesOf(desired.kind, field, from, to),
      ...(drift?.manager !== undefined && drift.fields.includes(field.printed) && { manager: drift.manager }),
    }));
}

function valuesOf({ confidential }: OwnedKind, { printed }: DecisiveField, from: string | undefined, to: string | undefined): FieldChange {
  return { path: printed, ...(confidential !== true && { values: { from, to } }) };
}

function released(live: Live, object: JsonObject): readonly FieldChange[] {
  const { detail } = live;
  if (detail === undefined) return [];
  return allFields(live.kind)
    .filter((field) => detail.values[field.printed] !== undefined && holdsField(live.kind, field, detail))
    .map((field) => valuesOf(live.kind, field, readValue(field, object), undefined));
}

function marked({ mark }: Live, enforced: boolean): FieldChange {
  const text = (value: string | undefined): string | undefined => (value === undefined ? undefined : canonicalJson(value));
  return {
    path: printPath(["metadata", "labels", ENFORCED_LABEL]),
    values: { from: text(mark), to: enforced ? text(ENFORCED_VALUE) : undefined },
  };
}

function retained(live: Live, object: JsonObject): FieldChange {
  if (isShareable(live)) {
    const path = printPath(["metadata", "annotations", DELETION_POLICY_ANNOTATION]);
    return { path, values: { from: canonicalJson("Delete"), to: canonicalJson("Retain") } };
  }
  const field = allFields(live.kind).find(({ printed }) => printed === OWNER_REFERENCES);
  return { path: OWNER_REFERENCES, values: { from: field && readValue(field, object), to: undefined } };
}

function byWhom(drift: Drift | undefined): Pick<Change, "note"> {
  if (drift === undefined) return {};
  return { note: drift.manager === undefined ? "no longer asked for" : `not asked for; ${drift.manager} marked it as ours` };
}
