/** Proves that an object that is being deleted and cannot go still counts: it is kept exact, and nobody is told that all is well. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, conditionOf, protectedNamespace, readBaseline } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { refTo } from "../../support/owned-objects.ts";

const HOLD = "test.example.com/hold";
const ROLE_REF = { apiGroup: "rbac.authorization.k8s.io", kind: "Role" };

describe("an object that is being deleted while something holds it", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const ref = () => refTo(namespace, "NetworkPolicy", "default-deny");
  const holders = (finalizers: readonly string[]) => admin().mergePatch(ref(), { metadata: { finalizers } }, { manager: "holder" });
  const ingress = async (): Promise<unknown> => (await admin().get<{ spec: JsonObject }>(ref())).spec["ingress"];

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    namespace = await protectedNamespace("ending", { network: {} });
    await holders([HOLD]);
    await admin().delete(ref());
    await eventually("it is being deleted", async () => (await admin().get(ref())).metadata?.deletionTimestamp !== undefined);
  });

  after(() => operator.stop());

  it("is told of: not ready, not compliant, and why", async () => {
    await awaitCondition(namespace, "Compliant", "False");
    const baseline = await awaitCondition(namespace, "NetworkReady", "False");
    expect(conditionOf(baseline, "NetworkReady")).to.include({
      reason: "Progressing",
      message: "NetworkPolicy default-deny is being deleted and something holds it up; it is made again once it is gone",
    });
    expect(baseline.status?.summary).to.include({ managed: 2, inSync: 1 });
  });

  it("is closed again when somebody opens it, and that is told", async () => {
    await admin().mergePatch(ref(), { spec: { ingress: [{}] } }, { manager: "insider" });
    await eventually("it is closed", async () => (await ingress()) === undefined);
    await eventually("it is told", async () => {
      const [entry] = (await readBaseline(namespace)).status?.drift ?? [];
      expect(entry).to.deep.include({ type: "Modified", fields: ["spec.ingress"], manager: "insider", state: "Repaired" });
    });
  });

  it("makes a namespace that only reports not compliant, too", async () => {
    await applyBaseline(namespace, { mode: "Report", network: {} });
    await admin().mergePatch(ref(), { spec: { ingress: [{}] } }, { manager: "insider" });
    const baseline = await awaitCondition(namespace, "Compliant", "False");
    expect(baseline.status?.summary).to.include({ managed: 2, inSync: 1 });
    await eventually("the difference is told", async () => (await readBaseline(namespace)).status?.summary?.drifted === 1);
    await applyBaseline(namespace, { network: {} });
  });

  it("is made again once it is gone", async () => {
    const before = (await admin().get(ref())).metadata?.uid;
    await holders([]);
    const baseline = await awaitCondition(namespace, "Compliant", "True");
    expect(baseline.status?.summary).to.include({ managed: 2, inSync: 2 });
    expect((await admin().get(ref())).metadata?.uid).not.to.equal(before);
  });
});

describe("an object that ends slowly", () => {
  const ACCESS: SecurityBaselineSpec = { network: {}, access: { roles: [{ name: "app-viewer", groups: ["support"] }] } };
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  const hold = (ref: ObjectRef, finalizers: readonly string[]) =>
    admin().mergePatch(ref, { metadata: { finalizers } }, { manager: "holder" });

  const isEnding = async (ref: ObjectRef): Promise<boolean> => (await admin().get(ref)).metadata?.deletionTimestamp !== undefined;

  interface Moves {
    readonly letGo: () => Promise<unknown>;
    readonly putBack: () => Promise<unknown>;
    readonly toldOfIt: () => Promise<unknown>;
  }

  const orders: Readonly<Record<string, (moves: Moves) => Promise<unknown>>> = {
    "before its section is there again": ({ letGo, putBack }) => letGo().then(putBack),
    "as its section comes": ({ letGo, putBack }) => Promise.all([putBack(), letGo()]),
    "after its section is there again": ({ letGo, putBack, toldOfIt }) => putBack().then(toldOfIt).then(letGo),
  };
  for (const [moment, inOrder] of Object.entries(orders)) {
    it(`is there again when it went ${moment}`, async () => {
      const namespaces = await Promise.all(Array.from({ length: 4 }, () => protectedNamespace("slow", ACCESS)));
      const roles = namespaces.map((namespace) => refTo(namespace, "Role", "app-viewer"));
      const inAll = (act: (namespace: string) => Promise<unknown>): Promise<unknown> => Promise.all(namespaces.map(act));
      await Promise.all(roles.map((ref) => hold(ref, [HOLD])));
      await inAll((namespace) => applyBaseline(namespace, { network: {} }));
      for (const ref of roles) await eventually("it is being deleted", () => isEnding(ref));
      await inOrder({
        letGo: () => Promise.all(roles.map((ref) => hold(ref, []))),
        putBack: () => inAll((namespace) => applyBaseline(namespace, ACCESS)),
        toldOfIt: () => inAll((namespace) => awaitCondition(namespace, "AccessReady", "False")),
      });
      await inAll((namespace) => awaitCondition(namespace, "Compliant", "True"));
      for (const ref of roles) expect(await isEnding(ref)).to.equal(false);
    });
  }

  it("and is not asked for any more is told as open until it is gone, and deleted once", async () => {
    const namespace = await protectedNamespace("slow", ACCESS);
    const ref = refTo(namespace, "Role", "app-viewer");
    await hold(ref, [HOLD]);
    const mark = await auditMark();
    await applyBaseline(namespace, { ...ACCESS, access: { roles: [{ name: "app-deployer", groups: ["support"] }] } });
    await eventually("it is being deleted", () => isEnding(ref));
    await eventually("it is told as open", async () => {
      const told = (await readBaseline(namespace)).status?.drift?.map(({ ref: { kind, name }, type, state }) => [kind, name, type, state]);
      expect(told).to.deep.include(["Role", "app-viewer", "Unmanaged", "Open"]);
    });
    await awaitCondition(namespace, "Compliant", "False");
    // A change of another object of the section makes it look again.
    await admin().delete(refTo(namespace, "Role", "app-deployer"));
    await eventually("the other is there", () => admin().get(refTo(namespace, "Role", "app-deployer")));
    await hold(ref, []);
    await awaitCondition(namespace, "Compliant", "True");
    const deletions = (await operatorWrites(mark, namespace)).map(described).filter((write) => write === "delete roles/app-viewer");
    expect(deletions).to.deep.equal(["delete roles/app-viewer"]);
  });

  it("and must be replaced, is replaced once it is gone", async () => {
    const namespace = await protectedNamespace("slow", ACCESS);
    const ref = refTo(namespace, "RoleBinding", "app-viewer");
    const { metadata, ...body } = await admin().get(ref);
    const { name, labels } = metadata ?? {};
    const other = { ...body, metadata: { namespace, name, labels, finalizers: [HOLD] }, roleRef: { ...ROLE_REF, name: "other" } };
    await operator.stop();
    await admin().delete(ref);
    await admin().create(other as KubernetesObject, { manager: "insider" });
    const mark = await auditMark();
    operator = await startOperator();
    await eventually("it is being deleted", () => isEnding(ref));
    await awaitCondition(namespace, "AccessReady", "False");
    expect((await operatorWrites(mark, namespace)).filter(({ responseStatus: { code = 0 } = {} }) => code >= 400)).to.deep.equal([]);
    await hold(ref, []);
    await awaitCondition(namespace, "Compliant", "True");
    expect((await admin().get(ref))["roleRef"]).to.deep.equal({ ...ROLE_REF, name: "app-viewer" });
  });
});
