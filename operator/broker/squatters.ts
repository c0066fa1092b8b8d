/** Finds out for the broker whether a name that it cannot take is somebody else's: an object without the labels of grants is in no cache. */

import { projectGrantObject } from "../breakglass/grant.ts";
import { storyOf } from "../breakglass/history.ts";
import { isOwn } from "../breakglass/look.ts";
import type { GrantObject, GrantPart, Snapshot } from "../breakglass/types.ts";
import type { Transport } from "../cluster/types.ts";
import { GRANTS } from "./caches.ts";
import { named } from "./named.ts";

/** Remembers parts whose names others have, by the uid of the request: asking again each time would make what is taken back anew. */
export class Squatters {
  readonly #parts = new Map<string, Set<GrantPart>>();

  note(uid: string, part: GrantPart): void {
    this.#parts.set(uid, (this.#parts.get(uid) ?? new Set()).add(part));
  }

  of(uid: string): readonly GrantPart[] {
    return [...(this.#parts.get(uid) ?? [])];
  }

  forget(uid: string): void {
    this.#parts.delete(uid);
  }
}

/**
 * Whether what has the name of an object of a grant is not of this grant. What was made for it and carries its label is merely not known yet.
 * @throws ApiError if the API server does not tell
 */
export async function isTaken(object: GrantObject, snapshot: Snapshot, transport: Pick<Transport, "request">): Promise<boolean> {
  const { part, kind, namespace, name } = object;
  const found = await named({ type: kind, namespace, name }, transport);
  const ours = await named({ type: kind, namespace, name, labelSelector: GRANTS }, transport);
  const story = storyOf(snapshot.history);
  const isOurs = (uid: string | undefined): boolean =>
    ours.some((live) => live.metadata?.uid === uid && isOwn(projectGrantObject(part, kind, live), { snapshot, story }));
  return found.some(({ metadata }) => !isOurs(metadata?.uid));
}
