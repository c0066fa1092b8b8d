/** Owns what the loop remembers of a namespace between two looks: only what a better report needs, never what decides. */
import { READY } from "../api/reasons.ts";
import type { Desired } from "../controls/control.ts";
import { objectKey } from "../plan/plan.ts";
import type { BaselineEntry } from "./caches.ts";

/** Looks in a row that may meet a conflict before it is told. */
const PATIENCE = 3;

interface Remembered {
  readonly uid: string;
  readonly generation: number;
  /** Keys of objects that this generation asks for and that the last look left unmade. */
  readonly missing: ReadonlySet<string>;
  readonly conflicts: number;
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Tells a deleted object from one that was never made: only what this generation had in place can have been deleted. After a restart the
 * last status says whether everything was in place; it is a record that shapes the report, the write happens either way.
 */
export class Memory {
  readonly #namespaces = new Map<string, Remembered>();

  /** Keys of the desired objects that were in place before this look. */
  known({ home, uid, generation, baseline }: BaselineEntry, desired: readonly Desired[]): ReadonlySet<string> {
    const remembered = this.#namespaces.get(home);
    if (remembered === undefined) {
      const ready = baseline.status?.conditions?.find(({ type }) => type === READY);
      const complete = ready?.status === "True" && baseline.status?.observedGeneration === generation;
      return complete ? keys(desired) : NOTHING;
    }
    if (remembered.uid !== uid || remembered.generation !== generation) return NOTHING;
    return keys(desired).difference(remembered.missing);
  }

  /** Notes what was missing after a look, and whether it met a conflict; answers whether that conflict has lasted. */
  note(entry: BaselineEntry, missing: readonly Desired[], conflicted: boolean): { readonly lasting: boolean } {
    const { home, uid, generation } = entry;
    const conflicts = conflicted ? (this.#namespaces.get(home)?.conflicts ?? 0) + 1 : 0;
    // What was in place once and cannot be put back stays missing: it must not pass for new at the next look.
    const never = missing.length === 0 ? NOTHING : keys(missing).difference(this.known(entry, missing));
    this.#namespaces.set(home, { uid, generation, missing: never, conflicts });
    return { lasting: conflicts > PATIENCE };
  }

  /** Notes, after a look was noted, objects that went with their kind: nobody deleted them, and they come back as new. */
  lose(namespace: string, objects: readonly Desired[]): void {
    const remembered = this.#namespaces.get(namespace);
    if (remembered === undefined || objects.length === 0) return;
    this.#namespaces.set(namespace, { ...remembered, missing: remembered.missing.union(keys(objects)) });
  }

  forget(namespace: string): void {
    this.#namespaces.delete(namespace);
  }
}

function keys(objects: readonly Desired[]): ReadonlySet<string> {
  return new Set(objects.map(({ kind, name }) => objectKey(kind, name)));
}
