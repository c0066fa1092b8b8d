/** Declares what the operator reads of CSIDriver: whether a driver is asked again while a pod runs. */
import { partOf } from "./condition-facts.ts";
import type { ObservedKind } from "./kind.ts";

/** Name under which the Secrets Store CSI driver registers itself. */
export const SECRETS_STORE_DRIVER = "secrets-store.csi.k8s.io";

export const csiDriver: ObservedKind = {
  apiVersion: "storage.k8s.io/v1",
  kind: "CSIDriver",
  resource: "csidrivers",
  namespaced: false,
  /** `republishes`: the kubelet calls the driver again and again, which is how the Secrets Store driver rotates. */
  facts: (object) => ({ republishes: partOf(object, "spec")["requiresRepublish"] === true }),
};
