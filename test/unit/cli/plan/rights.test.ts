/** Proves how many requests a plan costs, that none of them writes, and what it says when the caller may not read something. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { ApiError } from "../../../../operator/cluster/errors.ts";
import { ListedCluster, type Placed } from "./listed-cluster.ts";
import { baselineText, CLUSTER_ROLES, emptyNamespace, foreignBinding, operatedNamespace, plan } from "./stage.ts";

const SPEC: SecurityBaselineSpec = {
  access: { roles: [{ name: "app-viewer", groups: ["support"] }] },
  network: { defaultDeny: ["Ingress"] },
  podSecurity: { enforce: "restricted" },
};
const NAMES = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `team-${String(index).padStart(3, "0")}`);
const filesFor = (names: readonly string[], spec = SPEC) =>
  Object.fromEntries(names.map((name) => [`${name}.json`, baselineText(name, spec)]));
const inNamespace = (path: string): boolean => /\/namespaces\/[^/]+\/./.test(path);

/** The thirteen kinds that controls own, the baselines, the ClusterRoles, the ClusterRoleBindings, the webhooks, and of others: policies of Cilium, and of Calico in two groups, and exceptions of Kyverno in two. */
const LISTS = 22;

describe("the requests of a plan", () => {
  it("are one list per kind, be it one namespace or hundreds", async () => {
    for (const count of [1, 2, 500]) {
      const names = NAMES(count);
      const cluster = new ListedCluster([...CLUSTER_ROLES, ...emptyNamespace("team-000")]);
      const { code } = await plan(filesFor(names), cluster);
      expect(code).to.equal(1);
      const lists = cluster.asked.filter((request) => request.startsWith("GET "));
      expect(lists, `${count} namespaces`).to.have.length(LISTS);
      // Of the namespaces one is there, and its level rises.
      expect(cluster.asked.filter((request) => !lists.includes(request))).to.deep.equal(["PATCH /api/v1/namespaces/team-000"]);
      // Whoever plans one namespace reads in it, but for the Namespace itself, what the cluster has, and RoleBindings, which reach into it from others.
      expect(lists.filter((request) => inNamespace(request))).to.have.length(count === 1 ? LISTS - 5 : 0);
    }
  });

  it("come page by page, and every page counts", async () => {
    const others = Array.from(
      { length: 1200 },
      (_, index): Placed => ["roles", { metadata: { name: `r${index}`, namespace: "other" } } as KubernetesObject],
    );
    const [first = "", second = ""] = NAMES(2);
    const cluster = new ListedCluster([...CLUSTER_ROLES, ...others, ...operatedNamespace(first, SPEC), ...operatedNamespace(second, SPEC)]);
    const { code, out } = await plan(filesFor([first, second]), cluster);
    expect([code, out.match(/nothing to do/g)?.length]).to.deep.equal([0, 2]);
    expect(cluster.asked.filter((request) => request.includes("/roles"))).to.deep.equal([
      "GET /apis/rbac.authorization.k8s.io/v1/roles",
      "GET /apis/rbac.authorization.k8s.io/v1/roles from 500",
      "GET /apis/rbac.authorization.k8s.io/v1/roles from 1000",
    ]);
  });

  it("ask for a fact of the cluster once, and only where a baseline depends on it", async () => {
    const kubeAPI: SecurityBaselineSpec = { network: { egress: [{ name: "api", to: [{ preset: "KubeAPI" }] }] } };
    const cluster = new ListedCluster(CLUSTER_ROLES);
    await plan(filesFor(NAMES(3), kubeAPI), cluster);
    expect(cluster.asked.filter((request) => request.includes("endpointslices"))).to.deep.equal([
      "GET /apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
    ]);
    expect(cluster.asked).to.have.length(LISTS + 1);
  });
});

