/** Building blocks from which kinds describe what the API server makes of a value. */
import { isJsonObject, type Json, own } from "../api/json.ts";
import { canonicalJson } from "./canonical.ts";

/** Brings one value into its canonical form; `undefined` stands for an absent one. */
export type Normaliser = (value: Json | undefined) => Json | undefined;

/** A list in which neither order nor repetition has a meaning. Absent, null and empty are the same: an empty list. */
export function setOf(item: Normaliser = keep): Normaliser {
  return (value) => {
    const list: readonly Json[] = Array.isArray(value) ? value : [];
    const elements = list.map((element) => item(element) ?? null);
    if (elements.length < 2) return elements;
    const byText = new Map(elements.map((element) => [canonicalJson(element), element]));
    return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, element]) => element);
  };
}

/** As `setOf`, for a list that the API server leaves out when it is empty. */
export function optionalSetOf(item: Normaliser = keep): Normaliser {
  const set = setOf(item);
  return (value) => {
    const list = set(value);
    return Array.isArray(list) && list.length > 0 ? list : undefined;
  };
}

/** A list in which the order has a meaning. Absent, null and empty are the same: absent. */
export function listOf(item: Normaliser = keep): Normaliser {
  return (value) => (Array.isArray(value) && value.length > 0 ? value.map((element) => item(element) ?? null) : undefined);
}

/**
 * An object whose named keys have normalisers of their own. Keys that are not named stay as they are, so that a field
 * which a later API version adds is a difference and not invisible. An absent object stays absent.
 */
export function record(keys: Readonly<Record<string, Normaliser>>): Normaliser {
  const normalisers = new Map(Object.entries(keys));
  return (value) => {
    if (!isJsonObject(value)) return value ?? undefined;
    const names = new Set([...Object.keys(value), ...normalisers.keys()]);
    const entries = [...names].flatMap((name): [string, Json][] => {
      const normal = (normalisers.get(name) ?? keep)(own(value, name));
      return normal === undefined ? [] : [[name, normal]];
    });
    // Unlike an assignment this makes a field of its own also of the name `__proto__`.
    return Object.fromEntries(entries);
  };
}

/** What the API server fills in for an absent or empty value. */
export function withDefault(fallback: Json): Normaliser {
  return (value) => (value === undefined || value === null || value === "" ? fallback : value);
}

/** A value that means the same as none: some releases write it out, others do not know the field. */
export function absentIf(same: Json): Normaliser {
  return (value) => (value === same || value === null ? undefined : value);
}

/** A string that the API server leaves out when it is empty. */
export function optionalText(value: Json | undefined): Json | undefined {
  return value === "" || value === null ? undefined : value;
}

/** A map that the API server leaves out when it is empty. */
export function optionalMap(value: Json | undefined): Json | undefined {
  return isJsonObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

function keep(value: Json | undefined): Json | undefined {
  return value ?? undefined;
}
