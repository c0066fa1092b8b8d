/**
 * Owns judging objects of our kinds without a cluster: the same verdict as the API server's, from the same schema.
 * Compiled at first use, because most commands never need it.
 */
import { Ajv, type ValidateFunction } from "ajv";
import { closeSchema } from "./closed-schema.ts";
import { prepare } from "./defaults.ts";
import { explain } from "./explain.ts";
import schemas from "./generated/schemas.json" with { type: "json" };
import { API_VERSION } from "./names.ts";
import { type Problem, printPath } from "./problem.ts";
import { type Check, compileChecks } from "./rules.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** A hostile object may have a problem in every byte; nobody reads more than these. */
const MAX_PROBLEMS = 100;

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

interface Judge {
  readonly schema: StructuralSchema;
  readonly validate: ValidateFunction;
  readonly check: Check | undefined;
}

let judge: Judge | undefined;

/**
 * What the API server would refuse about a SecurityBaseline with a strict apply. Empty if nothing.
 * Never throws, whatever the value is, and does not change it.
 */
export function validateBaseline(object: unknown): Problem[] {
  const { schema, validate, check } = baselineJudge();
  const copy = prepare(object, schema);
  const problems = validate(copy) ? [] : firstPerPath((validate.errors ?? []).slice(0, MAX_PROBLEMS).map((error) => explain(error, copy)));
  return [...problems, ...(check?.(copy, [], problems) ?? [])].slice(0, MAX_PROBLEMS);
}

/** A value of the wrong type breaks further rules of the schema as a consequence; the first verdict says it all. */
function firstPerPath(problems: readonly Problem[]): Problem[] {
  return [...Map.groupBy(problems, (problem) => printPath(problem.path)).values()].flatMap((group) => group.slice(0, 1));
}

/** A copy of a SecurityBaseline with the defaults of the CRD filled in. An object that is not valid is completed as far as possible. */
export function withDefaults<T>(object: T): T {
  const { schema, validate } = baselineJudge();
  const copy = prepare(object, schema) as T;
  validate(copy);
  return copy;
}

function baselineJudge(): Judge {
  judge ??= compile(schemas.SecurityBaseline as StructuralSchema, "SecurityBaseline");
  return judge;
}

function compile(schema: StructuralSchema, kind: string): Judge {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, useDefaults: true, formats: FORMATS });
  return { schema, validate: ajv.compile(closeSchema(schema, { apiVersion: API_VERSION, kind })), check: compileChecks(schema) };
}

const FORMATS = {
  int32: { type: "number", validate: (value: number) => Math.abs(value) <= 0x7fff_ffff },
  int64: { type: "number", validate: (value: number) => Number.isSafeInteger(value) },
  "date-time": { type: "string", validate: (value: string) => RFC3339.test(value) && !Number.isNaN(Date.parse(value)) },
} as const;
