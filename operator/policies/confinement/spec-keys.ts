/** Writes the CEL by which keys of a spec are judged, in policies on kinds of other projects: read without types, because their releases differ. */
import { quoteList } from "../cel.ts";

/** The spec after and before the request, as variables that the CEL below reads. */
export const SPECS: Readonly<Record<string, string>> = {
  spec: "dyn(object).?spec.orValue({})",
  before: "request.operation == 'UPDATE' ? dyn(oldObject).?spec.orValue({}) : dyn({})",
};

/** CEL: the field of a spec at a dotted path, or an empty map. `spec` is `variables.spec` or `variables.before`. */
export function mapAt(spec: "variables.spec" | "variables.before", path: string): string {
  return path === "" ? spec : `${spec}${optionalPath(path)}.orValue({})`;
}

/** CEL: a dotted path behind an object, where every part may be absent. */
export function optionalPath(path: string): string {
  return `.?${path.replaceAll(".", ".?")}`;
}

/** CEL: key `k` of the map at a path of the spec is as it was. An apply leaves keys of others in place; they are removed by a second request. */
export function unchangedKey(path: string): string {
  const [now, before] = [mapAt("variables.spec", path), mapAt("variables.before", path)];
  return `(k in ${before} && ${before}[k] == ${now}[k])`;
}

/** CEL: the map at a path of the spec has no other keys than these, apart from what was there before. */
export function onlyKeys(path: string, keys: readonly string[]): string {
  return `${mapAt("variables.spec", path)}.all(k, k in ${quoteList(keys)} || ${unchangedKey(path)})`;
}

/** CEL: the map at a path of the spec is the one of `asked`, a CEL map, apart from keys that were there before. */
export function sameMap(path: string, asked: string): string {
  const now = mapAt("variables.spec", path);
  return [
    `${now}.all(k, (k in ${asked} && ${asked}[k] == ${now}[k]) || ${unchangedKey(path)})`,
    `${asked}.all(k, k in ${now} && ${now}[k] == ${asked}[k])`,
  ].join("\n&& ");
}
