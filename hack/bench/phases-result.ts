/** Describes the result file of the phases: what one run measured at each size. */
import type { CommandCost } from "./commands.ts";
import type { Load, Machine } from "./result.ts";

/** Milliseconds of processor time by process. */
export type ProcessorTimes = Readonly<Record<string, number>>;

/** What every life of the operator has. */
export interface PhaseCosts {
  /** Milliseconds from the start of the process until /readyz answers 200. */
  readonly ready: number;
  /** Resident memory in MiB at the end of the phase, and the most until then. */
  readonly memory: { readonly peak: number; readonly now: number };
}

/** One size. Processor time is per object that a baseline asks for. */
export interface Size {
  readonly baselines: number;
  readonly objects: number;
  /** The operator where nothing asks for anything. */
  readonly empty: PhaseCosts;
  /** A bare client that applies the same bodies with 16 requests under way. */
  readonly ceiling: { readonly perSecond: number; readonly processor: ProcessorTimes };
  /** All baselines created at once, until the last one is Ready. Requests are the operator's, per baseline. */
  readonly creation: PhaseCosts & {
    readonly perSecond: number;
    readonly processor: ProcessorTimes;
    readonly requests: Readonly<Record<string, number>>;
  };
  /** With everything in place. */
  readonly restart: PhaseCosts & {
    /** Milliseconds of a bare Node start, plus a paged list of the same objects that is parsed. */
    readonly reference: number;
    /** Milliseconds from ready until every baseline has been looked at. */
    readonly firstLooks: number;
    readonly writes: number;
    /** MiB at rest. */
    readonly idle: number;
    /** Milliseconds of processor time per second of rest. */
    readonly idleProcessor: number;
    /** Requests at rest, beside watches that are renewed. */
    readonly idleRequests: Readonly<Record<string, number>>;
  };
}

export interface PhasesResult {
  readonly date: string;
  readonly machine: Machine;
  readonly load: Load;
  /** Seconds of rest. */
  readonly quiet: number;
  readonly commands: readonly CommandCost[];
  readonly sizes: readonly Size[];
}
