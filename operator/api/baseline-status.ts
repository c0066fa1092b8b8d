/** Declares the status of a SecurityBaseline, which only the operator writes and from which nothing is ever decided. */
import type { Condition, SectionMode } from "./shared-types.ts";

/** What the operator saw and did. */
export interface SecurityBaselineStatus {
  /**
   * Generation of the spec that this status tells about; -1 while nobody has looked.
   * @format int64
   * @minimum -1
   */
  readonly observedGeneration?: number;
  /**
   * What happened last, in plain sentences, newest first; each begins with the time of day in UTC.
   * @listType atomic
   * @maxItems 10
   */
  readonly recent?: readonly RecentSentence[];
  /** Counts over all sections in use. */
  readonly summary?: StatusSummary;
  /**
   * `Ready`: this generation is processed and every Enforce section is in place. `Compliant`: live state equals the baseline, whatever the modes. `Stalled`: only there, and True, while nothing goes on until a person helps. `ClusterWeakened`: only there, and True, while findings of the whole cluster reach the namespace. One more per section in use.
   * @listType map
   * @listMapKey type
   * @maxItems 32
   */
  readonly conditions?: readonly Condition[];
  /**
   * One per section in use.
   * @listType map
   * @listMapKey name
   * @maxItems 32
   */
  readonly controls?: readonly ControlStatus[];
  /**
   * What differed from the baseline, newest first. Repaired entries stay listed for 24 hours.
   * @listType atomic
   * @maxItems 50
   */
  readonly drift?: readonly DriftEntry[];
  /**
   * Drift entries that did not fit into the list.
   * @format int32
   * @minimum 0
   */
  readonly droppedDrift?: number;
  /**
   * Objects of others that weaken the namespace, the worst first: Role and network rules only add, so keeping our own objects exact does not undo them. Accepted ones stay listed.
   * @listType atomic
   * @maxItems 50
   */
  readonly findings?: readonly FindingEntry[];
  /**
   * Objects that this baseline had in place, each as `<resource>[.<group>] <name> <uid>`, sorted. What somebody else makes of them is put
   * back, whatever its labels say.
   * @listType atomic
   * @maxItems 1024
   */
  readonly inventory?: readonly InventoryEntry[];
}

/** @maxLength 512 */
export type InventoryEntry = string;

/** @maxLength 512 */
export type RecentSentence = string;

/** Counts over all sections in use. */
export interface StatusSummary {
  /**
   * Objects that the baseline asks for.
   * @format int32
   * @minimum 0
   */
  readonly managed: number;
  /**
   * Those of them that are in place.
   * @format int32
   * @minimum 0
   */
  readonly inSync: number;
  /**
   * Objects that differ from the baseline now.
   * @format int32
   * @minimum 0
   */
  readonly drifted: number;
  /**
   * Findings that nobody accepted, also those that do not fit into the list.
   * @format int32
   * @minimum 0
   */
  readonly findings?: number;
}

/** How much a finding matters. */
export type FindingSeverity = "Low" | "Medium" | "High" | "Critical";

/** One way in which an object of somebody else weakens the namespace, or the whole cluster. */
export interface FindingEntry {
  /**
   * Section whose purpose is undone.
   * @maxLength 63
   */
  readonly control: string;
  /**
   * Which rule; each has a page of documentation.
   * @maxLength 63
   */
  readonly rule: string;
  readonly severity: FindingSeverity;
  readonly ref: ObjectRef;
  /**
   * What it does, and what to do about it.
   * @maxLength 512
   */
  readonly message: string;
  /** @format date-time */
  readonly firstSeen: string;
  /** Present while an exception of the baseline accepts it. */
  readonly accepted?: Acceptance;
}

/** Who accepts a finding, why and until when. */
export interface Acceptance {
  /** @maxLength 512 */
  readonly reason: string;
  /** @maxLength 253 */
  readonly owner: string;
  /** @format date-time */
  readonly expires: string;
}

/** State of one section. */
export interface ControlStatus {
  /** @maxLength 63 */
  readonly name: string;
  readonly mode: SectionMode;
  /**
   * Objects that the section asks for.
   * @format int32
   * @minimum 0
   */
  readonly managed: number;
  /**
   * Those of them that are in place.
   * @format int32
   * @minimum 0
   */
  readonly inSync: number;
  /**
   * Controls of public standards that this section serves.
   * @listType atomic
   * @maxItems 16
   */
  readonly standards?: readonly StandardId[];
  /**
   * How the section's objects fare with their backends, for sections that have any.
   * @listType atomic
   * @maxItems 256
   */
  readonly entries?: readonly EntryStatus[];
  /** Of the section `podSecurity`: running pods that a higher level would refuse. */
  readonly runningPods?: RunningPods;
  /** Of the section `serviceAccounts`, where the operator runs with `--count-token-pods`: pods that mount a token although their account gives none. */
  readonly tokenPods?: TokenPods;
  /** Of the section `admission` in mode Report: workloads that are there and could not be made again. */
  readonly workloads?: JudgedWorkloads;
}

