/** Owns what the reconciler sees of the cluster: one feed per kind, each with the projection that is kept, and which changes matter. */
import type { SecurityBaseline } from "../api/baseline.ts";
import { API_VERSION, REFRESH_ANNOTATION } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { ApiGroup } from "../cluster/api-groups.ts";
import type { Feed, ResourceType, Stored, Transport } from "../cluster/types.ts";
import type { Priority } from "../cluster/work-queue.ts";
import type { EndpointSet } from "../controls/control.ts";
import { observedKinds, ownedKinds } from "../controls/index.ts";
import type { ObservedKind, OwnedKind } from "../kinds/kind.ts";
import type { Log } from "../observe/log.ts";
import { projectLive } from "../plan/live.ts";
import type { Live } from "../plan/types.ts";
import { Feeds, type FollowOptions } from "./feeds.ts";
import { KUBERNETES_SERVICE, type KubeAPIEndpoints, projectEndpoints } from "./kube-api.ts";
import { type Observed, projectObserved } from "./observed.ts";

export const BASELINES: ResourceType = { apiVersion: API_VERSION, resource: "securitybaselines", namespaced: true };

/** A baseline as stored, without managedFields. */
export interface BaselineEntry extends Stored {
  readonly baseline: SecurityBaseline;
  readonly generation: number;
}

export interface Caches {
  readonly baselines: Feed<BaselineEntry>;
  readonly owned: ReadonlyMap<OwnedKind, Feed<Live>>;
  readonly observed: ReadonlyMap<ObservedKind, Feed<Observed>>;
  /** Groups and versions of the API: they tell which of the kinds that may be absent are there. */
  readonly groups: Feed<ApiGroup>;
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

/** Feeds for our own kind, every kind that a control owns or observes, and the endpoints of the API server. Nothing runs until `run`. */
export function createCaches(transport: Transport, log: Log, listener: CacheListener): Caches {
  const feeds = new Feeds(transport, log, listener.changedForAll);
  const baselines = feeds.follow<BaselineEntry>({
    type: BASELINES,
    project: projectBaseline,
    onChange: (namespace, { previous, current }) => {
      if (isEdit(previous, current)) listener.changed(namespace, "user");
    },
  });
  const owned = new Map(ownedKinds.map((kind) => [kind, feeds.follow(followOwned(kind, listener))]));
  const observed = new Map(observedKinds.map((kind) => [kind, feeds.follow(followObserved(kind, listener))]));
  const kubeAPI = feeds.follow<KubeAPIEndpoints>({ ...KUBERNETES_SERVICE, project: projectEndpoints, onChange: listener.changedForAll });
  return { baselines, owned, observed, groups: feeds.groups.feed, kubeAPI, run: (signal) => feeds.run(signal) };
}

function followOwned(kind: OwnedKind, listener: CacheListener): FollowOptions<Live> {
  return {
    type: kind,
    optional: kind.optional ?? false,
    project: (object, previous) => projectLive(kind, object, previous),
    onChange: (namespace, { previous, current }) => {
      if (decides(previous, current)) listener.changed(namespace, "drift");
      else if (previous?.facts !== current?.facts) listener.changed(namespace, "resync");
    },
  };
}

function followObserved(kind: ObservedKind, listener: CacheListener): FollowOptions<Observed> {
  return {
    type: kind,
    optional: true,
    project: (object) => projectObserved(kind, object),
    onChange: (key, { previous, current }) => {
      if (previous?.facts === current?.facts) return;
      if (kind.namespaced) listener.changed(key, "resync");
      else listener.changedForAll();
    },
  };
}

/** A refresh is asked for by an annotation, which raises no generation. */
function isEdit(previous: BaselineEntry | undefined, current: BaselineEntry | undefined): boolean {
  return (
    previous?.uid !== current?.uid ||
    previous?.generation !== current?.generation ||
    previous?.baseline.metadata.annotations?.[REFRESH_ANNOTATION] !== current?.baseline.metadata.annotations?.[REFRESH_ANNOTATION]
  );
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

/** What is not completely known yet, in one sentence; undefined once every kind was listed that the API server has. */
export function notSynced(caches: Caches): string | undefined {
  const owned = [...caches.owned].map(([kind, feed]) => ({ resource: kind.resource, feed, optional: kind.optional ?? false }));
  const observed = [...caches.observed].map(([{ resource }, feed]) => ({ resource, feed, optional: true }));
  const feeds: readonly { readonly resource: string; readonly feed: Feed<Stored>; readonly optional: boolean }[] = [
    { resource: "securitybaselines", feed: caches.baselines, optional: false },
    { resource: "apiservices", feed: caches.groups, optional: false },
    ...owned,
    ...observed,
    { resource: "endpointslices", feed: caches.kubeAPI, optional: false },
  ];
  const missing = feeds.filter(({ feed, optional }) => !feed.synced && !(optional && !feed.served));
  return missing.length === 0
    ? undefined
    : missing.map(({ resource, feed }) => feed.problem ?? `${resource} are not listed yet`).join("; ");
}

/** Endpoint sets of the API server, in an order that depends only on their content. */
export function endpointSets(caches: Pick<Caches, "kubeAPI">): readonly EndpointSet[] {
  const slices = [...caches.kubeAPI.store.list(KUBERNETES_SERVICE.namespace).values()];
  return slices.map(({ set }) => set).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
