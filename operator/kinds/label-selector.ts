/** Reads label selectors (meta/v1, LabelSelector) for what findings ask of them: which labels they demand with a value. */
import { KUBERNETES_NAMESPACES } from "../api/installation.ts";
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";

/** Label by which the API server tells the name of a namespace; nobody can give it another value. */
export const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/**
 * The values of which a selector demands one in a label that is asked for; of several such labels those of the strictest. Undefined if it matches without:
 * whoever may label a namespace or a pod can be without any, or with any other. `Exists`, `DoesNotExist` and `NotIn` demand no value.
 */
export function valuesOf(selector: Json | undefined, isAsked: (label: string) => boolean = () => true): readonly Json[] | undefined {
  if (!isJsonObject(selector)) return undefined;
  const { matchLabels, matchExpressions } = selector;
  const labels = isJsonObject(matchLabels) ? Object.entries(matchLabels).map(([key, value]) => ({ key, values: [value] })) : [];
  const chosen = objects(matchExpressions)
    .filter(({ operator }) => operator === "In")
    .map(({ key, values }) => ({ key: textOf(key), values: Array.isArray(values) ? values : [] }));
  return strictest([...labels, ...chosen].filter(({ key }) => isAsked(key)).map(({ values }) => values));
}

/** The shortest of lists that all hold. */
export function strictest<T>(lists: readonly (readonly T[])[]): readonly T[] | undefined {
  return lists.toSorted((a, b) => a.length - b.length)[0];
}

/** A selector that demands a label with a value. */
export function isNarrow(selector: Json | undefined): boolean {
  return valuesOf(selector) !== undefined;
}

/** Whether these can only be names of namespaces of Kubernetes itself, which have no baseline. */
export function areReserved(names: readonly Json[] | undefined): boolean {
  return names?.every((name) => KUBERNETES_NAMESPACES.some((reserved) => reserved === name)) === true;
}

/** The objects in a list, as far as it is one. */
export function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The texts in a list, as far as it is one. */
export function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** A text, or an empty one. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
