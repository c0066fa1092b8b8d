/** Names every way in which a request can fail, and what each asks of the caller. */

/**
 * - `retry`: transient; the queue tries again with back-off.
 * - `wait`: the server told when to come back, or what is needed is not there yet.
 * - `stalled`: the same request will fail until somebody changes something.
 * - `fenced`: not sent: this instance may not write (any more).
 */
export type ErrorClass = "retry" | "wait" | "stalled" | "fenced";

/** Reasons outside the API server's own (`metav1.StatusReason`) that the kernel adds. */
export type LocalReason = "Unreachable" | "Timeout" | "Aborted" | "BadReply" | "Restored" | "Fenced" | "Credentials";

/** A failed request. `message` is fit for a log and a condition: it holds no credential and no body. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** `reason` of the Status object, or a LocalReason. */
  readonly reason: string;
  /** Milliseconds from `Retry-After`, if sent. */
  readonly retryAfter: number | undefined;

  constructor(fields: { status: number; reason: string; message: string; retryAfter?: number; cause?: unknown }) {
    super(fields.message, { cause: fields.cause });
    this.status = fields.status;
    this.reason = fields.reason;
    this.retryAfter = fields.retryAfter;
  }

  get class(): ErrorClass {
    if (this.reason === "Fenced") return "fenced";
    if (this.retryAfter !== undefined || this.status === 429) return "wait";
    if (this.status === 401 || this.status === 408 || this.status === 409 || this.status === 0 || this.status >= 500) return "retry";
    return "stalled";
  }
}
