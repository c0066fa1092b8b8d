/** Finds the requests of one person in one namespace among all of them. */
import type { BreakGlassPerson } from "../api/break-glass-request.ts";
import type { StoredRequest } from "../breakglass/types.ts";
import type { Change } from "../cluster/store.ts";

/** uids of requests by where they are and whoever makes them, as the watch tells of them. */
export class ByPerson {
  readonly #uids = new Map<string, Set<string>>();

  note({ previous, current }: Change<StoredRequest>): void {
    for (const key of keysOf(previous)) this.#take(key, previous?.uid ?? "");
    for (const key of keysOf(current)) this.#uids.set(key, (this.#uids.get(key) ?? new Set()).add(current?.uid ?? ""));
  }

  /** Requests of the same person (see `isSamePerson`) as this one and in its namespace, in any order, each once. */
  *like(request: StoredRequest): Iterable<string> {
    const [byName, byUID] = keysOf(request).map((key) => this.#uids.get(key) ?? new Set<string>());
    yield* byName ?? [];
    for (const uid of byUID ?? []) if (byName?.has(uid) !== true) yield uid;
  }

  #take(key: string, uid: string): void {
    const uids = this.#uids.get(key);
    if (uids?.delete(uid) && uids.size === 0) this.#uids.delete(key);
  }
}

/** Who made a request; one that cannot be read is nobody's. */
export function requesterOf(request: Pick<StoredRequest, "spec"> | undefined): BreakGlassPerson | undefined {
  return (request?.spec as StoredRequest["spec"] | null | undefined)?.requester;
}

/** One by name and, where there is one, another by uid. */
function keysOf(request: StoredRequest | undefined): readonly string[] {
  const person = requesterOf(request);
  if (request === undefined || person === undefined) return [];
  const { namespace } = request;
  return [`${namespace}/name/${person.username}`, ...(person.uid ? [`${namespace}/uid/${person.uid}`] : [])];
}
