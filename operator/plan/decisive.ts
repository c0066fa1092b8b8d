/** Lists what is compared: a kind's own fields, and the metadata by which every generated object is recognised. */
import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { APPLYING_LABEL, CONTROL_LABEL, DELETION_POLICY_ANNOTATION, GROUP, MANAGED_BY_LABEL, MANAGED_BY_VALUE } from "../api/names.ts";
import type { ManagedFieldsEntry } from "../api/object.ts";
import { printPath } from "../api/problem.ts";
import type { Desired } from "../controls/control.ts";
import { byText } from "../controls/order.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import { type Field, type FieldPath, type OwnedKind, obeysDeletionPolicy } from "../kinds/kind.ts";
import { bookingOf, differingPaths, holdsBooking, valueAt } from "./field-path.ts";
import { fingerprint } from "./fingerprint.ts";
import { isOurEntry } from "./ownership.ts";
import type { FieldValues } from "./types.ts";

/** A field that is compared, under its printed path. */
export interface DecisiveField extends Field {
  readonly printed: string;
  /** A label or annotation whose key a baseline or the installation chooses: where nobody holds it, it may never have been there. */
  readonly chosen?: true;
  /** Where fieldsV1 books what differs between these two values (canonical JSON): alternatives, the most precise one first. */
  bookings(live: string | undefined, wanted: string | undefined): readonly (readonly FieldPath[])[];
}

/** Printed path of the ownerReferences. */
export const OWNER_REFERENCES = "metadata.ownerReferences";

/** The label that marks an object as ours. */
export const CONTROL_FIELD: DecisiveField = plain({ path: ["metadata", "labels", CONTROL_LABEL] });

const ownerReferences: DecisiveField = {
  path: ["metadata", "ownerReferences"],
  printed: OWNER_REFERENCES,
  normalise: ownReferences,
  bookings: (live, wanted) => [[live, wanted].flatMap(uidsIn).map(referenceBooking)],
};

/** For people's tools, each of which claims it for itself: any value will do, and what leaves it out leaves it to one of them. */
const managedBy: DecisiveField = plain({
  path: ["metadata", "labels", MANAGED_BY_LABEL],
  ifSet: true,
  normalise: (value) => (value === undefined ? undefined : MANAGED_BY_VALUE),
});

/** Metadata of objects that we generate. */
const GENERATED: readonly DecisiveField[] = [managedBy, CONTROL_FIELD, ownerReferences];

const deletionPolicy: readonly DecisiveField[] = [plain({ path: ["metadata", "annotations", DELETION_POLICY_ANNOTATION] })];

/** Metadata of an object that we share with others. What goes with its section needs nothing that says so. */
function sharedFields(kind: OwnedKind): readonly DecisiveField[] {
  return obeysDeletionPolicy(kind) ? deletionPolicy : [];
}

const NOWHERE: readonly number[] = [];
/** Shared by all objects, because there are very many. */
const usualPlaces: readonly (readonly number[])[] = [[0], NOWHERE];

/** What is decisive about a kind, made once: every object of it is read by that. */
interface FieldsOfKind {
  /** The kind's own. */
  readonly own: readonly DecisiveField[];
  readonly all: readonly DecisiveField[];
  /** Keys of labels and annotations that are read in any case, or never. */
  readonly fixed: Readonly<Record<MetadataMap, ReadonlySet<string>>>;
}

const METADATA_MAPS = ["labels", "annotations"] as const;

type MetadataMap = (typeof METADATA_MAPS)[number];

const fieldsByKind = new WeakMap<OwnedKind, FieldsOfKind>();

function fieldsOf(kind: OwnedKind): FieldsOfKind {
  const known = fieldsByKind.get(kind);
  if (known !== undefined) return known;
  const own = kind.fields.map(plain);
  const all = [...own, ...GENERATED, ...sharedFields(kind)];
  const keysIn = (map: MetadataMap): readonly string[] =>
    all.flatMap(({ path: [metadata, field, key, ...rest] }) =>
      metadata === "metadata" && field === map && key !== undefined && rest.length === 0 ? [key] : [],
    );
  const fixed = { labels: new Set([...keysIn("labels"), APPLYING_LABEL]), annotations: new Set(keysIn("annotations")) };
  const fields = { own, all, fixed };
  fieldsByKind.set(kind, fields);
  return fields;
}

