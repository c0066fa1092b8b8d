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

/** CEL: the way to the label or annotation of a key, which is CEL itself, in an entry of managedFields. */
export function heldKey(map: "labels" | "annotations", key: string): string {
  return `[?'f:metadata'][?'f:${map}'][?('f:' + ${key})]`;
}

/**
 * CEL: beside `keys`, only labels or annotations differ that now have the value of `asked`, a CEL map, or that our applies alone held and
 * have given up. Needs the variables `METADATA`.
 */
export function onlyAskedChange(map: "labels" | "annotations", keys: readonly string[], asked: string): string {
  const [now, old] = map === "labels" ? ["variables.labels", "variables.oldLabels"] : ["variables.annotations", "variables.oldAnnotations"];
  const ours = keys.length === 0 ? "" : `k in ${quoteList(keys)} || `;
  return [
    `${now}.all(k, ${ours}(k in ${old} && ${old}[k] == ${now}[k]) || (k in ${asked} && ${asked}[k] == ${now}[k]))`,
    `${old}.all(k, ${ours}k in ${now} || ${heldByUsAlone(heldKey(map, "k"))})`,
  ].join("\n&& ");
}

/** CEL: a list of the object is as it was, empty where the object is new. `path` may go through what is absent: `metadata.?finalizers`. */
export function sameList(path: string): string {
  return `object.${path}.orValue([]) == (${before(`oldObject.${path}.orValue([])`, "[]")})`;
}

/** CEL: fields of the object have been written in our name, or in another one of ours. */
export function writtenByUs(object: "object" | "oldObject", manager = FIELD_MANAGER): string {
  return `${object}.metadata.?managedFields.orValue([]).exists(f, f.?manager.orValue('') == ${quote(manager)})`;
}

/** CEL: an entry of managedFields holds a field; `path` is CEL that leads to it, such as `[?'f:spec']`. Read without types: the API describes no fields there. */
function holds(entry: string, path: string): string {
  return `${entry}.?fieldsV1${path}.hasValue()`;
}

const ENTRIES = (object: string): string => `dyn(${object}).metadata.?managedFields.orValue([])`;
/** CEL: entry `f` is of our applies, in this name. */
function byOurApply(manager: string): string {
  return `(f.?manager.orValue('') == ${quote(manager)} && f.?operation.orValue('') == 'Apply')`;
}

/** CEL: before the request the field was held by our applies and by nobody else, so that giving it up takes nothing from others. */
export function heldByUsAlone(path: string, manager = FIELD_MANAGER): string {
  return `(${ENTRIES("oldObject")}.exists(f, ${holds("f", path)}) && ${ENTRIES("oldObject")}.all(f, ${byOurApply(manager)} || !${holds("f", path)}))`;
}

/** CEL: who else held the field before the request still does; an update can otherwise make the API server forget it. */
export function othersStillHold(path: string, manager = FIELD_MANAGER): string {
  return [
    `${ENTRIES("oldObject")}.all(f, ${byOurApply(manager)} || !${holds("f", path)} || ${ENTRIES("object")}.exists(g,`,
    `  g.?manager == f.?manager && g.?operation == f.?operation && ${holds("g", path)}))`,
  ].join("\n");
}
