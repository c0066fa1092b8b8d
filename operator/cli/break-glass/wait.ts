/** Follows one request by a watch until it can be used or is over. */
import { collectionPath } from "../../cluster/paths.ts";
import type { Transport } from "../../cluster/types.ts";
import { isExpired, readEvent } from "../../cluster/watch-event.ts";
import { CommandError } from "../failure-text.ts";
import { getRequest, isOpen, REQUESTS, type StoredBreakGlassRequest } from "./objects.ts";

/** How long one watch is asked for, and what silence beyond it means that the server is gone. */
const WATCH_SECONDS = 300;
const OVERDUE = 30_000;

/**
 * Calls `seen` with each state of a request from `request` on, and answers the first one that is Active or over.
 * @throws CommandError if somebody deletes it; ApiError
 */
export async function followRequest(
  transport: Transport,
  request: StoredBreakGlassRequest,
  seen: (state: StoredBreakGlassRequest) => void,
): Promise<StoredBreakGlassRequest> {
  let state = request;
  while (!isSettled(state)) {
    const { uid } = state.metadata;
    state = (await untilSettled(transport, state, seen)) ?? (await getRequest(transport, state.metadata));
    if (state.metadata.uid !== uid) throw gone(state);
    seen(state);
  }
  return state;
}

/** The state that settles it, or undefined if the watch ended before. */
async function untilSettled(
  transport: Transport,
  { metadata }: StoredBreakGlassRequest,
  seen: (state: StoredBreakGlassRequest) => void,
): Promise<StoredBreakGlassRequest | undefined> {
  const query = {
    watch: "1",
    fieldSelector: `metadata.name=${metadata.name}`,
    resourceVersion: metadata.resourceVersion,
    timeoutSeconds: String(WATCH_SECONDS),
  };
  const path = collectionPath(REQUESTS, metadata.namespace);
  try {
    const stream = await transport.stream({ method: "GET", path, query }, WATCH_SECONDS * 1000 + OVERDUE);
    for await (const frame of stream.frames) {
      const event = readEvent(frame);
      if (event.tells === "absent") throw gone({ metadata });
      if (event.tells !== "present") continue;
      const state = event.object as unknown as StoredBreakGlassRequest;
      if (isSettled(state)) return state;
      seen(state);
    }
  } catch (error) {
    if (!isExpired(error)) throw error;
  }
  return undefined;
}

function isSettled(request: StoredBreakGlassRequest): boolean {
  return request.status?.phase === "Active" || !isOpen(request);
}

function gone({ metadata }: Pick<StoredBreakGlassRequest, "metadata">): CommandError {
  return new CommandError(`${metadata.name} was deleted`);
}