function ownFields(kind: OwnedKind): readonly DecisiveField[] {
  return fieldsOf(kind).own;
}

/** Everything that is decisive on a live object of this kind, whether it turns out to be generated or shared. */
export function allFields(kind: OwnedKind): readonly DecisiveField[] {
  return fieldsOf(kind).all;
}

/** What a comparison with a desired object needs. */
export interface Wanted {
  /**
   * What it looks at: all of a generated object but what is left to others where we do not set it, and of a shared one what we set.
   */
  readonly fields: readonly DecisiveField[];
  /** The values that the live object is held against. */
  readonly values: FieldValues;
  readonly fingerprint: string;
}

/** A look compares the same objects before its writes and after them, and with the answer to each write. */
const wantedByDesired = new WeakMap<Desired, Wanted>();

/** What a live object has to have to be as this one. */
export function wantedOf(desired: Desired): Wanted {
  const known = wantedByDesired.get(desired);
  if (known !== undefined) return known;
  const fields = comparedFields(desired);
  const values = readFields(desired.manifest, fields);
  const wanted = { fields, values, fingerprint: fingerprint(values) };
  wantedByDesired.set(desired, wanted);
  return wanted;
}

function comparedFields(desired: Desired): readonly DecisiveField[] {
  const { kind, manifest } = desired;
  const isSet = (field: DecisiveField): boolean => valueAt(manifest, field.path) !== undefined;
  if (desired.shared) return [...ownFields(kind), ...sharedFields(kind)].filter(isSet);
  const fixed = [...ownFields(kind), ...GENERATED].filter((field) => field.ifSet !== true || isSet(field));
  return [...fixed, ...chosenFields(kind, manifest)];
}

/**
 * Labels and annotations beside the fixed ones: all of what we apply, and of a live object those that we have applied. What others set there is
 * theirs, and one of ours that others have changed is not ours any more.
 */
function chosenFields(kind: OwnedKind, object: JsonObject): readonly DecisiveField[] {
  const { fixed } = fieldsOf(kind);
  return METADATA_MAPS.flatMap((map) => {
    const keys = valueAt(object, ["metadata", map]);
    if (!isJsonObject(keys)) return [];
    return Object.keys(keys)
      .filter((key) => !fixed[map].has(key))
      .map((key): FieldPath => ["metadata", map, key])
      .filter((path) => isApplied(kind, bookingOf(path), object))
      .map((path): DecisiveField => ({ ...plain({ path }), chosen: true }));
  });
}

/** Whether our last apply set something that this one leaves to others: only an apply gives it up. */
export function givesUp({ kind, manifest }: Desired, managers: readonly ManagedFieldsEntry[]): boolean {
  const ours = managers.filter((entry) => isOurEntry(kind, entry));
  const booked = ours.flatMap(({ fieldsV1 = {} }) => METADATA_MAPS.flatMap((map) => bookedKeys(fieldsV1, map)));
  return [...kind.fields.map(({ path }) => path), ...booked].some(
    (path) => valueAt(manifest, path) === undefined && ours.some(({ fieldsV1 }) => holdsBooking(fieldsV1, bookingOf(path))),
  );
}

function bookedKeys(fields: JsonObject, map: (typeof METADATA_MAPS)[number]): readonly FieldPath[] {
  const keys = valueAt(fields, bookingOf(["metadata", map]));
  if (!isJsonObject(keys)) return [];
  return Object.keys(keys).flatMap((key) => (key.startsWith("f:") ? [["metadata", map, key.slice(2)]] : []));
}

/** The decisive values of a live object. An absent field has a value too where its absence has a meaning. */
export function readValues(kind: OwnedKind, object: JsonObject): FieldValues {
  const chosen = chosenFields(kind, object);
  return readFields(object, chosen.length === 0 ? allFields(kind) : [...allFields(kind), ...chosen]);
}

/** Whether a live object sets any field that we might share with others. */
export function setsOwnField(kind: OwnedKind, object: JsonObject): boolean {
  return [...ownFields(kind), ...sharedFields(kind)].some((field) => valueAt(object, field.path) !== undefined);
}

