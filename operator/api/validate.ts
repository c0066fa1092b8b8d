/**
 * Judges objects of our kinds without a cluster: the same verdict as the API server's, from the same schema.
 * Compiled at first use, because most commands never need it.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { closeSchema } from "./closed-schema.ts";
import { prepare } from "./defaults.ts";
import { explain, UNKNOWN_FIELD } from "./explain.ts";
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

/** One of our kinds, as objects name it. */
export type OurKind = keyof typeof schemas;

/** Every kind that can be judged, in a fixed order. */
export const OUR_KINDS = Object.keys(schemas) as readonly OurKind[];

const judges = new Map<OurKind, Judge>();

/**
 * What the API server would refuse about an object that is to be of this kind with a strict apply. Empty if nothing.
 * Rules about a change (`oldSelf`) are passed over: there is no earlier object. Never throws, whatever the value is, and
 * does not change it.
 */
export function validate(kind: OurKind, object: unknown): Problem[] {
  const { schema, validate: judge, check } = judgeOf(kind);
  const copy = prepare(object, schema);
  const found = judge(copy) ? [] : firstPerPath(gravestFirst(judge.errors ?? []).map((error) => explain(error, copy)));
  // A field that is not known changes nothing about the values that are.
  const wrong = found.filter((problem) => problem.unknownField !== true);
  const broken = [...(check?.(copy, [], wrong) ?? [])].slice(0, MAX_PROBLEMS);
  return found.length + broken.length <= MAX_PROBLEMS
    ? [...found, ...broken]
    : [...wrong, ...broken, ...found.filter((problem) => problem.unknownField === true)].slice(0, MAX_PROBLEMS);
}

/** So that no number of unknown fields crowds out a value that is wrong. */
function gravestFirst(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  if (errors.length <= MAX_PROBLEMS) return errors;
  const isUnknown = ({ keyword }: ErrorObject): boolean => keyword === UNKNOWN_FIELD;
  return [...errors.filter((error) => !isUnknown(error)), ...errors.filter(isUnknown)].slice(0, MAX_PROBLEMS);
}

/** A value of the wrong type breaks further rules of the schema as a consequence; the first verdict says it all. */
function firstPerPath(problems: readonly Problem[]): Problem[] {
  return [...Map.groupBy(problems, (problem) => printPath(problem.path)).values()].flatMap((group) => group.slice(0, 1));
}

/**
 * A copy of an object of ours with the defaults of its CRD filled in. An object that is not valid is completed as far as
 * possible, and what is none of ours is handed on.
 */
export function withDefaults<T>(object: T): T {
  const kind = ourKind(object);
  if (kind === undefined) return object;
  const { schema, validate: complete } = judgeOf(kind);
  const copy = prepare(object, schema) as T;
  complete(copy);
  return copy;
}

/** The kind that an object says it is of, if it is one of ours. */
export function ourKind(object: unknown): OurKind | undefined {
  if (typeof object !== "object" || object === null || !("kind" in object)) return undefined;
  return OUR_KINDS.find((kind) => kind === object.kind);
}

function judgeOf(kind: OurKind): Judge {
  const known = judges.get(kind);
  if (known !== undefined) return known;
  const judge = compile(schemas[kind] as StructuralSchema, kind);
  judges.set(kind, judge);
  return judge;
}

function compile(schema: StructuralSchema, kind: string): Judge {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, useDefaults: true, formats: FORMATS, ...UNPOLISHED });
  return { schema, validate: ajv.compile(closeSchema(schema, { apiVersion: API_VERSION, kind })), check: compileChecks(schema) };
}

/** To polish the code of a judge takes as long as to write it, and most judge one file and are gone. */
const UNPOLISHED = { code: { optimize: false } };

const FORMATS = {
  int32: { type: "number", validate: (value: number) => Math.abs(value) <= 0x7fff_ffff },
  int64: { type: "number", validate: (value: number) => Number.isSafeInteger(value) },
  "date-time": { type: "string", validate: (value: string) => RFC3339.test(value) && !Number.isNaN(Date.parse(value)) },
} as const;
