/** Collects what the policies on objects of section `secrets` share: the entry that an object was made for, and what of its spec may be there. */
import type { OwnedKind } from "../../kinds/kind.ts";
import { quoteList } from "../cel.ts";
import { type Confinement, changes, enforces, matchKind, type Place } from "./confine.ts";
import { secretListOf } from "./secret-lists.ts";
import { mapAt, onlyKeys, optionalPath, SPECS, unchangedKey } from "./spec-keys.ts";

/** One kind of section `secrets`. */
export interface AskedKind {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly kind: OwnedKind;
  readonly validations: Confinement["validations"];
}

/**
 * Objects of a kind of another project: only those that an entry of the section asks for, in mode Enforce. Its fields are read
 * without types, because releases differ in them and the kind may be absent. `variables.spec` and `variables.before` are the
 * spec after and before the request, `variables.entries` the entries with the object's name: none or one.
 */
export function confineAsked(place: Place, { name, about, kind, validations }: AskedKind): Confinement {
  const list = secretListOf(kind);
  return {
    name,
    about,
    operations: ["CREATE", "UPDATE"],
    matches: [matchKind(kind)],
    by: { place, withoutBaseline: "DenyCreation" },
    conditions: changes("spec"),
    variables: {
      entries: `${enforces("secrets")}\n? params.spec.secrets.?${list}.orValue([]).filter(e, e.name == object.metadata.name)\n: []`,
      ...SPECS,
    },
    validations: [
      {
        expression: "variables.entries.size() == 1",
        message: `refused an object of kind ${kind.kind} that no baseline asks for: its name must be that of an entry in spec.secrets.${list} of the namespace's SecurityBaseline, in mode Enforce`,
      },
      ...validations,
    ],
  };
}

/** CEL: every pair of the map at a path of the spec stands in the map at a path of the entry, has a key that is free, or was there before. */
export function onlyAskedPairs(path: string, entryPath: string, free: readonly string[] = []): string {
  const now = mapAt("variables.spec", path);
  const asked = `e${optionalPath(entryPath)}.orValue({})`;
  const isFree = free.length > 0 ? `k in ${quoteList(free)} || ` : "";
  return `${now}.all(k, ${isFree}variables.entries.exists(e, k in ${asked} && ${asked}[k] == ${now}[k])\n  || ${unchangedKey(path)})`;
}

/** CEL: every pair of the map at a path of the entry stands in the map at the same path of the spec. */
function allAskedPairs(path: string): string {
  const now = mapAt("variables.spec", path);
  const asked = `e${optionalPath(path)}.orValue({})`;
  return `variables.entries.all(e, ${asked}.all(k, k in ${now} && ${now}[k] == ${asked}[k]))`;
}

/**
 * CEL: the metadata of a template, at the same path in spec and entry, has the entry's labels and annotations, none more, and none less because one may
 * limit what another allows; beside them the annotations that are free, and the other keys that are named.
 */
export function askedMetadata(path: string, { keys = [], free = [] }: FreeMetadata = {}): readonly string[] {
  const [labels, annotations] = [`${path}.labels`, `${path}.annotations`];
  return [
    onlyKeys(path, [...keys, "labels", "annotations"]),
    onlyAskedPairs(labels, labels),
    allAskedPairs(labels),
    onlyAskedPairs(annotations, annotations, free),
    allAskedPairs(annotations),
  ];
}

/** What the metadata of a template may hold whatever an entry says. */
interface FreeMetadata {
  readonly keys?: readonly string[];
  /** Keys of annotations. */
  readonly free?: readonly string[];
}

/** CEL: the texts at some paths below one variable, "" where there is none. */
export function texts(variable: string, paths: readonly string[]): string {
  return `[${paths.map((path) => `${variable}${optionalPath(path)}.orValue('')`).join(", ")}]`;
}
