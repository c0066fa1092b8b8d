/** Proves that a second writer who does not give in slows down what it fights over, and nothing else. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, awaitReady, conditionOf, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";

/** Repairs inside a minute after which a field is contested. */
const REPAIRS = 11;

const policyIn = (namespace: string): ObjectRef => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  namespace,
  name: "default-deny",
});

const open = (namespace: string) => admin().mergePatch(policyIn(namespace), { spec: { ingress: [{}] } }, { manager: "rival" });

const isClosed = async (namespace: string): Promise<boolean> => {
  const { spec } = await admin().get<{ spec: JsonObject }>(policyIn(namespace));
  return spec["ingress"] === undefined;
};

describe("a field that another writer keeps changing", () => {
  let operator: OperatorProcess;
  let namespace: string;
  let neighbour: string;
  let mark: number;

  const repairs = async () =>
    (await operatorWrites(mark, namespace)).filter((event) => described(event) === "patch networkpolicies/default-deny");

  /** The watch delivers in order: who has repaired the neighbour's policy has seen what was written to ours before. */
  const awaitSeen = async (): Promise<void> => {
    await open(neighbour);
    await eventually("the neighbour is repaired", () => isClosed(neighbour));
  };

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    namespace = await freshNamespace("contested");
    neighbour = await freshNamespace("uncontested");
    for (const each of [namespace, neighbour]) {
      await applyBaseline(each, { network: {}, podSecurity: { enforce: "restricted" } });
      await awaitReady(each);
    }
    mark = await auditMark();
    for (let round = 0; round < REPAIRS; round++) {
      await open(namespace);
      await eventually("it is repaired", () => isClosed(namespace));
    }
  });

  after(() => operator.stop());

  it("is contested after more than ten repairs in a minute, as the reason of Ready tells", async () => {
    const baseline = await awaitCondition(namespace, "Ready", "False");
    expect(conditionOf(baseline, "Ready")).to.include({
      reason: "Contested",
      message: "network: another writer keeps changing NetworkPolicy default-deny; repairs are slowed down until it stops",
    });
    expect(conditionOf(baseline, "NetworkReady")?.reason).to.equal("Contested");
    expect(conditionOf(baseline, "PodSecurityReady")?.status).to.equal("True");
  });

  it("is left as it is for now, and told as open, while everything else is repaired at once", async () => {
    await open(namespace);
    await eventually("the drift is told as open", async () => {
      const { status } = await readBaseline(namespace);
      const told = status?.drift?.map(({ ref, fields, manager, count, state }) => [ref.name, fields, manager, count, state]);
      expect(told).to.deep.equal([["default-deny", ["spec.ingress"], "rival", 12, "Open"]]);
    });
    await awaitSeen();
    const label = { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } };
    const space = { apiVersion: "v1", kind: "Namespace", name: namespace };
    await admin().mergePatch(space, label, { manager: "rival" });
    await eventually("the label is repaired", async () => {
      const { metadata } = await admin().get(space);
      expect(metadata?.labels).to.include({ "pod-security.kubernetes.io/enforce": "restricted" });
    });
    await eventually("the repair is told", async () => {
      const { status } = await readBaseline(namespace);
      expect(status?.drift?.map(({ control, state }) => [control, state])).to.deep.include(["podSecurity", "Repaired"]);
    });
    expect(await isClosed(namespace)).to.equal(false);
    expect(await repairs()).to.have.length(REPAIRS);
  });

  it("costs nothing more, however often the other one writes", async () => {
    const from = await auditMark();
    for (let port = 8_000; port < 8_020; port++) {
      await admin().mergePatch(policyIn(namespace), { spec: { ingress: [{ ports: [{ port, protocol: "TCP" }] }] } }, { manager: "rival" });
    }
    await awaitSeen();
    expect((await operatorWrites(from, namespace)).map(described)).to.deep.equal([]);
  });
});
