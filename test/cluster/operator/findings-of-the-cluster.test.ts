/** Proves on a real API server that what reaches into namespaces from outside is told once, counted in each of them, accepted for a time, and gone with its cause. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { FindingEntry, SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { auditMark } from "../../support/audit-log.ts";
import { conditionOf, protectedNamespace, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { forgetPeople, remove } from "../../support/leftovers.ts";
import { readMetrics, sumOf } from "../../support/metrics.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";

const RBAC = "rbac.authorization.k8s.io";
const VERSION = `${RBAC}/v1`;
const CLUSTER = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "ClusterSecurityBaseline", name: "cluster" };
const SPEC = { serviceAccounts: { accounts: [{ name: "worker" }] } } as const satisfies SecurityBaselineSpec;
const BOB: JsonObject = { apiGroup: RBAC, kind: "User", name: "bob" };
const DEVS: JsonObject = { apiGroup: RBAC, kind: "Group", name: "devs" };

interface Posture extends KubernetesObject {
  readonly status?: SecurityBaselineStatus;
}

async function state(spec: Pick<SecurityBaselineSpec, "exceptions">): Promise<void> {
  const { name, ...type } = CLUSTER;
  await admin().apply({ ...type, metadata: { name }, spec });
}

describe("what weakens every namespace", () => {
  let operator: OperatorProcess;
  let namespace: string;
  let made: { readonly apiVersion?: string; readonly kind: string; readonly name: string }[];

  before(async () => {
    await forgetPeople();
    await installOperatorManifests();
    operator = await startOperator();
  });
  after(() => operator.stop());
  beforeEach(async () => {
    made = [];
    await state({});
    // What the test before made may still be counted.
    await awaitInCluster();
    namespace = await protectedNamespace("reached", SPEC);
  });
  afterEach(async () => {
    for (const { apiVersion = VERSION, kind, name } of made) await remove({ apiVersion, kind, name });
    await remove(CLUSTER);
  });

  const create = async (kind: string, name: string, body: JsonObject): Promise<void> => {
    const { labels = {}, ...rest } = body;
    await admin().create({ apiVersion: VERSION, kind, metadata: { name, labels }, ...rest } as KubernetesObject);
    made.push({ kind, name });
  };
  const bind = (name: string, role: string, ...subjects: readonly JsonObject[]): Promise<void> =>
    create("ClusterRoleBinding", name, { roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role }, subjects });
  const linesOf = (status: SecurityBaselineStatus | undefined): readonly string[] =>
    (status?.findings ?? []).map(
      ({ severity, rule, ref, accepted }: FindingEntry) => `${severity} ${rule} ${ref.kind}/${ref.name}${accepted ? " accepted" : ""}`,
    );
  const awaitInCluster = (...lines: readonly string[]): Promise<Posture> =>
    eventually(`found in the cluster: ${lines.join(", ") || "nothing"}`, async () => {
      const posture = await admin().get<Posture>(CLUSTER);
      expect(posture.status?.summary, "a status that was written").to.exist;
      expect(linesOf(posture.status).join("\n")).to.equal(lines.join("\n"));
      return posture;
    });
  const awaitHere = (...lines: readonly string[]): Promise<void> =>
    eventually(`found in the namespace: ${lines.join(", ") || "nothing"}`, async () => {
      expect(linesOf((await readBaseline(namespace)).status)).to.deep.equal(lines);
    });
  const awaitTold = (message: string | undefined): Promise<void> =>
    eventually(`the namespace says: ${message ?? "nothing"}`, async () => {
      expect(conditionOf(await readBaseline(namespace), "ClusterWeakened")?.message).to.equal(message);
    });

  it("is nothing in a cluster as Kubernetes makes it, with the operator in it", async () => {
    const posture = await awaitInCluster();
    expect(posture.status?.summary?.findings).to.equal(0);
    await awaitTold(undefined);
  });

  it("is told once with its remedy, counted in the namespace, which stays compliant, and gone with its cause", async () => {
    const name = `bob-admin-${namespace}`;
    await bind(name, "cluster-admin", BOB);
    await awaitInCluster(`Critical ClusterAdminBinding ClusterRoleBinding/${name}`, `High UserSubject ClusterRoleBinding/${name}`);
    const posture = await admin().get<Posture>(CLUSTER);
    expect(posture.status?.findings?.[0]?.message).to.equal(
      "grants cluster-admin to User bob, which is every right in the cluster: delete the binding, and give what is needed by RoleBindings in the namespaces that need it",
    );
    expect(posture.status?.conditions?.find(({ type }) => type === "Compliant")).to.include({ status: "False", reason: "Weakened" });
    await awaitTold("2 findings of the whole cluster reach this namespace, too: see status.findings of ClusterSecurityBaseline cluster");
    const baseline = await readBaseline(namespace);
    expect(conditionOf(baseline, "Compliant")?.status).to.equal("True");
    expect(baseline.status?.summary?.findings).to.equal(0);
    const gauge = { namespace: "securitybaseline-breakglass", rule: "ClusterAdminBinding" };
    expect(sumOf(await readMetrics(operator), "securitybaseline_findings", gauge)).to.equal(1);
    await admin().delete({ apiVersion: VERSION, kind: "ClusterRoleBinding", name });
    made = [];
    await awaitInCluster();
    await awaitTold(undefined);
  });

  it("is accepted in one place for all", async () => {
    const name = `zoe-${namespace}`;
    await bind(name, "view", { ...BOB, name: "zoe" });
    await awaitTold("1 finding of the whole cluster reaches this namespace, too: see status.findings of ClusterSecurityBaseline cluster");
    const ref = { kind: "ClusterRoleBinding", name };
    const accepted = { rule: "UserSubject", ref, reason: "looks after the platform", owner: "platform", expires: "2099-01-01T00:00:00Z" };
    await state({ exceptions: [accepted] });
    const posture = await awaitInCluster(`High UserSubject ClusterRoleBinding/${name} accepted`);
    expect(posture.status?.summary?.findings).to.equal(0);
    await awaitTold(undefined);
  });

  it("is counted also where nothing lists it", async () => {
    await admin().delete(CLUSTER);
    await bind(`bob-views-${namespace}`, "view", BOB);
    await awaitTold("1 finding of the whole cluster reaches this namespace, too: apply a ClusterSecurityBaseline to see which");
  });

  it("does not hide in a role that becomes more, by aggregation or by an edit", async () => {
    const [base, part, name] = [`base-${namespace}`, `part-${namespace}`, `devs-${namespace}`];
    await create("ClusterRole", base, {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`part-of-${namespace}`]: "yes" } }] },
    });
    await bind(name, base, DEVS);
    await bind(`marker-${namespace}`, "view", BOB);
    const marker = `High UserSubject ClusterRoleBinding/marker-${namespace}`;
    await awaitInCluster(marker);
    const secrets = { rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }] };
    await create("ClusterRole", part, { labels: { [`part-of-${namespace}`]: "yes" } });
    // No controller aggregates here: the rules arrive as it would write them.
    await admin().mergePatch({ apiVersion: VERSION, kind: "ClusterRole", name: base }, secrets);
    await awaitInCluster(marker, `Medium SecretAccess ClusterRoleBinding/${name}`);
    await admin().mergePatch({ apiVersion: VERSION, kind: "ClusterRole", name: base }, { rules: [] });
    await awaitInCluster(marker);
  });

  it("costs namespaces nothing while their number of findings stays", async () => {
    await bind(`ann-${namespace}`, "view", { ...BOB, name: "ann" });
    await awaitTold("1 finding of the whole cluster reaches this namespace, too: see status.findings of ClusterSecurityBaseline cluster");
    const mark = await auditMark();
    await bind(`readers-${namespace}`, "view", DEVS);
    await admin().mergePatch({ apiVersion: VERSION, kind: "ClusterRoleBinding", name: `ann-${namespace}` }, { subjects: [BOB] });
    await eventually("the change is told in the cluster", async () => {
      const posture = await admin().get<Posture>(CLUSTER);
      expect(posture.status?.findings?.[0]?.message).to.contain("User bob");
    });
    expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal([]);
  });

  it("is a webhook that fails open, and whoever it leaves out is told in its own namespace", async () => {
    const type = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" };
    const name = `engine-${namespace}`;
    const label = "engine.example.com/ignore";
    const webhook = {
      name: "pods.engine.example.com",
      clientConfig: { url: "https://127.0.0.1:1" },
      failurePolicy: "Ignore",
      // Asked about nothing, so that it keeps no other test waiting.
      matchConditions: [{ name: "never", expression: "false" }],
      namespaceSelector: { matchExpressions: [{ key: label, operator: "DoesNotExist" }] },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    };
    await admin().create({ ...type, metadata: { name }, webhooks: [webhook] } as KubernetesObject);
    made.push({ ...type, name });
    await awaitInCluster(`Low FailOpenWebhook ${type.kind}/${name}`);
    await awaitTold("1 finding of the whole cluster reaches this namespace, too: see status.findings of ClusterSecurityBaseline cluster");
    await awaitHere();
    const home = { apiVersion: "v1", kind: "Namespace", name: namespace };
    await admin().mergePatch(home, { metadata: { labels: { [label]: "" } } });
    await awaitHere(`Medium WebhookExclusion ${type.kind}/${name}`);
    const closed = { ...webhook, failurePolicy: "Fail", namespaceSelector: {} };
    await admin().mergePatch({ ...type, name }, { webhooks: [closed] });
    await awaitInCluster();
    await awaitHere();
  });

  it("is told in the namespace whose accounts have rights elsewhere, once people get at them", async () => {
    const worker = { kind: "ServiceAccount", name: "worker", namespace };
    await bind(`worker-${namespace}`, "cluster-admin", worker);
    await awaitInCluster();
    const rules = [{ apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] }];
    const metadata = { namespace, name: "shells" };
    await admin().create({ apiVersion: VERSION, kind: "Role", metadata, rules } as KubernetesObject);
    const roleRef = { apiGroup: RBAC, kind: "Role", name: "shells" };
    await admin().create({ apiVersion: VERSION, kind: "RoleBinding", metadata, roleRef, subjects: [DEVS] } as KubernetesObject);
    await awaitHere("High AccountReachesOut ServiceAccount/worker", "Medium ExecAccess RoleBinding/shells");
    await admin().delete({ apiVersion: VERSION, kind: "ClusterRoleBinding", name: `worker-${namespace}` });
    made = [];
    await awaitHere("Medium ExecAccess RoleBinding/shells");
    const elsewhere = { namespace: await freshNamespace("elsewhere"), name: "worker" };
    const edit = { apiGroup: RBAC, kind: "ClusterRole", name: "edit" };
    await admin().create({
      apiVersion: VERSION,
      kind: "RoleBinding",
      metadata: elsewhere,
      roleRef: edit,
      subjects: [worker],
    } as KubernetesObject);
    await awaitHere("High AccountReachesOut ServiceAccount/worker", "Medium ExecAccess RoleBinding/shells");
  });
});
