/** Finds the requests of all namespaces for whoever may not list those of the cluster, as approvers may not: namespace by namespace. */
import type { ResourceType, Transport } from "../../cluster/types.ts";
import { listAll } from "../cluster-access.ts";
import { CommandError } from "../failure-text.ts";
import { listRequests, type StoredBreakGlassRequest, unlessRefused } from "./objects.ts";

const NAMESPACES: ResourceType = { apiVersion: "v1", resource: "namespaces", namespaced: false };

const FORBIDDEN = [403];

/** What can be seen of all requests. */
export interface Everywhere {
  readonly requests: readonly StoredBreakGlassRequest[];
  /** Namespaces whose requests the user may not list, by name. */
  readonly leftOut: readonly string[];
}

/** All requests that the user may list. @throws CommandError if none may be listed, or nobody says which namespaces there are; ApiError */
export async function requestsEverywhere(transport: Transport): Promise<Everywhere> {
  const all = await unlessRefused(listRequests(transport, undefined), FORBIDDEN);
  if (all !== undefined) return { requests: all, leftOut: [] };
  const namespaces = await unlessRefused(listAll(transport, NAMESPACES, undefined), FORBIDDEN);
  if (namespaces === undefined) {
    throw new CommandError("you may list neither the requests of the whole cluster nor its namespaces: name the namespace with -n");
  }
  const names = namespaces.map(({ metadata }) => metadata?.name ?? "").sort();
  // The transport limits how many of these are under way at once.
  const found = await Promise.all(names.map((name) => unlessRefused(listRequests(transport, name), FORBIDDEN)));
  const leftOut = names.filter((_, index) => found[index] === undefined);
  if (leftOut.length === names.length) {
    throw new CommandError(
      `you may list the requests of none of the ${names.length} namespaces: ask to be added to the approvers of a profile`,
    );
  }
  return { requests: found.flatMap((requests) => requests ?? []), leftOut };
}
