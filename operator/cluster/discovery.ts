/** Asks whether the API server serves a kind at all, which a 404 on its objects does not tell. */
import { ApiError } from "./errors.ts";
import { groupVersionPath } from "./paths.ts";
import type { ResourceType, Transport } from "./types.ts";

/**
 * True if the server lists the resource in its group and version, built in, from a CRD or aggregated.
 * @throws ApiError also for an aggregated server that is down: that is no answer
 */
export async function isServed(transport: Transport, type: ResourceType): Promise<boolean> {
  try {
    const { resources } = await transport.request({ method: "GET", path: groupVersionPath(type.apiVersion) });
    return Array.isArray(resources) && resources.some((entry: { readonly name?: unknown } | null) => entry?.name === type.resource);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
