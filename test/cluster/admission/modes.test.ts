/** Proves when section `admission` speaks at all, and to whom: by its mode, its mark, and what becomes of workloads. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { AdmissionSection } from "../../../operator/api/baseline-admission.ts";
import { admittingNamespace, type Mark, tryCreate } from "../../support/admission-section.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { writeBaseline } from "../../support/operator-token.ts";
import { policiesKnow } from "../../support/server-caches.ts";
import { objectWith, podOf, WORKLOAD_KINDS, withWeb } from "../../unit/policies/admission/objects.ts";

const SECTION: AdmissionSection = { registries: ["ghcr.io/acme"] };
const SAYS = 'container "web" uses nginx:1, which is not from ghcr.io/acme';
const BAD = withWeb({ image: "nginx:1" });

interface ModeCase {
  readonly reason: string;
  readonly mark: Mark;
  readonly spec: SecurityBaselineSpec;
  readonly answer: "refuses" | "would refuse" | "nothing";
}

const CASES: readonly ModeCase[] = [
  { reason: "Enforce", mark: "Enforce", spec: { admission: SECTION }, answer: "refuses" },
  { reason: "the mode of the whole", mark: "Enforce", spec: { mode: "Report", admission: SECTION }, answer: "would refuse" },
  { reason: "a mode of its own", mark: "Enforce", spec: { mode: "Off", admission: { ...SECTION, mode: "Enforce" } }, answer: "refuses" },
  { reason: "Off while the mark still stands", mark: "Enforce", spec: { admission: { ...SECTION, mode: "Off" } }, answer: "nothing" },
  { reason: "all of it is Off while the mark still stands", mark: "Enforce", spec: { mode: "Off", admission: SECTION }, answer: "nothing" },
  { reason: "no section while the mark still stands", mark: "Enforce", spec: {}, answer: "nothing" },
  { reason: "Report", mark: "Report", spec: { admission: { ...SECTION, mode: "Report" } }, answer: "would refuse" },
  {
    reason: "Report while the mark still says Enforce",
    mark: "Enforce",
    spec: { admission: { ...SECTION, mode: "Report" } },
    answer: "would refuse",
  },
  { reason: "Enforce before the mark says so", mark: "Report", spec: { admission: SECTION }, answer: "nothing" },
];

describe("admission by mode", () => {
  before(installOperatorManifests);

  for (const { reason, mark, spec, answer } of CASES) {
    it(`${reason}: ${answer}`, async () => {
      const namespace = await freshNamespace("modes", { "securitybaseline.dev/admission": mark });
      await writeBaseline(namespace, spec);
      const { status, refusal, warnings } = await tryCreate(objectWith("Pod", BAD, namespace));
      expect(status).to.equal(answer === "refuses" ? 403 : 201);
      const said = answer === "nothing" ? [] : [`the SecurityBaseline of ${namespace} ${answer} it: ${SAYS}`];
      expect([...warnings, ...(refusal === "" ? [] : [refusal])]).to.deep.equal(said);
    });
  }

  it("without the mark nothing is judged", async () => {
    const namespace = await freshNamespace("modes");
    await writeBaseline(namespace, { admission: SECTION });
    expect(await tryCreate(objectWith("Pod", BAD, namespace))).to.deep.include({ status: 201, warnings: [] });
  });

  it("without a baseline nothing is judged, and nothing any more once it is gone", async () => {
    const namespace = await admittingNamespace(SECTION);
    expect(await tryCreate(objectWith("Pod", BAD, namespace))).to.deep.include({ status: 403 });
    const ref = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", namespace, name: "baseline" };
    await admin().delete(ref);
    await policiesKnow(ref);
    expect(await tryCreate(objectWith("Pod", BAD, namespace))).to.deep.include({ status: 201, warnings: [] });
  });

  it("workloads: Warn refuses the pods alone, and tells whoever makes the workload", async () => {
    const namespace = await admittingNamespace({ ...SECTION, workloads: "Warn" });
    for (const kind of WORKLOAD_KINDS) {
      const { status, warnings } = await tryCreate(objectWith(kind, BAD, namespace));
      expect(warnings, kind).to.deep.equal([`the SecurityBaseline of ${namespace} refuses its pods: ${SAYS}`]);
      expect(status, kind).to.equal(201);
    }
    expect(await tryCreate(objectWith("Pod", BAD, namespace))).to.deep.include({ status: 403, warnings: [] });
  });

  it("a namespace is judged by its own baseline", async () => {
    const [strict, lax] = await Promise.all([admittingNamespace(SECTION), admittingNamespace({ registries: ["docker.io"] })]);
    expect(await tryCreate(objectWith("Pod", BAD, strict))).to.deep.include({ status: 403 });
    expect(await tryCreate(objectWith("Pod", BAD, lax))).to.deep.include({ status: 201 });
    expect((await tryCreate(objectWith("Pod", podOf(), lax))).refusal).to.include("which is not from docker.io");
  });

  it("the namespaces of the cluster itself are never judged, whatever mark they carry", async () => {
    const policies = (await admin().list("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy")).filter(({ metadata }) =>
      metadata?.name?.startsWith("securitybaseline-admission-"),
    );
    expect(policies).to.have.length(8);
    for (const policy of policies) {
      const { matchConstraints } = policy["spec"] as { matchConstraints: { namespaceSelector: { matchExpressions: object[] } } };
      expect(matchConstraints.namespaceSelector.matchExpressions).to.deep.include({
        key: "kubernetes.io/metadata.name",
        operator: "NotIn",
        values: ["kube-system", "kube-public", "kube-node-lease", "securitybaseline-system"],
      });
    }
  });
});
