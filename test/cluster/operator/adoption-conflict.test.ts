/** Proves how the operator meets what others made under a name, or under a label, of its own: untouched and told, unless it may take over. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, awaitReady, conditionOf, protectedNamespace, SMALL_SPEC } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { awaitReports, driftReports, type Report } from "../../support/drift-reports.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { contentOf, footprintOf, type OwnedKindName, refTo, SMALL_FOOTPRINT } from "../../support/owned-objects.ts";

const ADOPTING: SecurityBaselineSpec = { ...SMALL_SPEC, adoptExisting: true };
const LABELS = { team: "payments" };

interface Foreign {
  readonly control: string;
  readonly condition: string;
  readonly kind: Exclude<OwnedKindName, "Namespace">;
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What is there beside it while it stands in the way. */
  readonly others?: readonly string[];
  /** What the baseline makes of it. */
  readonly taken: Readonly<Record<string, unknown>>;
}

const RBAC = "rbac.authorization.k8s.io";
const ROLE_REF = { apiGroup: RBAC, kind: "Role", name: "log-reader" };
/** What is said of what somebody else made there, besides that it is in the way: the binding names bob, the account mounts its token. */
const FOUND: Readonly<Record<Foreign["kind"], number>> = { Role: 0, RoleBinding: 1, NetworkPolicy: 0, ServiceAccount: 1 };

const BOB = { apiGroup: RBAC, kind: "User", name: "bob" };

const BINDING: Foreign = {
  control: "access",
  condition: "AccessReady",
  kind: "RoleBinding",
  name: "log-reader",
  body: { subjects: [BOB], roleRef: ROLE_REF },
  taken: { subjects: [{ apiGroup: RBAC, kind: "Group", name: "support" }], roleRef: ROLE_REF },
};

const FOREIGN: readonly Foreign[] = [
  {
    control: "access",
    condition: "AccessReady",
    kind: "Role",
    name: "log-reader",
    body: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
    // A binding would hand out the rules of somebody else.
    others: SMALL_FOOTPRINT.objects.filter((object) => object !== "RoleBinding log-reader"),
    taken: { rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }] },
  },
  BINDING,
  {
    control: "network",
    condition: "NetworkReady",
    kind: "NetworkPolicy",
    name: "default-deny",
    body: { spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] } },
    taken: { spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
  },
  {
    control: "serviceAccounts",
    condition: "ServiceAccountsReady",
    kind: "ServiceAccount",
    name: "api",
    body: { automountServiceAccountToken: true },
    taken: { automountServiceAccountToken: false },
  },
];

function objectOf({ kind, name, body }: Foreign, namespace: string, labels: Readonly<Record<string, string>> = LABELS): KubernetesObject {
  const { apiVersion } = refTo(namespace, kind, name);
  return { apiVersion, kind, metadata: { namespace, name, labels }, ...body };
}

function conflictOf({ control, kind, name }: Foreign): Report {
  const { apiVersion } = refTo("", kind, name);
  return { control, ref: { apiVersion, kind, name }, type: "Conflict", count: 1, state: "Open" };
}

/** A namespace with a foreign object and a baseline that has met it. */
async function conflicted(foreign: Foreign, spec: SecurityBaselineSpec): Promise<string> {
  const namespace = await freshNamespace("adoption");
  await admin().create(objectOf(foreign, namespace), { manager: "helm" });
  await applyBaseline(namespace, spec);
  await awaitCondition(namespace, "Ready", "False");
  await awaitReports(namespace, [conflictOf(foreign)]);
  return namespace;
}

