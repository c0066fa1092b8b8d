/** Reads what the markers on a root interface say about the kind as a whole: names, columns, subresources. */
import type { InterfaceDeclaration } from "ts-morph";
import { type StructuralSchema, valueType } from "../../operator/api/structural-schema.ts";
import type { Marker } from "./markers.ts";
import type { Place } from "./place.ts";
import { docOf, placeOf, type Source } from "./source.ts";
import { type FieldFacts, type Frame, Translator, type TypeFacts } from "./types.ts";

/** A column of `kubectl get`; priority 1 is shown with `-o wide` only. */
export interface PrintColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: 1;
}

/** How URLs and people call a kind. */
export interface ResourceNames {
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  readonly scope: "Namespaced" | "Cluster";
}

/** A kind as its interface and markers describe it. */
export interface Kind extends ResourceNames {
  readonly name: string;
  readonly columns: readonly PrintColumn[];
  readonly hasStatus: boolean;
  /** The openAPIV3Schema. */
  readonly schema: StructuralSchema;
  /** Object types of the schema, outer ones first. */
  readonly types: readonly TypeFacts[];
}

/** The fields that the API machinery defines; it checks them itself, and a CRD may not describe metadata further. */
const FRAME: Frame = new Map(
  [
    frameField("apiVersion", { description: "Group and version of this representation.", type: "string" }),
    frameField("kind", { description: "Kind of this object.", type: "string" }),
    frameField("metadata", { type: "object" }),
  ].map((field) => [field.name, field]),
);

function frameField(name: string, schema: StructuralSchema): FieldFacts {
  return { name, label: valueType(schema), required: false, schema };
}

/**
 * Describes every kind of a source.
 * @throws GeneratorError naming file and line
 */
export function describeKinds(source: Source): readonly Kind[] {
  return source.roots().map((declaration) => {
    const translator = new Translator(source);
    const { schema } = translator.object(declaration, FRAME);
    return { name: declaration.getName(), ...resourceFacts(declaration), schema, types: translator.types };
  });
}

function resourceFacts(declaration: InterfaceDeclaration): ResourceNames & Pick<Kind, "columns" | "hasStatus"> {
  const { markers } = docOf(declaration);
  const place = placeOf(declaration);
  const status = declaration.getProperty("status");
  return {
    ...resourceNames(
      markers.filter((marker) => marker.name === "resource"),
      place,
    ),
    columns: markers.filter((marker) => marker.name === "printColumn").map((marker) => printColumn(marker, place)),
    hasStatus: status !== undefined && docOf(status).markers.some((marker) => marker.name === "subresource"),
  };
}

function resourceNames(markers: readonly Marker[], place: Place): ResourceNames {
  const given = new Map(markers.flatMap((marker) => marker.value.split(/\s+/)).map((word) => splitOnce(word, "=")));
  const need = (key: string): string => {
    const value = given.get(key);
    if (!value) throw place.error(`@resource needs ${key}=...`, markers[0]?.line);
    return value;
  };
  const scope = need("scope");
  if (scope !== "Namespaced" && scope !== "Cluster") throw place.error("@resource: scope is Namespaced or Cluster", markers[0]?.line);
  return { plural: need("plural"), singular: need("singular"), shortName: need("shortName"), scope };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function printColumn(marker: Marker, place: Place): PrintColumn {
  const [name, type, jsonPath, wide] = marker.value.split(/\s+\|\s+/);
  if (!name || !type || !jsonPath) throw place.error("@printColumn needs NAME | type | jsonPath", marker.line);
  if (wide !== undefined && wide !== "wide") throw place.error(`@printColumn: the fourth part can only be "wide"`, marker.line);
  return { name, type, jsonPath, ...(wide ? { priority: 1 } : {}) };
}
