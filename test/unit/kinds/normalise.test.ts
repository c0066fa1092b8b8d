/** Tests which differences of an object have a meaning. */
import { expect } from "chai";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import type { OwnedKind } from "../../../operator/kinds/kind.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { networkPolicy } from "../../../operator/kinds/network-policy.ts";
import { role } from "../../../operator/kinds/role.ts";
import { roleBinding } from "../../../operator/kinds/role-binding.ts";
import { serviceAccount } from "../../../operator/kinds/service-account.ts";
import { normalised } from "./recorded.ts";

interface Pair {
  readonly reason: string;
  readonly kind: OwnedKind;
  readonly one: JsonObject;
  readonly other: JsonObject;
}

const rules = (...list: Json[]): JsonObject => ({ rules: list });
const subjects = (...list: Json[]): JsonObject => ({ subjects: list, roleRef: { kind: "Role", name: "r" } });
const policy = (spec: JsonObject): JsonObject => ({ spec: { policyTypes: ["Ingress", "Egress"], podSelector: {}, ...spec } });
const from = (...list: Json[]): JsonObject => policy({ ingress: [{ from: list }] });
const ports = (...list: Json[]): JsonObject => policy({ ingress: [{ ports: list }] });
const label = (key: string, value: string): JsonObject => ({ metadata: { labels: { [`pod-security.kubernetes.io/${key}`]: value } } });

const GET = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
const LIST = { apiGroups: [""], resources: ["pods"], verbs: ["list"] };
const GROUP = { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "a" };
const CIDR = "10.0.0.0/8";

