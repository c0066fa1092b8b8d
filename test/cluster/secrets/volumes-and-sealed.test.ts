/** Proves that classes for volumes and sealed secrets become exact objects, and that their health is told from what is there to see. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { EntryStatus } from "../../../operator/api/baseline-status.ts";
import { BACKENDS, installBackends, installDriver, removeBackends, removeDriver, writeStatus } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitReady } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { contentOf } from "../../support/owned-objects.ts";
import { awaitEntries, awaitVerdict, backendRef } from "../../support/secret-entries.ts";

const CIPHERTEXT = "AgAxYWJjZGVm";

const SPEC = {
  secrets: {
    secretProviderClasses: [
      {
        name: "tls",
        provider: "vault",
        parameters: { roleName: "payments" },
        secretObjects: [{ secretName: "tls", type: "Opaque", data: [{ objectName: "cert", key: "tls.crt" }] }],
      },
    ],
    sealedSecrets: [{ name: "smtp", encryptedData: { password: CIPHERTEXT }, scope: "NamespaceWide" }],
  },
} as const satisfies SecurityBaselineSpec;

const NO_DRIVER =
  "no pod that starts now can mount it: there is no CSIDriver secrets-store.csi.k8s.io; install the Secrets Store CSI driver";
const NO_ROTATION = "rotation is off in the CSI driver: a changed secret reaches new pods only";

const sealed = (state: EntryStatus["state"], reason: string): EntryStatus => ({ kind: "SealedSecret", name: "smtp", state, reason });

const volume = (state: EntryStatus["state"], reason: string, message?: string): EntryStatus => ({
  kind: "SecretProviderClass",
  name: "tls",
  state,
  reason,
  ...(message !== undefined && { message }),
});

describe("classes for volumes and sealed secrets", () => {
  let operator: OperatorProcess;
  let namespace: string;

  /** What the driver writes when a pod mounts the class, or fails to. */
  const mount = (pod: string, mounted: boolean, secretProviderClassName = "tls") =>
    admin().apply({
      apiVersion: "secrets-store.csi.x-k8s.io/v1",
      kind: "SecretProviderClassPodStatus",
      metadata: { namespace, name: pod },
      status: { podName: pod, secretProviderClassName, mounted, objects: [{ id: "payments/cert", version: "1" }] },
    });

  /** What the controller says of one generation of the sealed secret. */
  const unseal = (status: "True" | "False", observedGeneration: number) =>
    writeStatus(backendRef(namespace, "SealedSecret", "smtp"), {
      observedGeneration,
      conditions: [{ type: "Synced", status, message: "no key could decrypt secret (password)" }],
    });

  before(async () => {
    await installOperatorManifests();
    await installBackends("secrets-store-csi", "sealed-secrets");
    operator = await startOperator();
  });

  beforeEach(async () => {
    await installDriver(true);
    namespace = await freshNamespace("volumes");
    await applyBaseline(namespace, SPEC);
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Unused", "Unused"));
  });

  after(async () => {
    await operator.stop();
    await removeDriver();
    await removeBackends(...BACKENDS);
  });

  it("become objects with exactly what the baseline says", async () => {
    expect((await contentOf(backendRef(namespace, "SecretProviderClass", "tls")))["spec"]).to.deep.equal({
      provider: "vault",
      parameters: { roleName: "payments" },
      secretObjects: [{ secretName: "tls", type: "Opaque", data: [{ objectName: "cert", key: "tls.crt" }] }],
    });
    const annotations = { "sealedsecrets.bitnami.com/namespace-wide": "true" };
    const { metadata, spec } = await contentOf(backendRef(namespace, "SealedSecret", "smtp"));
    expect(metadata?.annotations).to.deep.equal(annotations);
    expect(spec).to.deep.equal({
      encryptedData: { password: CIPHERTEXT },
      template: { type: "Opaque", metadata: { name: "smtp", namespace, annotations } },
    });
  });

  it("are in place while no pod uses a class, and working once a pod has it mounted", async () => {
    await unseal("True", 1);
    await awaitEntries(namespace, sealed("Synced", "Unsealed"), volume("Unused", "Unused"));
    await awaitReady(namespace);
    await mount("web-0", true);
    await awaitEntries(namespace, sealed("Synced", "Unsealed"), volume("Synced", "Mounted"));
    await awaitReady(namespace);
  });

  it("count a class of another name as somebody else's", async () => {
    await mount("web-0", false, "other");
    await mount("web-1", true);
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Synced", "Mounted"));
  });

  it("fail as long as one pod cannot mount the class, and are unused again when the pods are gone", async () => {
    await mount("web-0", true);
    await mount("web-1", false);
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Failed", "NotMounted"));
    await awaitVerdict(namespace, "SecretsReady", {
      status: "False",
      reason: "BackendUnavailable",
      message: "SecretProviderClass tls: NotMounted",
    });
    await mount("web-1", true);
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Synced", "Mounted"));
    for (const pod of ["web-0", "web-1"]) await admin().delete(backendRef(namespace, "SecretProviderClassPodStatus", pod));
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Unused", "Unused"));
  });

  it("say whether the driver rotates what pods have mounted", async () => {
    await mount("web-0", true);
    await installDriver(false);
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Synced", "Mounted", NO_ROTATION));
    await installDriver(true);
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Synced", "Mounted"));
  });

  it("fail while the driver is not there, because no pod could use them, and say so of those that are mounted still", async () => {
    await removeDriver();
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Failed", "DriverNotInstalled", NO_DRIVER));
    await awaitVerdict(namespace, "SecretsReady", {
      status: "False",
      reason: "BackendUnavailable",
      message: "SecretProviderClass tls: DriverNotInstalled",
    });
    await mount("web-0", true);
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Synced", "Mounted", NO_DRIVER));
    await installDriver(true);
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Synced", "Mounted"));
    await admin().delete(backendRef(namespace, "SecretProviderClassPodStatus", "web-0"));
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Unused", "Unused"));
  });

  it("tell of a sealed secret that no key opens, and wait for the controller after a change", async () => {
    await unseal("False", 1);
    await awaitEntries(namespace, sealed("Failed", "UnsealFailed"), volume("Unused", "Unused"));
    await awaitVerdict(namespace, "SecretsReady", {
      status: "False",
      reason: "BackendUnavailable",
      message: "SealedSecret smtp: UnsealFailed",
    });
    const [first] = SPEC.secrets.sealedSecrets;
    await applyBaseline(namespace, {
      secrets: { ...SPEC.secrets, sealedSecrets: [{ ...first, encryptedData: { password: "AgAxeHl6" } }] },
    });
    await awaitEntries(namespace, sealed("Pending", "AwaitingBackend"), volume("Unused", "Unused"));
    await unseal("True", 2);
    await awaitEntries(namespace, sealed("Synced", "Unsealed"), volume("Unused", "Unused"));
  });
});
