/** Says what a role allows in words that decide about the security of a namespace. */
import type { Json } from "../api/json.ts";
import { isOfKubernetes } from "./kind.ts";
import { isMoreThanReading, type RbacRule, rbacRules, reaches } from "./rbac-rules.ts";
import { RBAC_GROUP } from "./role-binding.ts";

/**
 * `Everything` is all verbs on all resources of all groups. `Wildcard` is a star where Kubernetes' own kinds are meant. `Escalation` is rights of others:
 * escalate, bind, impersonate, tokens. `Pods` is to decide what runs in a pod, and so as which account and with which Secrets. `Exec` enters running ones.
 * `Write` changes anything at all.
 */
export type NamespacedRight = "Everything" | "Wildcard" | "Escalation" | "Secrets" | "Pods" | "Exec" | "Write";

/**
 * What only a binding for the whole cluster gives. `Nodes` enters every pod by the kubelet of its node. `Objects` is more than what everybody may know anyway:
 * reads a kind of Kubernetes itself, or changes any.
 */
export type ClusterRight = "Nodes" | "Objects";

export type Right = NamespacedRight | ClusterRight;

/** Of a pod that runs the image can still be changed, of one that is to be made anything. */
const WORKLOADS: readonly (readonly [group: string, resources: readonly string[]])[] = [
  ["", ["pods", "replicationcontrollers"]],
  ["apps", ["deployments", "daemonsets", "statefulsets", "replicasets"]],
  ["batch", ["jobs", "cronjobs"]],
];

const isWildcard = ({ groups, resources, verbs }: RbacRule): boolean =>
  groups.some(isKubernetes) && (verbs.includes("*") || resources.includes("*"));

const RIGHTS: Readonly<Record<NamespacedRight, (rule: RbacRule) => boolean>> = {
  Everything: ({ groups, resources, verbs }) => [groups, resources, verbs].every((list) => list.includes("*")),
  Wildcard: isWildcard,
  Escalation: (rule) => ESCALATION.some((leads) => leads(rule)),
  // A write is answered with the whole object, and the deletion of many with all of them.
  Secrets: (rule) => reaches(rule, "", "secrets") && may(rule, ["get", "list", "watch", "update", "patch", "deletecollection"]),
  Pods: (rule) =>
    WORKLOADS.some(([group, resources]) => resources.some((name) => reaches(rule, group, name))) &&
    may(rule, ["create", "update", "patch"]),
  // Get is enough where the connection is a websocket.
  Exec: (rule) => ["pods/exec", "pods/attach", "pods/ephemeralcontainers"].some((name) => reaches(rule, "", name)) && may(rule, ENTERING),
  Write: isMoreThanReading,
};

/** Rights that a star gives as well. They are told of rules without one: what those give must not hide behind the star of another. */
const BESIDE_A_STAR: ReadonlySet<NamespacedRight> = new Set(["Escalation", "Secrets", "Pods", "Exec"]);

const ENTERING = ["create", "get", "update", "patch"];

const PEOPLE = ["users", "groups", "serviceaccounts"];

/** A verb that is named counts whatever it is about: what may be bound or impersonated tomorrow is not known today. */
const ESCALATION: readonly ((rule: RbacRule) => boolean)[] = [
  ({ verbs }) => verbs.some((verb) => verb === "escalate" || verb === "bind" || verb.startsWith("impersonate")),
  (rule) => rule.verbs.includes("*") && ["roles", "clusterroles"].some((name) => reaches(rule, RBAC_GROUP, name)),
  (rule) => rule.verbs.includes("*") && PEOPLE.some((name) => reaches(rule, "", name)),
  (rule) => reaches(rule, "", "serviceaccounts/token") && may(rule, ["create"]),
];

/** The rights that rules of a Role or ClusterRole give, in a fixed order; empty for those that matter to nobody. */
export function rightsOf(rules: Json | undefined): readonly NamespacedRight[] {
  // Other rules of a ClusterRole are about URLs outside of the API, which no RoleBinding gives.
  const effective = rbacRules(rules).filter(({ resources }) => resources.length > 0);
  const named = effective.filter((rule) => !isWildcard(rule));
  return (Object.keys(RIGHTS) as NamespacedRight[]).filter((right) => (BESIDE_A_STAR.has(right) ? named : effective).some(RIGHTS[right]));
}

/** What rules of a ClusterRole give besides where they hold in the whole cluster, in a fixed order. */
export function clusterRightsOf(rules: Json | undefined): readonly ClusterRight[] {
  const effective = rbacRules(rules).filter(({ resources }) => resources.length > 0);
  const nodes = effective.some((rule) => !isWildcard(rule) && reaches(rule, "", "nodes/proxy") && may(rule, ENTERING));
  const objects = effective.some(
    (rule) => !isAboutOneself(rule) && !isPublic(rule) && (rule.groups.some(isKubernetes) || isMoreThanReading(rule)),
  );
  return [...(nodes ? ["Nodes" as const] : []), ...(objects ? ["Objects" as const] : [])];
}

/** Questions about the caller that everybody may ask (Kubernetes docs, RBAC: discovery roles). */
function isAboutOneself(rule: RbacRule): boolean {
  const access = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"];
  return isOnly(rule, "authorization.k8s.io", access) || isOnly(rule, "authentication.k8s.io", ["selfsubjectreviews"]);
}

/** Certificates by which workloads know whom they speak to: every workload may read them (ClusterRole system:cluster-trust-bundle-discovery). */
function isPublic(rule: RbacRule): boolean {
  return isOnly(rule, "certificates.k8s.io", ["clustertrustbundles"]) && !isMoreThanReading(rule);
}

function isOnly({ groups, resources }: RbacRule, group: string, names: readonly string[]): boolean {
  return groups.every((one) => one === group) && resources.every((name) => names.includes(name));
}

function may({ verbs }: RbacRule, wanted: readonly string[]): boolean {
  return verbs.some((verb) => verb === "*" || wanted.includes(verb));
}

/** Groups of kinds that others bring have a domain of theirs: a star there is no more than all of their kinds. */
function isKubernetes(group: string): boolean {
  return group === "*" || isOfKubernetes(group);
}
