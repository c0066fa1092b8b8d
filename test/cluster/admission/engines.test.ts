/** Proves that the component of a policy engine makes of the installation what the operator then expects, and that nobody turns refusing into warning unnoticed. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect } from "chai";
import { parseAllDocuments, stringify } from "yaml";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { admissionPoliciesBeside } from "../../../operator/policies/admission/index.ts";
import { policyDocuments } from "../../../operator/policies/documents.ts";
import { tryCreate } from "../../support/admission-section.ts";
import { applyBaseline, awaitCondition, awaitReady, conditionOf, protectedNamespace } from "../../support/baselines.ts";
import { admin, cluster, freshNamespace } from "../../support/cluster.ts";
import { installOperatorManifests, restoreOperatorManifests } from "../../support/installation.ts";
import { kubectl } from "../../support/kubectl.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { admissionKnowsNamespace, policiesCaughtUp } from "../../support/server-caches.ts";

const CONFIG = join(import.meta.dirname, "..", "..", "..", "config");
const POLICY = "ValidatingAdmissionPolicy";
const BINDING = "ValidatingAdmissionPolicyBinding";
const TAKEN = "securitybaseline-admission-pods-gatekeeper";

/** What an overlay of the whole installation with this component is built to. */
async function built(engine: string): Promise<readonly KubernetesObject[]> {
  const folder = join(cluster().dir, "overlays", engine);
  await mkdir(folder, { recursive: true });
  const [installation, component] = ["default", `engines/${engine}`].map((path) => relative(folder, join(CONFIG, path)));
  await writeFile(join(folder, "kustomization.yaml"), stringify({ resources: [installation], components: [component] }));
  return parseAllDocuments(await kubectl(["kustomize", folder])).map((document) => document.toJS());
}

/** Kind, name and spec of the policies that judge workloads, and of their bindings. */
function judging(objects: readonly KubernetesObject[]): readonly unknown[] {
  return objects
    .filter(({ kind, metadata }) => [POLICY, BINDING].includes(kind ?? "") && metadata?.name?.startsWith("securitybaseline-admission-"))
    .map(({ kind, metadata, spec }: KubernetesObject & { readonly spec?: unknown }) => ({ kind, name: metadata?.name, spec }))
    .sort((a, b) => (`${a.kind}/${a.name}` < `${b.kind}/${b.name}` ? -1 : 1));
}

function argumentsIn(objects: readonly KubernetesObject[]): readonly string[] {
  const [deployment] = objects.filter(({ kind }) => kind === "Deployment") as unknown as readonly [
    { spec: { template: { spec: { containers: readonly [{ args: readonly string[] }] } } } },
  ];
  return deployment.spec.template.spec.containers[0].args;
}

describe("an engine's component", () => {
  before(installOperatorManifests);

  for (const engine of ["Kyverno", "Gatekeeper"] as const) {
    it(`makes the policies those that the operator is told to expect: ${engine}`, async () => {
      const objects = await built(engine.toLowerCase());
      const expected = admissionPoliciesBeside(engine).flatMap(policyDocuments) as unknown as readonly KubernetesObject[];
      expect(judging(objects)).to.deep.equal(judging(expected));
      expect(argumentsIn(objects).slice(-2)).to.deep.equal(["--log-format=json", `--admission-engine=${engine}`]);
    });
  }

  describe("that leaves a part to the API server", () => {
    let operator: OperatorProcess;

    before(async () => {
      const policies = judging(await built("gatekeeper")) as readonly { kind: string; name: string; spec: object }[];
      const manifests = policies.map(({ kind, name, spec }) => ({
        apiVersion: "admissionregistration.k8s.io/v1",
        kind,
        metadata: { name },
        spec,
      }));
      const file = join(cluster().dir, "beside-gatekeeper.yaml");
      await writeFile(file, manifests.map((one) => stringify(one)).join("---\n"));
      await kubectl(["apply", "--server-side", "--force-conflicts", "-f", file]);
      await policiesCaughtUp();
      operator = await startOperator({ flags: ["--admission-engine=Gatekeeper"] });
    });

    after(async () => {
      await operator.stop();
      for (const kind of [BINDING, POLICY]) {
        await admin().delete({ apiVersion: "admissionregistration.k8s.io/v1", kind, name: TAKEN });
      }
      await restoreOperatorManifests();
    });

    it("has the API server warn of that, refuse the rest, and the status say who is asked", async () => {
      const section = { registries: ["ghcr.io/acme"], secretEnvironment: false };
      const namespace = await protectedNamespace("engine", { admission: section });
      const { status, message } = conditionOf(await awaitReady(namespace), "AdmissionReady") ?? {};
      expect([status, message]).to.deep.equal([
        "True",
        "everything is as the baseline says; this installation leaves it to Gatekeeper to refuse what breaks registries, requiredLabels, resources: of that the API server only warns, and whether Gatekeeper does refuse could not be checked",
      ]);
      await admissionKnowsNamespace(namespace);
      const pod = (fields: object): KubernetesObject =>
        ({
          apiVersion: "v1",
          kind: "Pod",
          metadata: { namespace, name: "web" },
          spec: { automountServiceAccountToken: false, containers: [{ name: "web", image: "nginx:1", ...fields }] },
        }) as KubernetesObject;
      const says = `the SecurityBaseline of ${namespace} refuses it: container "web"`;
      const from = `${says} uses nginx:1, which is not from ghcr.io/acme`;
      expect(await tryCreate(pod({}))).to.deep.equal({ status: 201, refusal: "", warnings: [from] });
      expect(await tryCreate(pod({ envFrom: [{ secretRef: { name: "db" } }] }))).to.deep.include({
        status: 403,
        refusal: `${says} takes environment variables from a Secret: mount it as a volume`,
      });
    });

    it("is a fault where the operator was not told of it", async () => {
      await operator.stop();
      operator = await startOperator();
      const namespace = await freshNamespace("engine");
      await applyBaseline(namespace, { admission: { registries: ["ghcr.io/acme"] } });
      const { reason, message } = conditionOf(await awaitCondition(namespace, "AdmissionReady", "False"), "AdmissionReady") ?? {};
      expect([reason, message]).to.deep.equal([
        "BackendUnavailable",
        "ValidatingAdmissionPolicy securitybaseline-admission-pods is not as declared: apply the manifests of this version again",
      ]);
    });
  });
});
