/** The vocabulary of planning: what is there, what to do, and what to tell. */

import type { DriftType } from "../api/baseline-status.ts";
import type { JsonPatchOperation } from "../api/json-patch.ts";
import type { ManagedFieldsEntry } from "../api/object.ts";
import type { SectionMode } from "../api/shared-types.ts";
import type { Desired, SectionName } from "../controls/control.ts";
import type { OwnedKind } from "../kinds/kind.ts";

export type { Desired } from "../controls/control.ts";

/** Canonical JSON of each decisive field that is present, by printed path. */
export type FieldValues = Readonly<Record<string, string>>;

/** What the cache keeps of a live object: facts and a fingerprint, not the object. */
export interface Live {
  readonly kind: OwnedKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** deletionTimestamp is set. */
  readonly terminating: boolean;
  /** Value of the control label: an object that has it is marked as ours. */
  readonly control: string | undefined;
  /** Value of the managed-by label, where it is another tool's: it stays. */
  readonly tool: string | undefined;
  /** `Kind name` of the owner that controls it, unless that is a baseline. */
  readonly controller: string | undefined;
  /** Seconds since the epoch at which the API server made it; kept of objects that are not ours, where it tells who came first. */
  readonly created: number | undefined;
  /** Value of the mark of a namespace in which a baseline is enforced. */
  readonly mark: string | undefined;
  /** Places of the references to a baseline that we have applied among the ownerReferences; hardly ever more than one. */
  readonly ownerIndexes: readonly number[];
  /** Value of the deletion-policy annotation (shared objects). */
  readonly deletionPolicy: string | undefined;
  /** Our field manager has applied it: an entry of operation Apply, other than for a subresource. */
  readonly managed: boolean;
  /** Canonical JSON of the field that cannot change in place; kept for foreign objects too, because it decides about adoption. */
  readonly immutable: string | undefined;
  /** Fingerprint of all decisive fields, spec and metadata; empty for foreign objects, which are never compared. */
  readonly hash: string;
  /** Canonical JSON of what health needs to know (`OwnedKind.facts`); undefined for kinds without facts. */
  readonly facts: string | undefined;
  /** Canonical JSON of what findings judge it by (`OwnedKind.traits`); undefined where nothing can be found. */
  readonly traits: string | undefined;
  /** See `OwnedKind.due`. */
  readonly due: number | undefined;
  /** Fingerprint of the desired object that this content was last seen to satisfy. */
  readonly satisfies: string | undefined;
  /** What a comparison needs; dropped once the object satisfies its desired state. Absent for foreign objects. */
  readonly detail: LiveDetail | undefined;
}

export interface LiveDetail {
  readonly values: FieldValues;
  /** managedFields without the entries for subresources. */
  readonly managers: readonly ManagedFieldsEntry[];
  /** Fingerprint of the desired object that an earlier content of this object satisfied: what it was changed away from. */
  readonly before: string | undefined;
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
      /** resourceVersion of the object that was compared: what an apply is tried again for. */
      readonly version?: string;
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
      /** Absent where no baseline is left that could name it. */
      readonly control: SectionName | undefined;
      readonly live: Live;
    }
  | {
      /** Say on the Namespace, or take back, that a baseline is enforced in it. */
      readonly verb: "mark";
      readonly control: undefined;
      readonly live: Live;
      readonly enforced: boolean;
    }
  | {
      /** Change the marks by which the object would go with the baseline, so that it stays. */
      readonly verb: "retain";
      readonly control: SectionName;
      readonly live: Live;
      /** To be made of exactly this state of the object. */
      readonly operations: readonly JsonPatchOperation[];
    };

/** How one section of a baseline stands before anything is written. */
export interface SectionPlan {
  readonly control: SectionName;
  readonly mode: Exclude<SectionMode, "Off">;
  readonly managed: number;
  /** Desired objects that are in place. */
  readonly inSync: number;
  /** Desired objects that are being deleted, as `Kind name`, sorted: each is made again once it is gone. */
  readonly ending: readonly string[];
  /** One sentence about each object that somebody else made and that is not taken over, sorted. */
  readonly conflicts: readonly string[];
  /** Desired objects that are left as they are until a fact of the cluster is known, as `Kind name`, sorted. */
  readonly awaiting: readonly string[];
  /** Everything that differs from the baseline now, sorted by kind, name. Includes what will not be repaired (Conflict, Report). */
  readonly drift: readonly Drift[];
}

export interface Plan {
  /** Writes in order; empty at steady state. */
  readonly batches: readonly (readonly Action[])[];
  readonly sections: readonly SectionPlan[];
  /** Live objects newly seen to satisfy their desired state, with its fingerprint: the cache may drop their detail. */
  readonly settled: readonly { readonly live: Live; readonly fingerprint: string }[];
}
