/** Proves that a restart, however it came about, costs nothing where nothing happened and misses nothing where something did. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitDrift, awaitReady, baselineRef, FULL_SPEC, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { LARGEST_POLICIES, LARGEST_SPEC } from "../../support/largest-baseline.ts";
import { awaitFirstLooks } from "../../support/metrics.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { generatedObjects } from "../../support/owned-objects.ts";

const NETWORKING = "networking.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io/v1";
/** Namespaces that are being worked on when the operator is killed. */
const BUSY = 4;

describe("a restart", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const policy = (name: string): ObjectRef => ({ apiVersion: NETWORKING, kind: "NetworkPolicy", namespace, name });
  const policySpec = async (name: string) => (await admin().get(policy(name)))["spec"] as KubernetesObject;
  const writesSince = async (mark: number) => (await operatorWrites(mark, namespace)).map(described);
  /** Who reads what a write has changed may be ahead of its line in the audit log. */
  const awaitWrites = (mark: number, check: (writes: readonly string[]) => unknown): Promise<unknown> =>
    eventually("the writes are in the audit log", async () => check(await writesSince(mark)));

  const restart = async (): Promise<void> => {
    operator = await startOperator();
    await awaitFirstLooks(operator);
  };

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  beforeEach(async () => {
    namespace = await freshNamespace("restart");
    await applyBaseline(namespace, FULL_SPEC);
    await awaitReady(namespace);
  });

  after(() => operator.stop());

  for (const { signal, outcome } of [
    { signal: "SIGTERM", outcome: 0 },
    { signal: "SIGKILL", outcome: "SIGKILL" },
  ] as const) {
    it(`after ${signal} writes nothing where everything is in place`, async () => {
      const mark = await auditMark();
      expect(await operator.stop(signal)).to.equal(outcome);
      await restart();
      expect(await writesSince(mark)).to.deep.equal([]);
    });
  }

  it("repairs once what was changed while it was down, and tells once who did it", async () => {
    await operator.stop();
    const mark = await auditMark();
    await admin().mergePatch(policy("default-deny"), { spec: { ingress: [{}] } }, { manager: "night-shift" });
    await restart();
    expect(await awaitDrift(namespace, () => true)).to.deep.equal({
      control: "network",
      ref: { apiVersion: NETWORKING, kind: "NetworkPolicy", name: "default-deny" },
      type: "Modified",
      fields: ["spec.ingress"],
      manager: "night-shift",
      count: 1,
      state: "Repaired",
    });
    expect(await policySpec("default-deny")).to.not.have.property("ingress");

    await operator.stop("SIGKILL");
    await restart();
    await awaitWrites(mark, (writes) =>
      expect(writes).to.deep.equal(["patch networkpolicies/default-deny", "patch securitybaselines/baseline/status"]),
    );
  });

  it("makes anew once what was deleted while it was down, and tells so once", async () => {
    await operator.stop("SIGKILL");
    const mark = await auditMark();
    await admin().delete({ apiVersion: RBAC, kind: "RoleBinding", namespace, name: "app-viewer" });
    await restart();
    expect(await awaitDrift(namespace, () => true)).to.deep.equal({
      control: "access",
      ref: { apiVersion: RBAC, kind: "RoleBinding", name: "app-viewer" },
      type: "Missing",
      count: 1,
      state: "Repaired",
    });
    await awaitWrites(mark, (writes) =>
      expect(writes).to.deep.equal(["patch rolebindings/app-viewer", "patch securitybaselines/baseline/status"]),
    );
  });

  it("follows a baseline that was edited while it was down: a change of mind is no drift, only what is left over is told", async () => {
    await operator.stop();
    const mark = await auditMark();
    await applyBaseline(namespace, { ...FULL_SPEC, serviceAccounts: { accounts: [{ name: "api", automountToken: true }] } });
    await restart();
    const baseline = await awaitReady(namespace);
    expect(baseline.status?.drift?.map(({ type, ref, state }) => [type, ref.name, state])).to.deep.equal([
      ["Unmanaged", "controller", "Repaired"],
      ["Unmanaged", "worker", "Repaired"],
    ]);
    await awaitWrites(mark, (writes) =>
      expect(writes).to.have.members([
        "delete serviceaccounts/controller",
        "delete serviceaccounts/worker",
        "patch securitybaselines/baseline/status",
        "patch serviceaccounts/api",
      ]),
    );
  });

  it("in the middle of its work completes it, and takes its own unfinished work for no drift", async () => {
    await operator.stop();
    const namespaces = await Promise.all(Array.from({ length: BUSY }, () => freshNamespace("restart-busy")));
    await Promise.all(namespaces.map((each) => applyBaseline(each, FULL_SPEC)));
    const mark = await auditMark();
    operator = await startOperator({ awaitReady: false });
    await eventually("it has begun to write", async () => (await operatorWrites(mark, namespaces[0] ?? "")).length > 0);
    await operator.stop("SIGKILL");
    const unfinished = await Promise.all(namespaces.map(readBaseline));
    expect(unfinished.filter(({ status }) => status?.conditions === undefined)).to.not.deep.equal([]);

    await restart();
    for (const { status } of await Promise.all(namespaces.map(awaitReady))) {
      expect(status?.summary).to.deep.equal({ managed: 20, inSync: 20, drifted: 0, findings: 0 });
      expect(status?.drift).to.equal(undefined);
    }
  });

  it("in the middle of the largest baseline ends without completing it: that would take minutes, and the next leader goes on", async () => {
    const largest = await freshNamespace("restart-largest");
    const policies = async (): Promise<number> => (await generatedObjects(largest)).filter(({ kind }) => kind === "NetworkPolicy").length;
    await applyBaseline(largest, LARGEST_SPEC);
    await eventually("it has begun", async () => (await policies()) > 0);
    expect(await operator.stop()).to.equal(0);
    expect(operator.logs()).to.contain('"message":"operator stopped"');
    expect(await policies()).to.be.below(LARGEST_POLICIES);
    // The operators of other tests have better things to do.
    await admin().delete(baselineRef(largest));
    await restart();
  });
});
