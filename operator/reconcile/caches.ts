/** Follows what the reconciler sees of the cluster: one feed per kind, each with the projection that is kept, and which changes matter. */
import { isDeepStrictEqual } from "node:util";
import type { SecurityBaselineStatus } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import { BREAK_GLASS_NAMESPACE, REFRESH_ANNOTATION } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import { clusterPosture, namespacePosture, type Posture, type PostureKind } from "../api/postures.ts";
import { API_SERVICES, type ApiGroup, type ApiGroups } from "../cluster/api-groups.ts";
import { Feeds, type FollowOptions } from "../cluster/feeds.ts";
import type { Change } from "../cluster/store.ts";
import type { Feed, Store, Stored, Transport } from "../cluster/types.ts";
import type { Priority } from "../cluster/work-queue.ts";
import { observedKinds, ownedKinds } from "../controls/index.ts";
import { externalSecretsAccount as accountFact } from "../facts/external-secrets.ts";
import type { ObjectFact } from "../facts/fact.ts";
import { kubeAPI as kubeAPIFact } from "../facts/kube-api.ts";
import { judgedKinds } from "../findings/index.ts";
import { clusterRole } from "../kinds/cluster-role.ts";
import { type JudgedKind, type ObservedKind, type OwnedKind, resourceName } from "../kinds/kind.ts";
import { role } from "../kinds/role.ts";
import { roleBinding } from "../kinds/role-binding.ts";
import type { Log } from "../observe/log.ts";
import { traitsOf } from "../plan/facts.ts";
import { projectLive } from "../plan/live.ts";
import { type JudgedRow, Outreaches } from "../plan/outreach.ts";
import type { Live } from "../plan/types.ts";
import { type FactRow, projectFact } from "./fact-keeper.ts";
import { type Observed, projectObserved } from "./observed.ts";

/** A SecurityBaseline or ClusterSecurityBaseline as stored, without managedFields. */
export interface BaselineEntry extends Stored {
  readonly posture: PostureKind;
  /** Namespace that it speaks of: its own, or the break-glass namespace. */
  readonly home: string;
  readonly baseline: Posture;
  readonly generation: number;
}

/** What is kept of any object that findings judge. */
export interface TraitsRow extends Stored, JudgedRow {}

