/** Tells kustomize how an installation becomes another one, for components: what is added, and which fields of which objects are replaced. */
import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import type { Json, JsonObject } from "../../operator/api/json.ts";
import { OPERATOR_ACCOUNT } from "./installation.ts";

interface Named extends JsonObject {
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string; readonly namespace?: string };
  readonly spec?: JsonObject;
}

export interface Difference {
  readonly added: readonly JsonObject[];
  readonly patches: readonly JsonObject[];
}

/** What makes the one list of objects the other. Throws where an object would have to go, or differs outside of its spec. */
export function difference(before: readonly JsonObject[], after: readonly JsonObject[]): Difference {
  const [old, wanted] = [before as readonly Named[], after as readonly Named[]];
  return {
    added: wanted.filter((document) => !old.some((one) => isSame(one, document))),
    patches: old.flatMap((document) => patchOf(document, wanted)),
  };
}

/** A patch that starts the operator with one flag more: it holds the installation against what its flags say. */
export function flagPatch(flag: string): JsonObject {
  const add = { op: "add", path: "/spec/template/spec/containers/0/args/-", value: flag };
  return patch("Deployment", OPERATOR_ACCOUNT, [add]);
}

function isSame(one: Named, other: Named): boolean {
  return one.kind === other.kind && one.metadata.name === other.metadata.name && one.metadata.namespace === other.metadata.namespace;
}

/** Whole fields are replaced: a merge would leave entries of lists behind. */
function patchOf(document: Named, wanted: readonly Named[]): readonly JsonObject[] {
  const { spec: old = {}, ...rest } = document;
  const { kind, metadata } = document;
  const other = wanted.find((one) => isSame(one, document));
  if (other === undefined) throw new Error(`${kind} ${metadata.name} is in no variant of the installation`);
  const { spec = {}, ...otherRest } = other;
  if (!isDeepStrictEqual(rest, otherRest)) throw new Error(`${kind} ${metadata.name} differs in more than its spec`);
  const changes = Object.entries(spec)
    .filter(([key, value]) => !isDeepStrictEqual(value, old[key]))
    .map(([key, value]) => ({ op: "replace", path: `/spec/${key}`, value: value ?? null }));
  return changes.length === 0 ? [] : [patch(kind, metadata.name, changes)];
}

function patch(kind: string, name: string, operations: readonly Json[]): JsonObject {
  return { target: { kind, name }, patch: stringify(operations, { lineWidth: 0 }) };
}
