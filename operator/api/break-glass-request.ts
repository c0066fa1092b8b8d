/** Declares the kind BreakGlassRequest, by which somebody asks for emergency access: the spec never changes, the status tells how it went. */
import type { BreakGlassDuration } from "./break-glass.ts";
import type { Condition, DnsLabel, ResourceMetadata } from "./shared-types.ts";

/**
 * A request for emergency access to its namespace; in the break-glass namespace, to the cluster.
 *
 * @resource plural=breakglassrequests singular=breakglassrequest shortName=bgr scope=Namespaced
 * @printColumn PHASE | string | .status.phase
 * @printColumn PROFILE | string | .spec.profile
 * @printColumn REQUESTER | string | .spec.requester.username
 * @printColumn DEADLINE | string | .status.deadline
 * @printColumn AGE | date | .metadata.creationTimestamp
 * @printColumn REASON | string | .spec.reason | wide
 */
export interface BreakGlassRequest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ResourceMetadata;
  /**
   * @rule self == oldSelf
   * @message a request cannot be changed: withdraw it and make another
   */
  readonly spec: BreakGlassRequestSpec;
  /** @subresource */
  readonly status?: BreakGlassRequestStatus;
}

/**
 * What is asked for, by whom and why.
 *
 * @rule !has(self.startTime) || !self.bypass
 * @message access without approval begins at once: remove `startTime` or `bypass`
 */
export interface BreakGlassRequestSpec {
  /** Profile of the namespace's SecurityBaseline, or in the break-glass namespace of the ClusterSecurityBaseline. */
  readonly profile: DnsLabel;
  /**
   * How long the access is needed. A token lasts ten minutes at least, so shorter makes no sense.
   * @rule duration(self) >= duration('10m') && duration(self) <= duration('24h')
   * @message write a duration from 10m to 24h, for example 30m
   */
  readonly duration: BreakGlassDuration;
  /**
   * Why, for whoever approves now and whoever reads the ledger later.
   * @minLength 20
   * @maxLength 1024
   */
  readonly reason: string;
  /**
   * Ticket of the incident, if the profile asks for one.
   * @minLength 1
   * @maxLength 64
   */
  readonly ticket?: string;
  /** Who asks: must be the sender of the request. Filled in by the API server where the installation has the mutating policy. */
  readonly requester?: BreakGlassPerson;
  /**
   * Skip the approval, if the profile allows it.
   * @default false
   */
  readonly bypass?: boolean;
  /**
   * When the access is to begin, at most seven days ahead: it is approved now, issued then, and lasts from then on. Absent: at once.
   * @format date-time
   */
  readonly startTime?: string;
  /** An earlier request whose access is to go on under this one. */
  readonly extends?: RequestReference;
  /**
   * Practice: everything happens, but the granted role has no rights.
   * @default false
   */
  readonly drill?: boolean;
}

/** A user as the API server authenticated them. */
export interface BreakGlassPerson {
  /**
   * @minLength 1
   * @maxLength 512
   */
  readonly username: string;
  /**
   * Absent where the authenticator gives none.
   * @maxLength 256
   */
  readonly uid?: string;
}

/** One request, by name and uid, so that a later one of the same name is another. */
export interface RequestReference {
  /**
   * @minLength 1
   * @maxLength 253
   */
  readonly name: string;
  /**
   * @minLength 1
   * @maxLength 64
   */
  readonly uid: string;
}

/**
 * `Pending` waits for approvals; `Approved` waits for its issue; `Issuing` is being set up; `Active` can be used; `Suspended` was tampered
 * with and is being taken back. All others are final.
 */
export type BreakGlassPhase =
  | "Pending"
  | "Approved"
  | "Issuing"
  | "Active"
  | "Suspended"
  | "Expired"
  | "Revoked"
  | "Denied"
  | "Withdrawn"
  | "TimedOut"
  | "Failed";

