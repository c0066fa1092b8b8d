/** Reads the frames of a watch, whatever they hold. */
import type { JsonObject } from "../api/json.ts";
import type { KubernetesObject } from "../api/object.ts";
import { ApiError } from "./errors.ts";
import { refusal, retryAfterMs } from "./failures.ts";

/** What a frame tells. `endsList`: everything that a streaming list had to show has been shown. */
export type WatchEvent =
  | { readonly tells: "present" | "absent"; readonly object: KubernetesObject }
  | { readonly tells: "progress"; readonly resourceVersion: string; readonly endsList: boolean }
  | { readonly tells: "nothing" };

const initialEventsEnd = "k8s.io/initial-events-end";

/** Reads a frame; throws the ApiError that an ERROR frame carries. A type that is not known tells nothing. */
export function readEvent(frame: JsonObject): WatchEvent {
  const object = objectOf(frame["object"]);
  switch (frame["type"]) {
    case "ADDED":
    case "MODIFIED":
      return { tells: "present", object };
    case "DELETED":
      return { tells: "absent", object };
    case "BOOKMARK":
      return progress(object);
    case "ERROR":
      throw errorOf(object);
    default:
      return { tells: "nothing" };
  }
}

function objectOf(value: unknown): KubernetesObject {
  return typeof value === "object" && value !== null ? (value as KubernetesObject) : {};
}

function progress({ metadata }: KubernetesObject): WatchEvent {
  const resourceVersion: unknown = metadata?.resourceVersion;
  // "0" is no state of the cluster but means "any".
  if (typeof resourceVersion !== "string" || resourceVersion === "" || resourceVersion === "0") return { tells: "nothing" };
  return { tells: "progress", resourceVersion, endsList: metadata?.annotations?.[initialEventsEnd] === "true" };
}

/** The object of an ERROR frame is a Status, as in the body of a refused request. */
function errorOf(object: KubernetesObject): ApiError {
  const { code, details, kind, reason, message } = object as Readonly<Record<string, unknown>>;
  const seconds = (details as { readonly retryAfterSeconds?: unknown } | null | undefined)?.retryAfterSeconds;
  const told = JSON.stringify({ kind, reason: textOr(reason), message: textOr(message) });
  return refusal(
    Number.isInteger(code) ? Number(code) : 500,
    told,
    Number.isInteger(seconds) ? retryAfterMs(String(seconds), 0) : undefined,
  );
}

function textOr(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** True for an answer that says: this resourceVersion or continue token is too old, list anew. */
export function isExpired(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 410 || error.reason === "Expired" || error.reason === "Gone");
}

/** True for the finding that the server is behind what it told before. */
export function isRestored(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "Restored";
}
