/** Recognises refusals by the policies that confine the operator, for whoever has written, or tries what it may not. */
import { CONFINEMENT_PREFIX } from "../api/installation.ts";
import type { ApiError } from "../cluster/errors.ts";

/**
 * Whether our own confinement refused a write. It is what the baseline asks for, so either the API server does not know yet of the baseline, or of the
 * mark of its namespace, or something in the cluster changed the write on its way.
 */
export function isConfinement({ status, message }: Pick<ApiError, "status" | "message">): boolean {
  return status === 403 && message.includes(`'${CONFINEMENT_PREFIX}`);
}