/** Canonical JSON of the field that the API refuses to change in place; undefined for kinds without one. */
export function immutableValue(kind: OwnedKind, object: JsonObject): string | undefined {
  const field = ownFields(kind).find((candidate) => isImmutable(kind, candidate));
  return field === undefined ? undefined : readFields(object, [field])[field.printed];
}

/** Whether the API refuses to change this field in place. */
export function isImmutable(kind: OwnedKind, field: DecisiveField): boolean {
  return kind.immutable !== undefined && printPath(kind.immutable) === field.printed;
}

/**
 * What stands for a value that cannot be brought into canonical form, such as lists nested thousands deep. No canonical JSON reads like it,
 * so it is equal to nothing that is wanted: who writes what we cannot read has changed the field.
 */
export const UNREADABLE = "unreadable";

function readFields(object: JsonObject, fields: readonly DecisiveField[]): FieldValues {
  const values: Record<string, string> = {};
  for (const field of fields) {
    const value = readValue(field, object);
    if (value !== undefined) values[field.printed] = value;
  }
  return values;
}

/** Canonical JSON of one field's value; undefined where its absence means nothing. Never throws. */
export function readValue(field: DecisiveField, object: JsonObject): string | undefined {
  try {
    const raw = valueAt(object, field.path);
    const value = field.normalise === undefined ? raw : field.normalise(raw, object);
    return value === undefined ? undefined : canonicalJson(value);
  } catch {
    return UNREADABLE;
  }
}

function plain(field: Field): DecisiveField {
  const whole = [bookingOf(field.path)];
  const bookings: DecisiveField["bookings"] = (live, wanted) => {
    if (live === undefined || wanted === undefined || live === UNREADABLE) return [whole];
    return [differingPaths(JSON.parse(live), JSON.parse(wanted)).map((path) => bookingOf([...field.path, ...path])), whole];
  };
  return { ...field, printed: printPath(field.path), bookings };
}

/**
 * References to a baseline, each by what garbage collection reads. On a live object only those that we have applied: an
 * apply could not remove those of others. Other owners are none of our business.
 */
function ownReferences(value: Json | undefined, object: JsonObject): Json | undefined {
  const list: readonly Json[] = Array.isArray(value) ? value : [];
  const own = list
    .filter(isJsonObject)
    .filter((reference) => isOwnReference(reference, object))
    .map(({ apiVersion = null, kind = null, name = null, uid = null }) => ({ apiVersion, kind, name, uid }));
  return own.length === 0 ? undefined : own.toSorted((a, b) => byText(canonicalJson(a), canonicalJson(b)));
}

/** Places of the references to a baseline that we have applied in `metadata.ownerReferences`, in order. */
export function ownReferenceIndexes(object: JsonObject): readonly number[] {
  const list = valueAt(object, ["metadata", "ownerReferences"]);
  if (!Array.isArray(list)) return NOWHERE;
  const indexes = list.flatMap((reference, index) => (isJsonObject(reference) && isOwnReference(reference, object) ? [index] : []));
  return usualPlaces.find((usual) => isDeepStrictEqual(usual, indexes)) ?? indexes;
}

function isOwnReference({ apiVersion, uid }: JsonObject, object: JsonObject): boolean {
  return String(apiVersion).startsWith(`${GROUP}/`) && isApplied({}, referenceBooking(String(uid)), object);
}

/** Whether our last apply set what is booked there. Of an object as we apply it that is true of everything. */
function isApplied(kind: Pick<OwnedKind, "aspect">, booking: FieldPath, object: JsonObject): boolean {
  const managers = valueAt(object, ["metadata", "managedFields"]) as readonly ManagedFieldsEntry[] | undefined;
  if (managers === undefined) return true;
  return managers.some((entry) => isOurEntry(kind, entry) && holdsBooking(entry.fieldsV1, booking));
}

function referenceBooking(uid: string): FieldPath {
  return [...bookingOf(["metadata", "ownerReferences"]), `k:${canonicalJson({ uid })}`];
}

function uidsIn(value: string | undefined): readonly string[] {
  if (value === undefined || value === UNREADABLE) return [];
  return (JSON.parse(value) as readonly { readonly uid: string }[]).map((reference) => reference.uid);
}
