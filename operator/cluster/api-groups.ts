/** Knows which groups and versions the API server has at present, by one watch on its APIServices. */
import type { KubernetesObject } from "../api/object.ts";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import { createReflector, type Reflector } from "./reflector.ts";
import { createStore } from "./store.ts";
import type { Feed, ResourceType, Stored, Transport } from "./types.ts";

/** Objects by which the API server tells which groups and versions it has. */
export const API_SERVICES: ResourceType = { apiVersion: "apiregistration.k8s.io/v1", resource: "apiservices", namespaced: false };

/** A group and version; every CRD, aggregated or built-in kind belongs to one. */
export interface ApiGroup extends Stored {
  /** As in `apiVersion` of its objects. */
  readonly apiVersion: string;
  /** False while the aggregated server behind it does not answer. */
  readonly available: boolean;
}

export interface ApiGroups {
  readonly feed: Feed<ApiGroup>;
  serves(apiVersion: string): boolean;
  /** Resolves when this holds of the groups and versions that are there, or when the signal is aborted. Never rejects. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void>;
  run(signal: AbortSignal): Promise<void>;
}

export interface ApiGroupsOptions {
  readonly transport: Transport;
  readonly log: Log;
  /** Called when the groups are known for the first time, and when they cannot be followed or can again. */
  readonly onStanding: () => void;
  readonly clock?: Clock;
}

/** Follows the APIServices once `run` is called. */
export function createApiGroups(options: ApiGroupsOptions): ApiGroups {
  return new Groups(options);
}

interface ApiService {
  readonly spec?: { readonly group?: string; readonly version?: string };
  readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] };
}

/** Keeps of an APIService (apiregistration.k8s.io/v1) what it stands for and whether it answers. One without a condition is new and not yet reached. */
export function projectApiService(object: KubernetesObject): ApiGroup {
  const { name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
  const { spec = {}, status = {} } = object as ApiService;
  const { group = "", version = "" } = spec;
  const available = status.conditions?.some((condition) => condition.type === "Available" && condition.status === "True") ?? false;
  return { namespace: "", name, uid, resourceVersion, apiVersion: group === "" ? version : `${group}/${version}`, available };
}

class Groups implements ApiGroups {
  readonly #reflector: Reflector<ApiGroup>;
  /** Asked again after each change; those that are content leave. */
  readonly #waiting = new Set<() => void>();

  constructor({ transport, log, onStanding, clock }: ApiGroupsOptions) {
    const store = createStore<ApiGroup>({
      project: projectApiService,
      onChange: () => this.#wake(),
      onProblem: (problem) => log.warn("object skipped", { resource: API_SERVICES.resource, problem }),
    });
    this.#reflector = createReflector({ transport, type: API_SERVICES, store, log, onStanding, ...(clock && { clock }) });
  }

  get feed(): Feed<ApiGroup> {
    return this.#reflector;
  }

  serves(apiVersion: string): boolean {
    return this.#reflector.store.get("", nameOf(apiVersion))?.available ?? false;
  }

  until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!signal.aborted && !holds()) return;
        this.#waiting.delete(look);
        signal.removeEventListener("abort", look);
        resolve();
      };
      this.#waiting.add(look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#reflector.run(signal);
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** `<version>.<group>`, as the API server requires it (apiregistration.k8s.io/v1). */
function nameOf(apiVersion: string): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? `${group}.` : `${version}.${group}`;
}
