/** Evaluates the CEL rules of our schemas as the API server does, for lint and the operator; knows as much of CEL as they use. */
import { Environment } from "@marcbachmann/cel-js";
import { CidrRange } from "./cidr.ts";
import { isRE2 } from "./re2.ts";

/** A compiled rule: true if `self` keeps it. Throws if the rule cannot be evaluated on such a value. */
export type Rule = (self: unknown) => boolean;

let environment: Environment | undefined;

/**
 * Compiles a rule of `x-kubernetes-validations`.
 * @throws if the expression is no CEL, calls what the library lacks, or does not yield a bool
 */
export function compileRule(expression: string): Rule {
  environment ??= kubernetesEnvironment();
  const program = environment.parse(expression);
  const checked = program.check();
  if (!checked.valid) throw checked.error;
  return (self) => program({ self }) === true;
}

/** https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries: only what our rules call. */
function kubernetesEnvironment(): Environment {
  return new Environment()
    .registerVariable("self", "dyn")
    .registerType("net.CIDR", CidrRange)
    .registerFunction("string.find(string): string", findInNothing)
    .registerFunction("isCIDR(string): bool", (text: string) => CidrRange.parse(text) !== undefined)
    .registerFunction("cidr(string): net.CIDR", parseOrThrow)
    .registerFunction("net.CIDR.containsCIDR(string): bool", (range: CidrRange, other: string) => range.contains(parseOrThrow(other)))
    .registerFunction("net.CIDR.prefixLength(): int", (range: CidrRange) => BigInt(range.prefixLength))
    .registerFunction("net.CIDR.masked(): net.CIDR", (range: CidrRange) => range.masked())
    .registerOperator("net.CIDR == net.CIDR", (a: CidrRange, b: CidrRange) => a.equals(b));
}

/**
 * In no text there is nothing to find, so that only the pattern decides: whether the API server takes it. A pattern of others is
 * never matched against anything. Those of `matches` are our own, and mean the same to JavaScript, which runs them here, as to RE2.
 */
function findInNothing(text: string, pattern: string): string {
  if (text !== "" || !isRE2(pattern)) throw new Error("not to be found out here");
  return "";
}

function parseOrThrow(text: string): CidrRange {
  const range = CidrRange.parse(text);
  if (!range) throw new Error(`not an address range: ${text}`);
  return range;
}
