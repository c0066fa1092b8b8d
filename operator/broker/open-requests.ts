/** Remembers for the broker's loop the requests that are not over, and which of them have their turn when another one ends. */
import type { BreakGlassPerson } from "../api/break-glass-request.ts";
import { MAX_OPEN_REQUESTS } from "../breakglass/crowd.ts";
import { isSamePerson } from "../breakglass/judgement.ts";

/** A request that is not over. */
export interface OpenRequest {
  readonly namespace: string;
  readonly requester: BreakGlassPerson | undefined;
  /** In milliseconds; undefined once it is gone. */
  readonly createdAt: number | undefined;
  /** The ledger knows it. */
  readonly recorded: boolean;
  /** It waits for others of the same person in the namespace, and nothing but their end or its own time changes that. */
  readonly inLine: boolean;
}

export class OpenRequests {
  readonly #byUID = new Map<string, OpenRequest>();

  get(uid: string): OpenRequest | undefined {
    return this.#byUID.get(uid);
  }

  /** Notes that a request is not over. */
  note(uid: string, request: OpenRequest): void {
    this.#byUID.set(uid, request);
  }

  /** Notes that a request is over, and answers which others may have their turn now: those first in line. Its place in line is nobody else's to take. */
  close(uid: string): readonly string[] {
    const closed = this.#byUID.get(uid);
    this.#byUID.delete(uid);
    if (closed?.requester === undefined || closed.inLine) return [];
    const { requester, namespace } = closed;
    const isNext = (each: OpenRequest): boolean =>
      !each.recorded && each.namespace === namespace && each.requester !== undefined && isSamePerson(each.requester, requester);
    const waiting = [...this.#byUID].filter(([, each]) => isNext(each));
    return waiting
      .toSorted(byAge)
      .slice(0, MAX_OPEN_REQUESTS)
      .map(([each]) => each);
  }

  /** uids of what anything but time may change, in one namespace or everywhere. */
  affected(namespace?: string): readonly string[] {
    return [...this.#byUID]
      .filter(([, each]) => !each.inLine && (namespace === undefined || each.namespace === namespace))
      .map(([uid]) => uid);
  }

  clear(): void {
    this.#byUID.clear();
  }
}

function byAge([a, { createdAt: ofA = 0 }]: [string, OpenRequest], [b, { createdAt: ofB = 0 }]: [string, OpenRequest]): number {
  if (ofA !== ofB) return ofA - ofB;
  return a < b ? -1 : 1;
}
