/** Proves that the operator has workloads judged as the section `admission` says, keeps it so, and ends it with the section, beside whatever else stands on the Namespace. */
import { expect } from "chai";
import { auditMark } from "../../support/audit-log.ts";
import {
  applyBaseline,
  awaitCondition,
  awaitDrift,
  baselineRef,
  conditionsOf,
  protectedNamespace,
  readBaseline,
} from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { operatorWrites } from "../../support/operator-requests.ts";
import { podSecurityLabels, refTo } from "../../support/owned-objects.ts";

const MARK = "securitybaseline.dev/admission";
const SECTION = { imageReference: "Tag" } as const;

async function labelsOf(namespace: string): Promise<Readonly<Record<string, string>>> {
  return (await admin().get(refTo(namespace, "Namespace", namespace))).metadata?.labels ?? {};
}

function awaitMark(namespace: string, value: string | undefined): Promise<void> {
  return eventually(`the mark of ${namespace} is ${value}`, async () => {
    const labels = await labelsOf(namespace);
    if (labels[MARK] !== value || "securitybaseline.dev/applying" in labels) throw new Error(JSON.stringify(labels));
  });
}

describe("the operator and the judging of workloads", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("marks the namespace when the section is there, and writes nothing more", async () => {
    const namespace = await protectedNamespace("admission", { admission: SECTION });
    expect((await labelsOf(namespace))[MARK]).to.equal("Enforce");
    const baseline = await awaitCondition(namespace, "AdmissionReady", "True");
    expect(conditionsOf(baseline)).to.deep.equal(["AdmissionReady True", "Compliant True", "Ready True"]);
    expect(baseline.status?.controls).to.deep.equal([
      { name: "admission", mode: "Enforce", managed: 1, inSync: 1, standards: ["CIS-5.5.1", "NSA-pod-security"] },
    ]);
  });

  it("follows the mode of the section, and of the baseline, without writing anything else in mode Report", async () => {
    const namespace = await freshNamespace("admission");
    const mark = await auditMark();
    await applyBaseline(namespace, { mode: "Report", admission: SECTION, podSecurity: { enforce: "restricted" } });
    await awaitMark(namespace, "Report");
    await awaitCondition(namespace, "AdmissionReady", "True");
    expect(await podSecurityLabels(namespace)).to.deep.equal({});
    expect((await labelsOf(namespace))["securitybaseline.dev/enforced"]).to.equal(undefined);
    const kinds = (await operatorWrites(mark, namespace)).map(({ objectRef }) => objectRef?.resource);
    expect(new Set(kinds)).to.deep.equal(new Set(["namespaces", "securitybaselines"]));
    await applyBaseline(namespace, { admission: SECTION });
    await awaitMark(namespace, "Enforce");
    await applyBaseline(namespace, { admission: { ...SECTION, mode: "Report" } });
    await awaitMark(namespace, "Report");
  });

  for (const { reason, value } of [
    { reason: "takes it away", value: null },
    { reason: "has it only report", value: "Report" },
    { reason: "writes what means nothing", value: "Nothing" },
  ]) {
    it(`puts the mark back, and says who ${reason}`, async () => {
      const namespace = await protectedNamespace("admission", { admission: SECTION, podSecurity: { enforce: "baseline" } });
      const ref = refTo(namespace, "Namespace", namespace);
      await admin().mergePatch(ref, { metadata: { labels: { [MARK]: value } } }, { manager: "kubectl-label" });
      const { manager, ...entry } = await awaitDrift(namespace, ({ control }) => control === "admission");
      expect(entry).to.deep.equal({
        control: "admission",
        ref: { apiVersion: "v1", kind: "Namespace", name: namespace },
        type: "Modified",
        fields: [`metadata.labels["${MARK}"]`],
        count: 1,
        state: "Repaired",
      });
      // What was removed is in nobody's books.
      expect(manager).to.equal(value === null ? undefined : "kubectl-label");
      await awaitMark(namespace, "Enforce");
      expect((await readBaseline(namespace)).status?.drift?.map(({ control }) => control)).to.deep.equal(["admission"]);
    });
  }

  for (const policy of ["Delete", "Retain"] as const) {
    it(`ends with the section, beside Pod Security labels that stay, under policy ${policy}`, async () => {
      const podSecurity = { enforce: "baseline" } as const;
      const namespace = await protectedNamespace("admission", { deletionPolicy: policy, admission: SECTION, podSecurity });
      await admin().mergePatch(refTo(namespace, "Namespace", namespace), { metadata: { labels: { team: "payments" } } });
      await applyBaseline(namespace, { deletionPolicy: policy, podSecurity });
      await awaitMark(namespace, undefined);
      expect(await podSecurityLabels(namespace)).to.include({ enforce: "baseline" });
      const { metadata } = await admin().get(refTo(namespace, "Namespace", namespace));
      expect(metadata?.labels).to.include({ team: "payments" });
      expect(metadata?.annotations).to.include({ "securitybaseline.dev/deletion-policy": policy });
    });
  }

  it("takes nothing along of what another section has left on the Namespace", async () => {
    const namespace = await protectedNamespace("admission", { podSecurity: { enforce: "baseline" } });
    await applyBaseline(namespace, { podSecurity: { enforce: "baseline", mode: "Off" }, deletionPolicy: "Retain", admission: SECTION });
    await awaitMark(namespace, "Enforce");
    expect(await podSecurityLabels(namespace)).to.include({ enforce: "baseline" });
  });

  it("ends with the baseline, also where that goes while no operator runs, and whatever the deletion policy says", async () => {
    const [first, second] = [
      await protectedNamespace("admission", { admission: SECTION, deletionPolicy: "Retain" }),
      await protectedNamespace("admission", { admission: SECTION, podSecurity: { enforce: "restricted" } }),
    ];
    await operator.stop();
    await Promise.all([first, second].map((namespace) => admin().delete(baselineRef(namespace))));
    operator = await startOperator();
    await Promise.all([first, second].map((namespace) => awaitMark(namespace, undefined)));
    await eventually("the levels went as well", async () => expect(await podSecurityLabels(second)).to.deep.equal({}));
  });
});
