/** Declares the kind BreakGlassDecision: what one person decided about one request, never changed afterwards. */
import type { BreakGlassDuration } from "./break-glass.ts";
import type { BreakGlassPerson, RequestReference } from "./break-glass-request.ts";
import type { DnsLabel, ResourceMetadata } from "./shared-types.ts";

/** `Withdraw` is for the requester, all others are for approvers. `Revoke` ends access that is in use; `Review` closes what is over. */
export type DecisionKind = "Approve" | "Deny" | "Revoke" | "Withdraw" | "Review";

/**
 * What one person decided about one request of the same namespace.
 *
 * @resource plural=breakglassdecisions singular=breakglassdecision shortName=bgd scope=Namespaced
 * @printColumn DECISION | string | .spec.decision
 * @printColumn REQUEST | string | .spec.requestRef.name
 * @printColumn APPROVER | string | .spec.approver.username
 * @printColumn AGE | date | .metadata.creationTimestamp
 */
export interface BreakGlassDecision {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ResourceMetadata;
  /**
   * @rule self == oldSelf
   * @message a decision cannot be changed
   */
  readonly spec: BreakGlassDecisionSpec;
}

/**
 * @rule self.decision != 'Approve' || has(self.profileHash)
 * @message an approval names what it approves: copy `profileHash` from status.resolved of the request
 * @rule !has(self.maxDuration) || self.decision == 'Approve'
 * @message only an approval shortens the access: remove `maxDuration`
 * @rule !has(self.standIn) || !self.standIn || self.decision in ['Approve', 'Deny']
 * @message stand-ins approve and deny, and do all else in their own right: remove `standIn`
 */
export interface BreakGlassDecisionSpec {
  /** The request. A later one of the same name is another. */
  readonly requestRef: RequestReference;
  /** Profile of the request, as in its `spec.profile`. Who decides needs the right to decide on this profile; a decision that names another one does not count. */
  readonly profile: DnsLabel;
  readonly decision: DecisionKind;
  /** Who decides: must be the sender. Filled in by the API server where the installation has the mutating policy. */
  readonly approver?: BreakGlassPerson;
  /**
   * Fingerprint of the profile that is approved, as in `status.resolved` of the request.
   * @minLength 1
   * @maxLength 64
   */
  readonly profileHash?: string;
  /**
   * Approves for this long at most.
   * @rule duration(self) >= duration('10m') && duration(self) <= duration('24h')
   * @message write a duration from 10m to 24h, for example 30m
   */
  readonly maxDuration?: BreakGlassDuration;
  /**
   * Decides as one of the profile's `approvers.escalation`, which takes the right to stand in instead of that to approve. Counts once the approvers did not
   * answer for so long as the profile says.
   */
  readonly standIn?: boolean;
  /** @maxLength 1024 */
  readonly comment?: string;
}
