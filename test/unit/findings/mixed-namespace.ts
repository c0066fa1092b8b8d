/** Builds a namespace of many foreign objects whose truth its builder states beside each: what is wrong with it, by nobody's rules but the builder's. */
import type { JsonObject } from "../../../operator/api/json.ts";

const GROUP = "rbac.authorization.k8s.io";

/** One form of object, with the findings that are true of it. Roles that it needs come along. */
interface Form {
  readonly truth: readonly string[];
  readonly make: (name: string) => readonly [object: JsonObject, ...roles: JsonObject[]];
}

const subject = (kind: string, name: string): JsonObject => ({ apiGroup: GROUP, kind, name });
const account = (name: string, namespace: string): JsonObject => ({ kind: "ServiceAccount", name, namespace });
const DEV = subject("Group", "payments-dev");

function bound(clusterRole: string, ...subjects: JsonObject[]): Form["make"] {
  return (name) => [bindingOf(name, "ClusterRole", clusterRole, subjects)];
}

function boundTo(rules: readonly JsonObject[], ...subjects: JsonObject[]): Form["make"] {
  return (name) => [
    bindingOf(name, "Role", name, subjects),
    { apiVersion: `${GROUP}/v1`, kind: "Role", metadata: { name, namespace: "payments" }, rules },
  ];
}

function bindingOf(name: string, kind: string, role: string, subjects: readonly JsonObject[]): JsonObject {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: "RoleBinding",
    metadata: { name, namespace: "payments" },
    roleRef: { apiGroup: GROUP, kind, name: role },
    subjects,
  };
}

function policy(spec: JsonObject): Form["make"] {
  return (name) => [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace: "payments" }, spec }];
}

function serviceAccount(fields: JsonObject): Form["make"] {
  return (name) => [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "payments" }, ...fields }];
}

const rule = (group: string, resource: string, ...verbs: string[]): JsonObject => ({ apiGroups: [group], resources: [resource], verbs });
const gatewayOnly = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } } };

/** Harmful and harmless ones by turns. */
const FORMS: readonly Form[] = [
  { truth: [], make: bound("view", DEV) },
  { truth: ["ClusterAdminBinding"], make: bound("cluster-admin", DEV) },
  { truth: [], make: bound("cluster-admin", subject("User", "system:kube-controller-manager")) },
  { truth: ["ClusterAdminBinding", "UserSubject"], make: bound("cluster-admin", subject("User", "bob")) },
  { truth: [], make: bound("view", account("prometheus", "monitoring")) },
  { truth: ["UserSubject"], make: bound("view", DEV, subject("User", "ann")) },
  { truth: [], make: bound("not-there", DEV) },
  { truth: ["PublicSubject"], make: bound("view", subject("Group", "system:authenticated")) },
  { truth: [], make: boundTo([rule("", "secrets", "get", "list")], account("api", "payments")) },
  { truth: ["SecretAccess"], make: boundTo([rule("", "secrets", "get", "list")], DEV) },
  { truth: ["EscalationRights", "SecretAccess", "ExecAccess"], make: bound("edit", DEV) },
  { truth: ["EscalationRights", "ForeignServiceAccount"], make: bound("admin", account("ci", "build")) },
  { truth: [], make: boundTo([rule("cert-manager.io", "*", "*")], DEV) },
  { truth: ["WildcardRole"], make: boundTo([rule("apps", "*", "*")], DEV) },
  { truth: [], make: boundTo([rule("", "pods/exec", "create")], account("runner", "payments")) },
  { truth: ["ExecAccess"], make: boundTo([rule("", "pods/exec", "create")], DEV) },
  { truth: ["ForeignServiceAccount"], make: boundTo([rule("", "configmaps", "patch")], account("ci", "build")) },
  { truth: ["SecretAccess"], make: boundTo([rule("batch", "jobs", "create")], DEV) },
  { truth: [], make: policy({ podSelector: {}, ingress: [{ from: [gatewayOnly] }] }) },
  { truth: ["PermissiveNetworkPolicy"], make: policy({ podSelector: {}, ingress: [{}] }) },
  { truth: [], make: policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] }) },
  { truth: ["PermissiveNetworkPolicy"], make: policy({ podSelector: { matchLabels: { app: "web" } }, egress: [{ to: [] }] }) },
  { truth: [], make: policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] }) },
  {
    truth: ["PermissiveNetworkPolicy"],
    make: policy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }] }),
  },
  { truth: [], make: serviceAccount({ automountServiceAccountToken: false }) },
  { truth: ["AutomountedToken"], make: serviceAccount({}) },
  { truth: ["LegacyServiceAccountToken"], make: serviceAccount({ automountServiceAccountToken: false, secrets: [{ name: "old" }] }) },
  {
    truth: ["UnknownExternalSecret"],
    make: (name) => [{ apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", metadata: { name, namespace: "payments" }, spec: {} }],
  },
];

/** `count` objects, beside the Roles that they refer to, and what is true of them, as `rule kind/name`. */
export function mixedNamespace(count: number): { readonly objects: readonly JsonObject[]; readonly truth: readonly string[] } {
  const made = Array.from({ length: count }, (_, index) => {
    const form = FORMS[index % FORMS.length] as Form;
    const name = `foreign-${index}`;
    const [object, ...roles] = form.make(name);
    return { objects: [object, ...roles], truth: form.truth.map((id) => `${id} ${object["kind"]}/${name}`) };
  });
  return { objects: made.flatMap(({ objects }) => objects), truth: made.flatMap(({ truth }) => truth) };
}
