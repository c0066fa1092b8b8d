/** Proves that what a baseline had in place stays its own, whoever writes over it, and that a stranger that was there before stays a stranger. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { applyBaseline, awaitCondition, baselineRef, protectedNamespace, readBaseline, SMALL_SPEC } from "../../support/baselines.ts";
import { admin, cluster, freshNamespace } from "../../support/cluster.ts";
import { driftReports } from "../../support/drift-reports.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { awaitFirstLooks } from "../../support/metrics.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { refTo } from "../../support/owned-objects.ts";

const RBAC = "rbac.authorization.k8s.io";
const ROLE_REF = { apiGroup: RBAC, kind: "Role", name: "log-reader" };

/** Each form of object, and what somebody with ClusterRole `edit` or `admin` would make of it: nothing of ours is left. */
const OVERWRITTEN = [
  {
    kind: "NetworkPolicy",
    name: "default-deny",
    body: { spec: { podSelector: { matchLabels: { app: "x" } }, policyTypes: ["Egress"], egress: [{}] } },
  },
  { kind: "Role", name: "log-reader", body: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }] } },
  { kind: "RoleBinding", name: "log-reader", body: { subjects: [{ apiGroup: RBAC, kind: "User", name: "bob" }], roleRef: ROLE_REF } },
  { kind: "ServiceAccount", name: "api", body: { automountServiceAccountToken: true } },
] as const;

type Overwritten = (typeof OVERWRITTEN)[number];

const objectOf = ({ kind, name, body }: Overwritten, namespace: string): KubernetesObject => ({
  apiVersion: refTo(namespace, kind, name).apiVersion,
  kind,
  metadata: { namespace, name, labels: { team: "x" } },
  ...body,
});

/** An object that is older than what is made next: the API server stamps whole seconds. */
async function older(object: KubernetesObject): Promise<KubernetesObject> {
  const made = await admin().create(object, { manager: "somebody" });
  const second = Date.parse(made.metadata?.creationTimestamp ?? "");
  await eventually("its second is over", () => Date.now() >= second + 1_000);
  return made;
}

const isOurs = ({ metadata }: KubernetesObject): boolean =>
  metadata?.labels?.["securitybaseline.dev/control"] !== undefined && metadata.ownerReferences?.length === 1;

/** Without what the API server keeps books of. */
const bodyOf = ({ metadata: _metadata, status: _status, ...body }: KubernetesObject): unknown => body;

