/** Remembers of a namespace, between two looks, what a better report needs and what would cost to be worked out again. */
import type { SecurityBaselineStatus } from "../api/baseline-status.ts";
import { REFRESH_ANNOTATION } from "../api/names.ts";
import { type Effective, effective } from "../controls/effective.ts";
import { EMPTY_INVENTORY, Inventory } from "../plan/inventory.ts";
import type { BaselineEntry } from "./caches.ts";
import type { DriftLog } from "./drift-log.ts";

/** Tells one baseline from another one of the same namespace. */
export type BaselineIdentity = Pick<BaselineEntry, "home" | "uid">;

interface Remembered {
  /** Of the baseline. */
  readonly uid: string;
  readonly generation: number;
  readonly refresh: string | undefined;
  readonly baseline: Effective;
  inventory: Inventory;
  /** What was seen and could not be written into status yet. */
  unwritten: DriftLog | undefined;
  /** The status as we wrote it, while somebody else's stands in its place. */
  ours: SecurityBaselineStatus | undefined;
}

/** Forgets everything between two terms of leadership: others may have led meanwhile. */
export class Memory {
  readonly #namespaces = new Map<string, Remembered>();
  readonly #objectLabels: Effective["objectLabels"];

  /** `objectLabels`: what the installation wants on every generated object. */
  constructor(objectLabels: Effective["objectLabels"] = {}) {
    this.#objectLabels = objectLabels;
  }

  /** What is remembered of the baseline; begins anew for one that was never seen, or was made anew. */
  of(entry: BaselineEntry): Remembered {
    const { home, uid, generation, posture, baseline } = entry;
    const before = this.#namespaces.get(home);
    const refresh = refreshOf(entry);
    if (before?.uid === uid && before.generation === generation && before.refresh === refresh) return before;
    const inEffect = effective(posture.kind, baseline, home, this.#objectLabels);
    const known = before?.uid === uid ? before : undefined;
    const remembered: Remembered = {
      uid,
      generation,
      refresh,
      baseline: inEffect,
      inventory: known?.inventory ?? Inventory.recorded(baseline.status?.inventory ?? [], inEffect.created),
      unwritten: known?.unwritten,
      ours: known?.ours,
    };
    this.#namespaces.set(home, remembered);
    return remembered;
  }

  /** Objects that the baseline of this namespace is known to have had in place. */
  inventoryOf(namespace: string): Inventory {
    return this.#namespaces.get(namespace)?.inventory ?? EMPTY_INVENTORY;
  }

  /** Somebody else changed the status: `ours` is what stood there before. What was tampered with twice is still the first one. */
  statusTaken(baseline: BaselineIdentity, ours: SecurityBaselineStatus | undefined): void {
    const remembered = this.#find(baseline);
    if (remembered !== undefined) remembered.ours ??= ours;
  }

  /** The status as we wrote it, if somebody else's stands in its place. */
  oursOf(baseline: BaselineIdentity): SecurityBaselineStatus | undefined {
    return this.#find(baseline)?.ours;
  }

  /** The status is as we wrote it again. */
  restored(baseline: BaselineIdentity): void {
    const remembered = this.#find(baseline);
    if (remembered !== undefined) remembered.ours = undefined;
  }

  /** Whether this process has looked at the baseline of this generation before. */
  knows(entry: BaselineEntry): boolean {
    return this.#find(entry)?.generation === entry.generation;
  }

  forget(namespace: string): void {
    this.#namespaces.delete(namespace);
  }

  clear(): void {
    this.#namespaces.clear();
  }

  /** In the break-glass namespace there may be a baseline beside the one that is obeyed. */
  #find({ home, uid }: BaselineIdentity): Remembered | undefined {
    const remembered = this.#namespaces.get(home);
    return remembered?.uid === uid ? remembered : undefined;
  }
}

function refreshOf({ baseline }: BaselineEntry): string | undefined {
  return baseline.metadata.annotations?.[REFRESH_ANNOTATION];
}
