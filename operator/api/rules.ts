/** Checks what the API server checks beyond JSON schema: CEL rules, and the keys of lists that are sets or maps. */
import { compileRule, type Rule } from "./cel.ts";
import type { ObjectPath, Problem } from "./problem.ts";
import type { StructuralSchema, Validation } from "./structural-schema.ts";

/** Checks a value that stands at a path; reports what breaks a rule. Fields that have a problem already are not read. */
export type Check = (value: unknown, path: ObjectPath, known: readonly Problem[]) => Iterable<Problem>;

/**
 * The check of a schema with all its rules; undefined if it has none, so that rule-free branches cost nothing. A rule is compiled when there is a first
 * value for it: most of a schema is never met. The check throws for a rule that is no valid CEL.
 */
export function compileChecks(schema: StructuralSchema): Check | undefined {
  const parts = [compileList(schema), compileFields(schema), compileEntries(schema), ...compileRules(schema)].filter(
    (part) => part !== undefined,
  );
  if (parts.length === 0) return undefined;
  return function* (value, path, known) {
    for (const part of parts) yield* part(value, path, known);
  };
}

function compileFields(schema: StructuralSchema): Check | undefined {
  const checks = Object.entries(schema.properties ?? {})
    .map(([name, property]) => ({ name, check: compileChecks(property) }))
    .filter((field) => field.check !== undefined);
  if (checks.length === 0) return undefined;
  return function* (value, path, known) {
    if (!isObject(value)) return;
    for (const { name, check } of checks) {
      if (check && Object.hasOwn(value, name)) yield* check(value[name], [...path, name], known);
    }
  };
}

function compileEntries(schema: StructuralSchema): Check | undefined {
  const check = schema.additionalProperties && compileChecks(schema.additionalProperties);
  if (!check) return undefined;
  return function* (value, path, known) {
    if (!isObject(value)) return;
    for (const [key, entry] of Object.entries(value)) yield* check(entry, [...path, key], known);
  };
}

function compileList(schema: StructuralSchema): Check | undefined {
  const check = schema.items && compileChecks(schema.items);
  const identity = identityOf(schema);
  if (!check && !identity) return undefined;
  return function* (value, path, known) {
    if (!Array.isArray(value)) return;
    if (identity) yield* duplicates(value, path, identity);
    if (!check) return;
    for (const [index, item] of value.entries()) yield* check(item, [...path, index], known);
  };
}

interface Identity {
  readonly what: string;
  /** What tells an item from the others; it counts only if it consists of scalars, anything else is a problem of its own. */
  of(item: unknown): readonly unknown[];
}

function identityOf(schema: StructuralSchema): Identity | undefined {
  if (schema["x-kubernetes-list-type"] === "set") return { what: "", of: (item) => [item] };
  const keys = schema["x-kubernetes-list-map-keys"];
  if (!keys) return undefined;
  return { what: `${keys.join(", ")} `, of: (item) => (isObject(item) ? keys.map((key) => item[key]) : [item]) };
}

function* duplicates(list: readonly unknown[], path: ObjectPath, identity: Identity): Iterable<Problem> {
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const parts = identity.of(item);
    if (!parts.every(isScalar)) continue;
    const id = parts.map((part) => JSON.stringify(part)).join(", ");
    if (seen.has(id)) yield { path: [...path, index], message: `duplicate ${identity.what}${shorten(id)}: write it once` };
    seen.add(id);
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function compileRules(schema: StructuralSchema): Check[] {
  const rules = (schema["x-kubernetes-validations"] ?? []).filter((validation) => !isTransition(validation));
  return rules.map((validation) => {
    let rule: Rule | undefined;
    const reads = fieldsRead(validation);
    return function* (value, path, known) {
      if (known.some((problem) => spoils(problem.path, path, reads))) return;
      rule ??= compileRule(validation.rule);
      if (!keeps(rule, value)) yield { path, message: validation.message };
    };
  });
}

/** A rule about a change needs the object before it, which nobody has without a cluster. */
function isTransition({ rule }: Validation): boolean {
  return /\boldSelf\b/.test(rule);
}

/** A rule that cannot be evaluated refuses the object, as in the API server. */
function keeps(rule: Rule, value: unknown): boolean {
  try {
    return rule(value);
  } catch {
    return false;
  }
}

/** Fields of `self` that a rule reads; empty for a rule that reads `self` as a whole. */
function fieldsRead(validation: Validation): ReadonlySet<string> {
  const fields = validation.rule.matchAll(/\bself\.(\w+)(?!\w|\()/g);
  return new Set(Array.from(fields, (match) => match[1] ?? ""));
}

/** True if a problem makes the verdict of a rule at `path` meaningless: it lies at or above it, or in what the rule reads. */
function spoils(problem: ObjectPath, path: ObjectPath, reads: ReadonlySet<string>): boolean {
  const shared = Math.min(problem.length, path.length);
  for (let depth = 0; depth < shared; depth += 1) if (problem[depth] !== path[depth]) return false;
  if (problem.length <= path.length || reads.size === 0) return true;
  return reads.has(String(problem[path.length]));
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