/** How the request went. Only the operator writes it, from the ledger. */
export interface BreakGlassRequestStatus {
  readonly phase?: BreakGlassPhase;
  /**
   * @format int64
   * @minimum 0
   */
  readonly observedGeneration?: number;
  /** What the request was judged by; a later change of any of it ends the request. */
  readonly resolved?: ResolvedProfile;
  /**
   * When the request ends without a grant.
   * @format date-time
   */
  readonly pendingUntil?: string;
  /**
   * From when on stand-ins decide, too, if the approvers have not answered by then. Absent where the profile has none.
   * @format date-time
   */
  readonly escalatesAt?: string;
  /**
   * What people decided: first the decisions that count, oldest first, then the newest of those that do not.
   * @listType atomic
   * @maxItems 64
   */
  readonly decisions?: readonly DecisionStatus[];
  /**
   * How many decisions there are that `decisions` does not list.
   * @format int32
   * @minimum 1
   */
  readonly moreDecisions?: number;
  readonly approvals?: ApprovalCount;
  /** @format date-time */
  readonly issuedAt?: string;
  /**
   * From then on the API server accepts no token of this grant, and mints none.
   * @format date-time
   */
  readonly deadline?: string;
  readonly grant?: GrantStatus;
  /** @format date-time */
  readonly endedAt?: string;
  /**
   * Why the request ended: one CamelCase word.
   * @maxLength 64
   */
  readonly endReason?: string;
  readonly review?: ReviewStatus;
  readonly ledger?: LedgerRange;
  /**
   * Phases, newest last.
   * @listType atomic
   * @maxItems 20
   */
  readonly history?: readonly PhaseChange[];
  /**
   * `Granted` is True while the access can be used; otherwise its message says what is missing.
   * @listType map
   * @listMapKey type
   * @maxItems 8
   */
  readonly conditions?: readonly Condition[];
}

/** What a request was judged by. */
export interface ResolvedProfile {
  /**
   * uid of the SecurityBaseline or ClusterSecurityBaseline.
   * @maxLength 64
   */
  readonly baselineUID: string;
  /**
   * Fingerprint of the profile; approvals name it.
   * @maxLength 64
   */
  readonly profileHash: string;
  /**
   * ClusterRole that is granted.
   * @maxLength 253
   */
  readonly role: string;
  /** @maxLength 64 */
  readonly roleUID: string;
  /** @maxLength 64 */
  readonly roleRulesHash: string;
  /** True where the installation allows the role although a grant of it can make itself permanent. */
  readonly unbounded?: boolean;
  /** Who ends the grant: `APIServer` also while the operator is down. */
  readonly expiryGuarantee: "APIServer";
}

/** A decision and whether it counts. */
export interface DecisionStatus {
  /** @maxLength 253 */
  readonly name: string;
  /** @maxLength 64 */
  readonly uid: string;
  /** @maxLength 16 */
  readonly decision: string;
  /** @maxLength 512 */
  readonly approver: string;
  readonly counts: boolean;
  /**
   * Why it does not count.
   * @maxLength 256
   */
  readonly message?: string;
}

export interface ApprovalCount {
  /**
   * @format int32
   * @minimum 0
   */
  readonly required: number;
  /**
   * @format int32
   * @minimum 0
   */
  readonly received: number;
}

/** The objects of a grant. */
export interface GrantStatus {
  /**
   * In the break-glass namespace; its name ends with the deadline in Unix seconds.
   * @maxLength 63
   */
  readonly serviceAccount: string;
  /**
   * uid of the ServiceAccount.
   * @maxLength 64
   */
  readonly uid?: string;
  /**
   * @listType atomic
   * @maxItems 8
   */
  readonly bindings?: readonly GrantBinding[];
}

export interface GrantBinding {
  /** @maxLength 63 */
  readonly kind: string;
  /** @maxLength 63 */
  readonly namespace?: string;
  /** @maxLength 63 */
  readonly name: string;
  /** @maxLength 64 */
  readonly uid: string;
}

/** Somebody else looked at what was done with the access. */
export interface ReviewStatus {
  /** @maxLength 512 */
  readonly reviewer: string;
  /** @format date-time */
  readonly time: string;
}

/** Where the ledger tells of this request. */
export interface LedgerRange {
  /**
   * @format int64
   * @minimum 0
   */
  readonly firstSeq: number;
  /**
   * @format int64
   * @minimum 0
   */
  readonly lastSeq: number;
  /**
   * Hash of the entry `lastSeq`.
   * @maxLength 64
   */
  readonly headHash: string;
}

export interface PhaseChange {
  readonly phase: BreakGlassPhase;
  /** @format date-time */
  readonly time: string;
  /** @maxLength 64 */
  readonly reason?: string;
}