describe("an object that a baseline had in place", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const awaitBack = (ref: ObjectRef, before: KubernetesObject): Promise<KubernetesObject> =>
    eventually(`${ref.kind} ${ref.name} is back`, async () => {
      const found = await admin().get(ref);
      if (!isOurs(found)) throw new Error(JSON.stringify(found.metadata));
      expect(bodyOf(found)).to.deep.equal(bodyOf(before));
      return found;
    });

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  for (const one of OVERWRITTEN) {
    it(`is put back after a PUT that leaves nothing of ours on it: ${one.kind}`, async () => {
      namespace = await protectedNamespace("taken", SMALL_SPEC);
      const ref = refTo(namespace, one.kind, one.name);
      const before = await admin().get(ref);
      await admin().replace(objectOf(one, namespace), { manager: "insider" });
      const back = await awaitBack(ref, before);
      expect(back.metadata?.uid).to.equal(before.metadata?.uid);
      await awaitCondition(namespace, "Ready", "True");
      const report = await eventually("it is told", async () => {
        const [first] = await driftReports(namespace);
        if (first === undefined) throw new Error("nothing is told");
        return first;
      });
      expect(report).to.include({ type: "Modified", manager: "insider", state: "Repaired", count: 1 });
      expect(report.fields).to.include('metadata.labels["securitybaseline.dev/control"]');
    });
  }

  it("is put back however often it is deleted and made anew by somebody else in one breath", async () => {
    namespace = await protectedNamespace("taken", SMALL_SPEC);
    const ref = refTo(namespace, "NetworkPolicy", "default-deny");
    const before = await admin().get(ref);
    for (let round = 0; round < 8; round += 1) {
      await admin().delete(ref);
      await admin()
        .create(objectOf(OVERWRITTEN[0], namespace), { manager: "insider" })
        .catch(() => undefined);
      await awaitBack(ref, before);
    }
    expect((await awaitCondition(namespace, "Ready", "True")).status?.summary).to.include({ managed: 8, inSync: 8 });
  });

  it("is put back where a binding was made anew to a role of more rights, without a label", async () => {
    namespace = await protectedNamespace("taken", SMALL_SPEC);
    const ref = refTo(namespace, "RoleBinding", "log-reader");
    const before = await admin().get(ref);
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" };
    const body = { subjects: [{ apiGroup: RBAC, kind: "User", name: "bob" }], roleRef };
    await admin().delete(ref);
    await admin()
      .create(
        { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata: { namespace, name: "log-reader" }, ...body },
        { manager: "insider" },
      )
      .catch(() => undefined);
    await awaitBack(ref, before);
  });

  it("is put back by an operator that was down meanwhile, also where it was made anew", async () => {
    namespace = await protectedNamespace("taken", SMALL_SPEC);
    const kept = OVERWRITTEN.filter(({ kind }) => kind !== "RoleBinding");
    const before = await Promise.all(kept.map(({ kind, name }) => admin().get(refTo(namespace, kind, name))));
    await operator.stop("SIGKILL");
    const [policy, ...others] = kept;
    await admin().delete(refTo(namespace, "NetworkPolicy", "default-deny"));
    if (policy) await admin().create(objectOf(policy, namespace), { manager: "insider" });
    for (const one of others) await admin().replace(objectOf(one, namespace), { manager: "insider" });
    operator = await startOperator();
    for (const [index, { kind, name }] of kept.entries()) await awaitBack(refTo(namespace, kind, name), before[index] ?? {});
    await awaitCondition(namespace, "Ready", "True");
  });

  it("is no stranger that was there before the baseline: not after a restart, nor where status claims it", async () => {
    namespace = await freshNamespace("taken");
    const stranger = await older(objectOf(OVERWRITTEN[0], namespace));
    const uid = stranger.metadata?.uid;
    await applyBaseline(namespace, SMALL_SPEC);
    await awaitCondition(namespace, "NetworkReady", "False");
    await operator.stop("SIGKILL");
    const inventory = [
      ...((await readBaseline(namespace)).status?.inventory ?? []),
      `networkpolicies.networking.k8s.io default-deny ${uid}`,
    ];
    await admin().mergePatch({ ...baselineRef(namespace), subresource: "status" }, { status: { inventory } }, { manager: "forger" });
    operator = await startOperator();
    await awaitFirstLooks(operator);
    const found = await admin().get(refTo(namespace, "NetworkPolicy", "default-deny"));
    expect(found.metadata?.resourceVersion).to.equal(stranger.metadata?.resourceVersion);
    const told = (await driftReports(namespace)).filter(({ type }) => type === "Conflict");
    expect(told.map(({ ref }) => ref.name)).to.deep.equal(["default-deny"]);
  });

  it("is no stranger that came while nobody asked for it", async () => {
    const { network: _network, ...rest } = SMALL_SPEC;
    namespace = await protectedNamespace("taken", rest);
    await admin().create(objectOf(OVERWRITTEN[0], namespace), { manager: "somebody" });
    await applyBaseline(namespace, SMALL_SPEC);
    await awaitCondition(namespace, "NetworkReady", "False");
    expect((await driftReports(namespace)).map(({ type, state }) => [type, state])).to.deep.equal([["Conflict", "Open"]]);
  });

  // Where the stranger's Role holds more than the operator does, RBAC refuses every change of a binding to it: docs/limits.md.
  it("is kept exact beside a Role that somebody else made: a subject that is added goes at once", async () => {
    namespace = await freshNamespace("taken");
    await older(objectOf(OVERWRITTEN[1], namespace));
    await applyBaseline(namespace, { ...SMALL_SPEC, adoptExisting: true });
    await awaitCondition(namespace, "Ready", "True");
    await applyBaseline(namespace, { ...SMALL_SPEC, adoptExisting: false });
    await awaitCondition(namespace, "Ready", "True");
    await operator.stop("SIGKILL");
    await admin().replace(objectOf(OVERWRITTEN[1], namespace), { manager: "insider" });
    operator = await startOperator();
    await awaitCondition(namespace, "AccessReady", "False");
    const ref = refTo(namespace, "RoleBinding", "log-reader");
    const { subjects } = await admin().get<KubernetesObject & { subjects: unknown[] }>(ref);
    await admin().mergePatch(ref, { subjects: [...subjects, { apiGroup: RBAC, kind: "User", name: "mallory" }] }, { manager: "insider" });
    await eventually("the subject is gone", async () => expect((await admin().get(ref))["subjects"]).to.deep.equal(subjects));
  });

  it("comes back after `kubectl replace --force`", async () => {
    namespace = await protectedNamespace("taken", SMALL_SPEC);
    const ref = refTo(namespace, "NetworkPolicy", "default-deny");
    const before = await admin().get(ref);
    const manifest = JSON.stringify(objectOf(OVERWRITTEN[0], namespace));
    // kubectl waits until the name is free, which it is no more where the operator was faster: then it gives up.
    await cluster().kubectl(["replace", "--force", "--timeout=5s", "-f", "-"], { stdin: manifest });
    await awaitBack(ref, before);
  });
});
