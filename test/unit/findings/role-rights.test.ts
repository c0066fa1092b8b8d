/** Tests what a role is said to allow: roles as Kubernetes ships them, stars, subresources, and rules that no API server stores. */
import { expect } from "chai";
import type { Json } from "../../../operator/api/json.ts";
import { builtInRules } from "../../../operator/controls/access/built-in-roles.ts";
import { type Right, rightsOf } from "../../../operator/kinds/role-rights.ts";

interface Case {
  readonly reason: string;
  readonly rules: Json;
  readonly rights: readonly Right[];
}

const READ = ["get", "list", "watch"];
const CHANGE = ["create", "delete", "deletecollection", "patch", "update"];
const ALL_RIGHTS: readonly Right[] = ["Everything", "Wildcard", "Write"];

function rule(apiGroup: string, resources: readonly string[], verbs: readonly string[]): Json {
  return { apiGroups: [apiGroup], resources, verbs };
}

const VIEW: readonly Json[] = [
  rule("", ["configmaps", "endpoints", "persistentvolumeclaims", "pods", "replicationcontrollers", "serviceaccounts", "services"], READ),
  rule("", ["bindings", "events", "limitranges", "namespaces/status", "pods/log", "pods/status", "resourcequotas"], READ),
  rule("", ["namespaces"], READ),
  rule("discovery.k8s.io", ["endpointslices"], READ),
  rule("apps", ["controllerrevisions", "daemonsets", "deployments", "deployments/scale", "replicasets", "statefulsets"], READ),
  rule("batch", ["cronjobs", "cronjobs/status", "jobs", "jobs/status"], READ),
  rule("networking.k8s.io", ["ingresses", "ingresses/status", "networkpolicies"], READ),
];
const EDIT: readonly Json[] = [
  ...VIEW,
  rule("", ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"], READ),
  rule("", ["serviceaccounts"], ["impersonate"]),
  rule("", ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"], CHANGE),
  rule("", ["pods/eviction"], ["create"]),
  rule("", ["configmaps", "events", "replicationcontrollers", "secrets", "serviceaccounts", "services", "services/proxy"], CHANGE),
  rule("", ["serviceaccounts/token"], ["create"]),
  rule("apps", ["daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets", "statefulsets"], CHANGE),
  rule("batch", ["cronjobs", "jobs"], CHANGE),
];
const ADMIN: readonly Json[] = [
  ...EDIT,
  rule("authorization.k8s.io", ["localsubjectaccessreviews"], ["create"]),
  rule("rbac.authorization.k8s.io", ["rolebindings", "roles"], [...CHANGE, ...READ]),
];
const CLUSTER_ADMIN: readonly Json[] = [rule("*", ["*"], ["*"]), { nonResourceURLs: ["*"], verbs: ["*"] }];

const SHIPPED: readonly Case[] = [
  { reason: "cluster-admin may do everything", rules: CLUSTER_ADMIN, rights: ALL_RIGHTS },
  {
    reason: "admin acts as the ServiceAccounts of the namespace, reads Secrets, makes pods and enters them",
    rules: ADMIN,
    rights: ["Escalation", "Secrets", "Pods", "Exec", "Write"],
  },
  { reason: "edit does all that, too: it only lacks roles", rules: EDIT, rights: ["Escalation", "Secrets", "Pods", "Exec", "Write"] },
  { reason: "view reads neither Secrets nor more than objects", rules: VIEW, rights: [] },
];

const OURS: readonly Case[] = [
  { reason: "app-viewer only reads", rules: builtIn("app-viewer"), rights: [] },
  { reason: "app-deployer decides what runs, and enters nothing", rules: builtIn("app-deployer"), rights: ["Pods", "Write"] },
  { reason: "secret-manager reads Secrets", rules: builtIn("secret-manager"), rights: ["Secrets", "Write"] },
  {
    reason: "namespace-admin has all but the rights of others",
    rules: builtIn("namespace-admin"),
    rights: ["Secrets", "Pods", "Exec", "Write"],
  },
];

const STARS: readonly Case[] = [
  {
    reason: "all resources of a project's own group are its own business",
    rules: [rule("cert-manager.io", ["*"], ["*"])],
    rights: ["Write"],
  },
  { reason: "so are all verbs on its kinds", rules: [rule("argoproj.io", ["applications"], ["*"])], rights: ["Write"] },
  { reason: "reading all of them changes nothing", rules: [rule("monitoring.coreos.com", ["*"], READ)], rights: [] },
  {
    reason: "to read everything is a star, which contains Secrets and the GET of a shell",
    rules: [rule("*", ["*"], READ)],
    rights: ["Wildcard"],
  },
  { reason: "one resource in whatever group is no star of verbs or resources", rules: [rule("*", ["pods"], READ)], rights: [] },
  { reason: "all verbs on pods contain their making", rules: [rule("", ["pods"], ["*"])], rights: ["Wildcard", "Write"] },
  { reason: "all verbs on Secrets contain reading", rules: [rule("", ["secrets"], ["*"])], rights: ["Wildcard", "Write"] },
  { reason: "all kinds of apps may be read", rules: [rule("apps", ["*"], READ)], rights: ["Wildcard"] },
  { reason: "a group of Kubernetes with a domain is one of its own", rules: [rule("policy", ["*"], ["get"])], rights: ["Wildcard"] },
  { reason: "as is one that ends with k8s.io", rules: [rule("networking.k8s.io", ["*"], ["get"])], rights: ["Wildcard"] },
  { reason: "what extends Kubernetes has x-k8s.io", rules: [rule("cluster.x-k8s.io", ["*"], ["*"])], rights: ["Write"] },
  {
    reason: "stars of two rules are not put together",
    rules: [rule("cert-manager.io", ["*"], ["*"]), rule("", ["pods"], ["get"])],
    rights: ["Write"],
  },
  {
    reason: "every verb by name is not Everything, but the star of resources is a star, which contains tokens",
    rules: [rule("*", ["*"], [...READ, ...CHANGE])],
    rights: ["Wildcard", "Write"],
  },
  {
    reason: "what another rule gives does not hide behind a star",
    rules: [rule("apps", ["*"], ["get"]), rule("", ["serviceaccounts/token"], ["create"]), rule("", ["secrets"], ["deletecollection"])],
    rights: ["Wildcard", "Escalation", "Secrets", "Write"],
  },
  {
    reason: "among several groups one of Kubernetes is enough",
    rules: [{ apiGroups: ["example.com", "apps"], resources: ["*"], verbs: ["get"] }],
    rights: ["Wildcard"],
  },
  {
    reason: "one resource by name under all stars may be any",
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"], resourceNames: ["one"] }],
    rights: ALL_RIGHTS,
  },
];

const SUBRESOURCES: readonly Case[] = [
  { reason: "logs are no shell", rules: [rule("", ["pods/log"], ["get"])], rights: [] },
  { reason: "a shell by POST", rules: [rule("", ["pods/exec"], ["create"])], rights: ["Exec", "Write"] },
  { reason: "a shell by GET, as WebSocket clients ask", rules: [rule("", ["pods/exec"], ["get"])], rights: ["Exec"] },
  { reason: "attach is a shell, too", rules: [rule("", ["pods/attach"], ["create"])], rights: ["Exec", "Write"] },
  { reason: "a container that is added to a pod", rules: [rule("", ["pods/ephemeralcontainers"], ["patch"])], rights: ["Exec", "Write"] },
  { reason: "a port is no shell", rules: [rule("", ["pods/portforward"], ["create"])], rights: ["Write"] },
  { reason: "an eviction makes no pod", rules: [rule("", ["pods/eviction"], ["create"])], rights: ["Write"] },
  { reason: "the number of pods is not what runs in them", rules: [rule("apps", ["deployments/scale"], ["update"])], rights: ["Write"] },
  { reason: "scale of every kind", rules: [rule("*", ["*/scale"], ["update"])], rights: ["Write"] },
  { reason: "exec of every kind", rules: [rule("", ["*/exec"], ["create"])], rights: ["Exec", "Write"] },
  {
    reason: "what means nothing today must not open anything tomorrow",
    rules: [rule("", ["pods/*"], ["create"])],
    rights: ["Exec", "Write"],
  },
  { reason: "a resource does not contain its subresources", rules: [rule("", ["pods"], ["get"])], rights: [] },
  { reason: "exec in a group of others is another thing", rules: [rule("example.com", ["pods/exec"], ["create"])], rights: ["Write"] },
];

const SECRETS: readonly Case[] = [
  {
    reason: "a single Secret by name is a Secret",
    rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["one"] }],
    rights: ["Secrets"],
  },
  { reason: "a list has the data", rules: [rule("", ["secrets"], ["list"])], rights: ["Secrets"] },
  { reason: "a watch has the data", rules: [rule("", ["secrets"], ["watch"])], rights: ["Secrets"] },
  { reason: "an answer to a write has the data", rules: [rule("", ["secrets"], ["patch"])], rights: ["Secrets", "Write"] },
  { reason: "who makes one knows it already", rules: [rule("", ["secrets"], ["create"])], rights: ["Write"] },
  { reason: "who deletes one does not see it", rules: [rule("", ["secrets"], ["delete"])], rights: ["Write"] },
  { reason: "secrets of another group are none", rules: [rule("example.com", ["secrets"], READ)], rights: [] },
  { reason: "sealed ones tell nothing", rules: [rule("bitnami.com", ["sealedsecrets"], READ)], rights: [] },
];

