/** Declares the kind BreakGlassAuditEntry: one link of the ledger, made by the operator only and never changed or removed. */
import type { ResourceMetadata } from "./shared-types.ts";

/**
 * One link of the ledger of emergency access, in the break-glass namespace. Its name is `<chain>-<seq with 12 digits>`.
 *
 * @resource plural=breakglassauditentries singular=breakglassauditentry shortName=bga scope=Namespaced
 * @printColumn SEQ | integer | .spec.seq
 * @printColumn TYPE | string | .spec.type
 * @printColumn ACTOR | string | .spec.actor
 * @printColumn NAMESPACE | string | .spec.details.namespace
 * @printColumn REQUEST | string | .spec.details.request
 * @printColumn TIME | string | .spec.time
 */
export interface BreakGlassAuditEntry {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ResourceMetadata;
  /**
   * @rule self == oldSelf
   * @message the ledger is append-only
   */
  readonly spec: LedgerEntry;
}

/**
 * What happened to a request. Every phase change has its entry. `Escalated` changes none: from then on stand-ins decide, too; `Reviewed` comes after the
 * end. `Removed` is about an object of a grant that no request explains, `Checkpoint` about the ledger itself: that its beginning is kept in a file.
 */
export type LedgerEntryType =
  | "Requested"
  | "Escalated"
  | "Approved"
  | "Denied"
  | "Withdrawn"
  | "TimedOut"
  | "Issuing"
  | "Active"
  | "Suspended"
  | "Expired"
  | "Revoked"
  | "Failed"
  | "Reviewed"
  | "Removed"
  | "Checkpoint";

/** One link. `hash` covers all other fields, `prevHash` among them (see docs/break-glass.md). */
export interface LedgerEntry {
  /**
   * Version of this form.
   * @format int32
   * @minimum 1
   */
  readonly v: number;
  /**
   * Names the chain: a new break-glass namespace begins a new one.
   * @minLength 1
   * @maxLength 32
   * @pattern ^[a-z][a-z0-9]*$
   */
  readonly chain: string;
  /**
   * Place in the chain, from 1.
   * @format int64
   * @minimum 1
   */
  readonly seq: number;
  /**
   * Hash of the entry before; 64 zeros in the first.
   * @minLength 64
   * @maxLength 64
   */
  readonly prevHash: string;
  /**
   * By the API server's clock.
   * @format date-time
   */
  readonly time: string;
  readonly type: LedgerEntryType;
  /**
   * Username of the person whose doing it was; `operator` where it was nobody's.
   * @maxLength 512
   */
  readonly actor: string;
  /**
   * The request; of `Removed` and `Checkpoint` the uid of the object, which belongs to none.
   * @minLength 1
   * @maxLength 64
   */
  readonly requestUID: string;
  /** @maxLength 64 */
  readonly profileHash?: string;
  /**
   * Decisions that led here.
   * @listType atomic
   * @maxItems 64
   */
  readonly decisionUIDs?: readonly ObjectUID[];
  /**
   * ServiceAccount of the grant.
   * @maxLength 63
   */
  readonly grant?: string;
  /** @format date-time */
  readonly deadline?: string;
  /**
   * What else is to be remembered, by name.
   * @mapType atomic
   * @maxProperties 32
   */
  readonly details?: Readonly<Record<string, LedgerDetail>>;
  /**
   * SHA-256 of everything above, in hexadecimal digits.
   * @minLength 64
   * @maxLength 64
   */
  readonly hash: string;
}

/** @maxLength 64 */
export type ObjectUID = string;

/**
 * Holds the longest that is remembered: 32 group names of 253 characters as a JSON array, each character escaped.
 *
 * @maxLength 16384
 */
export type LedgerDetail = string;
