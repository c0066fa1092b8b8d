/** Proves on a real API server that what weakens a namespace is found, accepted for a time, found again, and gone with its cause. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { FindingEntry } from "../../../operator/api/baseline-status.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { applyBaseline, awaitCondition, conditionOf, protectedNamespace, readBaseline } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { readMetrics, sumOf } from "../../support/metrics.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";

const RBAC = "rbac.authorization.k8s.io";
const BINDING = { apiVersion: `${RBAC}/v1`, kind: "RoleBinding" };
const ROLE = { apiVersion: `${RBAC}/v1`, kind: "Role" };
const SPEC = { network: { defaultDeny: ["Ingress"] }, serviceAccounts: {} } as const satisfies SecurityBaselineSpec;
const BOB = [{ apiGroup: RBAC, kind: "User", name: "bob" }];
const DEVS = [{ apiGroup: RBAC, kind: "Group", name: "devs" }];

describe("what weakens a namespace", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });
  after(() => operator.stop());
  beforeEach(async () => {
    namespace = await protectedNamespace("weakened", SPEC);
  });

  const create = ({ apiVersion, kind, name, labels = {}, ...body }: JsonObject & { readonly name: string; readonly labels?: JsonObject }) =>
    admin().create({ apiVersion, kind, metadata: { namespace, name, labels }, ...body } as unknown as KubernetesObject);
  const bind = (name: string, [kind, role]: readonly [string, string], subjects: readonly JsonObject[]) =>
    create({ ...BINDING, name, roleRef: { apiGroup: RBAC, kind, name: role }, subjects });
  const found = async (): Promise<readonly FindingEntry[]> => (await readBaseline(namespace)).status?.findings ?? [];
  const awaitFound = (...lines: readonly string[]): Promise<void> =>
    eventually(`found: ${lines.join(", ") || "nothing"}`, async () => {
      const told = (await found()).map(
        ({ severity, rule, ref, accepted }) => `${severity} ${rule} ${ref.kind}/${ref.name}${accepted ? " accepted" : ""}`,
      );
      expect(told).to.deep.equal(lines);
    });

  it("is told with its remedy, counted, and gone with its cause", async () => {
    await bind("bob-admin", ["ClusterRole", "cluster-admin"], BOB);
    await awaitFound("Critical ClusterAdminBinding RoleBinding/bob-admin", "High UserSubject RoleBinding/bob-admin");
    const baseline = await awaitCondition(namespace, "Compliant", "False");
    expect(conditionOf(baseline, "Compliant")).to.include({
      reason: "Weakened",
      message: "weakened by objects of others: RoleBinding bob-admin (ClusterAdminBinding), RoleBinding bob-admin (UserSubject)",
    });
    expect(conditionOf(baseline, "Ready")?.status).to.equal("True");
    expect(baseline.status?.summary).to.include({ drifted: 0, findings: 2 });
    expect((await found())[1]?.message).to.equal(
      "grants cluster-admin to User bob: delete the binding, and give the role to a group by spec.access",
    );
    expect(sumOf(await readMetrics(operator), "securitybaseline_findings", { namespace })).to.equal(2);

    await admin().delete({ ...BINDING, namespace, name: "bob-admin" });
    await awaitFound();
    expect((await awaitCondition(namespace, "Compliant", "True")).status?.summary?.findings).to.equal(0);
    expect(sumOf(await readMetrics(operator), "securitybaseline_findings", { namespace })).to.equal(undefined);
  });

  it("is found when a role that is bound becomes more, in the namespace and in the cluster", async () => {
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
    const clusterRole = { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", name: `reader-${namespace}` };
    await create({ ...ROLE, name: "reader", rules });
    await admin().create({ ...clusterRole, metadata: { name: clusterRole.name }, rules } as never);
    await bind("by-role", ["Role", "reader"], DEVS);
    await bind("by-cluster-role", ["ClusterRole", clusterRole.name], DEVS);
    await bind("marker", ["Role", "reader"], BOB);
    await awaitFound("High UserSubject RoleBinding/marker");
    const more = { rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }] };
    await admin().mergePatch({ ...ROLE, namespace, name: "reader" }, more);
    await awaitFound(
      "High UserSubject RoleBinding/marker",
      "Medium SecretAccess RoleBinding/by-role",
      "Medium SecretAccess RoleBinding/marker",
    );
    await admin().mergePatch(clusterRole, more);
    await awaitFound(
      "High UserSubject RoleBinding/marker",
      "Medium SecretAccess RoleBinding/by-cluster-role",
      "Medium SecretAccess RoleBinding/by-role",
      "Medium SecretAccess RoleBinding/marker",
    );
  });

  it("is judged by what a policy opens, and only in a direction that is denied", async () => {
    const policy = (name: string, spec: JsonObject) => create({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name, spec });
    await policy("open-egress", { podSelector: {}, policyTypes: ["Egress"], egress: [{}] });
    await policy("from-one", { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }] });
    await policy("open-ingress", { podSelector: {}, ingress: [{ ports: [{ port: 443 }] }] });
    await awaitFound("High PermissiveNetworkPolicy NetworkPolicy/open-ingress");
    expect((await found())[0]?.message).to.contain("opens every pod on some ports to any address, which the baseline denies");
  });

  it("does not hide behind our label, or a name of ours", async () => {
    const labels = { "securitybaseline.dev/control": "access" };
    const body = { roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "view" }, subjects: BOB };
    await create({ ...BINDING, name: "forged", labels, ...body });
    await awaitFound("High UserSubject RoleBinding/forged");
    await bind("viewers", ["ClusterRole", "view"], BOB);
    await applyBaseline(namespace, {
      ...SPEC,
      access: { roles: [{ name: "viewers", groups: ["devs"], rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }] },
    });
    await awaitFound("High UserSubject RoleBinding/forged", "High UserSubject RoleBinding/viewers");
  });

  it("is accepted until its day, and comes back by itself", async () => {
    await bind("bob-views", ["ClusterRole", "view"], BOB);
    await awaitFound("High UserSubject RoleBinding/bob-views");
    const ref = { kind: "RoleBinding", name: "bob-views" };
    const expires = `${new Date(Date.now() + 6_000).toISOString().slice(0, 19)}Z`;
    const exception = { rule: "UserSubject", ref, reason: "bob looks after the migration", owner: "team payments", expires };
    const idle = { ...exception, ref: { ...ref, name: "long-gone" }, expires: "2099-01-01T00:00:00Z" };
    await applyBaseline(namespace, { ...SPEC, exceptions: [exception, idle] });
    await awaitFound("High UserSubject RoleBinding/bob-views accepted");
    const accepted = await awaitCondition(namespace, "Compliant", "True");
    expect(accepted.status?.summary?.findings).to.equal(0);
    expect(conditionOf(accepted, "Compliant")?.message).to.equal(
      "the namespace is as the baseline says; " +
        "the exception for RoleBinding long-gone (UserSubject) is about nothing that is found: remove it from spec.exceptions",
    );
    await awaitFound("High UserSubject RoleBinding/bob-views", "Medium ExceptionExpired RoleBinding/bob-views");
    expect((await awaitCondition(namespace, "Compliant", "False")).status?.summary?.findings).to.equal(2);
  });
});
