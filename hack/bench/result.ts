/** Describes a result file: what was measured in each round of one run. */
import type { Distribution, Spread } from "./statistics.ts";

export interface Settings {
  /** Baselines with 20 objects each. */
  readonly baselines: number;
  readonly rounds: number;
  /** Deletions per round, of the operator's objects and as many of the floor's. */
  readonly deletions: number;
  readonly edits: number;
  /** Seconds without any change. */
  readonly quiet: number;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly kubernetes: string;
}

/** What the machine did besides: load averages over a minute, and percent of its processor time while nothing of this run was running. */
export interface Load {
  readonly before: number;
  readonly after: number;
  readonly foreignBefore: number;
  readonly foreignAfter: number;
}

export interface CreationRound {
  readonly baselines: number;
  readonly objects: number;
  /** Objects per second, the same bodies sent by a bare client with 16 in flight. */
  readonly ceiling: number;
  /** Objects per second, from the first baseline sent to the last one seen Ready. */
  readonly operator: number;
  /** Writes of the operator in each namespace, the status included, Events not. */
  readonly writesPerBaseline: Spread;
}

/** Milliseconds from sending the delete call until the independent watch sees the object again. */
export interface RepairRound {
  readonly floor: Distribution;
  readonly operator: Distribution;
  /** Requests of the operator per deletion, by `verb resource`. */
  readonly requestsPerDeletion: Readonly<Record<string, number>>;
}

export interface RestartRound {
  /** Milliseconds from the start of the process until /readyz answers 200. */
  readonly ready: number;
  /** Milliseconds of a bare Node start, plus a paged list of the same objects that is parsed. */
  readonly reference: number;
  /** Writes of the operator until it had looked at every baseline. */
  readonly writes: number;
}

export interface Steady {
  readonly seconds: number;
  /** Requests of the operator by `verb resource`, without watches; empty if there were none. */
  readonly requests: Readonly<Record<string, number>>;
}

/** MiB of resident memory. */
export interface Memory {
  readonly peak: number;
  /** After the quiet time. */
  readonly idle: number;
  /** Peak of a Node process that does nothing. */
  readonly bareNode: number;
}

/** Milliseconds for one baseline with 25 objects, when everything is in place. */
export interface PureRound {
  readonly objects: number;
  readonly desired: number;
  readonly plan: number;
  readonly validate: number;
  /** Writing the same 25 objects as JSON and reading them: the scale of the machine. */
  readonly reference: number;
}

/** Milliseconds until the credential plugin has answered with a kept token, and until a Node that does nothing has ended. */
export interface PluginRound {
  readonly plugin: number;
  readonly reference: number;
}

export interface Result {
  readonly date: string;
  readonly machine: Machine;
  readonly load: Load;
  readonly settings: Settings;
  readonly creation: readonly CreationRound[];
  readonly repair: readonly RepairRound[];
  /** Milliseconds from sending the new spec until the watch sees its generation Ready. */
  readonly edit: readonly Distribution[];
  readonly restart: readonly RestartRound[];
  readonly steady: Steady;
  readonly memory: Memory;
  readonly pure: readonly PureRound[];
  /** Absent in results from before it was measured. */
  readonly plugin?: readonly PluginRound[];
}

/** When and where something was measured. */
export interface Measured {
  readonly date: string;
  readonly machine: Machine;
}

/** What objects of others cost; each part is measured by itself. */
export interface FindingsResult {
  /** One namespace with many of them. */
  readonly host: Measured & {
    readonly objects: number;
    /** MiB of resident memory at rest, one figure per life of the operator. */
    readonly memory: { readonly without: Spread; readonly beside: Spread };
    /** Milliseconds from sending a change of one of them until the watch sees it told in status. */
    readonly told: Distribution;
    /** Requests of the operator for all these changes, by `verb resource`. */
    readonly requests: Readonly<Record<string, number>>;
  };
  /** Many namespaces with few of them. */
  readonly crowd: Measured & {
    readonly namespaces: number;
    /** In each namespace. */
    readonly objects: number;
    readonly quiet: { readonly seconds: number; readonly looks: number; readonly requests: Readonly<Record<string, number>> };
    readonly looksPerChange: number;
  };
}

/** What section `admission` adds to the creation of a pod, of a run of its own. */
export interface AdmissionResult extends Measured {
  /** Milliseconds of a creation; the first one is what the others are compared with. */
  readonly scenes: readonly { readonly name: string; readonly ms: Distribution }[];
}
