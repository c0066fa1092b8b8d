/** Explains in one sentence why a kind cannot be followed; the same cause gives the same sentence. */
import { isServed } from "./discovery.ts";
import { ApiError } from "./errors.ts";
import type { Selection } from "./list.ts";
import type { ResourceType, Transport } from "./types.ts";

/** Why a kind cannot be followed. */
export interface Explanation {
  /** One sentence. */
  readonly problem: string;
  /** False if the server said that it does not have the kind. */
  readonly served: boolean;
}

/** Says why `selection` could not be followed; asks the server when "not found" has two meanings. Never rejects. */
export async function explain(
  error: unknown,
  { transport, type, namespace }: Selection & { readonly transport: Transport },
): Promise<Explanation> {
  if (error instanceof ApiError && error.status === 404 && !(await mayBeServed(transport, type))) {
    return { problem: notServed(type), served: false };
  }
  return { problem: failure(error, { type, ...(namespace !== undefined && { namespace }) }), served: true };
}

/** The sentence for a kind that the API server does not have. */
export function notServed(type: ResourceType): string {
  return `${described(type)} is not served by this cluster`;
}

function failure(error: unknown, { type, namespace }: Selection): string {
  const kind = described(type);
  if (!(error instanceof ApiError)) return `following ${kind} failed: ${String(error)}`;
  if (error.status === 403) return `no permission to list and watch ${kind}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
  return `following ${kind} failed: ${error.message}`;
}

function described({ resource, apiVersion }: ResourceType): string {
  return `${resource} (${apiVersion})`;
}

async function mayBeServed(transport: Transport, type: Selection["type"]): Promise<boolean> {
  try {
    return await isServed(transport, type);
  } catch {
    return true;
  }
}