export interface Caches {
  readonly baselines: Feed<BaselineEntry>;
  readonly clusterBaselines: Feed<BaselineEntry>;
  /** Namespace whose posture is the cluster's. */
  readonly breakGlassNamespace: string;
  readonly owned: ReadonlyMap<OwnedKind, Feed<Live>>;
  readonly observed: ReadonlyMap<ObservedKind, Feed<Observed>>;
  /** Groups and versions of the API: they tell which of the kinds that may be absent are there. */
  readonly groups: Feed<ApiGroup>;
  /** The same, for whoever follows another kind that may be absent. */
  readonly apiGroups: ApiGroups;
  /** ClusterRoles, which bindings refer to. */
  readonly clusterRoles: Feed<TraitsRow>;
  /** Kinds that only findings read. */
  readonly judged: ReadonlyMap<JudgedKind, Feed<TraitsRow>>;
  /** Bindings that give accounts rights outside of their namespace. */
  readonly outreaches: Outreaches;
  readonly kubeAPI: Feed<FactRow>;
  readonly externalSecretsAccount: Feed<FactRow>;
  /** Every feed, by what it follows. */
  readonly followed: readonly FollowedFeed[];
  /** Resources that cannot be followed at present. */
  failing(): readonly string[];
  /** Follows every kind until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** One feed among all of them. */
export interface FollowedFeed {
  readonly resource: string;
  readonly feed: Feed<Stored>;
  /** Every installation needs it; the others belong to other projects, or to one preset. */
  readonly needed: boolean;
}

export interface CacheListener {
  /** Something changed that a look at this namespace would tell. */
  readonly changed: (namespace: string, priority: Priority) => void;
  /** Something changed that may concern every baseline. */
  readonly changedForAll: () => void;
  /** Something changed that only the look at the whole cluster would tell. */
  readonly clusterChanged: () => void;
  /** A kind came, went, was listed, or can no longer be followed; or a fact of the cluster changed. */
  readonly surroundingsChanged: () => void;
  /** A baseline came, went or changed in any way, but for what we wrote ourselves. */
  readonly baselineChanged: (baseline: Pick<BaselineEntry, "namespace">) => void;
  /** Somebody else wrote the status of this baseline; `ours` stood there before. */
  readonly statusTaken: (baseline: Pick<BaselineEntry, "home" | "uid">, ours: SecurityBaselineStatus | undefined) => void;
  /** Whether a baseline had an object of this name in place. */
  readonly isExpected: (kind: OwnedKind, namespace: string, name: string) => boolean;
}

/** Feeds for our own kinds, every kind that a control owns or observes, and facts of the cluster. Nothing runs until `run`. */
export function createCaches(
  transport: Transport,
  log: Log,
  listener: CacheListener,
  breakGlassNamespace: string = BREAK_GLASS_NAMESPACE,
): Caches {
  const feeds = new Feeds(transport, log, listener.surroundingsChanged);
  const follow = (posture: PostureKind, homeOf: (namespace: string) => string) =>
    feeds.follow<BaselineEntry>({
      type: posture,
      project: (object) => projectBaseline(posture, homeOf(object.metadata?.namespace ?? ""), object),
      onChange: (_key, { previous, current }) => noteBaseline(listener, previous, current),
    });
  const baselines = follow(namespacePosture, (namespace) => namespace);
  const clusterBaselines = follow(clusterPosture, () => breakGlassNamespace);
  const outreaches = new Outreaches();
  const reaching: Reaching = { listener, outreaches };
  const owned = followAllOwned(feeds, reaching);
  const observed = new Map(observedKinds.map((kind) => [kind, feeds.follow(followObserved(kind, listener))]));
  const followFact = <Row, T>(fact: ObjectFact<Row, T>): Feed<FactRow> =>
    feeds.follow<FactRow>({
      ...fact.source,
      project: (object) => projectFact(fact, object),
      onChange: (_key, { previous, current }) => {
        if (previous?.text !== current?.text) listener.surroundingsChanged();
      },
    });
  const judged = new Map(judgedKinds.map((kind) => [kind, feeds.follow(followJudged(kind, reaching))]));
  const clusterRoles = feeds.follow<TraitsRow>({
    type: clusterRole,
    project: (object) => projectTraits(clusterRole, object),
    onChange: (name, { previous, current }) => {
      if (previous?.traits === current?.traits) return;
      for (const namespace of bindingNamespaces(owned, name)) listener.changed(namespace, "drift");
      for (const namespace of outreaches.holding({ kind: clusterRole.kind, name }, "")) listener.changed(namespace, "resync");
      listener.clusterChanged();
    },
  });
  const kubeAPI = followFact(kubeAPIFact);
  const externalSecretsAccount = followFact(accountFact);
  const apiGroups = feeds.groups;
  const groups = apiGroups.feed;
  const followed: readonly FollowedFeed[] = [
    { resource: namespacePosture.resource, feed: baselines, needed: true },
    { resource: clusterPosture.resource, feed: clusterBaselines, needed: false },
    { resource: API_SERVICES.resource, feed: groups, needed: true },
    ...[...owned].map(([{ resource, optional }, feed]) => ({ resource, feed, needed: optional !== true })),
    ...[...observed].map(([{ resource }, feed]) => ({ resource, feed, needed: false })),
    { resource: clusterRole.resource, feed: clusterRoles, needed: true },
    ...[...judged].map(([{ resource, optional }, feed]) => ({ resource, feed, needed: optional !== true })),
    { resource: kubeAPIFact.source.type.resource, feed: kubeAPI, needed: false },
    { resource: accountFact.source.type.resource, feed: externalSecretsAccount, needed: false },
  ];
  return {
    baselines,
    clusterBaselines,
    breakGlassNamespace,
    owned,
    observed,
    groups,
    apiGroups,
    clusterRoles,
    judged,
    outreaches,
    kubeAPI,
    externalSecretsAccount,
    followed,
    failing: () => feeds.failing(),
    run: (signal) => feeds.run(signal),
  };
}

/** Keeps an object's identity and traits. */
function projectTraits(kind: JudgedKind, object: KubernetesObject): TraitsRow {
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
  return { namespace, name, uid, resourceVersion, traits: traitsOf(kind, object as unknown as JsonObject) };
}

/** Whom a change of a binding or role concerns, besides its own namespace. */
interface Reaching {
  readonly listener: CacheListener;
  readonly outreaches: Outreaches;
}

/** Tells the namespaces whose accounts have other rights outside than before. */
function tellReach(kind: JudgedKind, change: Change<TraitsRow>, { listener, outreaches }: Reaching): void {
  const row = change.current ?? change.previous;
  if (row === undefined || change.previous?.traits === change.current?.traits) return;
  const concerned = [...outreaches.note(kind, change), ...outreaches.holding({ kind: kind.kind, name: row.name }, row.namespace)];
  for (const namespace of new Set(concerned)) listener.changed(namespace, "resync");
}

function followJudged(kind: JudgedKind, reaching: Reaching): FollowOptions<TraitsRow> {
  return {
    type: kind,
    optional: kind.optional ?? false,
    unlessServed: kind.unlessServed,
    project: (object) => projectTraits(kind, object),
    onChange: (key, change) => {
      if (change.previous?.traits === change.current?.traits) return;
      tellReach(kind, change, reaching);
      if (kind.namespaced) reaching.listener.changed(key, "resync");
      else if (kind.reaches === true) reaching.listener.changedForAll();
      else reaching.listener.clusterChanged();
    },
  };
}

/** Namespaces with a binding of this ClusterRole. ClusterRoles change rarely, so nothing is kept to find them faster. */
function bindingNamespaces(owned: Caches["owned"], clusterRole: string): readonly string[] {
  const store = owned.get(roleBinding)?.store;
  const refers = ({ traits }: Live): boolean => {
    if (traits === undefined) return false;
    const { role: ref } = JSON.parse(traits) as { role: { kind: string; name: string } };
    return ref.kind !== role.kind && ref.name === clusterRole;
  };
  return store === undefined ? [] : [...store.namespaces()].filter((namespace) => [...store.list(namespace).values()].some(refers));
}

/** Aspects of one object come with it, in one stream. */
function followAllOwned(feeds: Feeds, reaching: Reaching): Caches["owned"] {
  const whole = ownedKinds.filter(({ aspect }) => aspect === undefined);
  const byWhole = whole.flatMap((kind): (readonly [OwnedKind, Feed<Live>])[] => {
    const aspects = ownedKinds.filter((one) => one.aspect !== undefined && resourceName(one) === resourceName(kind));
    if (aspects.length === 0) return [[kind, feeds.follow(followOwned(kind, reaching))]];
    const followed = feeds.followTogether([followOwned(kind, reaching), ...aspects.map((aspect) => followOwned(aspect, reaching))]);
    return [kind, ...aspects].flatMap((one, place) => followed.slice(place, place + 1).map((feed) => [one, feed] as const));
  });
  return new Map(byWhole);
}

function followOwned(kind: OwnedKind, reaching: Reaching): FollowOptions<Live> {
  const { listener } = reaching;
  return {
    type: kind,
    optional: kind.optional ?? false,
    project: (object, previous) => {
      const { namespace = "", name = "" } = object.metadata ?? {};
      return projectLive(kind, object, { previous, expected: listener.isExpected(kind, namespace, name) });
    },
    onChange: (namespace, { previous, current }) => {
      tellReach(kind, { previous, current }, reaching);
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
      if (previous?.traits !== current?.traits) listener.clusterChanged();
      if (previous?.facts === current?.facts) return;
      if (kind.namespaced) listener.changed(key, "resync");
      else listener.changedForAll();
    },
  };
}

/** A change that did not come from a write of ours: an edit of what is asked for, or somebody else's status. */
function noteBaseline(listener: CacheListener, previous: BaselineEntry | undefined, current: BaselineEntry | undefined): void {
  const entry = current ?? previous;
  if (entry === undefined) return;
  const { home } = entry;
  listener.baselineChanged(entry);
  if (isEdit(previous, current)) {
    listener.changed(home, "user");
    return;
  }
  if (isDeepStrictEqual(previous?.baseline.status, current?.baseline.status)) return;
  listener.statusTaken(entry, previous?.baseline.status);
  listener.changed(home, "resync");
}

/** A refresh is asked for by an annotation, which raises no generation; so is a deletion that a finalizer of others holds up. */
function isEdit(previous: BaselineEntry | undefined, current: BaselineEntry | undefined): boolean {
  const [before, after] = [previous?.baseline.metadata, current?.baseline.metadata];
  return (
    previous?.uid !== current?.uid ||
    previous?.generation !== current?.generation ||
    before?.deletionTimestamp !== after?.deletionTimestamp ||
    before?.annotations?.[REFRESH_ANNOTATION] !== after?.annotations?.[REFRESH_ANNOTATION]
  );
}

/** Most writes of others to an object (labels, annotations, status) do not touch what decides; those cost no look. */
function decides(previous: Live | undefined, current: Live | undefined): boolean {
  return (
    previous?.uid !== current?.uid ||
    previous?.hash !== current?.hash ||
    previous?.managed !== current?.managed ||
    previous?.control !== current?.control ||
    previous?.mark !== current?.mark ||
    previous?.terminating !== current?.terminating ||
    previous?.traits !== current?.traits
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