describe("what somebody else made", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  for (const foreign of FOREIGN) {
    const { kind, name, body, taken, condition, control, others = SMALL_FOOTPRINT.objects } = foreign;

    it(`under the name of our ${kind} is told as Conflict and left alone, the rest is in place`, async () => {
      const namespace = await conflicted(foreign, SMALL_SPEC);
      const message = `${kind} ${name} exists and somebody else made it: rename or delete it, or set spec.adoptExisting to true`;
      const baseline = await awaitCondition(namespace, "Compliant", "False");
      expect(conditionOf(baseline, "Ready")).to.deep.include({ reason: "Conflict", message: `${control}: ${message}` });
      expect(conditionOf(baseline, condition)).to.deep.include({ status: "False", reason: "Conflict", message });
      expect(baseline.status?.summary).to.deep.equal({ managed: 8, inSync: others.length + 1, drifted: 1, findings: FOUND[kind] });
      expect(await footprintOf(namespace)).to.deep.equal({ ...SMALL_FOOTPRINT, objects: others });
      const found = await contentOf(refTo(namespace, kind, name));
      expect(found.metadata).to.deep.equal({ name, labels: LABELS });
      expect(found).to.deep.include(body);
    });

    it(`under the name of our ${kind} is taken over with adoptExisting`, async () => {
      const namespace = await conflicted(foreign, SMALL_SPEC);
      await applyBaseline(namespace, ADOPTING);
      await awaitReady(namespace);
      expect(await driftReports(namespace)).to.deep.equal([{ ...conflictOf(foreign), state: "Repaired" }]);
      const found = await contentOf(refTo(namespace, kind, name));
      expect(found).to.deep.include(taken);
      const ours = { "app.kubernetes.io/managed-by": "securitybaseline", "securitybaseline.dev/control": control };
      expect(found.metadata?.labels).to.deep.equal({ ...LABELS, ...ours });
    });

    it(`under the name of our ${kind} is replaced once its maker deletes it`, async () => {
      const namespace = await conflicted(foreign, SMALL_SPEC);
      await admin().delete(refTo(namespace, kind, name));
      await awaitCondition(namespace, "Compliant", "True");
      expect(await contentOf(refTo(namespace, kind, name))).to.deep.include(taken);
      expect(await driftReports(namespace)).to.deep.equal([{ ...conflictOf(foreign), state: "Repaired" }]);
    });
  }

  it("is not taken over where it would have to be made anew: a binding of another role stays a Conflict", async () => {
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: "view" };
    const foreign = { ...BINDING, body: { subjects: [BOB], roleRef } };
    const namespace = await conflicted(foreign, ADOPTING);
    expect(await contentOf(refTo(namespace, "RoleBinding", "log-reader"))).to.deep.include(foreign.body);
  });

  it("is not taken over where another controller owns it, and that is said", async () => {
    const [, , , foreign] = FOREIGN;
    const namespace = await freshNamespace("adoption");
    const tenant = await admin().create({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name: "tenant" } });
    const { uid } = tenant.metadata ?? {};
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "tenant", uid, controller: true };
    const object = objectOf(foreign as Foreign, namespace);
    await admin().create({ ...object, metadata: { ...object.metadata, ownerReferences: [owner] } } as KubernetesObject);
    await applyBaseline(namespace, ADOPTING);
    const baseline = await awaitCondition(namespace, "ServiceAccountsReady", "False");
    expect(conditionOf(baseline, "ServiceAccountsReady")).to.deep.include({
      reason: "Conflict",
      message: "ServiceAccount api exists and belongs to ConfigMap tenant, which makes it again: choose another name",
    });
  });

  it("or that made itself the controller of ours is heeded as its owner, and changes nothing else", async () => {
    const namespace = await protectedNamespace("adoption", SMALL_SPEC);
    const ref = refTo(namespace, "NetworkPolicy", "default-deny");
    const tenant = await admin().create({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name: "tenant" } });
    const { uid } = tenant.metadata ?? {};
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "tenant", uid, controller: true };
    const { metadata, ...ours } = await admin().get(ref);
    const spec = ours["spec"] as object;
    const taken = { ...ours, metadata: { ...metadata, managedFields: [], ownerReferences: [owner] }, spec: { ...spec, ingress: [{}] } };
    await admin().replace(taken as KubernetesObject, { manager: "tenant" });
    const after = await eventually("the policy is closed again", async () => {
      const found = await admin().get(ref);
      expect(found["spec"]).to.deep.equal(spec);
      return found;
    });
    expect(after.metadata?.ownerReferences?.map(({ kind, controller }) => [kind, controller])).to.have.deep.members([
      ["ConfigMap", true],
      ["SecurityBaseline", false],
    ]);
    await awaitCondition(namespace, "Compliant", "True");
  });

  it("and is also applied by a chart is shared: each keeps its label, and nobody writes twice", async () => {
    const namespace = await freshNamespace("adoption");
    const chart = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { namespace, name: "api", labels: { "app.kubernetes.io/managed-by": "Helm", ...LABELS } },
      automountServiceAccountToken: false,
    };
    const release = () => admin().apply(chart, { manager: "helm", force: true });
    await release();
    await applyBaseline(namespace, ADOPTING);
    await awaitReady(namespace);
    const mark = await auditMark();
    for (let upgrade = 0; upgrade < 3; upgrade += 1) await release();
    await applyBaseline(namespace, { ...ADOPTING, podSecurity: { enforce: "baseline" } });
    await awaitReady(namespace);
    const { labels } = (await admin().get(refTo(namespace, "ServiceAccount", "api"))).metadata ?? {};
    expect(labels).to.deep.equal({ "app.kubernetes.io/managed-by": "Helm", "securitybaseline.dev/control": "serviceAccounts", ...LABELS });
    const writes = (await operatorWrites(mark, namespace)).map(described);
    expect(writes.filter((write) => write.includes("serviceaccounts/api"))).to.deep.equal([]);
  });

  describe("with our label forged", () => {
    const forgedFor = (control: string): Readonly<Record<string, string>> => ({ "securitybaseline.dev/control": control });

    for (const foreign of FOREIGN) {
      it(`is told as Unmanaged and left alone: a ${foreign.kind}`, async () => {
        const namespace = await protectedNamespace("adoption", SMALL_SPEC);
        const object = objectOf({ ...foreign, name: "backdoor" }, namespace, forgedFor(foreign.control));
        await admin().create(object, { manager: "intruder" });
        const ref = { ...conflictOf(foreign).ref, name: "backdoor" };
        const report: Report = { control: foreign.control, ref, type: "Unmanaged", manager: "intruder", count: 1, state: "Open" };
        await awaitReports(namespace, [report]);
        expect(conditionOf(await awaitCondition(namespace, "Compliant", "False"), "Ready")?.status).to.equal("True");
        const found = refTo(namespace, foreign.kind, "backdoor");
        expect(await contentOf(found)).to.deep.include({ metadata: { name: "backdoor", labels: forgedFor(foreign.control) } });
        await admin().delete(found);
        await awaitReports(namespace, [{ ...report, state: "Repaired" }]);
        await awaitCondition(namespace, "Compliant", "True");
      });
    }

    it("of a section that is not in use is nobody's", async () => {
      const namespace = await protectedNamespace("adoption", { podSecurity: { enforce: "restricted" } });
      await admin().create(objectOf(BINDING, namespace, forgedFor("access")), { manager: "intruder" });
      await applyBaseline(namespace, { podSecurity: { enforce: "baseline" } });
      await awaitReady(namespace);
      expect(await contentOf(refTo(namespace, "RoleBinding", "log-reader"))).to.deep.include(BINDING.body);
    });
  });
});
