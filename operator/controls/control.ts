/** The contract between a control and the rest of the house: everything else follows from this declaration. */
import type { SecurityBaselineSpec } from "../api/baseline.ts";
import type { JsonObject } from "../api/json.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { SectionMode } from "../api/shared-types.ts";
import type { FactName, Facts } from "../facts/index.ts";
import type { ObservedKind, OwnedKind } from "../kinds/kind.ts";

/** Sections of the spec that a control turns into objects; a control is named as its section. */
export type SectionName =
  | "access"
  | "admission"
  | "breakGlass"
  | "images"
  | "mesh"
  | "network"
  | "podSecurity"
  | "runtime"
  | "secrets"
  | "serviceAccounts";

/** What a control may know besides its section. */
export interface ControlContext {
  readonly namespace: string;
  /** Of the section. */
  readonly mode: Exclude<SectionMode, "Off">;
  readonly facts: Facts;
  /** Value of the baseline's refresh annotation. */
  readonly refresh?: string | undefined;
}

/** An object as a control asks for it: without identity metadata, which is the same for all controls. */
export interface Draft {
  readonly kind: OwnedKind;
  readonly name: string;
  /** Everything beside apiVersion, kind and metadata. Explicit wherever security depends on it. */
  readonly body: JsonObject;
  /** Labels that decide security: only for an object that is shared (`OwnedKind.shareable`). */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations of ours; on an object that is shared those that decide security. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Written in mode Report, too: it changes nothing but what is told. Default false. */
  readonly tells?: true;
  /** A fact that decides about the content and is not known now: an object of this name that has another content is left as it is. */
  readonly awaits?: FactName;
}

/** Why nothing is known of a kind. */
export interface Lack {
  /** The cluster is known not to have the kind. */
  readonly absent: boolean;
  /** One sentence. */
  readonly message: string;
}

/** What `health` may look at: facts of live objects (see `OwnedKind.facts`) of the namespace and of cluster-scoped kinds, and the time. */
export interface HealthView {
  readonly namespace: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** False while the kind is not served or not listed yet. */
  isServed(kind: OwnedKind | ObservedKind): boolean;
  /** Why nothing is known of a kind; undefined while it is known, or is merely not listed yet. */
  lack(kind: OwnedKind | ObservedKind): Lack | undefined;
  facts(kind: OwnedKind | ObservedKind, name: string): JsonObject | undefined;
  /** All objects of a kind in the namespace, or all of a cluster-scoped kind, by name. */
  all(kind: OwnedKind | ObservedKind): ReadonlyMap<string, JsonObject>;
}

/** How one generated object fares with its backend. */
export interface EntryHealth {
  readonly kind: string;
  readonly name: string;
  /** `Synced` works; `Pending` is not told yet by the backend; `Failed` does not work; `Unused` is used by no pod that its backend tells of. */
  readonly state: "Synced" | "Pending" | "Failed" | "Unused";
  /** CamelCase, the backend's own reason where it has one. */
  readonly reason: string;
  /** What the reader can do, or undefined when state and reason say it all. Names only, never data. */
  readonly message?: string;
  /** Milliseconds since the epoch when the answer changes by time alone. */
  readonly due?: number;
}

/** One concern of a baseline. PURE: equal input gives equal output, and nothing else is read. */
export interface Control<S extends SectionName = SectionName> {
  readonly name: S;
  /** Type of the condition that tells this section's state, for example `AccessReady`. */
  readonly condition: string;
  /** Controls of public standards that this section serves, shown in status. */
  readonly standards: readonly string[];
  readonly owns: readonly OwnedKind[];
  /**
   * Longest time between repairs of an object that somebody keeps changing, in milliseconds; default: as for everything else, minutes. For what nobody may
   * be without for so long.
   */
  readonly longestPause?: number;
  /** Whoever changes an object of this section reaches for rights: the Event that first tells of it is a Warning, also where it was put back at once. */
  readonly alarms?: true;
  /** Facts of the cluster that this section depends on; what is amiss with one of them is told of the section. Default none. */
  reads?(section: NonNullable<SecurityBaselineSpec[S]>): readonly FactName[];
  /** Kinds that `health` reads besides the owned ones. */
  readonly observes?: readonly ObservedKind[];
  desired(section: NonNullable<SecurityBaselineSpec[S]>, context: ControlContext): readonly Draft[];
  /** What of the section cannot work in this cluster, and what to write instead; undefined if nothing. The objects are made nevertheless. */
  problem?(section: NonNullable<SecurityBaselineSpec[S]>, context: ControlContext): SectionProblem | undefined;
  /** What a reader should know about this section that the objects do not say, one sentence each. */
  warnings?(section: NonNullable<SecurityBaselineSpec[S]>, context: ControlContext): readonly string[];
  /** How the generated objects fare with their backends, by kind and name. */
  health?(section: NonNullable<SecurityBaselineSpec[S]>, view: HealthView): readonly EntryHealth[];
  /** What could not be checked, one sentence for the section's condition; undefined if nothing. */
  caveat?(section: NonNullable<SecurityBaselineSpec[S]>, view: HealthView): string | undefined;
}

/** A complete object that a baseline asks for. */
export interface Desired {
  readonly control: SectionName;
  readonly kind: OwnedKind;
  readonly name: string;
  /** True for an object that exists without us; see `OwnedKind.shareable`. */
  readonly shared: boolean;
  /** The sparse object exactly as it is applied. */
  readonly manifest: JsonObject;
  /** See `Draft.awaits`. */
  readonly awaits?: FactName;
  /** See `Draft.tells`. */
  readonly tells?: true;
  /** It is less than the baseline asks for, for the time being: also where it is in place, the baseline is not. */
  readonly held?: true;
}
