/** Owns how a frame of a watch is read. */
import type { JsonObject } from "../api/json.ts";
import type { KubernetesObject } from "../api/object.ts";
import { ApiError } from "./errors.ts";
import { refusal } from "./failures.ts";

/** What a frame tells. `endsList`: everything that a streaming list had to show has been shown. */
export type WatchEvent =
  | { readonly tells: "present" | "absent"; readonly object: KubernetesObject }
  | { readonly tells: "progress"; readonly resourceVersion: string; readonly endsList: boolean }
  | { readonly tells: "nothing" };

const initialEventsEnd = "k8s.io/initial-events-end";

/** Reads a frame; throws the ApiError that an ERROR frame carries. A type that is not known tells nothing. */
export function readEvent(frame: JsonObject): WatchEvent {
  const object = (frame["object"] ?? {}) as unknown as KubernetesObject;
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

function progress({ metadata }: KubernetesObject): WatchEvent {
  if (!metadata?.resourceVersion) return { tells: "nothing" };
  return { tells: "progress", resourceVersion: metadata.resourceVersion, endsList: metadata.annotations?.[initialEventsEnd] === "true" };
}

/** The object of an ERROR frame is a Status, as in the body of a refused request. */
function errorOf(object: KubernetesObject): ApiError {
  const { code = 500, details } = object as { code?: number; details?: { retryAfterSeconds?: number } };
  const seconds = details?.retryAfterSeconds;
  return refusal(code, JSON.stringify(object), seconds === undefined ? undefined : seconds * 1000);
}

/** True for an answer that says: this resourceVersion or continue token is too old, list anew. */
export function isExpired(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 410 || error.reason === "Expired" || error.reason === "Gone");
}
