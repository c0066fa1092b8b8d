/** All that a plan depends on: what is wanted by section, what is there, and what was in place before. */
import type { DeletionPolicy } from "../api/baseline.ts";
import type { SectionMode } from "../api/shared-types.ts";
import type { Desired, SectionName } from "../controls/control.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import type { Inventory } from "./inventory.ts";
import type { Live } from "./types.ts";

/** A section in use, and what it wants. */
export interface SectionInput {
  readonly control: SectionName;
  readonly mode: Exclude<SectionMode, "Off">;
  readonly owns: readonly OwnedKind[];
  readonly desired: readonly Desired[];
}

/** A section that is Off or absent: what it made before is removed or kept. */
export interface RetiredSection {
  readonly control: SectionName;
  readonly owns: readonly OwnedKind[];
}

/** A section of which nothing may be written or deleted now, whether it is in use or not. */
export type BlockedSection = RetiredSection;

/** All that a plan for one baseline depends on. */
export interface PlanInput {
  readonly sections: readonly SectionInput[];
  readonly retired: readonly RetiredSection[];
  readonly blocked: readonly BlockedSection[];
  /** Desired objects that cannot be judged now: what stands under their names is nobody's leftover. */
  readonly withheld: readonly Desired[];
  /** Namespaces are marked while something in them is enforced. */
  readonly marks: boolean;
  readonly adoptExisting: boolean;
  readonly deletionPolicy: DeletionPolicy;
  /** Every live object of the owned kinds in the namespace, and the Namespace itself. */
  readonly live: Iterable<Live>;
  /** What this baseline had in place before: one of them that is missing was deleted by somebody, one that is another's now was taken. */
  readonly inventory: Inventory;
}
