/** Words a schema's verdict: what is wrong, and what to write instead. */
import type { ErrorObject } from "ajv";
import type { ObjectPath, Problem } from "./problem.ts";

/** The schema at the place of an error, as far as the sentences use it. */
interface Context {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Keyword of the validator for a field that the schema does not know. */
export const UNKNOWN_FIELD = "additionalProperties";

type Sentence = (params: Record<string, unknown>, context: Context, value: unknown) => string;

/** What to write instead, by format. */
const FORMS: Readonly<Record<string, string>> = { "date-time": ": write a time, for example 2027-03-31T00:00:00Z" };

const SENTENCES: Readonly<Record<string, Sentence>> = {
  additionalProperties: (params, context) => unknownField(String(params.additionalProperty), Object.keys(context.properties ?? {})),
  required: (params) => `required: add ${String(params.missingProperty)}`,
  type: (params, _context, value) => wrongType([params.type].flat().map(String), value),
  enum: (_params, context, value) => `${quote(value)} is not allowed: write ${(context.enum ?? []).join(", or ")}`,
  pattern: (_params, context, value) => `${quote(value)} does not fit: ${context.description ?? "see the reference"}`,
  format: (params, _context, value) => `${quote(value)} is not of format ${String(params.format)}${FORMS[String(params.format)] ?? ""}`,
  minLength: ({ limit }) => `too short: write at least ${String(limit)} character${limit === 1 ? "" : "s"}`,
  maxLength: (params) => `too long: write at most ${String(params.limit)} characters`,
  minItems: (params) => `too few entries: write at least ${String(params.limit)}, or leave the list out`,
  maxItems: (params) => `too many entries: write at most ${String(params.limit)}`,
  maxProperties: (params) => `too many entries: write at most ${String(params.limit)}`,
  minimum: (params) => `too small: write at least ${String(params.limit)}`,
  maximum: (params) => `too large: write at most ${String(params.limit)}`,
};

/** Turns an error of the validator (with `verbose`) into a problem of the object that was judged. */
export function explain(error: ErrorObject, root: unknown): Problem {
  const sentence = SENTENCES[error.keyword];
  const message = sentence?.(error.params, (error.parentSchema ?? {}) as Context, error.data) ?? error.message ?? "not valid";
  const path = [...pathOf(error.instancePath, root), ...lastSegment(error)];
  return { path, message, ...(error.keyword === UNKNOWN_FIELD && { unknownField: true }) };
}

/** A field that is missing or unknown is named itself, not the object around it. */
function lastSegment(error: ErrorObject): ObjectPath {
  const name: unknown = error.params.missingProperty ?? error.params.additionalProperty;
  return typeof name === "string" ? [name] : [];
}

/** A JSON pointer does not tell list positions from field names; the value does. */
function pathOf(pointer: string, root: unknown): ObjectPath {
  let value = root;
  return pointer
    .split("/")
    .slice(1)
    .map((escaped) => {
      const key = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
      const segment = Array.isArray(value) ? Number(key) : key;
      value = (value as Record<string | number, unknown>)[segment];
      return segment;
    });
}

function unknownField(name: string, known: readonly string[]): string {
  const nearest = known.find((candidate) => isClose(name.toLowerCase(), candidate.toLowerCase()));
  const hint = nearest ? `did you mean ${nearest}? ` : "";
  return `unknown field ${quote(name)}: ${hint}known are ${known.join(", ")}`;
}

function wrongType(wanted: readonly string[], value: unknown): string {
  const got = typeName(value);
  const text = `must be ${wanted.map(article).join(" or ")}, not ${article(got)}`;
  const isTextUnquoted = wanted.includes("string") && (got === "boolean" || (got === "number" && !wanted.includes("integer")));
  if (!isTextUnquoted) return text;
  return `${text}: write it with quotes (YAML takes a bare Off, on, no or yes for a boolean)`;
}

/** Names of JSON schema, so that what is wanted and what was found read alike. */
function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

const ARTICLES: Readonly<Record<string, string>> = { array: "a list", object: "a map", integer: "a whole number", null: "null" };

function article(type: string): string {
  return ARTICLES[type] ?? `a ${type}`;
}

/** True if one slip of the finger (a character too much, too few, wrong, or two swapped) leads from one name to the other. */
function isClose(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const swapped = `${restA.charAt(1)}${restA.charAt(0)}${restA.slice(2)}`;
  return restA === restB || swapped === restB || [restA, restA.slice(1)].some((x) => [restB, restB.slice(1)].includes(x));
}

/** Long values are cut: a message goes into conditions and terminals. Only scalars are shown; a map may contain itself. */
function quote(value: unknown): string {
  if (typeof value !== "string") return typeof value === "object" ? article(typeName(value)) : String(value);
  const text = JSON.stringify(value.slice(0, 60));
  return value.length > 60 ? `${text}...` : text;
}
