/** Lists which of our kinds state a posture and where their object lives, so that shared code never asks for a kind's name. */
import type { SecurityBaselineSpec } from "./baseline.ts";
import type { SecurityBaselineStatus } from "./baseline-status.ts";
import { API_VERSION, BASELINE_NAME, CLUSTER_BASELINE_NAME } from "./names.ts";
import type { ResourceMetadata } from "./shared-types.ts";

/** A kind whose one object states the posture of a namespace. */
export interface PostureKind {
  readonly apiVersion: string;
  readonly kind: "SecurityBaseline" | "ClusterSecurityBaseline";
  /** Plural name as in URLs. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** The only name that the CRD allows. */
  readonly name: string;
}

/** A SecurityBaseline or a ClusterSecurityBaseline, which knows fewer sections. */
export interface Posture {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Omit<ResourceMetadata, "namespace"> & { readonly namespace?: string };
  readonly spec?: SecurityBaselineSpec;
  readonly status?: SecurityBaselineStatus;
}

/** The posture of its own namespace. */
export const namespacePosture: PostureKind = {
  apiVersion: API_VERSION,
  kind: "SecurityBaseline",
  resource: "securitybaselines",
  namespaced: true,
  name: BASELINE_NAME,
};

/** The posture of the cluster: what it asks for lives in the break-glass namespace. */
export const clusterPosture: PostureKind = {
  apiVersion: API_VERSION,
  kind: "ClusterSecurityBaseline",
  resource: "clustersecuritybaselines",
  namespaced: false,
  name: CLUSTER_BASELINE_NAME,
};
