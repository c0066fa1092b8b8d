/** Sends the four kinds of writes by which the operator changes the cluster, and rehearses one, after asking before each whether this instance still may. */
import { jsonPointer } from "../api/json-patch.ts";
import type { KubernetesObject } from "../api/object.ts";
import { ApiError } from "./errors.ts";
import { collectionPath, objectPath } from "./paths.ts";
import type { Transport, Writer } from "./types.ts";

export interface WriterOptions {
  readonly transport: Transport;
  readonly fieldManager: string;
  /** Asked right before the first byte of each write is sent; on `false` nothing is sent and the write fails with reason `Fenced`. */
  readonly mayWrite: () => boolean;
}

/** Milliseconds for a rehearsal: what it would tell is worth less than the writes that wait behind it. */
const REHEARSAL = 10_000;

/** Makes a writer. */
export function createWriter(options: WriterOptions): Writer {
  const { transport, fieldManager } = options;
  const before = () => {
    if (!options.mayWrite())
      throw new ApiError({ status: 0, reason: "Fenced", message: "not sent: this instance does not lead, or is to end" });
  };

  return {
    create: (target, manifest) =>
      transport.request({
        method: "POST",
        path: collectionPath(target.type, target.namespace),
        // Otherwise the server drops what an older schema does not know, and stores something else than was asked for.
        query: { fieldManager, fieldValidation: "Strict" },
        body: manifest,
        before,
      }),
    apply: (target, manifest) =>
      transport.request({
        method: "PATCH",
        path: objectPath(target),
        query: { fieldManager, force: "true" },
        // JSON is YAML: the server takes both under this name (KEP-555).
        contentType: "application/apply-patch+yaml",
        body: manifest,
        before,
      }),
    rehearse: async (target, manifest) => {
      const warnings: string[] = [];
      await transport.request({
        method: "PATCH",
        path: objectPath(target),
        query: { fieldManager, force: "true", dryRun: "All" },
        contentType: "application/apply-patch+yaml",
        body: manifest,
        timeout: REHEARSAL,
        before,
        onWarnings: (texts) => void warnings.push(...texts),
      });
      return warnings;
    },
    patch: (target, operations, resourceVersion) =>
      transport.request({
        method: "PATCH",
        path: objectPath(target),
        query: { fieldManager },
        contentType: "application/json-patch+json",
        // A patch that names a resourceVersion is refused with 409 if the object has another one; `test` would be refused with 422.
        body: [{ op: "replace", path: jsonPointer(["metadata", "resourceVersion"]), value: resourceVersion }, ...operations],
        before,
      }),
    delete: async (target, preconditions) => {
      const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { ...preconditions }, propagationPolicy: "Background" };
      try {
        return remaining(await transport.request({ method: "DELETE", path: objectPath(target), body, before }));
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) throw error;
        return undefined;
      }
    },
  };
}

/** The server answers a deletion with a Status or with the object; it stays, for its finalizers or for a grace period, only if it is told to be terminating. */
function remaining(answer: KubernetesObject): KubernetesObject | undefined {
  return answer.kind !== "Status" && answer.metadata?.deletionTimestamp !== undefined ? answer : undefined;
}
