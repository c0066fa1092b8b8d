/** Writes the pieces of CEL that policies are put together from. */
import { isJsonObject, type Json } from "../api/json.ts";

/** A CEL string literal. Refuses what would need escapes: names of ours never do. */
export function quote(text: string): string {
  if (!/^[ -&(-[\]-~]*$/.test(text)) throw new Error(`not a plain string for an expression: ${JSON.stringify(text)}`);
  return `'${text}'`;
}

/** A CEL list of string literals. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map(quote).join(", ")}]`;
}

/** A CEL map of string literals. */
export function quoteMap(map: Readonly<Record<string, string>>): string {
  return `{${Object.entries(map)
    .map(([key, value]) => `${quote(key)}: ${quote(value)}`)
    .join(", ")}}`;
}

/** A CEL literal of a value. Those in maps and lists are `dyn`, because they may be of several types. */
export function literal(value: Json): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(dynamic).join(", ")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [`${quote(key)}: ${dynamic(one)}`]));
  return `{${pairs.join(", ")}}`;
}

function dynamic(value: Json): string {
  return `dyn(${literal(value)})`;
}

/** CEL: the baseline `params` asks for what this section says. Off is not asking, and Report writes nothing. */
export function enforces(section: string, params: string): string {
  return isInMode(section, params, "Enforce");
}

/** CEL: the baseline `params` has this section, in mode Report. */
export function reports(section: string, params: string): string {
  return isInMode(section, params, "Report");
}

function isInMode(section: string, params: string, wanted: "Enforce" | "Report"): string {
  const mode = `${params}.spec.?${section}.?mode.orValue(${params}.spec.?mode.orValue('Enforce'))`;
  return `(has(${params}.spec) && has(${params}.spec.${section}) && ${mode} == ${quote(wanted)})`;
}
