/** Lists the facts of the cluster that sections may depend on. */
import type { BreakGlassInstallation } from "./break-glass.ts";
import { type Known, known } from "./fact.ts";
import type { EndpointSet } from "./kube-api.ts";

/** Everything that is known of the cluster besides objects of the namespace. */
export interface Facts {
  readonly kubeAPI: Known<readonly EndpointSet[]>;
  readonly breakGlass: Known<BreakGlassInstallation>;
  /** Whether the policies that judge workloads are in force as declared. */
  readonly admissionPolicies: Known<true>;
  /** Whether the account of External Secrets is there. */
  readonly externalSecretsAccount: Known<boolean>;
}

/** Names of facts, as controls say which they read. */
export type FactName = keyof Facts;

/**
 * What is known without a cluster: no endpoints, so that nothing is opened to them, and nothing of the installation. Backends and policies count
 * as installed: what is asked of them is to be seen.
 */
export const OFFLINE: Facts = {
  kubeAPI: known([]),
  breakGlass: { value: undefined },
  admissionPolicies: known(true),
  externalSecretsAccount: known(true),
};
