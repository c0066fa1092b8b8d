/** Tests whose objects a look judges: those of others, whatever they pretend, and what can be judged while a part cannot be seen. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import { binding, type Look, lookAt, SPEC, toldOf } from "./looks.ts";

const BOB = binding("bob-admin", "cluster-admin", ["User", "bob"]);
const BOB_IS_FOUND = ["ClusterAdminBinding RoleBinding/bob-admin", "UserSubject RoleBinding/bob-admin"];
/** Of the name that the baseline asks for, but for bob. */
const IN_PLACE = binding("viewers", "cluster-admin", ["User", "bob"]);
const IN_PLACE_IS_FOUND = ["ClusterAdminBinding RoleBinding/viewers", "UserSubject RoleBinding/viewers"];
const ROLE: JsonObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { name: "cluster-admin" },
  rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
};
const API: JsonObject = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "api" }, secrets: [{ name: "api-token" }] };
const DEFAULT: JsonObject = { ...API, metadata: { name: "default" } };
/** The baseline lets every pod reach the Internet, and nothing that is private. */
const TO_INTERNET: SecurityBaselineSpec = {
  network: { defaultDeny: ["Ingress", "Egress"], egress: [{ name: "out", to: [{ preset: "Internet" }] }] },
};
const PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
const egress = (name: string, ...to: JsonObject[]): JsonObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name },
  spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to }] },
});
const UNKNOWN: JsonObject = { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", metadata: { name: "extra" }, spec: {} };

/** A custom role needs rules. */
const INVALID_ACCESS: SecurityBaselineSpec = { access: { roles: [{ name: "viewers", groups: ["dev"] }] } };

interface Case {
  readonly reason: string;
  readonly look: Look;
  readonly told: readonly string[];
}

const CASES: readonly Case[] = [
  { reason: "an object of somebody else is judged", look: { objects: [[BOB]] }, told: BOB_IS_FOUND },
  { reason: "our label alone hides nothing", look: { objects: [[BOB, { label: "access" }]] }, told: BOB_IS_FOUND },
  { reason: "our field manager alone hides nothing", look: { objects: [[BOB, { applied: true }]] }, told: BOB_IS_FOUND },
  {
    reason: "an object that is being deleted grants until its last finalizer is gone",
    look: { objects: [[BOB, { terminating: true }]] },
    told: BOB_IS_FOUND,
  },
  {
    reason: "both are what we make: that nobody asks for it is drift",
    look: { objects: [[BOB, { label: "access", applied: true }]] },
    told: [],
  },
  {
    reason: "unless the label names no section: drift leaves such a one to a newer version",
    look: { objects: [[BOB, { label: "made-up", applied: true }]] },
    told: BOB_IS_FOUND,
  },
  {
    reason: "or one that is not in use: what it made and left behind is nobody's",
    look: { objects: [[BOB, { label: "access", applied: true }]], spec: { network: {}, deletionPolicy: "Retain" } },
    told: BOB_IS_FOUND,
  },
  {
    reason: "or one that is Off",
    look: { objects: [[BOB, { label: "access", applied: true }]], spec: { access: { mode: "Off" } } },
    told: BOB_IS_FOUND,
  },
  {
    reason: "or one that cannot say what it asks for",
    look: { objects: [[BOB, { label: "access", applied: true }]], spec: INVALID_ACCESS },
    told: BOB_IS_FOUND,
  },
  {
    reason: "but what such a section had in place stands",
    look: {
      objects: [[BOB, { label: "access", applied: true }]],
      spec: INVALID_ACCESS,
      inventory: ["rolebindings.rbac.authorization.k8s.io bob-admin u1"],
    },
    told: [],
  },
  {
    reason: "an object that is asked for and ours is no finding, whatever it says: that is drift",
    look: { objects: [[IN_PLACE, { label: "access", applied: true }]] },
    told: [],
  },
  { reason: "nor if it lost one mark", look: { objects: [[IN_PLACE, { applied: true }]] }, told: [] },
  { reason: "a foreign object in its place is judged besides being a Conflict", look: { objects: [[IN_PLACE]] }, told: IN_PLACE_IS_FOUND },
  {
    reason: "of our own accounts is told what the baseline leaves to others",
    look: { objects: [[API, { label: "serviceAccounts", applied: true }]] },
    told: ["LegacyServiceAccountToken ServiceAccount/api"],
  },
  {
    reason: "an account of others mounts its token, too",
    look: { objects: [[API]] },
    told: ["LegacyServiceAccountToken ServiceAccount/api", "AutomountedToken ServiceAccount/api"],
  },
  {
    reason: "the account that every namespace has is the section's own, whose it may be: its token is drift",
    look: { objects: [[DEFAULT]], spec: { ...SPEC, mode: "Report" } },
    told: ["LegacyServiceAccountToken ServiceAccount/default"],
  },
  {
    reason: "a role that is missing gives nothing",
    look: { objects: [[binding("dev", "gone", ["Group", "dev"])]] },
    told: [],
  },
  {
    reason: "but a person is named, and will have it when it is made",
    look: { objects: [[binding("dev", "gone", ["User", "bob"])]] },
    told: ["UserSubject RoleBinding/dev"],
  },
  {
    reason: "a Role of the namespace is not the ClusterRole of its name",
    look: { objects: [[ROLE], [binding("dev", "cluster-admin", ["Group", "dev"])]] },
    told: ["ClusterAdminBinding RoleBinding/dev"],
  },
  {
    reason: "nor the other way round",
    look: {
      objects: [[ROLE], [{ ...binding("dev", "cluster-admin", ["Group", "dev"]), roleRef: { kind: "Role", name: "cluster-admin" } }]],
    },
    told: [],
  },
  {
    reason: "a section that is not in use has nothing that is undone",
    look: { objects: [[UNKNOWN], [API]], spec: {} },
    told: ["LegacyServiceAccountToken ServiceAccount/api"],
  },
  {
    reason: "a section that is Off has nothing either",
    look: { objects: [[UNKNOWN]], spec: { ...SPEC, secrets: { mode: "Off" } } },
    told: [],
  },
  {
    reason: "a section that only reports does",
    look: { objects: [[UNKNOWN]], spec: { ...SPEC, mode: "Report" } },
    told: ["UnknownExternalSecret ExternalSecret/extra"],
  },
  {
    reason: "a direction that the baseline does not deny is open anyway",
    look: { objects: [[egress("everybody")]], spec: { network: { defaultDeny: ["Ingress"] } } },
    told: [],
  },
  { reason: "nor is anything closed without the section", look: { objects: [[egress("everybody")]], spec: { access: {} } }, told: [] },
  {
    reason: "what the baseline opens as widely is no finding",
    look: {
      objects: [[egress("out", { ipBlock: { cidr: "0.0.0.0/0", except: PRIVATE } })]],
      spec: TO_INTERNET,
    },
    told: [],
  },
  {
    reason: "the Internet does not contain private networks, the cluster's own among them",
    look: {
      objects: [
        [egress("everybody")],
        [egress("namespaces", { namespaceSelector: {} })],
        [egress("zero", { ipBlock: { cidr: "0.0.0.0/0" } })],
      ],
      spec: TO_INTERNET,
    },
    told: [
      "PermissiveNetworkPolicy NetworkPolicy/everybody",
      "PermissiveNetworkPolicy NetworkPolicy/namespaces",
      "PermissiveNetworkPolicy NetworkPolicy/zero",
    ],
  },
  {
    reason: "emergency access has a trail of its own",
    look: { objects: [[grant("bg-1", "grant", ["ServiceAccount", "bg-1"])]] },
    told: [],
  },
  {
    reason: "that of anybody but the identity of its name is none",
    look: { objects: [[grant("bg-1", "grant")], [grant("bg-2", "grant", ["ServiceAccount", "worker"])]] },
    told: ["ClusterAdminBinding RoleBinding/bg-1", "ClusterAdminBinding RoleBinding/bg-2", "UserSubject RoleBinding/bg-1"],
  },
  {
    reason: "its label on another name is none",
    look: { objects: [[grant("bob-admin", "grant")]] },
    told: ["ClusterAdminBinding RoleBinding/bob-admin", "UserSubject RoleBinding/bob-admin"],
  },
  {
    reason: "another label on its name neither",
    look: { objects: [[grant("bg-1", "other")]] },
    told: ["ClusterAdminBinding RoleBinding/bg-1", "UserSubject RoleBinding/bg-1"],
  },
];

function grant(name: string, label: string, subject: readonly [kind: string, name: string] = ["User", "bob"]): JsonObject {
  const object = binding(name, "cluster-admin", subject);
  return { ...object, metadata: { name, labels: { "securitybaseline.dev/break-glass": label } } };
}

describe("what a look judges", () => {
  for (const { reason, look, told } of CASES) it(reason, () => expect(toldOf(lookAt(look))).to.deep.equal(told));
});

describe("what a look cannot see", () => {
  it("is nothing where all is known", () => expect([...lookAt({ objects: [] }).unseen]).to.deep.equal([]));

  it("is a kind that cannot be listed", () =>
    expect([...lookAt({ objects: [], unknown: ["NetworkPolicy"] }).unseen]).to.deep.equal(["NetworkPolicy.networking.k8s.io"]));

  it("is not a kind that is not there", () => expect([...lookAt({ objects: [], absent: ["ExternalSecret"] }).unseen]).to.deep.equal([]));

  it("is what bindings give, while ClusterRoles are not listed", () =>
    expect([...lookAt({ objects: [], clusterRoles: undefined }).unseen]).to.deep.equal([
      "RoleBinding.rbac.authorization.k8s.io",
      "ClusterRoleBinding.rbac.authorization.k8s.io",
    ]));
});
