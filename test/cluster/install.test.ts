/** Proves that the shipped manifests install as they are: twice, strictly, and under the strictest Pod Security. */
import { join } from "node:path";
import { expect } from "chai";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { admin, cluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { refusal } from "../support/refusal.ts";

const CONFIG = join(import.meta.dirname, "..", "..", "config");
const INSTALLATION = join(CONFIG, "default");

interface Policy extends KubernetesObject {
  readonly status?: { readonly observedGeneration?: number; readonly typeChecking?: { readonly expressionWarnings?: unknown[] } };
}

interface PodSpec {
  readonly serviceAccountName: string;
  readonly securityContext: object;
  readonly containers: readonly { readonly image: string }[];
}

interface Deployment extends KubernetesObject {
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

/** Runs kubectl, which must succeed without a warning. */
async function kubectl(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster().kubectl(args);
  expect(stderr, `kubectl ${args.join(" ")}`).to.equal("");
  expect(code).to.equal(0);
  return stdout;
}

/** resourceVersion of everything that is installed, by kind and name. */
async function versions(): Promise<Record<string, string>> {
  const { items } = JSON.parse(await kubectl("get", "-k", INSTALLATION, "-o", "json")) as { items: KubernetesObject[] };
  return Object.fromEntries(items.map(({ kind, metadata }) => [`${kind}/${metadata?.name}`, metadata?.resourceVersion ?? ""]));
}

async function operatorPodSpec(): Promise<PodSpec> {
  const deployment = await admin().get<Deployment>({
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: "securitybaseline-system",
    name: "securitybaseline-operator",
  });
  return deployment.spec.template.spec;
}

/** Asks the API server, admission included, whether it would take this pod into the operator's namespace. */
function dryRunPod(spec: object): Promise<KubernetesObject> {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "probe" }, spec };
  return admin().send({ method: "POST", path: "/api/v1/namespaces/securitybaseline-system/pods?dryRun=All", body: pod });
}

describe("installation", () => {
  before(installOperatorManifests);

  it("applied a second time changes nothing", async () => {
    // Controllers may still be writing the status of what was just installed: a change by the apply itself shows every time.
    await eventually("an apply leaves every object as it was", async () => {
      const before = await versions();
      await kubectl("apply", "--server-side", "--validate=strict", "-k", INSTALLATION);
      expect(await versions()).to.deep.equal(before);
    });
  });

  it("contains every part that the contract names", async () => {
    expect(Object.keys(await versions())).to.include.members([
      "Namespace/securitybaseline-system",
      "CustomResourceDefinition/securitybaselines.securitybaseline.dev",
      "ServiceAccount/securitybaseline-operator",
      "ClusterRole/securitybaseline-operator",
      "ClusterRole/securitybaseline-viewer",
      "ClusterRole/securitybaseline-editor",
      "Deployment/securitybaseline-operator",
      "Service/securitybaseline-metrics",
      "PodDisruptionBudget/securitybaseline-operator",
      "NetworkPolicy/securitybaseline-operator",
    ]);
  });

  it("has policies without type-checking warnings, each in force by a binding", async () => {
    const policies = () => admin().list<Policy>("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy");
    await eventually("every policy is type-checked", async () => {
      for (const { metadata, status } of await policies()) {
        expect([metadata?.name, status?.observedGeneration]).to.deep.equal([metadata?.name, metadata?.generation]);
      }
    });
    const bindings = await admin().list("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding");
    const checked = await policies();
    const names = ["adoption", "default-service-accounts", "deletions", "namespaces", "objects", "pod-security", "role-bindings", "roles"];
    const expected = names.map((name) => `securitybaseline-operator-${name}`);
    expect(checked.map(({ metadata }) => metadata?.name)).to.include.members(expected);
    expect(bindings.map(({ metadata }) => metadata?.name)).to.include.members(expected);
    for (const { metadata, status } of checked) {
      expect(status?.typeChecking?.expressionWarnings, metadata?.name ?? "").to.equal(undefined);
    }
  });

  it("runs the operator under Pod Security restricted", async () => {
    const spec = await operatorPodSpec();
    await dryRunPod(spec);
    const { message } = await refusal(dryRunPod({ ...spec, securityContext: {} }));
    expect(message).to.contain('violates PodSecurity "restricted:latest"');
  });

  it("mounts a token in the operator's pods only", async () => {
    const ref = { apiVersion: "v1", kind: "ServiceAccount", namespace: "securitybaseline-system", name: "securitybaseline-operator" };
    expect((await admin().get(ref))["automountServiceAccountToken"]).to.equal(false);
    expect(await operatorPodSpec()).to.include({ automountServiceAccountToken: true, serviceAccountName: ref.name });
  });

  it("names the image by the kustomization, so that an overlay can", async () => {
    expect((await operatorPodSpec()).containers.map(({ image }) => image)).to.deep.equal([
      "registry.example.com/securitybaseline/operator:0.1.0",
    ]);
  });

  for (const sample of ["minimal", "team-alpha"]) {
    it(`accepts the sample ${sample} under strict validation`, async () => {
      await kubectl("apply", "--server-side", "--validate=strict", "-f", join(CONFIG, "samples", `${sample}.yaml`));
      const ref = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", namespace: sample, name: "baseline" };
      expect(await admin().get(ref)).to.have.nested.property("spec.podSecurity.enforce", "restricted");
      await admin().delete({ apiVersion: "v1", kind: "Namespace", name: sample });
    });
  }

  it("accepts the sample of emergency access under strict validation", async () => {
    await kubectl("apply", "--server-side", "--validate=strict", "-f", join(CONFIG, "samples", "break-glass.yaml"));
    const cluster = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "ClusterSecurityBaseline", name: "cluster" };
    const baseline = { ...cluster, kind: "SecurityBaseline", namespace: "team-beta", name: "baseline" };
    const role = "spec.breakGlass.profiles[0].role";
    expect(await admin().get(cluster)).to.have.nested.property(role, "sb-cluster-admin");
    expect(await admin().get(baseline)).to.have.nested.property(role, "sb-incident-admin");
    await admin().delete(cluster);
    await admin().delete({ apiVersion: "v1", kind: "Namespace", name: "team-beta" });
  });
});
