/** Owns the sentences that tell why a kind cannot be followed; the same cause gives the same sentence. */
import { isServed } from "./discovery.ts";
import { ApiError } from "./errors.ts";
import type { Selection } from "./list.ts";
import type { Transport } from "./types.ts";

/** One sentence on why `selection` could not be followed; asks the server when "not found" has two meanings. Never rejects. */
export async function explain(
  error: unknown,
  { transport, type, namespace }: Selection & { readonly transport: Transport },
): Promise<string> {
  const kind = `${type.resource} (${type.apiVersion})`;
  if (!(error instanceof ApiError)) return `following ${kind} failed: ${String(error)}`;
  if (error.status === 403) return `no permission to list and watch ${kind}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
  if (error.status === 404 && !(await mayBeServed(transport, type))) return `${kind} is not served by this cluster`;
  return `following ${kind} failed: ${error.message}`;
}

async function mayBeServed(transport: Transport, type: Selection["type"]): Promise<boolean> {
  try {
    return await isServed(transport, type);
  } catch {
    return true;
  }
}
