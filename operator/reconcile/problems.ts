/** Tells users of a failed write: a reason from the closed list, and a sentence that stays the same while the cause does. */
import { CONFINEMENT_PREFIX } from "../api/installation.ts";
import type { SectionProblem } from "../api/reasons.ts";
import { ApiError } from "../cluster/errors.ts";

/** Longest part of a server's message that a condition repeats. */
const MAX_DETAIL = 512;

/** A write that failed; `object` reads `Kind name`. */
export interface Failure {
  readonly object: string;
  readonly error: ApiError;
}

/** What to tell about a failure. Conflicts of optimistic concurrency pass by themselves and are not told (undefined). */
export function problemOf({ object, error }: Failure): SectionProblem | undefined {
  if (error.status === 409) return undefined;
  const detail = error.message.slice(0, MAX_DETAIL);
  if (error.status === 403) return { reason: "Forbidden", message: `${object} was refused: ${detail}` };
  if (error.status === 404) return { reason: "BackendUnavailable", message: `${object} cannot be written: ${detail}` };
  if (error.class === "stalled") return { reason: "InvalidSpec", message: `${object} was refused: ${detail}` };
  return { reason: "Progressing", message: `${object} is not written yet: ${error.reason}` };
}

/**
 * Whether our own confinement refused a write. It is what the baseline asks for, so either the API server does not know yet of the baseline, or of the
 * mark of its namespace, or something in the cluster changed the write on its way.
 */
export function isConfinement({ status, message }: ApiError): boolean {
  return status === 403 && message.includes(`'${CONFINEMENT_PREFIX}`);
}

/** Any thrown value as an ApiError: what is not one is a defect of ours, and is retried like an unreachable server. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError({ status: 0, reason: "InternalError", message, cause: thrown });
}
