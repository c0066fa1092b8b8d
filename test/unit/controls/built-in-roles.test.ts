/** Proves what the built-in roles promise: what each may do, and what none of them ever may. */
import { expect } from "chai";
import { builtInRoles, builtInRules } from "../../../operator/controls/access/built-in-roles.ts";

const NAMES = ["app-deployer", "app-viewer", "namespace-admin", "secret-manager"] as const;
type Name = (typeof NAMES)[number];

/** As RBAC decides: some rule names group, resource and verb. */
function may(name: Name, verb: string, [group, resource]: readonly [string, string]): boolean {
  const rules = builtInRules(name) ?? [];
  return rules.some((rule) => rule.verbs.includes(verb) && rule.apiGroups.includes(group) && rule.resources.includes(resource));
}

const RBAC = "rbac.authorization.k8s.io";
const table: readonly {
  readonly reason: string;
  readonly verb: string;
  readonly on: readonly [string, string];
  readonly roles: readonly Name[];
}[] = [
  { reason: "roll out", verb: "create", on: ["apps", "deployments"], roles: ["app-deployer", "namespace-admin"] },
  { reason: "undo a roll-out", verb: "patch", on: ["apps", "statefulsets"], roles: ["app-deployer", "namespace-admin"] },
  { reason: "scale", verb: "patch", on: ["apps", "deployments/scale"], roles: ["app-deployer", "namespace-admin"] },
  {
    reason: "see a roll-out's history",
    verb: "list",
    on: ["apps", "replicasets"],
    roles: ["app-deployer", "app-viewer", "namespace-admin"],
  },
  { reason: "run a job", verb: "create", on: ["batch", "jobs"], roles: ["app-deployer", "namespace-admin"] },
  { reason: "schedule a job", verb: "update", on: ["batch", "cronjobs"], roles: ["app-deployer", "namespace-admin"] },
  { reason: "publish", verb: "create", on: ["networking.k8s.io", "ingresses"], roles: ["app-deployer", "namespace-admin"] },
  { reason: "autoscale", verb: "delete", on: ["autoscaling", "horizontalpodautoscalers"], roles: ["app-deployer", "namespace-admin"] },
  { reason: "limit disruption", verb: "create", on: ["policy", "poddisruptionbudgets"], roles: ["app-deployer", "namespace-admin"] },
  { reason: "configure", verb: "update", on: ["", "configmaps"], roles: ["app-deployer", "namespace-admin"] },
  { reason: "look at configuration", verb: "watch", on: ["", "configmaps"], roles: ["app-deployer", "app-viewer", "namespace-admin"] },
  { reason: "look at pods", verb: "list", on: ["", "pods"], roles: ["app-deployer", "app-viewer", "namespace-admin"] },
  { reason: "read logs", verb: "get", on: ["", "pods/log"], roles: ["app-deployer", "app-viewer", "namespace-admin"] },
  { reason: "see daemons", verb: "list", on: ["apps", "daemonsets"], roles: ["app-deployer", "app-viewer", "namespace-admin"] },
  { reason: "see replication controllers", verb: "list", on: ["", "replicationcontrollers"], roles: ["app-deployer", "app-viewer"] },
  { reason: "see quotas", verb: "get", on: ["", "resourcequotas"], roles: ["app-deployer", "app-viewer"] },
  { reason: "see limits", verb: "list", on: ["", "limitranges"], roles: ["app-deployer", "app-viewer"] },
  {
    reason: "see claims",
    verb: "list",
    on: ["", "persistentvolumeclaims"],
    roles: ["app-deployer", "app-viewer", "namespace-admin"],
  },
  { reason: "see what is closed", verb: "list", on: ["networking.k8s.io", "networkpolicies"], roles: ["app-deployer", "app-viewer"] },
  { reason: "see what pods use", verb: "list", on: ["metrics.k8s.io", "pods"], roles: ["app-deployer", "app-viewer"] },
  { reason: "read the baseline", verb: "get", on: ["securitybaseline.dev", "securitybaselines"], roles: ["app-deployer", "app-viewer"] },
  { reason: "delete a pod", verb: "delete", on: ["", "pods"], roles: ["namespace-admin"] },
  { reason: "run a bare pod", verb: "create", on: ["", "pods"], roles: ["namespace-admin"] },
  { reason: "open a shell", verb: "create", on: ["", "pods/exec"], roles: ["namespace-admin"] },
  { reason: "open a shell over a WebSocket", verb: "get", on: ["", "pods/exec"], roles: ["namespace-admin"] },
  { reason: "forward a port", verb: "create", on: ["", "pods/portforward"], roles: ["namespace-admin"] },
  { reason: "attach", verb: "create", on: ["", "pods/attach"], roles: ["namespace-admin"] },
  { reason: "add a debug container", verb: "patch", on: ["", "pods/ephemeralcontainers"], roles: ["namespace-admin"] },
  { reason: "read a Secret", verb: "get", on: ["", "secrets"], roles: ["namespace-admin", "secret-manager"] },
  { reason: "list Secrets, which reads them", verb: "list", on: ["", "secrets"], roles: ["namespace-admin", "secret-manager"] },
  { reason: "write a Secret", verb: "patch", on: ["", "secrets"], roles: ["namespace-admin", "secret-manager"] },
  { reason: "have a Secret fetched", verb: "create", on: ["external-secrets.io", "externalsecrets"], roles: ["secret-manager"] },
  { reason: "seal a Secret", verb: "create", on: ["bitnami.com", "sealedsecrets"], roles: ["secret-manager"] },
  { reason: "see accounts", verb: "list", on: ["", "serviceaccounts"], roles: ["namespace-admin"] },
  { reason: "make an account", verb: "create", on: ["", "serviceaccounts"], roles: [] },
  { reason: "make a token", verb: "create", on: ["", "serviceaccounts/token"], roles: [] },
  { reason: "impersonate", verb: "impersonate", on: ["", "serviceaccounts"], roles: [] },
  { reason: "read roles", verb: "get", on: [RBAC, "roles"], roles: [] },
  { reason: "bind", verb: "create", on: [RBAC, "rolebindings"], roles: [] },
  { reason: "open the network", verb: "create", on: ["networking.k8s.io", "networkpolicies"], roles: [] },
  { reason: "raise a quota", verb: "update", on: ["", "resourcequotas"], roles: [] },
  { reason: "change the baseline", verb: "patch", on: ["securitybaseline.dev", "securitybaselines"], roles: [] },
  { reason: "relabel the namespace", verb: "patch", on: ["", "namespaces"], roles: [] },
  { reason: "reach a pod through the API server", verb: "get", on: ["", "pods/proxy"], roles: [] },
];

