/** Owns what the reconciler sees of the cluster: one feed per kind, each with the projection that is kept, and which changes matter. */
import type { SecurityBaseline } from "../api/baseline.ts";
import { API_VERSION } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import { createReflector } from "../cluster/reflector.ts";
import { createStore } from "../cluster/store.ts";
import type { Feed, ResourceType, Stored, Transport } from "../cluster/types.ts";
import type { Priority } from "../cluster/work-queue.ts";
import type { EndpointSet } from "../controls/control.ts";
import { ownedKinds } from "../controls/index.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import type { Log } from "../observe/log.ts";
import { projectLive } from "../plan/live.ts";
import type { Live } from "../plan/types.ts";
import { KUBERNETES_SERVICE, type KubeAPIEndpoints, projectEndpoints } from "./kube-api.ts";

export const BASELINES: ResourceType = { apiVersion: API_VERSION, resource: "securitybaselines", namespaced: true };

/** A baseline as stored, without managedFields. */
export interface BaselineEntry extends Stored {
  readonly baseline: SecurityBaseline;
  readonly generation: number;
}

export interface Caches {
  readonly baselines: Feed<BaselineEntry>;
  readonly owned: ReadonlyMap<OwnedKind, Feed<Live>>;
  readonly kubeAPI: Feed<KubeAPIEndpoints>;
  /** Follows every kind until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export interface CacheListener {
  /** Something changed that a look at this namespace would tell. */
  readonly changed: (namespace: string, priority: Priority) => void;
  /** Something changed that may concern every baseline. */
  readonly changedForAll: () => void;
}

type Follow = (signal: AbortSignal) => Promise<void>;

/** Feeds for our own kind, every kind that a control owns, and the endpoints of the API server. Nothing runs until `run`. */
export function createCaches(transport: Transport, log: Log, listener: CacheListener): Caches {
  const runs: Follow[] = [];
  const follow = <T extends Stored>(options: FollowOptions<T>): Feed<T> => {
    const onProblem = (problem: string): void => log.warn("object skipped", { resource: options.type.resource, problem });
    const store = createStore<T>({ project: options.project, onChange: options.onChange, onProblem });
    const { project: _project, onChange: _onChange, ...selection } = options;
    const reflector = createReflector({ transport, store, log, onStanding: listener.changedForAll, ...selection });
    runs.push((signal) => reflector.run(signal));
    return reflector;
  };
  const baselines = follow<BaselineEntry>({
    type: BASELINES,
    project: projectBaseline,
    onChange: (namespace, { previous, current }) => {
      if (previous?.uid !== current?.uid || previous?.generation !== current?.generation) listener.changed(namespace, "user");
    },
  });
  const owned = new Map(
    ownedKinds.map((kind) => {
      const onChange = (namespace: string, { previous, current }: Change<Live>): void => {
        if (decides(previous, current)) listener.changed(namespace, "drift");
      };
      return [kind, follow<Live>({ type: kind, project: (object, previous) => projectLive(kind, object, previous), onChange })];
    }),
  );
  const kubeAPI = follow<KubeAPIEndpoints>({ ...KUBERNETES_SERVICE, project: projectEndpoints, onChange: listener.changedForAll });
  return { baselines, owned, kubeAPI, run: async (signal) => void (await Promise.all(runs.map((run) => run(signal)))) };
}

interface Change<T> {
  readonly previous: T | undefined;
  readonly current: T | undefined;
}

interface FollowOptions<T extends Stored> {
  readonly type: ResourceType;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly project: (object: KubernetesObject, previous: T | undefined) => T | undefined;
  readonly onChange: (key: string, change: Change<T>) => void;
}

/** Most writes of others to an object (labels, annotations, status) do not touch what decides; those cost no look. */
function decides(previous: Live | undefined, current: Live | undefined): boolean {
  return (
    previous?.uid !== current?.uid ||
    previous?.hash !== current?.hash ||
    previous?.managed !== current?.managed ||
    previous?.terminating !== current?.terminating
  );
}

function projectBaseline(object: KubernetesObject): BaselineEntry {
  const { managedFields: _managedFields, ...metadata } = object.metadata ?? {};
  const { namespace = "", name = "", uid = "", resourceVersion = "", generation = 0 } = metadata;
  return { namespace, name, uid, resourceVersion, generation, baseline: { ...object, metadata } as unknown as SecurityBaseline };
}

/** What is not completely known yet, in one sentence; undefined once every kind was listed. */
export function notSynced(caches: Caches): string | undefined {
  const feeds = [
    ["securitybaselines", caches.baselines] as const,
    ...[...caches.owned].map(([kind, feed]) => [kind.resource, feed] as const),
    ["endpointslices", caches.kubeAPI] as const,
  ];
  const missing = feeds.filter(([, feed]) => !feed.synced).map(([resource, { problem }]) => problem ?? `${resource} are not listed yet`);
  return missing.length === 0 ? undefined : missing.join("; ");
}

/** Endpoint sets of the API server, in an order that depends only on their content. */
export function endpointSets(caches: Pick<Caches, "kubeAPI">): readonly EndpointSet[] {
  const slices = [...caches.kubeAPI.store.list(KUBERNETES_SERVICE.namespace).values()];
  return slices.map(({ set }) => set).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
