/** Remembers of a namespace, between two looks, what a better report needs and what would cost to be worked out again. */
import type { SecurityBaselineStatus } from "../api/baseline-status.ts";
import { REFRESH_ANNOTATION } from "../api/names.ts";
import { type Effective, effective } from "../controls/effective.ts";
import { EMPTY_INVENTORY, Inventory } from "../plan/inventory.ts";
import type { BaselineEntry } from "./caches.ts";
import type { DriftLog } from "./drift-log.ts";

/** Looks in a row that may meet what passes by itself before it is told. */
const PATIENCE = 3;

interface Remembered {
  /** Of the baseline. */
  readonly uid: string;
  readonly generation: number;
  readonly refresh: string | undefined;
  readonly baseline: Effective;
  inventory: Inventory;
  /** Looks in a row that met a failure which passes by itself. */
  transients: number;
  /** What was seen and could not be written into status yet. */
  unwritten: DriftLog | undefined;
  /** The status as we wrote it, while somebody else's stands in its place. */
  ours: SecurityBaselineStatus | undefined;
}

/** Forgets everything between two terms of leadership: others may have led meanwhile. */
export class Memory {
  readonly #namespaces = new Map<string, Remembered>();

  /** What is remembered of the baseline; begins anew for one that was never seen, or was made anew. */
  of(entry: BaselineEntry): Remembered {
    const { home, uid, generation, posture, baseline } = entry;
    const before = this.#namespaces.get(home);
    const refresh = refreshOf(entry);
    if (before?.uid === uid && before.generation === generation && before.refresh === refresh) return before;
    const inEffect = effective(posture.kind, baseline, home);
    const known = before?.uid === uid ? before : undefined;
    const remembered: Remembered = {
      uid,
      generation,
      refresh,
      baseline: inEffect,
      inventory: known?.inventory ?? Inventory.recorded(baseline.status?.inventory ?? [], inEffect.created),
      transients: known?.transients ?? 0,
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

  /** Notes whether a look met a failure that passes by itself; true once it has lasted. */
  noteTransient(remembered: Remembered, met: boolean): boolean {
    remembered.transients = met ? remembered.transients + 1 : 0;
    return remembered.transients > PATIENCE;
  }

  /** Somebody else changed the status: `ours` is what stood there before. What was tampered with twice is still the first one. */
  statusTaken(namespace: string, ours: SecurityBaselineStatus | undefined): void {
    const remembered = this.#namespaces.get(namespace);
    if (remembered !== undefined) remembered.ours ??= ours;
  }

  /** The status as we wrote it, if somebody else's stands in its place; it is put right now. */
  takeOurs({ home, uid }: BaselineEntry): SecurityBaselineStatus | undefined {
    const remembered = this.#namespaces.get(home);
    if (remembered?.uid !== uid) return undefined;
    const { ours } = remembered;
    remembered.ours = undefined;
    return ours;
  }

  /** Whether this process has looked at the baseline of this generation before. */
  knows({ home, uid, generation }: BaselineEntry): boolean {
    const remembered = this.#namespaces.get(home);
    return remembered?.uid === uid && remembered.generation === generation;
  }

  forget(namespace: string): void {
    this.#namespaces.delete(namespace);
  }

  clear(): void {
    this.#namespaces.clear();
  }
}

function refreshOf({ baseline }: BaselineEntry): string | undefined {
  return baseline.metadata.annotations?.[REFRESH_ANNOTATION];
}
