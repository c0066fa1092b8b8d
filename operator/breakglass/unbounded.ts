/** Finds in the rules of a ClusterRole what a grant of it could make itself permanent by: rights of whoever holds it when the deadline has passed. */
import type { Json } from "../api/json.ts";
import { GROUP } from "../api/names.ts";
import { isAbout, isMoreThanReading, type RbacRule, rbacRules, reaches } from "../kinds/rbac-rules.ts";
import { RBAC_GROUP } from "../kinds/role-binding.ts";

/** API group of the kinds that others bring. */
export const KINDS_GROUP = "apiextensions.k8s.io";

/** A way to outlast the deadline. */
interface Way {
  /** A clause that begins with a verb. */
  readonly because: string;
  readonly leads: (rule: RbacRule) => boolean;
}

/**
 * Verbs that are rights of their own. A rule with one of them counts whatever it is about, and whatever names it is limited to: what may be bound or
 * impersonated tomorrow is not known today.
 */
const BORROWING: Readonly<Record<string, (verb: string) => boolean>> = {
  // Also the constrained forms, `impersonate:user-info` and `impersonate-on:user-info:list`. No policy sees the impersonator.
  "may act as somebody else (verb impersonate)": (verb) => verb.startsWith("impersonate"),
  "may hand out rights that it does not hold (verb escalate)": (verb) => verb === "escalate",
  "may bind roles that it does not hold (verb bind)": (verb) => verb === "bind",
};

/**
 * Groups of which a bounded role has no more than reading. RBAC and certificates are ways to keep access; admission, API registration and the kinds
 * are ways to get rid of what refuses those: policies do not see changes of policies, and see nothing of a kind that another server serves.
 */
const CLOSED: Readonly<Record<string, string>> = {
  [RBAC_GROUP]: "hands out rights",
  "admissionregistration.k8s.io": "removes the policies that hold grants",
  "apiregistration.k8s.io": "puts another server in the place of an API",
  [KINDS_GROUP]: "changes the kinds that hold grants",
  "certificates.k8s.io": "makes certificates, which nobody can take back",
  [GROUP]: "decides about emergency access",
};

/** API groups in which a grant may do no more than read, by its role or by the policy on what grants do. */
export const CLOSED_GROUPS: readonly string[] = Object.keys(CLOSED);

/** Groups of what can be impersonated; by the verb `*`, too. */
const PEOPLE: readonly (readonly [string, readonly string[]])[] = [
  ["", ["users", "groups", "serviceaccounts"]],
  ["authentication.k8s.io", ["users", "groups", "serviceaccounts", "uids", "userextras", "userextras/scopes"]],
];

/**
 * Secrets are not among them: reading and writing them is what many roles are for, and the one way from there to a lasting token, a Secret for a
 * ServiceAccount, is refused by a policy. What a workload can reach is not either: no rule says which.
 */
const WAYS: readonly Way[] = [
  ...Object.entries(BORROWING).map(([because, isSuch]) => ({ because, leads: ({ verbs }: RbacRule) => verbs.some(isSuch) })),
  {
    because: "may act as somebody else (verb * on users, groups or ServiceAccounts)",
    leads: (rule) => rule.verbs.includes("*") && PEOPLE.some(([group, resources]) => resources.some((name) => reaches(rule, group, name))),
  },
  {
    because: "mints tokens of ServiceAccounts (serviceaccounts/token)",
    leads: (rule) => isMoreThanReading(rule) && reaches(rule, "", "serviceaccounts/token"),
  },
  // With the kubelet's own API whatever runs on a node can be entered, the API server itself among it, and no policy is asked. Reading opens it, too.
  { because: "reaches into nodes past all policies (nodes/proxy)", leads: (rule) => reaches(rule, "", "nodes/proxy") },
  ...Object.entries(CLOSED).map(([group, does]) => ({
    because: `does more than read ${group}, which ${does}`,
    leads: (rule: RbacRule) => isMoreThanReading(rule) && isAbout(rule.groups, group),
  })),
];

/**
 * Why a grant of a role with these `rules` could make itself permanent, as a clause that begins with a verb; undefined if by none of the ways that are
 * known. Of several the first in a fixed order. What cannot be read counts as nothing: the API server stores no such rules.
 */
export function unboundedBecause(rules: Json): string | undefined {
  const readable = rbacRules(rules);
  return WAYS.find(({ leads }) => readable.some(leads))?.because;
}
