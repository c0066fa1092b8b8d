/** Makes an ApiError of everything that goes wrong on the wire, and of what the server refuses. */
import { ApiError, type LocalReason } from "./errors.ts";

/** Reasons by HTTP status for answers that carry no Status object (apimachinery `metav1.StatusReason`). */
const REASONS: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  406: "NotAcceptable",
  409: "Conflict",
  410: "Gone",
  413: "RequestEntityTooLarge",
  415: "UnsupportedMediaType",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** Error codes of the HTTP client that are not about reaching the server. */
const LOCAL_REASONS: Readonly<Record<string, LocalReason>> = {
  UND_ERR_CONNECT_TIMEOUT: "Timeout",
  ETIMEDOUT: "Timeout",
  UND_ERR_HEADERS_TIMEOUT: "Timeout",
  UND_ERR_BODY_TIMEOUT: "Timeout",
  UND_ERR_ABORTED: "Aborted",
  UND_ERR_DESTROYED: "Aborted",
  UND_ERR_CLOSED: "Aborted",
  UND_ERR_HEADERS_OVERFLOW: "BadReply",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "BadReply",
};

/** Conditions show messages: longer ones are cut. */
const LONGEST_MESSAGE = 1_000;

/** A server that asks for more patience than this is asked again all the same. */
const LONGEST_WAIT = 3_600_000;

/** The ApiError that an error of the HTTP client stands for; an ApiError stays what it is. */
export function wireFailure(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { code, text } = describe(error);
  const reason = LOCAL_REASONS[code] ?? (code.startsWith("HPE_") ? "BadReply" : "Unreachable");
  return new ApiError({ status: 0, reason, message: `no answer from the API server: ${text}`, cause: error });
}

/** The ApiError for an answer that cannot be understood. Its status is 0 whatever the HTTP status was: the server may do better next time. */
export function badReply(message: string): ApiError {
  return new ApiError({ status: 0, reason: "BadReply", message });
}

/** The ApiError for a server that knows less than it has told before. */
export function restored(): ApiError {
  return new ApiError({
    status: 0,
    reason: "Restored",
    message: "the API server is behind what it told before: it was restored from a backup",
  });
}

/** The ApiError for a watch that tells nothing although its connection is open. */
export function silence(): ApiError {
  return new ApiError({ status: 0, reason: "Timeout", message: "the watch went on beyond its time without an end: its connection hangs" });
}

/** The ApiError for an answer whose status is not 2xx; `body` is read as a Status object if it is one. */
export function refusal(status: number, body: string, retryAfter: number | undefined): ApiError {
  const told = readStatus(body);
  return new ApiError({
    status,
    reason: told.reason || (REASONS[status] ?? "Unknown"),
    message: (told.message || `HTTP status ${status}`).slice(0, LONGEST_MESSAGE),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** Milliseconds asked for by a `Retry-After` header: seconds or an HTTP date (RFC 9110, 10.2.3). `now` is milliseconds since 1970. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT);
}

function describe(error: unknown): { code: string; text: string } {
  if (!(error instanceof Error)) return { code: "", text: "unknown error" };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { code, text: error.message === "" ? code : error.message };
}

function readStatus(body: string): { reason: string; message: string } {
  const nothing = { reason: "", message: "" };
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null || !("kind" in value) || value.kind !== "Status") return nothing;
    return { reason: textField(value, "reason"), message: textField(value, "message") };
  } catch {
    return nothing;
  }
}

function textField(value: object, name: string): string {
  const field: unknown = Reflect.get(value, name);
  return typeof field === "string" ? field : "";
}
