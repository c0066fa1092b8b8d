/** Prints manifests and JSON: the same bytes for the same objects. */
import { stringify } from "yaml";
import type { JsonObject } from "../api/json.ts";

/** YAML documents, or one `v1` List. */
export type ManifestForm = "yaml" | "json";

const PRINTERS: Readonly<Record<ManifestForm, (manifests: readonly JsonObject[]) => string>> = { yaml: printYaml, json: printList };

/** Prints manifests in the given order. */
export function printManifests(form: ManifestForm, manifests: readonly JsonObject[]): string {
  return PRINTERS[form](manifests);
}

/** As YAML 1.1, whose readers (kubectl is one) take a bare `on` or `012` for something else than text; no aliases. */
function printYaml(manifests: readonly JsonObject[]): string {
  return manifests.map((manifest) => stringify(manifest, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false })).join("---\n");
}

/** Prints anything as JSON for people and programs. */
export function printJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** What JSON does not escape by itself and a terminal obeys: with an escape it is the same text to every program. */
const OBEYED = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** As `printJson`, with nothing in it that a terminal would obey: for what holds text of others. */
export function printVisibleJson(value: unknown): string {
  return printJson(value).replace(OBEYED, (character) => character.split("").map(escaped).join(""));
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function printList(items: readonly JsonObject[]): string {
  return printJson({ apiVersion: "v1", kind: "List", items });
}