const WORKLOADS: readonly Case[] = [
  { reason: "to make pods", rules: [rule("", ["pods"], ["create"])], rights: ["Pods", "Write"] },
  { reason: "to make what makes them", rules: [rule("batch", ["cronjobs"], ["create"])], rights: ["Pods", "Write"] },
  { reason: "to change what makes them", rules: [rule("apps", ["statefulsets"], ["patch"])], rights: ["Pods", "Write"] },
  { reason: "the oldest kind that makes them", rules: [rule("", ["replicationcontrollers"], ["update"])], rights: ["Pods", "Write"] },
  { reason: "to change the image of one that runs", rules: [rule("", ["pods"], ["patch"])], rights: ["Pods", "Write"] },
  { reason: "or to replace it", rules: [rule("", ["pods"], ["update"])], rights: ["Pods", "Write"] },
  { reason: "to delete pods decides nothing in them", rules: [rule("", ["pods"], ["delete"])], rights: ["Write"] },
  { reason: "to delete what makes them neither", rules: [rule("apps", ["deployments"], ["delete"])], rights: ["Write"] },
  { reason: "a ConfigMap is no pod", rules: [rule("", ["configmaps"], [...READ, ...CHANGE])], rights: ["Write"] },
];

const ESCALATION: readonly Case[] = [
  { reason: "escalate", rules: [rule("rbac.authorization.k8s.io", ["roles"], ["escalate"])], rights: ["Escalation", "Write"] },
  { reason: "bind", rules: [rule("rbac.authorization.k8s.io", ["clusterroles"], ["bind"])], rights: ["Escalation", "Write"] },
  {
    reason: "bind, also of one role by name: what is in it tomorrow is not known",
    rules: [{ apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["bind"], resourceNames: ["reader"] }],
    rights: ["Escalation", "Write"],
  },
  { reason: "impersonate", rules: [rule("", ["serviceaccounts"], ["impersonate"])], rights: ["Escalation", "Write"] },
  {
    reason: "impersonate, with limits",
    rules: [rule("authentication.k8s.io", ["serviceaccounts"], ["impersonate:serviceaccount"])],
    rights: ["Escalation", "Write"],
  },
  { reason: "tokens of ServiceAccounts", rules: [rule("", ["serviceaccounts/token"], ["create"])], rights: ["Escalation", "Write"] },
  {
    reason: "all verbs on roles contain escalate and bind",
    rules: [rule("rbac.authorization.k8s.io", ["roles"], ["*"])],
    rights: ["Wildcard", "Write"],
  },
  {
    reason: "all verbs on accounts contain impersonate",
    rules: [rule("", ["serviceaccounts"], ["*"])],
    rights: ["Wildcard", "Write"],
  },
  {
    reason: "to write roles and bindings is held within one's own rights by the API server",
    rules: [rule("rbac.authorization.k8s.io", ["roles", "rolebindings"], CHANGE)],
    rights: ["Write"],
  },
  { reason: "to make accounts is no right of others", rules: [rule("", ["serviceaccounts"], CHANGE)], rights: ["Write"] },
];

