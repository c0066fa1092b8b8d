/** Remembers for the broker what of grants that are over is still there, so that somebody is told who can help it go. */
import { GRANT_LABEL, GRANT_LABEL_VALUE } from "../api/names.ts";
import type { LiveGrantObject } from "../breakglass/types.ts";

export class Leftovers {
  /** Names of grants, by the uid of their request. */
  readonly #names = new Map<string, string>();
  readonly #onChange: () => void;

  /** `onChange` is called when `caveat` says something else. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Notes which objects of a request's grant are there although it is over. */
  note(uid: string, left: readonly LiveGrantObject[]): void {
    const [object] = left;
    if (object?.name === this.#names.get(uid)) return;
    if (object === undefined) this.#names.delete(uid);
    else this.#names.set(uid, object.name);
    this.#onChange();
  }

  /** Forgets all: another instance looks after them. */
  clear(): void {
    if (this.#names.size === 0) return;
    this.#names.clear();
    this.#onChange();
  }

  /** What is left, one sentence that is the same for the same grants; undefined if nothing is. */
  caveat(): string | undefined {
    const [name, ...more] = [...this.#names.values()].sort();
    if (name === undefined) return undefined;
    const grants = more.length === 0 ? `of the grant ${name}` : `of the grant ${name} and of ${more.length} more`;
    return `emergency access ${grants} is over, but objects of it cannot be removed: see what kubectl get serviceaccounts,roles,rolebindings,clusterrolebindings -A -l ${GRANT_LABEL}=${GRANT_LABEL_VALUE} shows, their finalizers, and what refuses their deletion`;
  }
}
