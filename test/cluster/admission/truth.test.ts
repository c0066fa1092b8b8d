/** Proves that a section `admission` is told to be in place only while the policies are that judge by it, and that the API server judges by it without an operator. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { awaitCondition, awaitReady, conditionOf, protectedNamespace } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { refusal } from "../../support/refusal.ts";
import { admissionKnowsNamespace } from "../../support/server-caches.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";
const POLICY = { apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicy", name: "securitybaseline-admission-services" };
const BINDING = { apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicyBinding", name: "securitybaseline-admission-pods-report" };

const SECTION = { services: { types: ["ClusterIP"] } } as const;

function service(namespace: string, type: string): KubernetesObject {
  return { apiVersion: "v1", kind: "Service", metadata: { namespace, name: "web" }, spec: { type, ports: [{ port: 80 }] } };
}

const copyOf = ({ apiVersion, kind, metadata, ...rest }: KubernetesObject): KubernetesObject => ({
  ...(apiVersion && { apiVersion }),
  ...(kind && { kind }),
  metadata: { name: metadata?.name ?? "", labels: metadata?.labels ?? {} },
  spec: rest["spec"],
});

describe("the truth about section admission", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(async () => {
    await operator.stop();
    await installOperatorManifests();
  });

  async function told(namespace: string): Promise<unknown> {
    const baseline = await awaitCondition(namespace, "AdmissionReady", "False");
    const { status, reason, message } = conditionOf(baseline, "AdmissionReady") ?? {};
    return { status, reason, message };
  }

  it("is refused on as long as the API server runs, also when no operator does", async () => {
    const namespace = await protectedNamespace("truth", { admission: SECTION });
    await admissionKnowsNamespace(namespace);
    await operator.stop();
    const failure = await refusal(admin().create(service(namespace, "NodePort")));
    expect(failure.message).to.contain(
      `the SecurityBaseline of ${namespace} refuses it: a Service of type NodePort is not allowed: use ClusterIP`,
    );
    await admin().create(service(namespace, "ClusterIP"));
    operator = await startOperator();
    await awaitReady(namespace);
  });

  it("says when a policy is gone or another one, and a binding, one after the other, and when all are back", async () => {
    const namespace = await protectedNamespace("truth", { admission: SECTION });
    const [policy, binding] = [await admin().get(POLICY), await admin().get(BINDING)];

    await admin().delete(BINDING);
    const remedy = "apply the manifests of this version again";
    expect(await told(namespace)).to.deep.equal({
      status: "False",
      reason: "BackendUnavailable",
      message: `ValidatingAdmissionPolicyBinding ${BINDING.name} is missing: ${remedy}`,
    });
    await admin().create(copyOf(binding));
    await awaitReady(namespace);

    await admin().mergePatch(POLICY, { spec: { failurePolicy: "Ignore" } });
    expect(await told(namespace)).to.deep.equal({
      status: "False",
      reason: "BackendUnavailable",
      message: `ValidatingAdmissionPolicy ${POLICY.name} is not as declared: ${remedy}`,
    });
    await admin().delete(POLICY);
    await awaitCondition(namespace, "Ready", "False");
    await admin().create(copyOf(policy));
    const baseline = await awaitReady(namespace);
    expect(conditionOf(baseline, "AdmissionReady")).to.include({ status: "True", message: "everything is as the baseline says" });
  });

  it("is tried by a change that our policy refuses, in a dry run, once", async () => {
    await operator.stop();
    const mark = await auditMark();
    operator = await startOperator();
    await protectedNamespace("truth", { admission: SECTION });
    await protectedNamespace("truth", { admission: SECTION });
    const trials = (await auditEvents(mark, { user: OPERATOR_USER, verbs: ["patch"] })).filter(({ requestURI }) =>
      requestURI.includes("fieldManager=securitybaseline-self-test"),
    );
    expect(trials.map(({ responseStatus, requestURI }) => [responseStatus?.code, requestURI.includes("dryRun=All")])).to.deep.equal([
      [403, true],
    ]);
  });

  it("is nobody's business where the section is not in use", async () => {
    const namespace = await protectedNamespace("truth", { podSecurity: { enforce: "baseline" } });
    const policy = await admin().get(POLICY);
    await admin().delete(POLICY);
    const other = await protectedNamespace("truth", { podSecurity: { enforce: "restricted" } });
    expect(conditionOf(await awaitReady(other), "AdmissionReady")).to.equal(undefined);
    await admin().create(copyOf(policy));
    await awaitReady(namespace);
  });
});
