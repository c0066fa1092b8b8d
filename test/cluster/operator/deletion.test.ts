/** Proves that a baseline, a namespace and the operator can go in any order: nothing waits, nothing is left, nothing comes back. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitReady, baselineRef, protectedNamespace, readBaseline, SMALL_SPEC } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import {
  awaitFootprint,
  type Footprint,
  footprintOf,
  generatedObjects,
  NO_FOOTPRINT,
  refTo,
  SMALL_FOOTPRINT,
} from "../../support/owned-objects.ts";

const RETAINING: SecurityBaselineSpec = { ...SMALL_SPEC, deletionPolicy: "Retain" };
const RETAIN = { "securitybaseline.dev/deletion-policy": "Retain" };
const RETAINED: Footprint = { ...SMALL_FOOTPRINT, annotations: RETAIN, accountAnnotations: RETAIN };

/** Deletes a namespace and waits until it is gone. */
async function endNamespace(namespace: string): Promise<void> {
  const ref = refTo(namespace, "Namespace", namespace);
  await admin().delete(ref);
  await eventually(`${namespace} is gone`, async () => (await admin().find(ref)) === undefined, 30_000);
}

/** Works while the operator stands still: what it learns, it learns afterwards. */
async function whileFrozen(operator: OperatorProcess, work: () => Promise<void>): Promise<void> {
  process.kill(operator.pid, "SIGSTOP");
  try {
    await work();
  } finally {
    process.kill(operator.pid, "SIGCONT");
  }
}

describe("deletion", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("is blocked by no finalizer", async () => {
    const namespace = await protectedNamespace("deletion", SMALL_SPEC);
    const objects = [
      ...(await generatedObjects(namespace)),
      await admin().get(refTo(namespace, "ServiceAccount", "default")),
      await admin().get(refTo(namespace, "Namespace", namespace)),
      await readBaseline(namespace),
    ];
    expect(objects.map(({ metadata }) => metadata)).to.have.length(9);
    for (const { metadata } of objects) expect(metadata).to.not.have.property("finalizers");
  });

  it("of a baseline takes all of it away", async () => {
    const namespace = await protectedNamespace("deletion", SMALL_SPEC);
    expect(await footprintOf(namespace)).to.deep.equal(SMALL_FOOTPRINT);
    await admin().delete(baselineRef(namespace));
    await awaitFootprint(namespace, NO_FOOTPRINT);
  });

  it("of a baseline leaves all of it with policy Retain", async () => {
    const [retained, marker] = [await protectedNamespace("deletion", RETAINING), await protectedNamespace("deletion", SMALL_SPEC)];
    await admin().delete(baselineRef(retained));
    // Both the operator and garbage collection have come this far when they are done with a later one.
    await admin().delete(baselineRef(marker));
    await awaitFootprint(marker, NO_FOOTPRINT);
    expect(await footprintOf(retained)).to.deep.equal(RETAINED);
  });

  it("of a baseline that is made anew at once leaves the new one in place", async () => {
    const namespace = await protectedNamespace("deletion", SMALL_SPEC);
    await admin().delete(baselineRef(namespace));
    const { metadata } = await applyBaseline(namespace, SMALL_SPEC);
    await eventually("everything belongs to the new baseline", async () => {
      const owners = (await generatedObjects(namespace)).map((object) => object.metadata?.ownerReferences?.map(({ uid }) => uid));
      expect(owners).to.deep.equal(Array(6).fill([metadata.uid]));
    });
    await awaitReady(namespace);
    await awaitFootprint(namespace, SMALL_FOOTPRINT);
  });

  it("of a baseline while the operator is down is completed when it is back", async () => {
    const [namespace, retained] = [await protectedNamespace("deletion", SMALL_SPEC), await protectedNamespace("deletion", RETAINING)];
    await operator.stop();
    await admin().delete(baselineRef(namespace));
    await admin().delete(baselineRef(retained));
    await awaitFootprint(namespace, { ...SMALL_FOOTPRINT, objects: [] });
    operator = await startOperator();
    await awaitFootprint(namespace, NO_FOOTPRINT);
    expect(await footprintOf(retained)).to.deep.equal(RETAINED);
  });

  it("of a namespace does not wait for the operator, and frees the name", async () => {
    const namespace = await protectedNamespace("deletion", SMALL_SPEC);
    await operator.stop();
    await endNamespace(namespace);
    operator = await startOperator();
    await admin().create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await applyBaseline(namespace, SMALL_SPEC);
    await awaitReady(namespace);
    await awaitFootprint(namespace, SMALL_FOOTPRINT);
  });

  it("of a namespace that comes back under its name leaves room for a new baseline", async () => {
    const namespace = await protectedNamespace("deletion", SMALL_SPEC);
    await endNamespace(namespace);
    await admin().create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await eventually("the ServiceAccount default", () => admin().get(refTo(namespace, "ServiceAccount", "default")));
    expect(await footprintOf(namespace)).to.deep.equal(NO_FOOTPRINT);
    await applyBaseline(namespace, SMALL_SPEC);
    const { status } = await awaitReady(namespace);
    await awaitFootprint(namespace, SMALL_FOOTPRINT);
    expect(status?.drift).to.equal(undefined);
  });

  it("of a namespace is final, also for an operator that learns of it late", async () => {
    const [namespace, marker] = [await protectedNamespace("deletion", SMALL_SPEC), await protectedNamespace("deletion", SMALL_SPEC)];
    const mark = await auditMark();
    await whileFrozen(operator, async () => {
      await applyBaseline(namespace, { ...SMALL_SPEC, podSecurity: { enforce: "baseline" } });
      await endNamespace(namespace);
    });
    await applyBaseline(marker, { podSecurity: { enforce: "baseline" } });
    await awaitReady(marker);
    expect(await admin().find(refTo(namespace, "Namespace", namespace))).to.equal(undefined);
    const creations = await auditEvents(mark, { user: OPERATOR_USER, name: namespace, resource: "namespaces" });
    expect(creations.filter(({ responseStatus }) => (responseStatus?.code ?? 0) < 300)).to.deep.equal([]);
  });
});
