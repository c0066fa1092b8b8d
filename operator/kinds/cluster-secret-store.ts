/** Declares what the operator reads of ClusterSecretStore of External Secrets, which administrators make. */
import { conditionFacts } from "./condition-facts.ts";
import type { ObservedKind } from "./kind.ts";

export const clusterSecretStore: ObservedKind = {
  apiVersion: "external-secrets.io/v1",
  kind: "ClusterSecretStore",
  resource: "clustersecretstores",
  namespaced: false,
  /** `status` and `reason` of Ready. */
  facts: (object) => conditionFacts(object, "Ready"),
};
