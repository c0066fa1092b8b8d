/** Owns what the reconciler sees of the cluster: one feed per kind, each with the projection that is kept, and which changes matter. */
import { BREAK_GLASS_NAMESPACE, REFRESH_ANNOTATION } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import { clusterPosture, namespacePosture, type Posture, type PostureKind } from "../api/postures.ts";
import type { ApiGroup } from "../cluster/api-groups.ts";
import { Feeds, type FollowOptions } from "../cluster/feeds.ts";
import type { Feed, Store, Stored, Transport } from "../cluster/types.ts";
import type { Priority } from "../cluster/work-queue.ts";
import type { EndpointSet } from "../controls/control.ts";
import { observedKinds, ownedKinds } from "../controls/index.ts";
import type { ObservedKind, OwnedKind } from "../kinds/kind.ts";
import type { Log } from "../observe/log.ts";
import { projectLive } from "../plan/live.ts";
import type { Live } from "../plan/types.ts";
import { KUBERNETES_SERVICE, type KubeAPIEndpoints, projectEndpoints } from "./kube-api.ts";
import { type Observed, projectObserved } from "./observed.ts";

/** A SecurityBaseline or ClusterSecurityBaseline as stored, without managedFields. */
export interface BaselineEntry extends Stored {
  readonly posture: PostureKind;
  /** Namespace that it speaks of: its own, or the break-glass namespace. */
  readonly home: string;
  readonly baseline: Posture;
  readonly generation: number;
}

export interface Caches {
  readonly baselines: Feed<BaselineEntry>;
  readonly clusterBaselines: Feed<BaselineEntry>;
  /** Namespace whose posture is the cluster's. */
  readonly breakGlassNamespace: string;
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

/** Feeds for our own kinds, every kind that a control owns or observes, and the endpoints of the API server. Nothing runs until `run`. */
export function createCaches(
  transport: Transport,
  log: Log,
  listener: CacheListener,
  breakGlassNamespace: string = BREAK_GLASS_NAMESPACE,
): Caches {
  const feeds = new Feeds(transport, log, listener.changedForAll);
  const follow = (posture: PostureKind, homeOf: (namespace: string) => string) =>
    feeds.follow<BaselineEntry>({
      type: posture,
      project: (object) => projectBaseline(posture, homeOf(object.metadata?.namespace ?? ""), object),
      onChange: (_key, { previous, current }) => {
        const home = (current ?? previous)?.home;
        if (home !== undefined && isEdit(previous, current)) listener.changed(home, "user");
      },
    });
  const baselines = follow(namespacePosture, (namespace) => namespace);
  const clusterBaselines = follow(clusterPosture, () => breakGlassNamespace);
  const owned = new Map(ownedKinds.map((kind) => [kind, feeds.follow(followOwned(kind, listener))]));
  const observed = new Map(observedKinds.map((kind) => [kind, feeds.follow(followObserved(kind, listener))]));
  const kubeAPI = feeds.follow<KubeAPIEndpoints>({ ...KUBERNETES_SERVICE, project: projectEndpoints, onChange: listener.changedForAll });
  return {
    baselines,
    clusterBaselines,
    breakGlassNamespace,
    owned,
    observed,
    groups: feeds.groups.feed,
    kubeAPI,
    run: (signal) => feeds.run(signal),
  };
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

function projectBaseline(posture: PostureKind, home: string, object: KubernetesObject): BaselineEntry {
  const { managedFields: _managedFields, ...metadata } = object.metadata ?? {};
  const { namespace = "", name = "", uid = "", resourceVersion = "", generation = 0 } = metadata;
  const baseline = { ...object, metadata } as unknown as Posture;
  return { namespace, name, uid, resourceVersion, posture, home, generation, baseline };
}

/** Where objects of a kind that states a posture are kept. */
export function postureStore(caches: Pick<Caches, "baselines" | "clusterBaselines">, { namespaced }: PostureKind): Store<BaselineEntry> {
  return (namespaced ? caches.baselines : caches.clusterBaselines).store;
}

/** What is not completely known yet, in one sentence; undefined once every kind was listed that the API server has. */
export function notSynced(caches: Caches): string | undefined {
  const owned = [...caches.owned].map(([kind, feed]) => ({ resource: kind.resource, feed, optional: kind.optional ?? false }));
  const observed = [...caches.observed].map(([{ resource }, feed]) => ({ resource, feed, optional: true }));
  const feeds: readonly { readonly resource: string; readonly feed: Feed<Stored>; readonly optional: boolean }[] = [
    { resource: namespacePosture.resource, feed: caches.baselines, optional: false },
    { resource: clusterPosture.resource, feed: caches.clusterBaselines, optional: true },
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
