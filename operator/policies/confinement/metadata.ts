/** Writes the CEL by which metadata of an object is held against what it was: what is not ours stays, and nothing is added. */
import { FIELD_MANAGER } from "../../api/names.ts";
import { quote, quoteList } from "../cel.ts";

/** Labels, annotations and owners after and before the request, as variables; nothing was there before a creation. */
export const METADATA: Readonly<Record<string, string>> = {
  labels: "object.metadata.?labels.orValue({})",
  oldLabels: before("oldObject.metadata.?labels.orValue({})", "{}"),
  annotations: "object.metadata.?annotations.orValue({})",
  oldAnnotations: before("oldObject.metadata.?annotations.orValue({})", "{}"),
};

function before(expression: string, nothing: string): string {
  return `request.operation == 'CREATE' ? ${nothing} : ${expression}`;
}

/** CEL: only these keys of the labels or annotations differ from what they were. Needs the variables `METADATA`. */
export function onlyKeysChange(map: "labels" | "annotations", keys: readonly string[]): string {
  const [now, old] = map === "labels" ? ["variables.labels", "variables.oldLabels"] : ["variables.annotations", "variables.oldAnnotations"];
  const ours = `k in ${quoteList(keys)}`;
  return [`${now}.all(k, ${ours} || (k in ${old} && ${old}[k] == ${now}[k]))`, `${old}.all(k, ${ours} || k in ${now})`].join("\n&& ");
}

/** CEL: a list of the object is as it was, empty where the object is new. `path` may go through what is absent: `metadata.?finalizers`. */
export function sameList(path: string): string {
  return `object.${path}.orValue([]) == (${before(`oldObject.${path}.orValue([])`, "[]")})`;
}

/**
 * CEL: the request is a server-side apply in our name, by which only fields go that nobody else holds. Only an apply can be forced.
 */
export const BY_OUR_APPLY = `(request.options.?force.orValue(false) && request.options.?fieldManager.orValue('') == ${quote(FIELD_MANAGER)})`;

/** CEL: fields of the object have been written in our name. */
export function writtenByUs(object: "object" | "oldObject"): string {
  return `${object}.metadata.?managedFields.orValue([]).exists(f, f.?manager.orValue('') == ${quote(FIELD_MANAGER)})`;
}

/** CEL: whoever holds fields of the object still does. An update could otherwise forget them, and an apply then take their fields away. */
export const OTHERS_KEEP_THEIR_FIELDS = [
  "oldObject.metadata.?managedFields.orValue([]).all(f, f.?manager.orValue('').startsWith('securitybaseline')",
  "  || object.metadata.?managedFields.orValue([]).exists(g, g.?manager.orValue('') == f.?manager.orValue('')",
  "    && g.?operation.orValue('') == f.?operation.orValue('')))",
].join("\n");
