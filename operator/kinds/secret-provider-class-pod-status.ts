/** Declares what the operator reads of SecretProviderClassPodStatus, in which the Secrets Store CSI driver tells of one mount in one pod. */
import { partOf } from "./condition-facts.ts";
import type { ObservedKind } from "./kind.ts";

export const secretProviderClassPodStatus: ObservedKind = {
  apiVersion: "secrets-store.csi.x-k8s.io/v1",
  kind: "SecretProviderClassPodStatus",
  resource: "secretproviderclasspodstatuses",
  namespaced: true,
  /** `class` that is mounted, and whether it is: `mounted`. */
  facts(object) {
    const { secretProviderClassName, mounted } = partOf(object, "status");
    return { class: typeof secretProviderClassName === "string" ? secretProviderClassName : "", mounted: mounted === true };
  },
};
