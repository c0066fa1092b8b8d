/** Declares the section `breakGlass`: who may ask for emergency access to a namespace (or the cluster), for how long, and who approves. */
import type { DnsLabel, GroupName, SectionMode } from "./shared-types.ts";

/** Emergency access: who may ask for it, for how long, and who approves. */
export interface BreakGlassSection {
  /** Mode of this section; default: `spec.mode`. Anything but Enforce hands out nothing. */
  readonly mode?: SectionMode;
  /**
   * The kinds of access that can be asked for.
   * @listType map
   * @listMapKey name
   * @maxItems 16
   */
  readonly profiles?: readonly BreakGlassProfile[];
}

/**
 * One kind of emergency access.
 *
 * @rule !has(self.bypass) || !self.bypass.allowed || !has(self.bypass.maxDuration) || duration(self.bypass.maxDuration) <= duration(self.maxDuration)
 * @message access without approval may not last longer than with it: lower `bypass.maxDuration` or raise `maxDuration`
 * @rule !has(self.approvers.escalation) || duration(self.approvers.escalation.after) < duration(self.approvalTimeout)
 * @message stand-ins decide before the request is over: lower `approvers.escalation.after` or raise `approvalTimeout`
 */
export interface BreakGlassProfile {
  /** How requests name the profile. */
  readonly name: DnsLabel;
  /**
   * ClusterRole that is granted. Must be one of those that the installation allows.
   * @minLength 1
   * @maxLength 253
   */
  readonly role: string;
  /** Who may ask. */
  readonly requesters: BreakGlassRequesters;
  /** Who decides. */
  readonly approvers: BreakGlassApprovers;
  /**
   * Longest time of one grant, from 15m up to the installation's cap.
   * @rule duration(self) >= duration('15m') && duration(self) <= duration('24h')
   * @message write a duration from 15m to 24h, for example 1h or 90m
   */
  readonly maxDuration: BreakGlassDuration;
  /**
   * How long a request waits for its approvals, and an approved one for its issue.
   * @default "30m"
   * @rule duration(self) >= duration('1m') && duration(self) <= duration('24h')
   * @message write a duration from 1m to 24h, for example 30m
   */
  readonly approvalTimeout?: BreakGlassDuration;
  /**
   * What the ticket of a request must look like (RE2). Absent: a request needs no ticket.
   * @minLength 1
   * @maxLength 256
   * @rule ''.find(self) == ''
   * @message not a regular expression (RE2): write for example ^INC-[0-9]+$
   */
  readonly ticketPattern?: string;
  /** Access without approval, for when nobody can be reached. */
  readonly bypass?: BreakGlassBypass;
  /**
   * Whoever used this profile gets no further grant of it before somebody else has reviewed that use. Bypass is not held up.
   * @default false
   */
  readonly blockNextUntilReviewed?: boolean;
}

/** Who may ask. */
export interface BreakGlassRequesters {
  /**
   * Groups of the identity provider.
   * @listType atomic
   * @minItems 1
   * @maxItems 32
   */
  readonly groups: readonly GroupName[];
}

/** Who decides on requests, and may end a grant. */
export interface BreakGlassApprovers {
  /**
   * Groups of the identity provider.
   * @listType atomic
   * @minItems 1
   * @maxItems 32
   */
  readonly groups: readonly GroupName[];
  /**
   * Different people who must approve. Nobody approves a request of their own.
   * @default 1
   * @format int32
   * @minimum 1
   * @maximum 8
   */
  readonly required?: number;
  /** Who decides, too, where these do not answer. */
  readonly escalation?: BreakGlassEscalation;
}

/** Stand-ins for approvers who do not answer. */
export interface BreakGlassEscalation {
  /**
   * How long a request waits for its approvals before stand-ins decide, too. Shorter than `approvalTimeout`.
   * @rule duration(self) >= duration('1m') && duration(self) <= duration('24h')
   * @message write a duration from 1m to 24h, for example 10m
   */
  readonly after: BreakGlassDuration;
  /**
   * Groups of the identity provider whose members stand in. They may end and review access at any time, as approvers do.
   * @listType atomic
   * @minItems 1
   * @maxItems 32
   */
  readonly groups: readonly GroupName[];
}

/**
 * Access without approval.
 *
 * @rule !self.allowed || has(self.groups)
 * @message say who may skip the approval: add `groups`
 * @rule !self.allowed || has(self.maxDuration)
 * @message say how long access without approval may last: add `maxDuration`
 */
export interface BreakGlassBypass {
  readonly allowed: boolean;
  /**
   * Groups of the identity provider whose members may skip the approval.
   * @listType atomic
   * @minItems 1
   * @maxItems 32
   */
  readonly groups?: readonly GroupName[];
  /**
   * Longest time of a grant without approval.
   * @rule duration(self) >= duration('10m') && duration(self) <= duration('24h')
   * @message write a duration from 10m to 24h, for example 30m
   */
  readonly maxDuration?: BreakGlassDuration;
}

/**
 * Hours and minutes, for example `1h`, `90m` or `1h30m`.
 *
 * @minLength 2
 * @maxLength 8
 * @pattern ^([1-9][0-9]{0,2}h)?([1-9][0-9]{0,3}m)?$
 */
export type BreakGlassDuration = string;
