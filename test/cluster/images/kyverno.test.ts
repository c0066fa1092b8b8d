/** Proves that the operator keeps Kyverno's policies as the section `images` says, and takes the step to refusing when running pods are known to pass. */
import { expect } from "chai";
import type { ImagesSection } from "../../../operator/api/baseline-images.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { installBackends, removeBackends, writeStatus } from "../../support/backend-kinds.ts";
import { deletePod, makePod } from "../../support/bare-pods.ts";
import { applyBaseline, awaitCondition, awaitDrift, awaitReady, conditionOf, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { refusal } from "../../support/refusal.ts";
import { awaitVerdict } from "../../support/secret-entries.ts";

const SECTION: ImagesSection = {
  backend: "Kyverno",
  signers: [
    { name: "ci", images: ["ghcr.io/acme/*"], keyless: { issuer: "https://accounts.google.com", subject: "ci@example.com" } },
    { name: "vendor", images: ["ghcr.io/vendor/app"], publicKey: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n" },
  ],
};
const NAMES = ["signed-by-ci", "signed-by-vendor"] as const;
const AUDITS = [["Audit"], "Ignore"];
const DENIES = [["Deny"], "Fail"];

const refTo = (namespace: string, name: string): ObjectRef => ({
  apiVersion: "policies.kyverno.io/v1",
  kind: "NamespacedImageValidatingPolicy",
  namespace,
  name,
});

const find = (namespace: string, name: string): Promise<KubernetesObject | undefined> => admin().find(refTo(namespace, name));

/** Waits until the policies have these consequences, each as actions and failurePolicy; undefined for one that is not there. */
function awaitPolicies(namespace: string, ...expected: readonly (readonly unknown[] | undefined)[]): Promise<void> {
  return eventually(`the policies of ${namespace}`, async () => {
    const specs = (await Promise.all(NAMES.map((name) => find(namespace, name)))).map((found) => found?.["spec"] as JsonObject | undefined);
    const found = specs.map((spec) => spec && [spec["validationActions"], spec["failurePolicy"]]);
    expect(found, JSON.stringify(found)).to.deep.equal(expected);
  });
}

/** Plays Kyverno's part: it has taken the policies. */
async function answer(namespace: string, ...names: readonly string[]): Promise<void> {
  const condition = {
    type: "WebhookConfigured",
    status: "True",
    reason: "Succeeded",
    message: "",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };
  for (const name of names)
    await writeStatus(refTo(namespace, name), { conditionStatus: { ready: false, conditions: [condition] } }, "kyverno");
}

/** As Kyverno's reports controller: a report of a pod, found now. */
async function report(namespace: string, pod: string, results: Readonly<Record<string, "pass" | "fail">>): Promise<void> {
  const { metadata } = await admin().get({ apiVersion: "v1", kind: "Pod", namespace, name: pod });
  const uid = metadata?.uid ?? "";
  const timestamp = { seconds: Math.floor(Date.now() / 1000), nanos: 0 };
  await admin().apply(
    {
      apiVersion: "wgpolicyk8s.io/v1alpha2",
      kind: "PolicyReport",
      metadata: { namespace, name: uid },
      scope: { apiVersion: "v1", kind: "Pod", namespace, name: pod, uid },
      results: Object.entries(results).map(([name, result]) => ({
        source: "KyvernoImageValidatingPolicy",
        policy: `${namespace}/${name}`,
        result,
        message: "an image is not signed",
        timestamp,
      })),
    },
    { manager: "reports-controller", force: true },
  );
}

async function told(namespace: string): Promise<string> {
  return conditionOf(await readBaseline(namespace), "ImagesReady")?.message ?? "";
}

const awaitTold = (namespace: string, message: string): Promise<void> =>
  eventually(`ImagesReady of ${namespace}`, async () => {
    expect(await told(namespace)).to.contain(message);
  });

describe("the operator and Kyverno's image policies", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    await removeBackends("kyverno", "policy-reports");
    operator = await startOperator();
    namespace = await freshNamespace("images");
    await applyBaseline(namespace, { network: {}, images: SECTION });
  });

  after(async () => {
    await operator.stop();
    await removeBackends("kyverno", "policy-reports");
  });

  it("says that Kyverno is not there, and puts everything else in place", async () => {
    await awaitVerdict(namespace, "ImagesReady", { status: "False", reason: "BackendUnavailable" });
    expect(await told(namespace)).to.contain(
      "NamespacedImageValidatingPolicy (policies.kyverno.io/v1) is not served by this cluster: install its operator, or remove it from spec.images",
    );
    await awaitCondition(namespace, "NetworkReady", "True");
  });

  it("makes a policy for each signer as soon as Kyverno is there, and is ready when Kyverno has taken them", async () => {
    await installBackends("kyverno", "policy-reports");
    await awaitPolicies(namespace, AUDITS, AUDITS);
    await awaitVerdict(namespace, "ImagesReady", { status: "False", reason: "Progressing" });
    await answer(namespace, ...NAMES);
    const { status } = await awaitReady(namespace);
    const control = status?.controls?.find(({ name }) => name === "images");
    expect(control).to.deep.include({ managed: 2, inSync: 2 });
    expect(control?.entries?.map(({ name, state }) => [name, state])).to.deep.equal(NAMES.map((name) => [name, "Synced"]));
    expect(await told(namespace)).to.contain(
      "no pod is refused while action is Audit; an image that no entry of signers means needs no signature",
    );
  });

  it("has conditions that the API server takes for webhooks, to which Kyverno hands them", async () => {
    const spec = (await find(namespace, "signed-by-ci"))?.["spec"] as { readonly matchConditions: readonly object[] };
    expect(spec.matchConditions).to.have.length(1);
    const configuration = (expression?: string) => ({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "test-conditions" },
      webhooks: [
        {
          name: "ivpol.test.example.com",
          clientConfig: { url: "https://127.0.0.1:1" },
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          matchConditions: expression === undefined ? spec.matchConditions : [{ name: "x", expression }],
        },
      ],
    });
    const path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations?dryRun=All";
    await admin().send({ method: "POST", path, body: configuration() });
    const failure = await refusal(admin().send({ method: "POST", path, body: configuration("request.operation + 1") }));
    expect(failure.message).to.contain("matchConditions");
  });

  const tamperings: readonly { readonly reason: string; readonly spec: object }[] = [
    { reason: "trusts somebody else", spec: { attestors: [{ name: "signer", cosign: { key: { data: "x" } } }] } },
    { reason: "warns as well", spec: { validationActions: ["Audit", "Warn"] } },
    { reason: "is switched off", spec: { evaluation: { admission: { enabled: false } }, webhookConfiguration: { timeoutSeconds: 1 } } },
  ];
  for (const [index, { reason, spec }] of tamperings.entries()) {
    it(`puts back a policy that ${reason}, and says who changed it`, async () => {
      const manager = `intruder-${index}`;
      const before = (await find(namespace, "signed-by-ci"))?.["spec"];
      await admin().mergePatch(refTo(namespace, "signed-by-ci"), { spec }, { manager });
      const drift = await awaitDrift(namespace, (entry) => entry.manager === manager && entry.state === "Repaired");
      expect(drift).to.deep.include({ control: "images", type: "Modified", fields: ["spec"] });
      await eventually("it is as it was", async () => expect((await find(namespace, "signed-by-ci"))?.["spec"]).to.deep.equal(before));
    });
  }

  it("holds the step to refusing for each policy until reports tell of every running pod that it passes", async () => {
    const held = await freshNamespace("images");
    await makePod(held, "api-0");
    await applyBaseline(held, { images: { ...SECTION, action: "Deny", onViolation: "Hold" } });
    await awaitPolicies(held, AUDITS, AUDITS);
    await answer(held, ...NAMES);
    await awaitTold(held, "signed-by-ci only audits: no report of Kyverno tells whether the running pods api-0 would pass");
    await awaitVerdict(held, "ImagesReady", { status: "False", reason: "Held" });
    await report(held, "api-0", { "signed-by-ci": "fail", "signed-by-vendor": "pass" });
    await awaitPolicies(held, AUDITS, DENIES);
    await awaitTold(held, "signed-by-ci only audits: it would refuse the running pods api-0");
    await deletePod(held, "api-0");
    await awaitPolicies(held, DENIES, DENIES);
    await awaitReady(held);
    await makePod(held, "api-1");
    await report(held, "api-1", { "signed-by-ci": "fail", "signed-by-vendor": "fail" });
    await admin().mergePatch(
      refTo(held, "signed-by-ci"),
      { spec: { validationActions: ["Audit"], failurePolicy: "Ignore" } },
      { manager: "intruder" },
    );
    await awaitDrift(held, (entry) => entry.manager === "intruder" && entry.state === "Repaired");
    await awaitPolicies(held, DENIES, DENIES);
  });

  it("refuses at once where nobody holds it, and takes the policies of signers that are gone away", async () => {
    await applyBaseline(namespace, { network: {}, images: { ...SECTION, action: "Deny" } });
    await awaitPolicies(namespace, DENIES, DENIES);
    await applyBaseline(namespace, { network: {}, images: { ...SECTION, action: "Deny", signers: SECTION.signers?.slice(1) ?? [] } });
    await awaitPolicies(namespace, undefined, DENIES);
    await applyBaseline(namespace, { network: {} });
    await awaitPolicies(namespace, undefined, undefined);
  });
});
