/** Reads the rules of roles, for whoever judges what a role allows. */
import { isJsonObject, type Json } from "../api/json.ts";

/** A rule as the API server stores it (rbac.authorization.k8s.io/v1, PolicyRule). */
export interface RbacRule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Whoever only reads changes nothing. */
const READING = ["get", "list", "watch"];

/** The rules of a role; what cannot be read counts as nothing: the API server stores no such rules. */
export function rbacRules(rules: Json | undefined): readonly RbacRule[] {
  return Array.isArray(rules) ? rules.map(ruleOf) : [];
}

/** Whether the rule allows more than reading. */
export function isMoreThanReading({ verbs }: RbacRule): boolean {
  return verbs.some((verb) => !READING.includes(verb));
}

/** Whether the rule is about this resource, for example `pods/exec`, of this group. */
export function reaches({ groups, resources }: RbacRule, group: string, resource: string): boolean {
  return isAbout(groups, group) && resources.some((pattern) => matches(pattern, resource));
}

/** Whether these groups of a rule contain this one. */
export function isAbout(groups: readonly string[], group: string): boolean {
  return groups.includes("*") || groups.includes(group);
}

/** Wider than RBAC, where a star stands for everything, or before a subresource: what means nothing today must not open anything tomorrow. */
function matches(pattern: string, resource: string): boolean {
  if (pattern === "*") return true;
  const parts = pattern.split("/");
  const wanted = resource.split("/");
  return parts.length === wanted.length && parts.every((part, index) => part === "*" || part === wanted[index]);
}

function ruleOf(rule: Json): RbacRule {
  const list = (key: string): readonly string[] => {
    const value = isJsonObject(rule) ? rule[key] : undefined;
    return Array.isArray(value) ? value.map(String) : [];
  };
  return { groups: list("apiGroups"), resources: list("resources"), verbs: list("verbs") };
}