const GARBAGE: readonly Case[] = [
  { reason: "no rules", rules: null, rights: [] },
  { reason: "an empty list", rules: [], rights: [] },
  { reason: "a word", rules: "*", rights: [] },
  { reason: "a number", rules: 5, rights: [] },
  { reason: "an object", rules: rule("*", ["*"], ["*"]), rights: [] },
  { reason: "rules that are none", rules: [null, "*", 5, [], {}], rights: [] },
  { reason: "words in the place of lists", rules: [{ apiGroups: "*", resources: "*", verbs: "*" }], rights: [] },
  { reason: "a rule without verbs", rules: [{ apiGroups: [""], resources: ["secrets"] }], rights: [] },
  { reason: "a rule without groups reaches nothing of a group", rules: [{ resources: ["secrets"], verbs: ["get"] }], rights: [] },
  {
    reason: "URLs outside of the API: no binding in a namespace gives them",
    rules: [{ nonResourceURLs: ["*"], verbs: ["*"] }],
    rights: [],
  },
  { reason: "a verb without anything that it is about", rules: [{ verbs: ["impersonate"] }], rights: [] },
  { reason: "a good rule among bad ones counts", rules: [null, rule("", ["secrets"], ["get"])], rights: ["Secrets"] },
];

function builtIn(name: string): Json {
  return builtInRules(name) as unknown as Json;
}

const TABLES: readonly (readonly [title: string, cases: readonly Case[]])[] = [
  ["that Kubernetes ships", SHIPPED],
  ["that we supply", OURS],
  ["with stars", STARS],
  ["about subresources", SUBRESOURCES],
  ["about Secrets", SECRETS],
  ["about what runs", WORKLOADS],
  ["about rights of others", ESCALATION],
  ["that no API server stores", GARBAGE],
];

describe("the rights of roles", () => {
  for (const [title, cases] of TABLES)
    describe(title, () => {
      for (const { reason, rules, rights } of cases) it(reason, () => expect(rightsOf(rules)).to.deep.equal(rights));
    });

  it("are none where a role has no rules at all", () => expect(rightsOf(undefined)).to.deep.equal([]));
});
