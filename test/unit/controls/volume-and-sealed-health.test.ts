/** Proves what is told of each class for volumes, by what the CSI driver says and whether it is there, and of each sealed secret. */
import type { JsonObject } from "../../../operator/api/json.ts";
import { csiDriver } from "../../../operator/kinds/csi-driver.ts";
import { sealedSecret } from "../../../operator/kinds/sealed-secret.ts";
import { secretProviderClass } from "../../../operator/kinds/secret-provider-class.ts";
import { secretProviderClassPodStatus } from "../../../operator/kinds/secret-provider-class-pod-status.ts";
import type { Seen } from "./health-view.ts";
import { describeHealth, PENDING } from "./secrets-health-cases.ts";

const NO_DRIVER =
  "no pod that starts now can mount it: there is no CSIDriver secrets-store.csi.k8s.io; install the Secrets Store CSI driver";

const tls: Seen = [secretProviderClass, { metadata: { name: "tls" }, spec: { provider: "vault" } }];

function mount(pod: string, mounted: boolean, name = "tls"): Seen {
  return [secretProviderClassPodStatus, { metadata: { name: pod }, status: { secretProviderClassName: name, mounted, podName: pod } }];
}

function driver(spec: JsonObject): Seen {
  return [csiDriver, { metadata: { name: "secrets-store.csi.k8s.io" }, spec }];
}

function smtp(status?: JsonObject): Seen {
  return [sealedSecret, { metadata: { name: "smtp", generation: 2 }, ...(status && { status }) }];
}

function unsealed(status: string, more: JsonObject = {}): JsonObject {
  return { type: "Synced", status, message: "no key could decrypt secret (password)", ...more };
}

describeHealth({
  "SecretProviderClass tls": [
    {
      reason: "no pod has mounted it",
      seen: [tls, mount("web", true, "other"), driver({})],
      told: { state: "Unused", reason: "Unused" },
    },
    {
      reason: "no pod has mounted it, and none could: there is no driver",
      seen: [tls, mount("web", true, "other")],
      told: { state: "Failed", reason: "DriverNotInstalled", message: NO_DRIVER },
    },
    {
      reason: "a driver of another name is none",
      seen: [tls, [csiDriver, { metadata: { name: "ebs.csi.aws.com" }, spec: {} }]],
      told: { state: "Failed", reason: "DriverNotInstalled", message: NO_DRIVER },
    },
    {
      reason: "no pod has mounted it, and whether there is a driver may not be read",
      seen: [tls],
      hidden: [csiDriver],
      told: { state: "Unused", reason: "Unused" },
    },
    {
      reason: "no pod has mounted it, and drivers are not listed yet",
      seen: [tls],
      unlisted: [csiDriver],
      told: { state: "Unused", reason: "Unused" },
    },
    {
      reason: "mounted, and rotated",
      seen: [tls, mount("web", true), driver({ requiresRepublish: true })],
      told: { state: "Synced", reason: "Mounted" },
    },
    {
      reason: "mounted, and never rotated",
      seen: [tls, mount("web", true), driver({})],
      told: {
        state: "Synced",
        reason: "Mounted",
        message: "rotation is off in the CSI driver: a changed secret reaches new pods only",
      },
    },
    {
      reason: "mounted by a driver that may not be read",
      seen: [tls, mount("web", true)],
      hidden: [csiDriver],
      told: { state: "Synced", reason: "Mounted" },
    },
    {
      reason: "mounted by a driver that is gone",
      seen: [tls, mount("web", true)],
      told: { state: "Synced", reason: "Mounted", message: NO_DRIVER },
    },
    {
      reason: "one pod waits for a driver that is gone",
      seen: [tls, mount("a", true), mount("b", false)],
      told: { state: "Failed", reason: "NotMounted", message: NO_DRIVER },
    },
    {
      reason: "one pod of several waits for it",
      seen: [tls, mount("a", true), mount("b", false), driver({})],
      told: { state: "Failed", reason: "NotMounted" },
    },
    { reason: "not made yet, though a pod names it", seen: [mount("web", false)], told: { state: "Pending", reason: "NotCreated" } },
    {
      reason: "the driver has no kind in which to record a mount",
      seen: [tls, driver({})],
      absent: [secretProviderClassPodStatus],
      told: {
        state: "Failed",
        reason: "DriverNotInstalled",
        message:
          "no pod that starts now can mount it: secretproviderclasspodstatuses is not served by this cluster; install all kinds of the Secrets Store CSI driver",
      },
    },
    {
      reason: "mounts may not be read",
      seen: [tls, driver({})],
      hidden: [secretProviderClassPodStatus],
      told: {
        state: "Pending",
        reason: "BackendUnavailable",
        message: "no permission to list and watch secretproviderclasspodstatuses",
      },
    },
    {
      reason: "mounts may not be read, but there could be none without a driver",
      seen: [tls],
      hidden: [secretProviderClassPodStatus],
      told: { state: "Failed", reason: "DriverNotInstalled", message: NO_DRIVER },
    },
    {
      reason: "mounts are not listed yet",
      seen: [tls, driver({})],
      unlisted: [secretProviderClassPodStatus],
      told: { state: "Pending", reason: "BackendUnavailable" },
    },
  ],
  "SealedSecret smtp": [
    {
      reason: "unsealed",
      seen: [smtp({ conditions: [unsealed("True")], observedGeneration: 2 })],
      told: { state: "Synced", reason: "Unsealed" },
    },
    { reason: "unsealed before the last change", seen: [smtp({ conditions: [unsealed("True")], observedGeneration: 1 })], told: PENDING },
    { reason: "unsealed, but of which generation is not said", seen: [smtp({ conditions: [unsealed("True")] })], told: PENDING },
    {
      reason: "sealed for another name or with another key",
      seen: [smtp({ conditions: [unsealed("False")], observedGeneration: 2 })],
      told: { state: "Failed", reason: "UnsealFailed" },
    },
    { reason: "failed before the last change", seen: [smtp({ conditions: [unsealed("False")], observedGeneration: 1 })], told: PENDING },
    {
      reason: "failed with a reason",
      seen: [smtp({ conditions: [unsealed("False", { reason: "NoKey" })] })],
      told: { state: "Failed", reason: "NoKey" },
    },
    { reason: "no status, as with a controller that writes none", seen: [smtp()], told: PENDING },
  ],
});
