/** Tells users of a failed write: a reason from the closed list, and a sentence that stays the same while the cause does. */
import type { SectionProblem } from "../api/reasons.ts";
import { ApiError } from "../cluster/errors.ts";
import { isConfinement } from "../policywatch/refusal.ts";

/** Longest part of a server's message that a condition repeats. */
const MAX_DETAIL = 512;

/** A write that failed; `object` reads `Kind name`. */
export interface Failure {
  readonly object: string;
  readonly error: ApiError;
}

/**
 * How the API server words a refusal by somebody whom it has asked, by name. Only the words tell: a webhook chooses the status of its refusal freely, also
 * one that means something else, and a policy may answer as if the object were malformed.
 */
const REFUSED_BY_OTHERS: readonly RegExp[] = [
  /admission webhook "[^"]+" denied the request/,
  /ValidatingAdmissionPolicy '[^']+' with binding '[^']+' denied request/,
];

/** How it says that it could not ask a webhook. What follows differs from time to time. */
const CANNOT_ASK = /failed calling webhook "([^"]{1,253})"/;

/** What to tell about a failure. Conflicts of optimistic concurrency pass by themselves and are not told (undefined). */
export function problemOf({ object, error }: Failure): SectionProblem | undefined {
  if (isConflict(error)) return undefined;
  const detail = error.message.slice(0, MAX_DETAIL);
  const [, webhook] = CANNOT_ASK.exec(error.message) ?? [];
  if (webhook !== undefined) {
    return { reason: "Progressing", message: `${object} is not written yet: the API server cannot call admission webhook "${webhook}"` };
  }
  if (error.status === 403 || isByOthers(error)) return { reason: "Forbidden", message: `${object} was refused: ${detail}` };
  if (error.status === 404) return { reason: "BackendUnavailable", message: `${object} cannot be written: ${detail}` };
  if (error.class === "stalled") return { reason: "InvalidSpec", message: `${object} was refused: ${detail}` };
  return { reason: "Progressing", message: `${object} is not written yet: ${error.reason}` };
}

/** Whether a failure should be over in a moment, without anybody's doing. */
export function passesByItself(error: ApiError): boolean {
  return isConflict(error) || isConfinement(error);
}

/** Whether the API server itself calls what was written invalid: written again, it would say the same. */
export function isInvalid(error: ApiError): boolean {
  return error.status === 422 && !isByOthers(error);
}

function isConflict(error: ApiError): boolean {
  return error.status === 409 && !isByOthers(error);
}

function isByOthers({ message }: ApiError): boolean {
  return REFUSED_BY_OTHERS.some((words) => words.test(message));
}

/** Any thrown value as an ApiError: what is not one is a defect of ours, and is retried like an unreachable server. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError({ status: 0, reason: "InternalError", message, cause: thrown });
}
