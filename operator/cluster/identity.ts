/** Reads for a store which object the API server speaks of, from metadata that may be anything. */
import type { Stored } from "./types.ts";

/** Where an object is to be found within its kind. */
export type ObjectName = Pick<Stored, "namespace" | "name">;

/** What the metadata of an object tells: `id` only if it tells all of it. */
export interface Told {
  /** With "" for what is not told. */
  readonly name: ObjectName;
  readonly id: Stored | undefined;
}

/** Reads namespace, name, uid and resourceVersion. Whatever is no text counts as not told. */
export function identify(object: unknown): Told {
  const metadata = fieldOf(object, "metadata");
  const [namespace, name, uid, resourceVersion] = ["namespace", "name", "uid", "resourceVersion"].map((field) => textIn(metadata, field));
  if (namespace === undefined || !name) return { name: { namespace: "", name: "" }, id: undefined };
  return { name: { namespace, name }, id: uid && resourceVersion ? { namespace, name, uid, resourceVersion } : undefined };
}

/** Key under which changes are told: the namespace, or the name of a cluster-scoped object. */
export function keyOf({ namespace, name }: ObjectName): string {
  return namespace === "" ? name : namespace;
}

/** Namespace and name in one text, for maps and messages. */
export function pathOf({ namespace, name }: ObjectName): string {
  return `${namespace}/${name}`;
}

/** "" for a field that is absent, undefined for one that is no text. */
function textIn(metadata: unknown, field: string): string | undefined {
  const value = fieldOf(metadata, field) ?? "";
  return typeof value === "string" ? value : undefined;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, field) : undefined;
}
