/** Declares the kind ClusterSecurityBaseline, the posture of the cluster itself: who may ask for emergency access to all of it, and what weakens every namespace. */
import type { DeletionPolicy, FindingException } from "./baseline.ts";
import type { SecurityBaselineStatus } from "./baseline-status.ts";
import type { BreakGlassSection } from "./break-glass.ts";
import type { ResourceMetadata, SectionMode } from "./shared-types.ts";

/**
 * The security posture of the cluster. There is one and it is called `cluster`.
 *
 * @resource plural=clustersecuritybaselines singular=clustersecuritybaseline shortName=csb scope=Cluster
 * @printColumn READY | string | .status.conditions[?(@.type=="Ready")].status
 * @printColumn COMPLIANT | string | .status.conditions[?(@.type=="Compliant")].status
 * @printColumn DRIFT | integer | .status.summary.drifted
 * @printColumn FINDINGS | integer | .status.summary.findings
 * @printColumn MODE | string | .spec.mode
 * @printColumn AGE | date | .metadata.creationTimestamp
 * @printColumn MESSAGE | string | .status.conditions[?(@.type=="Ready")].message | wide
 * @rule self.metadata.name == 'cluster'
 * @message a cluster has one ClusterSecurityBaseline: set metadata.name to "cluster"
 */
export interface ClusterSecurityBaseline {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Omit<ResourceMetadata, "namespace">;
  /** @default {} */
  readonly spec?: ClusterSecurityBaselineSpec;
  /**
   * @subresource
   * @default {"observedGeneration": -1}
   */
  readonly status?: SecurityBaselineStatus;
}

/** Desired posture. Every section is optional; an absent section is Off. */
export interface ClusterSecurityBaselineSpec {
  /**
   * Default mode of every section.
   * @default "Enforce"
   */
  readonly mode?: SectionMode;
  /**
   * Take over objects of the same name that somebody else made. Otherwise they are reported as Conflict and left alone.
   * @default false
   */
  readonly adoptExisting?: boolean;
  /**
   * @default "Delete"
   */
  readonly deletionPolicy?: DeletionPolicy;
  /**
   * Emergency access to the whole cluster. Requests live in the break-glass namespace.
   * @rule !has(self.profiles) || self.profiles.all(p, p.approvers.required >= 2)
   * @message access to the whole cluster takes two approvals: set `approvers.required` to 2 or more
   * @rule !has(self.profiles) || self.profiles.all(p, duration(p.maxDuration) <= duration('1h'))
   * @message access to the whole cluster lasts one hour at most: lower `maxDuration`
   */
  readonly breakGlass?: BreakGlassSection;
  /**
   * Findings that somebody answers for, each until a day: those of the whole cluster, and those of the break-glass namespace.
   * @listType atomic
   * @maxItems 64
   */
  readonly exceptions?: readonly FindingException[];
}
