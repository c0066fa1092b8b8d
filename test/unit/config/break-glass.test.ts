/** Proves what an installation of emergency access consists of, and how it follows from its settings. */
import { expect } from "chai";
import type { AccessRule } from "../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import { deadlineOf } from "../../../operator/breakglass/grant.ts";
import { DEFAULT_SETTINGS } from "../../../operator/breakglass/installation.ts";
import { installationRights } from "../../../operator/breakglass/installation-rights.ts";
import { suppliedRoles } from "../../../operator/breakglass/supplied-roles.ts";
import { breakGlassPolicies } from "../../../operator/policies/break-glass/index.ts";
import { policyDocuments } from "../../../operator/policies/documents.ts";
import { breakGlassInstallation } from "../../../operator/policies/installation.ts";

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Readonly<Record<string, string>> };
  readonly rules?: readonly AccessRule[];
  readonly subjects?: readonly object[];
  readonly spec: JsonObject;
}

const typed = (objects: readonly JsonObject[]) => objects as unknown as readonly Manifest[];
const OTHER = {
  namespace: "glass",
  roles: ["db-incident", "edit"],
  unboundedRoles: ["cluster-admin"],
  maxDuration: 900,
  custodians: ["keepers"],
  allowSystemNamespaces: false,
  objectLabels: {},
};

/** Every expression of a policy. */
const expressions = (settings = DEFAULT_SETTINGS): string => JSON.stringify(breakGlassPolicies(settings).flatMap(policyDocuments));