const same: readonly Pair[] = [
  { reason: "no rules are an empty list", kind: role, one: {}, other: { rules: null } },
  { reason: "rules are joined: their order means nothing", kind: role, one: rules(GET, LIST), other: rules(LIST, GET) },
  { reason: "a rule given twice grants nothing more", kind: role, one: rules(GET, GET), other: rules(GET) },
  {
    reason: "verbs are looked up: their order means nothing",
    kind: role,
    one: rules({ ...GET, verbs: ["list", "get"] }),
    other: rules({ ...GET, verbs: ["get", "list", "get"] }),
  },
  { reason: "no resourceNames means any, empty or absent", kind: role, one: rules({ ...GET, resourceNames: [] }), other: rules(GET) },
  {
    reason: "subjects are looked up",
    kind: roleBinding,
    one: subjects(GROUP, { ...GROUP, name: "b" }),
    other: subjects({ ...GROUP, name: "b" }, GROUP),
  },
  { reason: "a group belongs to RBAC", kind: roleBinding, one: subjects({ kind: "Group", name: "a" }), other: subjects(GROUP) },
  {
    reason: "a ServiceAccount belongs to the core group, written or not",
    kind: roleBinding,
    one: subjects({ kind: "ServiceAccount", name: "a", namespace: "n", apiGroup: "" }),
    other: subjects({ kind: "ServiceAccount", name: "a", namespace: "n" }),
  },
  { reason: "no subjects are an empty list", kind: roleBinding, one: subjects(), other: { roleRef: { kind: "Role", name: "r" } } },
  {
    reason: "roleRef belongs to RBAC",
    kind: roleBinding,
    one: { roleRef: { kind: "Role", name: "r" } },
    other: { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" } },
  },
  { reason: "no ingress rules are an empty list", kind: networkPolicy, one: policy({ ingress: [] }), other: policy({}) },
  { reason: "TCP is the default protocol", kind: networkPolicy, one: ports({ port: 53 }), other: ports({ port: 53, protocol: "TCP" }) },
  { reason: "no peers means all, empty or absent", kind: networkPolicy, one: from(), other: policy({ ingress: [{}] }) },
  { reason: "no ports means all, empty or absent", kind: networkPolicy, one: ports(), other: policy({ ingress: [{}] }) },
  {
    reason: "peers are alternatives: their order means nothing",
    kind: networkPolicy,
    one: from({ podSelector: {} }, { ipBlock: { cidr: CIDR } }),
    other: from({ ipBlock: { cidr: CIDR, except: [] } }, { podSelector: {} }),
  },
  {
    reason: "an empty matchLabels selects as none does",
    kind: networkPolicy,
    one: from({ podSelector: { matchLabels: {}, matchExpressions: [] } }),
    other: from({ podSelector: {} }),
  },
  {
    reason: "the values of an expression are a set",
    kind: networkPolicy,
    one: from({ podSelector: { matchExpressions: [{ key: "a", operator: "In", values: ["x", "y"] }] } }),
    other: from({ podSelector: { matchExpressions: [{ key: "a", operator: "In", values: ["y", "x"] }] } }),
  },
  {
    reason: "an absent podSelector selects all pods",
    kind: networkPolicy,
    one: { spec: { policyTypes: ["Ingress"] } },
    other: { spec: { podSelector: {} } },
  },
  {
    reason: "policyTypes follow from the egress rules where they are absent",
    kind: networkPolicy,
    one: { spec: { podSelector: {}, egress: [{}] } },
    other: policy({ egress: [{}] }),
  },
  {
    reason: "pods get a token unless the account says false",
    kind: serviceAccount,
    one: {},
    other: { automountServiceAccountToken: true },
  },
  { reason: "other labels of a namespace are not ours", kind: namespace, one: {}, other: { metadata: { labels: { team: "a" } } } },
];

const different: readonly Pair[] = [
  { reason: "an added rule", kind: role, one: rules(GET), other: rules(GET, LIST) },
  { reason: "an added verb", kind: role, one: rules(GET), other: rules({ ...GET, verbs: ["get", "list"] }) },
  { reason: "a resourceName, which restricts", kind: role, one: rules(GET), other: rules({ ...GET, resourceNames: ["a"] }) },
  { reason: "a field that a later API version adds to a rule", kind: role, one: rules(GET), other: rules({ ...GET, condition: "x" }) },
  { reason: "an added subject", kind: roleBinding, one: subjects(GROUP), other: subjects(GROUP, { ...GROUP, name: "b" }) },
  { reason: "a user of the group's name", kind: roleBinding, one: subjects(GROUP), other: subjects({ ...GROUP, kind: "User" }) },
  {
    reason: "an account of the same name in another namespace",
    kind: roleBinding,
    one: subjects({ kind: "ServiceAccount", name: "a", namespace: "n" }),
    other: subjects({ kind: "ServiceAccount", name: "a", namespace: "m" }),
  },
  {
    reason: "a ClusterRole of the role's name",
    kind: roleBinding,
    one: { roleRef: { kind: "Role", name: "r" } },
    other: { roleRef: { kind: "ClusterRole", name: "r" } },
  },
  { reason: "an empty rule, which allows everything", kind: networkPolicy, one: policy({ ingress: [] }), other: policy({ ingress: [{}] }) },
  { reason: "a peer with all pods instead of no peer", kind: networkPolicy, one: from({ podSelector: {} }), other: from() },
  {
    reason: "all namespaces instead of this one",
    kind: networkPolicy,
    one: from({ podSelector: {} }),
    other: from({ podSelector: {}, namespaceSelector: {} }),
  },
  {
    reason: "selectors ANDed in one peer or alternatives in two",
    kind: networkPolicy,
    one: from({ podSelector: {}, namespaceSelector: {} }),
    other: from({ podSelector: {} }, { namespaceSelector: {} }),
  },
  { reason: "a port by number or by name", kind: networkPolicy, one: ports({ port: 80 }), other: ports({ port: "80" }) },
  { reason: "a range of ports", kind: networkPolicy, one: ports({ port: 80 }), other: ports({ port: 80, endPort: 90 }) },
  {
    reason: "a range that ends later",
    kind: networkPolicy,
    one: ports({ port: 80, endPort: 90 }),
    other: ports({ port: 80, endPort: 91 }),
  },
  {
    reason: "a range of one port, which a plugin may not know",
    kind: networkPolicy,
    one: ports({ port: 80 }),
    other: ports({ port: 80, endPort: 80 }),
  },
  { reason: "all ports of the protocol instead of one", kind: networkPolicy, one: ports({ port: 80 }), other: ports({ protocol: "TCP" }) },
  { reason: "all ports of a protocol", kind: networkPolicy, one: ports({ protocol: "TCP" }), other: ports() },
  { reason: "another protocol", kind: networkPolicy, one: ports({ port: 53 }), other: ports({ port: 53, protocol: "UDP" }) },
  {
    reason: "addresses that are left out",
    kind: networkPolicy,
    one: from({ ipBlock: { cidr: CIDR } }),
    other: from({ ipBlock: { cidr: CIDR, except: ["10.1.0.0/16"] } }),
  },
  {
    reason: "a policy for some pods only",
    kind: networkPolicy,
    one: policy({}),
    other: policy({ podSelector: { matchLabels: { app: "a" } } }),
  },
  { reason: "a policy type less", kind: networkPolicy, one: policy({}), other: policy({ policyTypes: ["Ingress"] }) },
  { reason: "a token mounted", kind: serviceAccount, one: { automountServiceAccountToken: false }, other: {} },
  { reason: "a lower level", kind: namespace, one: label("enforce", "restricted"), other: label("enforce", "baseline") },
  {
    reason: "an older version of the standard",
    kind: namespace,
    one: label("enforce-version", "latest"),
    other: label("enforce-version", "v1.20"),
  },
  {
    reason: "an absent version, which the server's configuration decides",
    kind: namespace,
    one: label("warn-version", "latest"),
    other: {},
  },
  { reason: "a level of another mode", kind: namespace, one: label("audit", "restricted"), other: label("warn", "restricted") },
];

describe("an object that means the same", () => {
  for (const { reason, kind, one, other } of same) {
    it(`${kind.kind}: ${reason}`, () => expect(normalised(kind, one)).to.deep.equal(normalised(kind, other)));
  }
});

describe("an object that means something else", () => {
  for (const { reason, kind, one, other } of different) {
    it(`${kind.kind}: ${reason}`, () => expect(normalised(kind, one)).not.to.deep.equal(normalised(kind, other)));
  }
});
