/** Declares the kind BreakGlassCheckpoint, by which a person says that the ledger up to a place is kept in a file. */
import type { BreakGlassPerson } from "./break-glass-request.ts";
import type { ResourceMetadata } from "./shared-types.ts";

/**
 * Says that the entries of the ledger up to a place are kept in a file outside the cluster. There is one, in the break-glass namespace; each further archive raises it.
 *
 * @resource plural=breakglasscheckpoints singular=breakglasscheckpoint shortName=bgc scope=Namespaced
 * @printColumn LAST | integer | .spec.lastSeq
 * @printColumn RECORDED | integer | .status.recorded.lastSeq
 * @printColumn ARCHIVIST | string | .spec.archivist.username
 * @printColumn LOCATION | string | .spec.location
 * @printColumn MESSAGE | string | .status.message
 * @rule self.metadata.name == 'ledger'
 * @message there is one checkpoint: its name must be "ledger"
 * @rule !has(oldSelf.status) || !has(oldSelf.status.recorded) || self.spec == oldSelf.spec || self.spec.lastSeq > oldSelf.status.recorded.lastSeq
 * @message what the ledger has recorded is never taken back: raise spec.lastSeq
 * @rule !has(oldSelf.status) || !has(oldSelf.status.recorded) || (has(self.status) && has(self.status.recorded) && (self.status.recorded == oldSelf.status.recorded || self.status.recorded.lastSeq > oldSelf.status.recorded.lastSeq))
 * @message what the ledger has recorded is never taken back
 * @rule !has(self.status) || !has(self.status.recorded) || (has(oldSelf.status) && has(oldSelf.status.recorded) && self.status.recorded == oldSelf.status.recorded) || (self.status.recorded.lastSeq == self.spec.lastSeq && self.status.recorded.headHash == self.spec.headHash)
 * @message only what spec says is recorded: lastSeq and headHash of both must be equal
 */
export interface BreakGlassCheckpoint {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ResourceMetadata;
  readonly spec: BreakGlassCheckpointSpec;
  /** @subresource */
  readonly status?: BreakGlassCheckpointStatus;
}

/** What is kept, where, and who says so. */
export interface BreakGlassCheckpointSpec {
  /**
   * Chain of the ledger: that of its namespace.
   * @minLength 1
   * @maxLength 32
   * @pattern ^[a-z][a-z0-9]*$
   */
  readonly chain: string;
  /**
   * Place of the last entry in the file. Entries up to here may be deleted by somebody else once the ledger has recorded the checkpoint.
   * @format int64
   * @minimum 1
   * @maximum 999999999999
   */
  readonly lastSeq: number;
  /** Hash of the entry at `lastSeq`. */
  readonly headHash: Sha256;
  /** SHA-256 of the file. */
  readonly fileDigest: Sha256;
  /**
   * Where the file is kept, for people.
   * @minLength 1
   * @maxLength 1024
   */
  readonly location: string;
  /** Who has made the file: must be the sender. */
  readonly archivist: BreakGlassPerson;
}

/** What became of it. */
export interface BreakGlassCheckpointStatus {
  /** What the ledger has recorded; absent before the first time. */
  readonly recorded?: RecordedCheckpoint;
  /**
   * Why `spec` is not recorded, one sentence; absent if it is.
   * @maxLength 1024
   */
  readonly message?: string;
}

/** The checkpoint that counts: the ledger has an entry of it. */
export interface RecordedCheckpoint {
  /**
   * `spec.lastSeq` at the time.
   * @format int64
   * @minimum 1
   */
  readonly lastSeq: number;
  /** `spec.headHash` at the time. */
  readonly headHash: Sha256;
  /**
   * Place of the entry of type `Checkpoint`.
   * @format int64
   * @minimum 1
   */
  readonly entry: number;
}

/**
 * SHA-256 in hexadecimal digits.
 *
 * @minLength 64
 * @maxLength 64
 * @pattern ^[0-9a-f]+$
 */
export type Sha256 = string;
