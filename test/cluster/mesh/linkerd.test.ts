/** Proves that the operator sets Linkerd's policy on a Namespace as the section `mesh` says, keeps it so, and that it stays or goes as all else does. */
import { expect } from "chai";
import type { MeshSection } from "../../../operator/api/baseline-mesh.ts";
import {
  applyBaseline,
  awaitDrift,
  awaitReady,
  baselineRef,
  conditionOf,
  protectedNamespace,
  readBaseline,
} from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { podSecurityLabels, refTo } from "../../support/owned-objects.ts";

const POLICY = "config.linkerd.io/default-inbound-policy";
const DELETION = "securitybaseline.dev/deletion-policy";
const SECTION: MeshSection = { provider: "Linkerd" };
const LEVELS = { enforce: "baseline" } as const;

async function annotationsOf(namespace: string): Promise<Readonly<Record<string, string>>> {
  return (await admin().get(refTo(namespace, "Namespace", namespace))).metadata?.annotations ?? {};
}

function awaitAnnotations(namespace: string, expected: object): Promise<void> {
  return eventually(`the annotations of ${namespace}`, async () => {
    expect(await annotationsOf(namespace)).to.deep.equal(expected);
  });
}

const change = (namespace: string, value: string | null) =>
  admin().mergePatch(refTo(namespace, "Namespace", namespace), { metadata: { annotations: { [POLICY]: value } } }, { manager: "intruder" });

describe("the operator and Linkerd", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("sets the policy that the section asks for, follows it, and needs no kind of Linkerd for that", async () => {
    const namespace = await protectedNamespace("linkerd", { mesh: SECTION });
    expect(await annotationsOf(namespace)).to.deep.equal({ [POLICY]: "all-authenticated", [DELETION]: "Delete" });
    expect(conditionOf(await readBaseline(namespace), "MeshReady")?.message).to.contain("the Namespace puts no pod into the mesh");
    await applyBaseline(namespace, { mesh: { ...SECTION, defaultDeny: true } });
    await awaitAnnotations(namespace, { [POLICY]: "deny", [DELETION]: "Delete" });
  });

  for (const value of ["all-unauthenticated", null]) {
    it(`puts it back and says who made it ${value ?? "go"}`, async () => {
      const namespace = await protectedNamespace("linkerd", { mesh: SECTION });
      await change(namespace, value);
      const { manager, ...drift } = await awaitDrift(namespace, ({ control, state }) => control === "mesh" && state === "Repaired");
      expect(manager).to.equal(value === null ? undefined : "intruder");
      expect(drift).to.deep.include({ type: "Modified", fields: [`metadata.annotations["${POLICY}"]`] });
      await awaitAnnotations(namespace, { [POLICY]: "all-authenticated", [DELETION]: "Delete" });
    });
  }

  it("is apart from Pod Security on the same Namespace: each goes with its section, and what both say of deletion stays with the other", async () => {
    const namespace = await protectedNamespace("linkerd", { mesh: SECTION, podSecurity: LEVELS });
    await applyBaseline(namespace, { mesh: SECTION });
    await eventually("the levels are gone", async () => expect(await podSecurityLabels(namespace)).to.deep.equal({}));
    await awaitAnnotations(namespace, { [POLICY]: "all-authenticated", [DELETION]: "Delete" });
    await applyBaseline(namespace, { podSecurity: LEVELS });
    await awaitAnnotations(namespace, { [DELETION]: "Delete" });
    await eventually("the levels are back", async () => expect(await podSecurityLabels(namespace)).to.include({ enforce: "baseline" }));
    await awaitReady(namespace);
    expect((await readBaseline(namespace)).status?.drift ?? []).to.deep.equal([]);
  });

  it("stays where all else is to stay, with the section gone and with the baseline gone, and goes where that goes", async () => {
    const retain = { deletionPolicy: "Retain" } as const;
    const [section, baseline, neither] = await Promise.all([
      protectedNamespace("linkerd", { ...retain, mesh: SECTION, podSecurity: LEVELS }),
      protectedNamespace("linkerd", { ...retain, mesh: SECTION }),
      protectedNamespace("linkerd", { mesh: SECTION, podSecurity: LEVELS }),
    ]);
    await applyBaseline(section, { ...retain, podSecurity: LEVELS });
    await operator.stop();
    for (const namespace of [baseline, neither]) await admin().delete(baselineRef(namespace));
    operator = await startOperator();
    await awaitAnnotations(neither, {});
    await eventually("the levels went as well", async () => expect(await podSecurityLabels(neither)).to.deep.equal({}));
    for (const namespace of [section, baseline]) {
      await eventually("the operator is done", async () => {
        const { metadata } = await admin().get(refTo(namespace, "Namespace", namespace));
        expect(metadata?.labels?.["securitybaseline.dev/enforced"]).to.equal(namespace === section ? "true" : undefined);
      });
      expect(await annotationsOf(namespace)).to.deep.equal({ [POLICY]: "all-authenticated", [DELETION]: "Retain" });
    }
  });
});
