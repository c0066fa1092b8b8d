/** Judges objects by the very expressions that the API server gets, for whoever asks before anything is sent: one text of the rules, several judges. */
import { Environment } from "@marcbachmann/cel-js";
import type { KubernetesObject } from "../../api/object.ts";
import type { Policy } from "../policy.ts";
import { Quantity } from "./quantity.ts";

/** What an admission policy judges. */
export interface Request {
  readonly namespace: string;
  readonly object: KubernetesObject;
  /** The state before; absent for a creation. */
  readonly oldObject?: KubernetesObject;
}

type Expression = (context: Readonly<Record<string, unknown>>) => unknown;

interface Compiled {
  readonly conditions: readonly Expression[];
  readonly variables: ReadonlyMap<string, Expression>;
  readonly validations: readonly { readonly expression: Expression; readonly message: Expression }[];
}

const compiled = new WeakMap<Policy, Compiled>();

/**
 * What a policy says of a request with this parameter, or undefined where it lets it pass. Only requests on the object itself; whether the policy is about
 * such objects at all is up to the caller. An object that is new has to say when it was made (`metadata.creationTimestamp`), as in the API server.
 * @throws if the expressions cannot be evaluated on such an object: the API server would refuse it, or under `Ignore` let it pass
 */
export function objection(policy: Policy, { namespace, object, oldObject }: Request, params: unknown): string | undefined {
  const { conditions, variables, validations } = compile(policy);
  const request = { namespace, kind: { kind: object.kind ?? "" }, operation: oldObject === undefined ? "CREATE" : "UPDATE" };
  const context = { object, oldObject: oldObject ?? null, params, request };
  if (!conditions.every((condition) => condition(context) === true)) return undefined;
  const scope = { ...context, variables: lazily(variables, context) };
  const broken = validations.find(({ expression }) => expression(scope) !== true);
  return broken && String(broken.message(scope));
}

/** The API server evaluates a variable when it is first read, and never again. */
function lazily(expressions: ReadonlyMap<string, Expression>, context: Readonly<Record<string, unknown>>): object {
  const variables = {};
  for (const [name, expression] of expressions) {
    const get = (): unknown => {
      const value = expression({ ...context, variables });
      Object.defineProperty(variables, name, { value, enumerable: true });
      return value;
    };
    Object.defineProperty(variables, name, { get, enumerable: true, configurable: true });
  }
  return variables;
}

function compile(policy: Policy): Compiled {
  const known = compiled.get(policy);
  if (known !== undefined) return known;
  const result = {
    conditions: Object.values(policy.conditions ?? {}).map(program),
    variables: new Map(Object.entries(policy.variables ?? {}).map(([name, text]) => [name, program(text)])),
    validations: policy.validations.map(({ expression, message, messageExpression }) => ({
      expression: program(expression),
      message: messageExpression === undefined ? () => message : program(messageExpression),
    })),
  };
  compiled.set(policy, result);
  return result;
}

let environment: Environment | undefined;

/** @throws if the expression is no CEL, or calls what the library lacks */
function program(expression: string): Expression {
  environment ??= admissionEnvironment();
  const parsed = environment.parse(expression);
  const checked = parsed.check();
  if (!checked.valid) throw checked.error;
  return (context) => parsed(context);
}

/** https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries: only what these policies call. */
function admissionEnvironment(): Environment {
  const names = ["object", "oldObject", "params", "request", "variables"];
  const empty = new Environment({ enableOptionalTypes: true });
  return names
    .reduce((known, name) => known.registerVariable(name, "dyn"), empty)
    .registerType("kubernetes.Quantity", Quantity)
    .registerFunction("quantity(string): kubernetes.Quantity", (text: string) => Quantity.parse(text))
    .registerFunction("kubernetes.Quantity.isGreaterThan(kubernetes.Quantity): bool", (one: Quantity, other: Quantity) =>
      one.isGreaterThan(other),
    )
    .registerFunction("string.replace(string, string): string", (text: string, old: string, by: string) => text.replaceAll(old, by));
}