describe("built-in roles", () => {
  it("are these four", () => {
    expect(Object.keys(builtInRoles)).to.have.members(NAMES);
  });

  for (const { reason, verb, on, roles } of table) {
    it(`${roles.join(", ") || "none"} may ${reason}`, () => {
      expect(NAMES.filter((name) => may(name, verb, on))).to.deep.equal(roles);
    });
  }

  for (const name of NAMES) {
    const rules = builtInRules(name) ?? [];

    it(`${name} has no wildcard`, () => {
      const words = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
      expect(words.filter((word) => word.includes("*"))).to.deep.equal([]);
    });

    it(`${name} uses only plain verbs`, () => {
      const verbs = new Set(rules.flatMap((rule) => rule.verbs));
      expect(["get", "list", "watch", "create", "update", "patch", "delete"]).to.include.members([...verbs]);
    });

    it(`${name} says for whom it is`, () => {
      expect(builtInRoles[name]?.description).to.match(/^[A-Z].*\.$/);
    });
  }

  it("app-viewer only reads", () => {
    const verbs = new Set((builtInRules("app-viewer") ?? []).flatMap((rule) => rule.verbs));
    expect([...verbs]).to.have.members(["get", "list", "watch"]);
  });

  it("secret-manager holds nothing but Secrets and what they are made from", () => {
    const resources = (builtInRules("secret-manager") ?? []).flatMap((rule) => rule.resources);
    expect(resources).to.have.members(["secrets", "externalsecrets", "sealedsecrets"]);
  });

  for (const name of ["log-reader", "constructor", "toString", "__proto__", ""]) {
    it(`${JSON.stringify(name)} is a custom name`, () => {
      expect(builtInRules(name)).to.equal(undefined);
    });
  }
});