describe("the installation of emergency access", () => {
  it("by default allows two roles for four hours, and nobody to make grants by hand", () => {
    expect(DEFAULT_SETTINGS).to.deep.equal({
      namespace: "securitybaseline-breakglass",
      roles: ["sb-cluster-admin", "sb-incident-admin"],
      unboundedRoles: [],
      maxDuration: 14_400,
      custodians: [],
      allowSystemNamespaces: false,
      objectLabels: {},
    });
  });

  it("begins with its namespace, in which Pod Security allows the least", () => {
    const [namespace] = breakGlassInstallation(DEFAULT_SETTINGS);
    expect(namespace).to.deep.equal({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "securitybaseline-breakglass",
        labels: {
          "app.kubernetes.io/name": "securitybaseline",
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
          "pod-security.kubernetes.io/enforce-version": "latest",
          "pod-security.kubernetes.io/audit-version": "latest",
          "pod-security.kubernetes.io/warn-version": "latest",
        },
      },
    });
  });

  it("names every object once, and none as made for a baseline", () => {
    const objects = typed(breakGlassInstallation(OTHER));
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ""}/${metadata.name}`);
    expect(new Set(names).size).to.equal(names.length);
    expect(objects.map(({ metadata }) => metadata.labels["app.kubernetes.io/name"])).to.deep.equal(objects.map(() => "securitybaseline"));
    expect(objects.filter(({ metadata }) => metadata.labels["app.kubernetes.io/managed-by"])).to.deep.equal([]);
  });

  describe("rights", () => {
    it("let the operator bind the allowed roles and the one of drills, by name, and none that Kubernetes has made for lasting rights unless it is listed as that", () => {
      const [role] = typed(installationRights(OTHER));
      expect(role?.rules).to.deep.equal([
        {
          apiGroups: ["rbac.authorization.k8s.io"],
          resources: ["clusterroles"],
          resourceNames: ["db-incident", "sb-drill", "cluster-admin"],
          verbs: ["bind"],
        },
      ]);
    });

    it("let the operator add to the ledger in the break-glass namespace, and hand out the minting of tokens", () => {
      const [, , role, binding] = typed(installationRights(OTHER));
      expect(role?.metadata.namespace).to.equal("glass");
      expect(role?.rules).to.deep.equal([
        { apiGroups: ["securitybaseline.dev"], resources: ["breakglassauditentries"], verbs: ["create", "get"] },
        { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create", "mint"] },
      ]);
      expect(binding?.subjects).to.deep.equal([
        { kind: "ServiceAccount", name: "securitybaseline-operator", namespace: "securitybaseline-system" },
      ]);
    });

    it("are for nobody else without custodians", () => {
      expect(typed(installationRights(DEFAULT_SETTINGS)).map(({ metadata }) => metadata.name)).to.deep.equal(
        Array.from({ length: 4 }, () => "securitybaseline-break-glass"),
      );
    });

    it("give custodians neither tokens nor deletions outside the break-glass namespace", () => {
      const byHand = typed(installationRights(OTHER)).filter(({ metadata }) => metadata.name === "securitybaseline-break-glass-custodians");
      const everywhere = byHand.filter(({ metadata }) => metadata.namespace === undefined).flatMap(({ rules = [] }) => rules);
      expect(byHand.flatMap(({ rules = [] }) => rules.flatMap(({ resources }) => resources))).to.not.include("serviceaccounts/token");
      expect(everywhere.flatMap(({ verbs }) => verbs)).to.have.members(["get", "list", "create", "bind"]);
      expect(byHand.flatMap(({ subjects = [] }) => subjects)).to.deep.equal([
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "keepers" },
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "keepers" },
      ]);
    });
  });

  describe("supplied roles", () => {
    const [incident, drill] = typed(suppliedRoles());
    const rules = incident?.rules ?? [];
    const WRITES = ["create", "update", "patch", "delete", "deletecollection"];
    const writable = rules.filter(({ verbs }) => verbs.some((verb) => WRITES.includes(verb)));
    const resourcesOf = (list: readonly AccessRule[]) => list.flatMap(({ resources }) => resources);

    it("are called as the contract says, and the one of drills has no rights", () => {
      expect([incident?.metadata.name, drill?.metadata.name, drill?.rules]).to.deep.equal(["sb-incident-admin", "sb-drill", []]);
    });

    it("list what they allow: no wildcard, no Secret, no token, nobody else's name", () => {
      const forbidden = ["*", "secrets", "serviceaccounts/token", "nodes/proxy", "pods/proxy", "services/proxy", "users", "groups"];
      expect(resourcesOf(rules).filter((resource) => forbidden.includes(resource))).to.deep.equal([]);
      const words = rules.flatMap(({ apiGroups, verbs }) => [...apiGroups, ...verbs]);
      expect(words.filter((word) => ["*", "impersonate", "escalate", "bind"].includes(word))).to.deep.equal([]);
    });

    it("write nothing that decides about rights, admission, certificates, nodes or emergency access", () => {
      const groups = writable.flatMap(({ apiGroups }) => apiGroups);
      expect([...new Set(groups)]).to.have.members(["", "apps", "autoscaling", "batch", "networking.k8s.io", "policy"]);
      const untouched = ["nodes", "namespaces", "serviceaccounts", "networkpolicies", "resourcequotas", "persistentvolumes"];
      expect(resourcesOf(writable).filter((resource) => untouched.includes(resource))).to.deep.equal([]);
    });

    it("do what is done in incidents", () => {
      expect(resourcesOf(writable)).to.include.members([
        "pods",
        "pods/exec",
        "pods/portforward",
        "pods/eviction",
        "deployments",
        "statefulsets",
        "daemonsets",
        "configmaps",
        "services",
        "ingresses",
        "horizontalpodautoscalers",
        "poddisruptionbudgets",
        "jobs",
      ]);
    });
  });

  describe("policies", () => {
    it("say what to write instead, in each validation", () => {
      const messages = breakGlassPolicies(DEFAULT_SETTINGS).flatMap(({ validations }) => validations.map(({ message }) => message));
      expect(messages.filter((message) => message.length < 20 || message.includes("\n"))).to.deep.equal([]);
    });

    it("follow the settings and know nothing of the default ones", () => {
      const text = expressions(OTHER);
      expect(text).to.contain("system:serviceaccount:glass:");
      expect(text).to.contain(
        "object.roleRef.name in ['db-incident', 'sb-drill'] || (request.resource.resource == 'clusterrolebindings' && object.roleRef.name in ['cluster-admin'])",
      );
      expect(text).to.contain("variables.now + 910");
      expect(text).to.contain("exists(g, g in ['keepers'])");
      expect(text).to.not.contain("securitybaseline-breakglass");
      expect(text).to.not.contain("sb-incident-admin");
    });

    it("ask nobody's groups without custodians", () => {
      expect(expressions()).to.not.contain("exists(g, g in [])");
    });

    it("are the same for the same settings", () => {
      expect(expressions()).to.equal(expressions({ ...DEFAULT_SETTINGS }));
    });

    it("refuse a name that no expression can hold", () => {
      expect(() => breakGlassPolicies({ ...DEFAULT_SETTINGS, custodians: ["it's us"] })).to.throw("not a plain string for an expression");
    });
  });

  describe("names of grants", () => {
    const names = [
      { name: "bg-abcdef0123-1900000000", deadline: 1_900_000_000 },
      { name: "bg-abcdef0123-190000000", deadline: undefined },
      { name: "bg-abcdef0123-19000000000", deadline: undefined },
      { name: "bg-abcdef012-1900000000", deadline: undefined },
      { name: "bg-ABCDEF0123-1900000000", deadline: undefined },
      { name: "xbg-abcdef0123-1900000000", deadline: undefined },
      { name: "bg-abcdef0123-1900000000x", deadline: undefined },
    ];
    for (const { name, deadline } of names) {
      it(`${name} is ${deadline === undefined ? "none" : "one"}`, () => {
        expect(deadlineOf(name)).to.equal(deadline);
      });
    }
  });
});
