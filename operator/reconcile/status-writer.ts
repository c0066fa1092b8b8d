/** Writes the status of a baseline, so that afterwards it is ours to the last field. */
import type { SecurityBaselineStatus } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import { jsonPointer } from "../api/json-patch.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Writer } from "../cluster/types.ts";
import { type BaselineEntry, type Caches, postureStore } from "./caches.ts";
import { sameStatus } from "./status.ts";

export interface StatusWriterParts {
  readonly caches: Pick<Caches, "baselines" | "clusterBaselines">;
  readonly writer: Writer;
  /** The status of this baseline was written, and the cache has it. */
  readonly statusWritten: (baseline: Pick<BaselineEntry, "namespace">) => void;
}

export class StatusWriter {
  readonly #parts: StatusWriterParts;

  constructor(parts: StatusWriterParts) {
    this.#parts = parts;
  }

  /** Writes the document; undefined writes nothing. Throws ApiError. */
  async write(entry: BaselineEntry, status: SecurityBaselineStatus | undefined): Promise<void> {
    if (status === undefined) return;
    const { posture, namespace, name, uid } = entry;
    const target = { type: posture, namespace, name, subresource: "status" };
    const metadata = { name, uid, ...(posture.namespaced && { namespace }) };
    const document = JSON.parse(JSON.stringify(status)) as JsonObject;
    const manifest = { apiVersion: posture.apiVersion, kind: posture.kind, metadata, status: document };
    const answer = this.#keep(entry, await this.#parts.writer.apply(target, manifest));
    if (sameStatus(status, answer["status"] as SecurityBaselineStatus | undefined)) return;
    // An apply leaves what others have added: a condition of another type, a count that we do not tell.
    const operations = [{ op: "replace" as const, path: jsonPointer(["status"]), value: document }];
    this.#keep(entry, await this.#parts.writer.patch(target, operations, answer.metadata?.resourceVersion ?? ""));
  }

  #keep(entry: BaselineEntry, answer: KubernetesObject): KubernetesObject {
    postureStore(this.#parts.caches, entry.posture).observe(answer);
    this.#parts.statusWritten(entry);
    return answer;
  }
}
