/** Watches the pods of single namespaces, for as long as something waits for them to go: their metadata alone, never what they hold. */
import type { KubernetesObject } from "../api/object.ts";
import type { Log } from "../cluster/log.ts";
import { createReflector, type Reflector } from "../cluster/reflector.ts";
import { type Change, createStore } from "../cluster/store.ts";
import type { ResourceType, Stored, Transport } from "../cluster/types.ts";
import { fingerprint } from "../plan/fingerprint.ts";

const PODS: ResourceType = { apiVersion: "v1", resource: "pods", namespaced: true };

/** Each watch is a connection. Where more namespaces wait, the others are asked now and then. */
const MAX_WATCHES = 100;

export interface PodWatchesParts {
  readonly transport: Transport;
  readonly log: Log;
  /** A pod of the namespace went, or is another one now; or its pods are listed for the first time. */
  readonly onChange: (namespace: string) => void;
}

interface PodRow extends Stored {
  /** Becomes another with what of a pod can change beside its status. */
  readonly version: string;
}

interface Watch {
  readonly reflector: Reflector<PodRow>;
  readonly end: AbortController;
}

export class PodWatches {
  readonly #parts: PodWatchesParts;
  readonly #watches = new Map<string, Watch>();

  constructor(parts: PodWatchesParts) {
    this.#parts = parts;
  }

  /** Begins to watch the pods of a namespace; one that is watched stays so. */
  follow(namespace: string): void {
    if (this.#watches.has(namespace) || this.#watches.size >= MAX_WATCHES) return;
    const { transport, log, onChange } = this.#parts;
    const end = new AbortController();
    const changed = (): void => {
      if (!end.signal.aborted) onChange(namespace);
    };
    const store = createStore<PodRow>({
      project: projectPod,
      onChange: (_namespace, change) => {
        if (mattersTo(change)) changed();
      },
      onProblem: (problem) => log.warn("object skipped", { resource: PODS.resource, problem }),
    });
    const reflector = createReflector({ transport, store, log, type: PODS, namespace, metadataOnly: true, onStanding: changed });
    this.#watches.set(namespace, { reflector, end });
    void reflector.run(end.signal);
  }

  /** Ends the watch of a namespace, if there is one. */
  leave(namespace: string): void {
    this.#watches.get(namespace)?.end.abort();
    this.#watches.delete(namespace);
  }

  leaveAll(): void {
    for (const namespace of [...this.#watches.keys()]) this.leave(namespace);
  }

  /** Whether a change of the namespace's pods would be told. */
  tells(namespace: string): boolean {
    const watch = this.#watches.get(namespace);
    return watch?.reflector.synced === true && watch.reflector.failure === undefined;
  }

  /** Resources that cannot be followed at present. */
  failing(): readonly string[] {
    return [...this.#watches.values()].some(({ reflector }) => reflector.failure !== undefined) ? [PODS.resource] : [];
  }
}

function projectPod({ metadata = {} }: KubernetesObject): PodRow {
  const { namespace = "", name = "", uid = "", resourceVersion = "", generation = 0, annotations = {} } = metadata;
  return { namespace, name, uid, resourceVersion, version: fingerprint({ ...annotations, generation: String(generation) }) };
}

/** A pod more puts nothing right. */
function mattersTo({ previous, current }: Change<PodRow>): boolean {
  return previous !== undefined && (current?.uid !== previous.uid || current.version !== previous.version);
}