describe("a plan of somebody who may not read everything", () => {
  const forbid = (cluster: ListedCluster, isForbidden: (path: string) => boolean): ListedCluster => {
    cluster.refuse = (path) => (isForbidden(path) ? 403 : undefined);
    return cluster;
  };
  const [first = "", second = ""] = NAMES(2);
  const both = () => new ListedCluster([...CLUSTER_ROLES, ...operatedNamespace(first, SPEC), ...operatedNamespace(second, SPEC)]);

  it("is the same where lists of all namespaces are refused, and those in each are not", async () => {
    const cluster = forbid(
      both(),
      (path) => !inNamespace(path) && !path.includes("/namespaces/") && !path.includes("/clusterrole") && path.split("/").length > 4,
    );
    const { code, out } = await plan(filesFor([first, second]), cluster, { output: "json" });
    const gap =
      "you may not list rolebindings.rbac.authorization.k8s.io in all namespaces; nothing is told of rights of its ServiceAccounts in other namespaces";
    expect(code).to.equal(0);
    for (const { changes, findings, unknown } of JSON.parse(out).baselines)
      expect([changes, findings, unknown]).to.deep.equal([[], [], [gap]]);
  });

  it("says what is not known, and plans what is", async () => {
    const cluster = forbid(both(), (path) => path.includes("/roles") || path.includes("rolebindings"));
    const { code, out } = await plan(filesFor([first]), cluster);
    expect(code).to.equal(0);
    expect(out).to.equal(`team-000 (enforce)  team-000.json:4
  not known you may not list rolebindings.rbac.authorization.k8s.io in all namespaces; nothing is told of rights of its ServiceAccounts in other namespaces
  not known you may not list rolebindings.rbac.authorization.k8s.io in team-000; nothing is told of access
  not known you may not list roles.rbac.authorization.k8s.io in team-000; nothing is told of access

Plan: 0 to create, 0 to change, 0 to remove; 0 findings; 3 not known
`);
  });

  it("says that nothing is told of webhooks, which may leave the namespace out, where they may not be listed", async () => {
    const some: Placed = ["validatingwebhookconfigurations", { metadata: { name: "engine" } } as KubernetesObject];
    const placed = [some, ...CLUSTER_ROLES, ...operatedNamespace(first, SPEC)];
    const cluster = forbid(new ListedCluster(placed), (path) => path.endsWith("/validatingwebhookconfigurations"));
    const { out } = await plan(filesFor([first]), cluster);
    expect(out).to.contain(
      "  not known you may not list validatingwebhookconfigurations.admissionregistration.k8s.io; nothing is told of ValidatingWebhookConfigurations\n",
    );
  });

  it("has another answer for each namespace", async () => {
    const cluster = forbid(both(), (path) => path.endsWith("/roles") && !path.includes(first));
    const { out } = await plan(filesFor([first, second]), cluster, { output: "json" });
    expect(JSON.parse(out).baselines.map(({ unknown }: { unknown: string[] }) => unknown)).to.deep.equal([
      [],
      ["you may not list roles.rbac.authorization.k8s.io in team-001; nothing is told of access"],
    ]);
  });

  it("tells a kind that is not there from one that may not be listed, for one namespace and for many", async () => {
    for (const names of [[first], [first, second]]) {
      const cluster = forbid(both(), (path) => path.includes("sealedsecrets"));
      const { out } = await plan(filesFor(names), cluster);
      expect(out, names.join()).not.to.contain("sealedsecrets");
      expect(cluster.asked.filter((request) => request.endsWith("/apis/bitnami.com/v1alpha1"))).to.have.length(1);
    }
    const some: Placed = ["sealedsecrets", { metadata: { name: "any", namespace: "other" } } as KubernetesObject];
    const cluster = forbid(new ListedCluster([some, ...CLUSTER_ROLES, ...operatedNamespace(first, SPEC)]), (path) =>
      path.includes("sealedsecrets"),
    );
    expect((await plan(filesFor([first, second]), cluster)).out).to.contain(
      "not known you may not list sealedsecrets.bitnami.com in team-000\n",
    );
    expect(cluster.asked.filter((request) => request.endsWith("/apis/bitnami.com/v1alpha1"))).to.have.length(1);
  });

  it("guesses nothing of what was in place where the baseline itself may not be read", async () => {
    const { code, out } = await plan(
      filesFor([first]),
      forbid(both(), (path) => path.includes("securitybaselines")),
    );
    expect(code).to.equal(0);
    expect(out).to.contain(
      "  not known you may not list securitybaselines.securitybaseline.dev in team-000: without what this baseline has in place, nothing can be told of it\n",
    );
  });

  it("tells nothing of bindings where ClusterRoles may not be listed, and keeps other findings", async () => {
    const objects = [
      ...CLUSTER_ROLES,
      ...operatedNamespace(first, SPEC),
      foreignBinding(first, "bob", "view", { kind: "User", name: "bob" }),
    ];
    const open = { metadata: { name: "open", namespace: first }, spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] } };
    const cluster = forbid(new ListedCluster([...objects, ["networkpolicies", open as unknown as KubernetesObject]]), (path) =>
      path.endsWith("clusterroles"),
    );
    const { code, out } = await plan(filesFor([first]), cluster);
    expect(code).to.equal(1);
    expect(out).to.contain("High PermissiveNetworkPolicy NetworkPolicy/open").and.not.contain("RoleBinding/bob");
    expect(out).to.contain("  not known you may not list clusterroles.rbac.authorization.k8s.io; nothing is told of what bindings give\n");
  });

  it("does not take a Namespace that may not be read for one that is not there", async () => {
    const { out } = await plan(
      filesFor([first]),
      forbid(both(), (path) => path.endsWith(`/namespaces/${first}`)),
    );
    expect(out).to.contain("not known you may not get namespaces team-000; nothing is told of podSecurity\n");
    expect(out).not.to.contain("create it first");
  });

  it("leaves a rule that follows the API server as it is where its endpoints may not be read", async () => {
    const spec: SecurityBaselineSpec = {
      network: { defaultDeny: ["Egress"], allowDNS: false, egress: [{ name: "api", to: [{ preset: "KubeAPI" }] }] },
    };
    const slice = {
      metadata: { name: "kubernetes", namespace: "default" },
      endpoints: [{ addresses: ["192.0.2.7"] }],
      ports: [{ port: 6443 }],
    };
    const cluster = forbid(
      new ListedCluster([...CLUSTER_ROLES, ...operatedNamespace(first, spec), ["endpointslices", slice as unknown as KubernetesObject]]),
      (path) => path.includes("endpointslices"),
    );
    const { code, out } = await plan(filesFor([first], spec), cluster);
    expect(code).to.equal(0);
    expect(out).to.contain("  not known you may not list endpointslices.discovery.k8s.io in default\n");
  });

  it("fails as a whole where the API server fails, but for a kind of another project that is down", async () => {
    const down = both();
    down.refuse = (path) => (path.includes("sealedsecrets") ? 503 : undefined);
    const { code, out } = await plan(filesFor([first, second]), down);
    expect(code).to.equal(0);
    expect(out).to.contain("not known sealedsecrets.bitnami.com in all namespaces cannot be listed: refused with 503\n");
    const broken = both();
    broken.refuse = (path) => (path.endsWith("/roles") ? 500 : undefined);
    const failure = await plan(filesFor([first, second]), broken).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(ApiError).and.to.include({ status: 500 });
  });
});
