/** Owns the vocabulary of planning: what is wanted, what is there, what to do, and what to tell. */

import type { SectionMode } from "../api/baseline.ts";
import type { DriftType } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import type { ManagedFieldsEntry } from "../api/object.ts";
import type { SectionName } from "../controls/control.ts";
import type { OwnedKind } from "../kinds/kind.ts";

/** Canonical JSON of each decisive field that is present, by printed path. */
export type FieldValues = Readonly<Record<string, string>>;

/** A complete object that a baseline asks for. */
export interface Desired {
  readonly control: SectionName;
  readonly kind: OwnedKind;
  readonly name: string;
  readonly rank: number;
  /** True for an object that exists without us; see `Draft.shared`. */
  readonly shared: boolean;
  /** The sparse object exactly as it is applied. */
  readonly manifest: JsonObject;
}

/** What the cache keeps of a live object: facts and a fingerprint, not the object. */
export interface Live {
  readonly kind: OwnedKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** deletionTimestamp is set. */
  readonly terminating: boolean;
  /** Carries our managed-by label. */
  readonly labelled: boolean;
  /** Value of the control label. */
  readonly control: string | undefined;
  /** Value of the deletion-policy annotation (shared objects). */
  readonly deletionPolicy: string | undefined;
  /** Our field manager stands in managedFields (other than for a subresource). */
  readonly managed: boolean;
  /** Fingerprint of all decisive fields, spec and metadata. */
  readonly hash: string;
  /** Fingerprint of the desired object that this content was last seen to satisfy. */
  readonly satisfies: string | undefined;
  /** What a comparison needs; dropped once the object satisfies its desired state. Absent for foreign objects. */
  readonly detail: LiveDetail | undefined;
}

export interface LiveDetail {
  readonly values: FieldValues;
  readonly managers: readonly ManagedFieldsEntry[];
}

/** Drift as one look at the cluster finds it; firstSeen, count and state are added by status. */
export interface Drift {
  readonly control: SectionName;
  readonly ref: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly type: DriftType;
  /** Printed paths, sorted. Empty for Missing, Unmanaged and Conflict. */
  readonly fields: readonly string[];
  /** Field manager that did it; absent when managedFields does not tell. */
  readonly manager: string | undefined;
}

/** One write. Actions of one batch may run side by side; batches run in order. */
export type Action =
  | {
      readonly verb: "apply";
      readonly desired: Desired;
      /** uid precondition: the object that was compared, or none for one that is missing. */
      readonly uid: string | undefined;
      readonly drift: Drift | undefined;
    }
  | {
      /** Delete, then apply: the one kind of change that the API refuses in place. */
      readonly verb: "replace";
      readonly desired: Desired;
      readonly live: Live;
      readonly drift: Drift | undefined;
    }
  | { readonly verb: "delete"; readonly control: SectionName; readonly live: Live; readonly drift: Drift | undefined }
  | {
      /** Give up our fields on a shared object: an apply that names none. */
      readonly verb: "release";
      readonly control: SectionName;
      readonly live: Live;
    };

/** How one section of a baseline stands before anything is written. */
export interface SectionPlan {
  readonly control: SectionName;
  readonly mode: SectionMode;
  readonly managed: number;
  /** Desired objects that are in place. */
  readonly inSync: number;
  /** Everything that differs from the baseline now, sorted by kind, name. Includes what will not be repaired (Conflict, Report). */
  readonly drift: readonly Drift[];
}

export interface Plan {
  /** Writes in order; empty at steady state. */
  readonly batches: readonly (readonly Action[])[];
  readonly sections: readonly SectionPlan[];
  /** Live objects that satisfy their desired state, with its fingerprint: the cache may drop their detail. */
  readonly settled: readonly { readonly live: Live; readonly fingerprint: string }[];
}
