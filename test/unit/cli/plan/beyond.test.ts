/** Proves what `plan` finds beyond a namespace, as the operator does: rights of its accounts elsewhere, and what weakens the whole cluster. */
import { expect } from "chai";
import type { FindingException, SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { ListedCluster, type Placed } from "./listed-cluster.ts";
import { baselineText, CLUSTER_ROLES, clusterBaselineText, emptyNamespace, foreignBinding, foreignClusterBinding, plan } from "./stage.ts";

const RBAC = "rbac.authorization.k8s.io";
const SPEC: SecurityBaselineSpec = { network: { defaultDeny: ["Ingress"] } };
const WORKER = { apiGroup: "", kind: "ServiceAccount", namespace: "payments", name: "worker" };
const DEVS = { kind: "Group", name: "payments-devs" };

interface Told {
  readonly findings: readonly string[];
  readonly unknown: readonly string[];
  readonly notes: readonly string[];
  readonly asked: readonly string[];
}

/** What is told of the first of these baselines. */
async function told(
  files: readonly string[],
  objects: readonly Placed[],
  prepare: (cluster: ListedCluster) => void = () => undefined,
): Promise<Told> {
  const cluster = new ListedCluster([...CLUSTER_ROLES, ...objects]);
  prepare(cluster);
  const { out, err } = await plan(Object.fromEntries(files.map((text, index) => [`${index}.json`, text])), cluster, { output: "json" });
  expect(err).to.equal("");
  const [{ findings, unknown, notes }] = JSON.parse(out).baselines;
  return {
    findings: findings.map(({ rule, ref }: never) => `${rule} ${ref["kind"]}/${ref["name"]}`),
    unknown,
    notes,
    asked: cluster.asked,
  };
}

const forbid =
  (isForbidden: (path: string) => boolean) =>
  (cluster: ListedCluster): void => {
    cluster.refuse = (path) => (isForbidden(path) ? 403 : undefined);
  };

/** A namespace whose people may start pods, with a workload's account. */
const PAYMENTS: readonly Placed[] = [
  ...emptyNamespace("payments"),
  [
    "serviceaccounts",
    {
      metadata: { name: "worker", namespace: "payments", uid: "uid-of-worker" },
      automountServiceAccountToken: false,
    } as unknown as KubernetesObject,
  ],
  foreignBinding("payments", "devs", "cluster-admin", DEVS),
];
const payments = (exceptions: readonly FindingException[] = []): string => baselineText("payments", { ...SPEC, exceptions });
const reaching = ({ findings }: Told): readonly string[] => findings.filter((finding) => finding.startsWith("AccountReachesOut"));
const REACHES = ["AccountReachesOut ServiceAccount/worker"];

const readerOf = (namespace: string): readonly Placed[] => {
  const [, object] = foreignBinding(namespace, "worker", "all-secrets", WORKER);
  const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list"] }];
  return [
    ["rolebindings", { ...object, roleRef: { apiGroup: RBAC, kind: "Role", name: "all-secrets" } } as unknown as KubernetesObject],
    ["roles", { metadata: { name: "all-secrets", namespace }, rules } as unknown as KubernetesObject],
    // A Role of the same name elsewhere gives nothing.
    ["roles", { metadata: { name: "all-secrets", namespace: "third" }, rules: [] } as unknown as KubernetesObject],
  ];
};

const EXCEPTION: FindingException = {
  rule: "AccountReachesOut",
  ref: { kind: "ServiceAccount", name: "worker" },
  reason: "moves the data",
  owner: "team payments",
  expires: "2027-01-01T00:00:00Z",
};

describe("rights of accounts outside of a planned namespace", () => {
  it("are found by ClusterRoleBindings and by RoleBindings of other namespaces", async () => {
    expect(reaching(await told([payments()], PAYMENTS))).to.deep.equal([]);
    expect(reaching(await told([payments()], [...PAYMENTS, foreignClusterBinding("worker", "cluster-admin", WORKER)]))).to.deep.equal(
      REACHES,
    );
    expect(reaching(await told([payments()], [...PAYMENTS, foreignBinding("billing", "worker", "cluster-admin", WORKER)]))).to.deep.equal(
      REACHES,
    );
    const other = { ...WORKER, namespace: "shop" };
    expect(reaching(await told([payments()], [...PAYMENTS, foreignClusterBinding("worker", "cluster-admin", other)]))).to.deep.equal([]);
  });

  it("are found by a Role of another namespace, which is read only then, be it planned or not", async () => {
    const roles = ({ asked }: Told): readonly string[] => asked.filter((request) => request.endsWith("/roles"));
    const inPayments = `GET /apis/${RBAC}/v1/namespaces/payments/roles`;
    const everywhere = `GET /apis/${RBAC}/v1/roles`;
    const one = await told([payments()], [...PAYMENTS, ...readerOf("billing")]);
    expect([reaching(one), roles(one)]).to.deep.equal([REACHES, [inPayments, everywhere]]);
    const none = await told([payments()], [...PAYMENTS, foreignBinding("billing", "worker", "cluster-admin", WORKER)]);
    expect(roles(none)).to.deep.equal([inPayments]);
    const both = await told(
      [payments(), baselineText("billing", SPEC)],
      [...PAYMENTS, ...emptyNamespace("billing"), ...readerOf("billing")],
    );
    expect([reaching(both), roles(both)]).to.deep.equal([REACHES, [everywhere]]);
  });

  it("do not count where a baseline of the other namespace asks for them", async () => {
    const [, binding] = foreignBinding("billing", "worker", "cluster-admin", WORKER);
    const labels = { "app.kubernetes.io/managed-by": "securitybaseline", "securitybaseline.dev/control": "access" };
    const managedFields = [{ manager: "securitybaseline", operation: "Apply", fieldsV1: {} }];
    const marked: Placed = ["rolebindings", { ...binding, metadata: { ...binding.metadata, labels, managedFields } } as KubernetesObject];
    expect(reaching(await told([payments()], [...PAYMENTS, marked]))).to.deep.equal([]);
  });

  it("are said to be not known where bindings of others may not be listed, and exceptions for them stay", async () => {
    const binding = foreignClusterBinding("worker", "cluster-admin", WORKER);
    const gaps: readonly (readonly [string, string])[] = [
      [
        `/${RBAC}/v1/clusterrolebindings`,
        "you may not list clusterrolebindings.rbac.authorization.k8s.io; nothing is told of rights of its ServiceAccounts in the whole cluster",
      ],
      [
        `/${RBAC}/v1/rolebindings`,
        "you may not list rolebindings.rbac.authorization.k8s.io in all namespaces; nothing is told of rights of its ServiceAccounts in other namespaces",
      ],
    ];
    for (const [path, gap] of gaps) {
      const { unknown, notes } = await told(
        [payments([EXCEPTION])],
        [...PAYMENTS, binding],
        forbid((asked) => asked.endsWith(path)),
      );
      expect([unknown, notes]).to.deep.equal([[gap], []]);
    }
    const roles = await told(
      [payments()],
      [...PAYMENTS, ...readerOf("billing")],
      forbid((asked) => asked.endsWith("/v1/roles")),
    );
    expect(roles.unknown).to.deep.equal([
      "you may not list roles.rbac.authorization.k8s.io in all namespaces; nothing is told of rights of its ServiceAccounts in other namespaces",
    ]);
    expect((await told([payments([EXCEPTION])], PAYMENTS)).notes).to.deep.equal([
      "the exception for ServiceAccount worker (AccountReachesOut) is about nothing that is found: remove it from spec.exceptions",
    ]);
  });
});

describe("policies of other projects", () => {
  const policy = (resource: string, name: string, spec: object): Placed => [
    resource,
    { metadata: { name, namespace: "payments" }, spec } as unknown as KubernetesObject,
  ];
  const DATASTORE = "networkpolicies.crd.projectcalico.org";
  const SHOWN = "networkpolicies.projectcalico.org";
  const open = { types: ["Ingress"], ingress: [{ action: "Allow" }] };
  const about = ({ findings }: Told): readonly string[] => findings.filter((finding) => finding.includes("NetworkPolicy"));

  it("are found in a planned namespace, and in the group that shows them", async () => {
    const cilium = policy("ciliumnetworkpolicies", "cilium", { endpointSelector: {}, ingress: [{ fromEntities: ["world"] }] });
    const both = await told([payments()], [...PAYMENTS, cilium, policy(DATASTORE, "calico", open), policy(SHOWN, "calico", open)]);
    expect(about(both)).to.deep.equal([
      "PermissiveNetworkPolicy CiliumNetworkPolicy/cilium",
      "PermissiveNetworkPolicy NetworkPolicy/calico",
    ]);
    expect(both.asked.filter((request) => request.includes("/projectcalico.org/"))).to.deep.equal([]);
    const shown = await told([payments()], [...PAYMENTS, policy(SHOWN, "calico", open)]);
    expect(about(shown)).to.deep.equal(["PermissiveNetworkPolicy NetworkPolicy/calico"]);
  });

  it("of the whole cluster are found for the posture of the cluster alone, though it has no section about networks", async () => {
    const objects: readonly Placed[] = [
      ...emptyNamespace("securitybaseline-breakglass"),
      ...PAYMENTS,
      [
        "ciliumclusterwidenetworkpolicies",
        { metadata: { name: "all" }, spec: { endpointSelector: {}, ingress: [{ fromEntities: ["all"] }] } } as unknown as KubernetesObject,
      ],
    ];
    expect(about(await told([clusterBaselineText({})], objects))).to.deep.equal([
      "PermissiveNetworkPolicy CiliumClusterwideNetworkPolicy/all",
    ]);
    expect(about(await told([payments()], objects))).to.deep.equal([]);
  });

  it("are not accepted with the one of Kubernetes of that name", async () => {
    const native = policy("networkpolicies", "web", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] });
    const exception = { ...EXCEPTION, rule: "PermissiveNetworkPolicy", ref: { kind: "NetworkPolicy", name: "web" } };
    const cluster = new ListedCluster([...CLUSTER_ROLES, ...PAYMENTS, native, policy(DATASTORE, "web", open)]);
    const { out } = await plan({ "a.json": payments([exception]) }, cluster, {});
    const lines = out.split("\n").filter((line) => line.includes("PermissiveNetworkPolicy"));
    expect(lines.map((line) => [line.includes("accepted by"), /NetworkPolicy\S*\/web/.exec(line)?.[0]])).to.deep.equal([
      [false, "NetworkPolicy.crd.projectcalico.org/web"],
      [true, "NetworkPolicy/web"],
    ]);
  });

  it("are said to be not known where they may not be listed, of that namespace alone", async () => {
    const files = [payments(), baselineText("billing", SPEC)] as const;
    const objects = [...PAYMENTS, ...emptyNamespace("billing"), policy("ciliumnetworkpolicies", "cilium", { endpointSelector: {} })];
    const refused = forbid((path) => /(payments|v2)\/ciliumnetworkpolicies$/.test(path));
    expect((await told(files, objects, refused)).unknown).to.deep.equal([
      "you may not list ciliumnetworkpolicies.cilium.io in payments; nothing is told of CiliumNetworkPolicies",
    ]);
    expect((await told(files.toReversed(), objects, refused)).unknown).to.deep.equal([]);
  });
});

