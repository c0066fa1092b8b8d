/** Declares what findings read of the PolicyExceptions of Kyverno, of its newer and its former group: from which policies they take something out, and how long. */
import type { JsonObject } from "../api/json.ts";
import { partOf } from "./condition-facts.ts";
import type { JudgedKind } from "./kind.ts";
import { objects, textOf } from "./label-selector.ts";

/** What is known of an exception. */
export interface ExceptionTraits {
  /** Names of some of the policies. */
  readonly policies: readonly string[];
  /** How many there are. */
  readonly count: number;
  /** When Kyverno ends it by itself. */
  readonly until?: string;
}

/** Names that are kept. */
const MOST = 3;
/** Characters of a name that are kept. */
const LONGEST = 63;
/** RFC 3339, as the API server demands it of a `date-time`. */
const TIME = /^[0-9T:.+Z-]{20,35}$/;

const TYPE = { kind: "PolicyException", resource: "policyexceptions", namespaced: true, optional: true } as const;

/** About policies in CEL. */
export const policyException: JudgedKind = {
  ...TYPE,
  apiVersion: "policies.kyverno.io/v1",
  traits: (object) => {
    const { policyRefs, expiresAt } = partOf(object, "spec");
    const until = textOf(expiresAt);
    return { ...traitsOf(objects(policyRefs).map(({ name }) => textOf(name))), ...(TIME.test(until) && { until }) };
  },
};

/** About ClusterPolicy and Policy. */
export const formerPolicyException: JudgedKind = {
  ...TYPE,
  apiVersion: "kyverno.io/v2",
  traits: (object) => traitsOf(objects(partOf(object, "spec")["exceptions"]).map(({ policyName }) => textOf(policyName))),
};

/** Reads what `traits` of either kind wrote. */
export function exceptionTraits(traits: JsonObject): ExceptionTraits {
  return traits as unknown as ExceptionTraits;
}

function traitsOf(names: readonly string[]): JsonObject {
  const policies = [...new Set(names)];
  return { policies: policies.slice(0, MOST).map((name) => name.slice(0, LONGEST).toWellFormed()), count: policies.length };
}
