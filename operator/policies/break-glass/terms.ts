/** Collects the words that break-glass policies have in common: who asks, what a grant is called, what stays as it was. */
import { OPERATOR_USERNAME } from "../../api/installation.ts";
import { BY_HAND_LABEL_VALUE, GRANT_LABEL, GRANT_LABEL_VALUE } from "../../api/names.ts";
import { GRANT_NAME } from "../../breakglass/grant.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { enforces, quote, quoteList } from "../cel.ts";
import type { Validation } from "../policy.ts";

/** CEL: the name of the object. Unlike `request.name` it is there also where the server makes it up. */
export const NAME = "object.metadata.name";

/** CEL: the operator is the sender. */
export const BY_OPERATOR = `request.userInfo.username == ${quote(OPERATOR_USERNAME)}`;

/** Begins the usernames of the identities of grants, and of nobody else. */
export function identityPrefix({ namespace }: BreakGlassSettings): string {
  return `system:serviceaccount:${namespace}:`;
}

/** CEL: an identity of a grant is the sender. */
export function byIdentity(settings: BreakGlassSettings): string {
  return `request.userInfo.username.startsWith(${quote(identityPrefix(settings))})`;
}

/** CEL: somebody who may make grants by hand is the sender. */
export function byCustodian({ custodians }: BreakGlassSettings): string {
  if (custodians.length === 0) return "false";
  return `request.userInfo.?groups.orValue([]).exists(g, g in ${quoteList(custodians)})`;
}

/** CEL: the sender is the operator or a custodian. */
export function byMaker(settings: BreakGlassSettings): string {
  return settings.custodians.length === 0 ? BY_OPERATOR : `(${BY_OPERATOR} || ${byCustodian(settings)})`;
}

/** CEL: the name of the object is one of a grant. */
export function isGrantName(name: string): string {
  return `${name}.matches(${quote(GRANT_NAME)})`;
}

/** CEL: Unix seconds in the name of a grant; 0 in any other name. */
export function deadlineIn(name: string): string {
  return `${isGrantName(name)} ? int(${name}.split('-')[2]) : 0`;
}

/** CEL: Unix seconds by the API server's clock. It stamps every object before it judges it, whatever the client wrote. */
export const NOW = "int(timestamp(object.metadata.creationTimestamp))";

/** Seconds between the computation of a deadline and the making of what has it in its name, and between the clocks of two API servers. */
export const SLACK = 10;

/** CEL: `object` or `oldObject` carries the label of grants. */
export function isGrant(object: string): string {
  return `${object}.metadata.?labels[?${quote(GRANT_LABEL)}].orValue('') == ${quote(GRANT_LABEL_VALUE)}`;
}

/** CEL: profiles of the baseline `params`, none unless it enforces them. Read without types: an API server that was just upgraded still checks with the old ones. */
export const PROFILES = `${enforces("breakGlass", "dyn(params)")} ? dyn(params).spec.breakGlass.?profiles.orValue([]) : []`;

/** Nothing that keeps the object from being deleted, or deletes it early. */
export const NO_STRINGS_ATTACHED: Validation = {
  expression: "object.metadata.?finalizers.orValue([]).size() == 0 && object.metadata.?ownerReferences.orValue([]).size() == 0",
  message: "refused finalizers and owners: remove metadata.finalizers and metadata.ownerReferences",
};

/** CEL: an update adds no finalizer. The garbage collector takes them away, which must always be possible. */
export const NO_NEW_FINALIZER = "object.metadata.?finalizers.orValue([]).all(f, f in oldObject.metadata.?finalizers.orValue([]))";

/** CEL: an update leaves these fields, labels and annotations as they were, and adds no finalizer. */
export function unchanged(...fields: readonly string[]): string {
  const lists = fields.map((field) => same(field, "[]"));
  const maps = ["metadata.?labels", "metadata.?annotations"].map((field) => same(field, "{}"));
  return [...lists, ...maps, same("metadata.?ownerReferences", "[]"), NO_NEW_FINALIZER].join("\n&& ");
}

function same(field: string, empty: string): string {
  return `object.${field}.orValue(${empty}) == oldObject.${field}.orValue(${empty})`;
}

/** CEL: judged when the object is made; updates are judged by `unchanged`. */
export function whenMade(expression: string): string {
  return `request.operation != 'CREATE' || (${expression})`;
}

/** CEL: judged on updates alone. */
export function whenUpdated(expression: string): string {
  return `request.operation != 'UPDATE' || (${expression})`;
}

/** Finalizers and owners on a new object. */
export const MADE_WITHOUT_STRINGS: Validation = { ...NO_STRINGS_ATTACHED, expression: whenMade(NO_STRINGS_ATTACHED.expression) };

/**
 * The label of a new object says who made it, which nobody can forge: the operator looks for those of its own account that no entry of the ledger
 * explains, and removes them. `managedFields` would not do, whose names the writer chooses.
 */
export const MADE_WITH_THE_MARK: Validation = {
  expression: whenMade(
    `object.metadata.?labels[?${quote(GRANT_LABEL)}].orValue('') == (${BY_OPERATOR} ? ${quote(GRANT_LABEL_VALUE)} : ${quote(BY_HAND_LABEL_VALUE)})`,
  ),
  message: `refused an object of a grant with the mark of another maker: custodians set the label ${GRANT_LABEL}=${BY_HAND_LABEL_VALUE}, as securitybaseline break-glass offline does; ${GRANT_LABEL_VALUE} is the operator's`,
};