describe("what weakens the whole cluster", () => {
  const posture = clusterBaselineText({});
  const objects: readonly Placed[] = [
    ...emptyNamespace("securitybaseline-breakglass"),
    ...PAYMENTS,
    foreignClusterBinding("bob", "view", { kind: "User", name: "bob" }),
    ["clustersecretstores", { metadata: { name: "vault" }, spec: {} } as unknown as KubernetesObject],
  ];
  const BOB = "UserSubject ClusterRoleBinding/bob";

  it("is found for the posture of the cluster, and for no namespace", async () => {
    const { findings, unknown, asked } = await told([posture], objects);
    expect([findings, unknown]).to.deep.equal([[BOB, "OpenSecretStore ClusterSecretStore/vault"], []]);
    expect(asked.filter((request) => request.includes("clustersecretstores"))).to.have.length(1);
    const one = await told([payments()], objects);
    expect(one.findings.filter((finding) => finding.includes("/bob") || finding.includes("/vault"))).to.deep.equal([]);
    expect(one.asked.filter((request) => request.includes("clustersecretstores"))).to.deep.equal([]);
  });

  it("is found by rights that only a binding for the whole cluster gives", async () => {
    const rules = [{ apiGroups: [""], resources: ["nodes/proxy"], verbs: ["create"] }];
    const role: Placed = ["clusterroles", { metadata: { name: "node-proxy" }, rules } as unknown as KubernetesObject];
    const { findings } = await told([posture], [...objects, role, foreignClusterBinding("nodes", "node-proxy", DEVS)]);
    expect(findings).to.include("ExecAccess ClusterRoleBinding/nodes");
  });

  it("is not found where the cluster lacks the kind, and not known where it may not be listed", async () => {
    const absent = await told([posture], objects, (cluster) => cluster.absent.add("clustersecretstores"));
    expect([absent.findings, absent.unknown]).to.deep.equal([[BOB], []]);
    const refused = await told(
      [posture],
      objects,
      forbid((path) => /cluster(rolebindings|secretstores)$/.test(path)),
    );
    expect([refused.findings, refused.unknown]).to.deep.equal([
      [],
      [
        "you may not list clusterrolebindings.rbac.authorization.k8s.io; nothing is told of ClusterRoleBindings",
        "you may not list clustersecretstores.external-secrets.io; nothing is told of ClusterSecretStores",
      ],
    ]);
  });
});
