/**
 * Judges objects of our kinds without a cluster: the same verdict as the API server's, from the same schema.
 * Compiled at first use, because most commands never need it.
 */
import { Ajv, type ErrorObject, type FuncKeywordDefinition, type ValidateFunction } from "ajv";
import { type ClosedSchema, closeSchema } from "./closed-schema.ts";
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
  /** What is wrong with a value; defaults are filled in. */
  readonly errorsOf: (value: unknown) => readonly ErrorObject[];
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
  const { schema, errorsOf, check } = judgeOf(kind);
  const copy = prepare(object, schema);
  const found = firstPerPath(gravestFirst(errorsOf(copy)).map((error) => explain(error, copy)));
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
  const { schema, errorsOf } = judgeOf(kind);
  const copy = prepare(object, schema) as T;
  errorsOf(copy);
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
  const closed = judgedLater(closeSchema(schema, { apiVersion: API_VERSION, kind }), ["spec", "status"]);
  const ofParts: ErrorObject[] = [];
  const whole = validatorFor(ofParts).compile(closed);
  const errorsOf: Judge["errorsOf"] = (value) => {
    ofParts.length = 0;
    whole(value);
    return [...(whole.errors ?? []), ...ofParts];
  };
  return { schema, errorsOf, check: compileChecks(schema) };
}

/** Keyword for a part of a schema whose judge is written when there is something to judge: most objects have few of the sections that they may have. */
const LATER = "later";

/** `errors` gets what is wrong with those parts: what a keyword reports, the library overwrites. */
function validatorFor(errors: ErrorObject[]): Ajv {
  const ajv = new Ajv({ ...{ allErrors: true, verbose: true, useDefaults: true, formats: FORMATS }, ...UNPOLISHED });
  const compileLater: NonNullable<FuncKeywordDefinition["compile"]> = (part: ClosedSchema) => {
    let judge: ValidateFunction | undefined;
    return (value, place) => {
      judge ??= ajv.compile(part);
      judge(value, place);
      for (const error of judge.errors ?? []) errors.push(error);
      return true;
    };
  };
  return ajv.addKeyword({ keyword: LATER, modifying: true, valid: true, errors: false, compile: compileLater });
}

/** Our schemas are generated, so they need no check. To polish the code of a judge takes as long as to write it, and most judge one file and are gone. */
const UNPOLISHED = { strict: false, meta: false, validateSchema: false, addUsedSchema: false, code: { optimize: false } };

/** The same schema, with the parts in these fields judged later. A default is filled in by whoever judges the object around it. */
function judgedLater(schema: ClosedSchema, fields: readonly string[]): ClosedSchema {
  const properties = { ...schema.properties };
  for (const name of fields) {
    const field = properties[name];
    if (field === undefined) continue;
    const parts = Object.entries(field.properties ?? {}).map(([key, part]) => [key, putOff(part)] as const);
    properties[name] = { ...field, properties: Object.fromEntries(parts) };
  }
  return { ...schema, properties };
}

function putOff(part: ClosedSchema): ClosedSchema {
  const { default: preset, ...rest } = part;
  return { ...(preset === undefined ? {} : { default: preset }), [LATER]: rest };
}

const FORMATS = {
  int32: { type: "number", validate: (value: number) => Math.abs(value) <= 0x7fff_ffff },
  int64: { type: "number", validate: (value: number) => Number.isSafeInteger(value) },
  "date-time": { type: "string", validate: (value: string) => RFC3339.test(value) && !Number.isNaN(Date.parse(value)) },
} as const;