/** Workloads of the namespace, held against what `admission` asks for as if they were made now. */
export interface JudgedWorkloads {
  /**
   * How many there are.
   * @format int32
   * @minimum 0
   */
  readonly judged?: number;
  /**
   * How many of them would be refused.
   * @format int32
   * @minimum 0
   */
  readonly refused?: number;
  /**
   * Those that would be refused, by kind and name.
   * @listType atomic
   * @maxItems 20
   */
  readonly entries?: readonly RefusedWorkload[];
  /**
   * Why they are not counted.
   * @maxLength 512
   */
  readonly unknown?: string;
}

/** A workload that could not be made again. */
export interface RefusedWorkload {
  /** @maxLength 63 */
  readonly kind: string;
  /** @maxLength 253 */
  readonly name: string;
  /**
   * What whoever makes it would read.
   * @maxLength 512
   */
  readonly message: string;
}

/** Pods that mount a token of the API server by their own spec, although the ServiceAccount that they run as gives none. */
export interface TokenPods {
  /**
   * @format int32
   * @minimum 1
   */
  readonly count: number;
  /**
   * The first of them by name.
   * @listType atomic
   * @maxItems 3
   */
  readonly names: readonly TokenPodName[];
}

/** @maxLength 253 */
export type TokenPodName = string;

/** What the API server said about running pods when `enforce` was to rise, and what became of it. */
export interface RunningPods {
  /**
   * While `onViolation` is Hold: the level, in its version, below which `enforce` is not left.
   * @maxLength 32
   */
  readonly floor?: string;
  /**
   * The level, in its version, that they were held against; absent where nothing was to be told.
   * @maxLength 32
   */
  readonly asked?: string;
  /** Present while `enforce` waits for them. */
  readonly held?: boolean;
  /**
   * When the API server first said so.
   * @format date-time
   */
  readonly since?: string;
  /**
   * Pods that break the level, those that most others share their reasons with first.
   * @listType atomic
   * @maxItems 20
   */
  readonly pods?: readonly RunningPod[];
  /**
   * Entries that do not fit into the list.
   * @format int32
   * @minimum 0
   */
  readonly more?: number;
  /** Present where the API server did not check all pods, or did not name all that break the level. */
  readonly incomplete?: boolean;
  /**
   * Why it is not known which pods break the level.
   * @maxLength 512
   */
  readonly unknown?: string;
}

/** A pod that breaks a level, and how many others do for the same reasons. */
export interface RunningPod {
  /** @maxLength 253 */
  readonly name: string;
  /**
   * @format int32
   * @minimum 0
   */
  readonly others?: number;
  /**
   * In the API server's words.
   * @maxLength 512
   */
  readonly reasons: string;
}

/** How one object fares with its backend. */
export interface EntryStatus {
  /**
   * Kind of the object.
   * @maxLength 63
   */
  readonly kind: string;
  /**
   * Name of the object.
   * @maxLength 253
   */
  readonly name: string;
  /** `Synced` works; `Pending` is not told yet by the backend; `Failed` does not work; `Unused` is used by no pod that its backend tells of. */
  readonly state: "Synced" | "Pending" | "Failed" | "Unused";
  /**
   * The backend's own reason where it has one.
   * @minLength 1
   * @maxLength 128
   */
  readonly reason: string;
  /**
   * What the reader can do; absent when state and reason say it all.
   * @maxLength 512
   */
  readonly message?: string;
}

/** @maxLength 63 */
export type StandardId = string;

/**
 * `Missing`: gone. `Modified`: a decisive field has another value. `Unmanaged`: carries our label but is not asked for.
 * `Conflict`: an object of the same name that somebody else made.
 */
export type DriftType = "Missing" | "Modified" | "Unmanaged" | "Conflict";

/** One way in which the live state differed from the baseline. */
export interface DriftEntry {
  /**
   * Section whose object this is.
   * @maxLength 63
   */
  readonly control: string;
  readonly ref: ObjectRef;
  readonly type: DriftType;
  /**
   * Paths of the fields that differed.
   * @listType atomic
   * @maxItems 32
   */
  readonly fields?: readonly FieldName[];
  /**
   * Field manager that did it, from managedFields; absent when the API server does not tell.
   * @maxLength 253
   */
  readonly manager?: string;
  /** @format date-time */
  readonly firstSeen: string;
  /** @format date-time */
  readonly lastSeen: string;
  /**
   * How often this same difference was seen anew.
   * @format int32
   * @minimum 1
   */
  readonly count: number;
  readonly state: "Open" | "Repaired";
}

/** @maxLength 512 */
export type FieldName = string;

/** An object in the baseline's namespace, the Namespace itself, or one outside of all. */
export interface ObjectRef {
  /** @maxLength 253 */
  readonly apiVersion: string;
  /** @maxLength 63 */
  readonly kind: string;
  /** @maxLength 253 */
  readonly name: string;
}
