/** Proves what a new baseline becomes: exact objects, in few writes, in an order that never opens before it closes, and told in status. */
import { expect } from "chai";
import type { SecurityBaseline } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { auditEvents, auditMark, WRITE_VERBS } from "../../support/audit-log.ts";
import { applyBaseline, awaitReady, conditionsOf, FULL_SPEC } from "../../support/baselines.ts";
import { admin, cluster, freshNamespace } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, isDryRun } from "../../support/operator-requests.ts";

const NETWORKING = "networking.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io/v1";
const NAMES: readonly (readonly [string, string, readonly string[]])[] = [
  [RBAC, "Role", ["app-deployer", "app-viewer", "log-reader", "secret-manager"]],
  [RBAC, "RoleBinding", ["app-deployer", "app-viewer", "log-reader", "secret-manager"]],
  [
    NETWORKING,
    "NetworkPolicy",
    [
      "allow-dns",
      "allow-egress-to-internet",
      "allow-egress-to-postgres",
      "allow-ingress-among-us",
      "allow-ingress-from-gateway",
      "allow-ingress-from-metrics",
      "default-deny",
    ],
  ],
  ["v1", "ServiceAccount", ["api", "controller", "default", "worker"]],
];

describe("a new baseline", () => {
  let operator: OperatorProcess;
  let namespace: string;
  let baseline: SecurityBaseline;
  let mark: number;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    namespace = await freshNamespace("create");
    mark = await auditMark();
    await applyBaseline(namespace, FULL_SPEC);
    baseline = await awaitReady(namespace);
  });

  after(() => operator.stop());

  const writes = async () => {
    const all = await auditEvents(mark, { user: OPERATOR_USER, verbs: WRITE_VERBS });
    return all.filter(({ objectRef }) => (objectRef?.namespace ?? objectRef?.name) === namespace && objectRef?.resource !== "events");
  };

  const read = (apiVersion: string, kind: string, name: string) => admin().get({ apiVersion, kind, namespace, name });

  for (const [apiVersion, kind, names] of NAMES) {
    it(`becomes ${names.length} of ${kind}, and no other`, async () => {
      const found = await admin().list(apiVersion, kind, { namespace });
      expect(found.map(({ metadata }) => metadata?.name)).to.have.members([...names]);
    });
  }

  it("takes two writes for the mark of the namespace, one for each of its 20 objects, one more for the two that are shared, and one for status; and rehearses one", async () => {
    const all = await writes();
    expect(all.filter(isDryRun).map(described)).to.deep.equal([`patch namespaces/${namespace}`]);
    const made = all.filter((event) => !isDryRun(event));
    const answers = made.map((event) => `${described(event)} ${event.responseStatus?.code}`).join("\n");
    expect(
      made.map(({ verb }) => verb),
      answers,
    ).to.deep.equal(Array(25).fill("patch"));
    expect(made.filter(({ objectRef }) => objectRef?.subresource === "status")).to.have.length(1);
  });

  it("restricts before it grants, and allows flows before it denies the rest", async () => {
    const made = (await writes()).map(({ objectRef }) => `${objectRef?.resource}/${objectRef?.name}`);
    const position = (name: string): number => made.indexOf(name);
    const allows = made.filter((name) => name.startsWith("networkpolicies/allow-")).map(position);
    expect(Math.max(...allows)).to.be.below(position("networkpolicies/default-deny"));
    expect(position("networkpolicies/default-deny")).to.be.below(made.findIndex((name) => name.startsWith("roles/")));
    expect(position(`namespaces/${namespace}`)).to.equal(0);
    const bindings = made.filter((name) => name.startsWith("rolebindings/")).map(position);
    expect(Math.min(...bindings)).to.be.above(Math.max(...made.filter((name) => name.startsWith("roles/")).map(position)));
  });

  it("marks what it made as its own and owned by the baseline", async () => {
    const policy: KubernetesObject = await read(NETWORKING, "NetworkPolicy", "default-deny");
    expect(policy.metadata?.labels).to.deep.equal({
      "app.kubernetes.io/managed-by": "securitybaseline",
      "securitybaseline.dev/control": "network",
    });
    expect(policy.metadata?.ownerReferences).to.deep.equal([
      {
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "SecurityBaseline",
        name: "baseline",
        uid: baseline.metadata.uid,
        controller: true,
        blockOwnerDeletion: false,
      },
    ]);
    expect(policy.metadata?.annotations).to.equal(undefined);
    expect(policy.metadata?.managedFields?.map(({ manager }) => manager)).to.deep.equal(["securitybaseline"]);
  });

  it("binds exactly the groups of the spec", async () => {
    const binding = await read(RBAC, "RoleBinding", "app-viewer");
    expect(binding["roleRef"]).to.deep.equal({ apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "app-viewer" });
    expect(binding["subjects"]).to.deep.equal([
      { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "payments-devs" },
      { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "support" },
    ]);
  });

  it("opens the flow of the spec and nothing else", async () => {
    const policy = await read(NETWORKING, "NetworkPolicy", "allow-ingress-from-gateway");
    expect(policy["spec"]).to.deep.equal({
      podSelector: { matchLabels: { app: "api" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } },
              podSelector: { matchLabels: { app: "nginx" } },
            },
          ],
          ports: [{ port: 8080, protocol: "TCP" }],
        },
      ],
    });
  });

  it("labels the Namespace and hardens the ServiceAccount default, and leaves both unowned", async () => {
    const space = await admin().get({ apiVersion: "v1", kind: "Namespace", name: namespace });
    expect(space.metadata?.labels).to.deep.equal({
      "kubernetes.io/metadata.name": namespace,
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/enforce-version": "latest",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/audit-version": "latest",
      "pod-security.kubernetes.io/warn": "restricted",
      "pod-security.kubernetes.io/warn-version": "latest",
      "securitybaseline.dev/enforced": "true",
    });
    expect(space.metadata?.annotations).to.deep.equal({ "securitybaseline.dev/deletion-policy": "Delete" });
    const account = await read("v1", "ServiceAccount", "default");
    expect(account["automountServiceAccountToken"]).to.equal(false);
    expect(account.metadata?.ownerReferences).to.equal(undefined);
    expect(account.metadata?.labels).to.equal(undefined);
  });

  it("is told in status", () => {
    expect(baseline.status?.observedGeneration).to.equal(1);
    expect(baseline.status?.summary).to.deep.equal({ managed: 20, inSync: 20, drifted: 0, findings: 0 });
    expect(conditionsOf(baseline)).to.deep.equal([
      "AccessReady True",
      "Compliant True",
      "NetworkReady True",
      "PodSecurityReady True",
      "Ready True",
      "ServiceAccountsReady True",
    ]);
    expect(baseline.status?.controls?.map(({ name, mode, managed, inSync }) => [name, mode, managed, inSync])).to.deep.equal([
      ["access", "Enforce", 8, 8],
      ["network", "Enforce", 7, 7],
      ["podSecurity", "Enforce", 1, 1],
      ["serviceAccounts", "Enforce", 4, 4],
    ]);
    expect(baseline.status?.drift).to.equal(undefined);
  });

  it("reads in a table", async () => {
    const { stdout } = await cluster().kubectl(["get", "sb", "-n", namespace]);
    const [head = "", row = ""] = stdout.trimEnd().split("\n");
    expect(head.split(/\s+/)).to.deep.equal(["NAME", "READY", "COMPLIANT", "DRIFT", "FINDINGS", "MODE", "AGE"]);
    expect(row.split(/\s+/).slice(0, 6)).to.deep.equal(["baseline", "True", "True", "0", "0", "Enforce"]);
  });
});
