/** Follows for the broker what grants depend on: one feed per kind, and who is told of which change. */

import { API_VERSION, DRILL_ROLE, GRANT_LABEL, GRANT_LABEL_VALUE } from "../api/names.ts";
import { GRANT_KINDS, projectGrantObject } from "../breakglass/grant.ts";
import type { BreakGlassSettings, GrantKind, GrantPart, LiveGrantObject, StoredDecision, StoredRequest } from "../breakglass/types.ts";
import { Feeds, type FollowOptions } from "../cluster/feeds.ts";
import type { Feed, ResourceType, Store, Stored, Transport } from "../cluster/types.ts";
import type { Log } from "../observe/log.ts";
import { ByPerson } from "./by-person.ts";
import { ByRequest } from "./by-request.ts";
import {
  type CheckpointRow,
  type EntryRow,
  projectCheckpoint,
  projectDecision,
  projectEntry,
  projectRequest,
  projectRole,
  type RoleRow,
} from "./rows.ts";

export const REQUESTS: ResourceType = { apiVersion: API_VERSION, resource: "breakglassrequests", namespaced: true };
export const ENTRIES: ResourceType = { apiVersion: API_VERSION, resource: "breakglassauditentries", namespaced: true };
export const CHECKPOINTS: ResourceType = { apiVersion: API_VERSION, resource: "breakglasscheckpoints", namespaced: true };
export const DECISIONS: ResourceType = { apiVersion: API_VERSION, resource: "breakglassdecisions", namespaced: true };
const CLUSTER_ROLES: ResourceType = { apiVersion: "rbac.authorization.k8s.io/v1", resource: "clusterroles", namespaced: false };

export interface BrokerCaches {
  readonly requests: Feed<StoredRequest>;
  /** The request of this uid, if it is there. */
  readonly requestOf: (uid: string) => StoredRequest | undefined;
  /** uids of the requests of the same person in the same namespace. */
  readonly requestsLike: (request: StoredRequest) => Iterable<string>;
  readonly decisions: Feed<StoredDecision>;
  /** Decisions by the uid of the request that they name. */
  readonly decisionsOf: (requestUID: string) => readonly StoredDecision[];
  readonly entries: Feed<EntryRow>;
  readonly checkpoints: Feed<CheckpointRow>;
  /** ClusterRoles that may be granted. */
  readonly roles: Feed<RoleRow>;
  /** Feeds of grant objects by resource: parts share kinds. */
  readonly grants: ReadonlyMap<string, Feed<LiveGrantObject>>;
  /** Objects with the label of grants and this name, wherever they are. */
  readonly grantObjects: (name: string) => readonly LiveGrantObject[];
  /** Names of all such objects. */
  readonly grantNames: () => ReadonlySet<string>;
  /** Resources that cannot be followed at present. */
  failing(): readonly string[];
  /** Follows every kind until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export interface BrokerListener {
  /** Something changed that a look at the request of this uid would tell. */
  readonly changed: (requestUID: string) => void;
  /** Something changed that may tell whether the objects of this name belong to a grant. */
  readonly grantChanged: (name: string) => void;
  /** Something changed that may concern every request. */
  readonly changedForAll: () => void;
}

export interface BrokerCacheOptions {
  readonly transport: Transport;
  readonly log: Log;
  readonly settings: BreakGlassSettings;
  readonly listener: BrokerListener;
}

/** Feeds for everything that a grant depends on. Nothing runs until `run`. */
export function createBrokerCaches(options: BrokerCacheOptions): BrokerCaches {
  const { listener, settings } = options;
  const feeds = new Feeds(options.transport, options.log, listener.changedForAll);
  const requestIndex = new ByRequest<StoredRequest>(({ uid }) => uid);
  const personIndex = new ByPerson();
  const tellOfRequest = noteAndTell(requestIndex, listener);
  const requests = feeds.follow<StoredRequest>({
    type: REQUESTS,
    project: projectRequest,
    onChange: (key, change) => {
      personIndex.note(change);
      tellOfRequest(key, change);
    },
  });
  const decisionIndex = new ByRequest<StoredDecision>(({ spec }) => spec.requestRef.uid);
  const decisions = feeds.follow<StoredDecision>({
    type: DECISIONS,
    project: projectDecision,
    onChange: noteAndTell(decisionIndex, listener),
  });
  const entries = feeds.follow<EntryRow>({
    type: ENTRIES,
    namespace: settings.namespace,
    project: projectEntry,
    onChange: (key, change) => {
      tellOf<EntryRow>((row) => row.entry.requestUID, listener)(key, change);
      for (const row of [change.previous, change.current]) if (row?.entry.grant !== undefined) listener.grantChanged(row.entry.grant);
    },
  });
  const checkpoints = feeds.follow<CheckpointRow>({
    type: CHECKPOINTS,
    namespace: settings.namespace,
    project: projectCheckpoint,
    onChange: () => listener.changedForAll(),
  });
  const grantable = new Set([...settings.roles, ...settings.unboundedRoles, DRILL_ROLE]);
  const roles = feeds.follow<RoleRow>({
    type: CLUSTER_ROLES,
    project: (object) => (grantable.has(object.metadata?.name ?? "") ? projectRole(object) : undefined),
    onChange: (_key, { previous, current }) => {
      if (previous?.uid !== current?.uid || previous?.rulesHash !== current?.rulesHash) listener.changedForAll();
    },
  });
  const grants = new Map(followedGrants(settings).map((each) => [each.type.resource, feeds.follow(followGrants(each, options))]));
  const requestOf: BrokerCaches["requestOf"] = (uid) => {
    const [known] = requestIndex.of(uid);
    const row = known && requests.store.get(known.namespace, known.name);
    return row?.uid === uid ? row : undefined;
  };
  const decisionsOf: BrokerCaches["decisionsOf"] = (uid) => decisionIndex.of(uid);
  return {
    requests,
    requestOf,
    requestsLike: (request) => personIndex.like(request),
    decisions,
    decisionsOf,
    entries,
    checkpoints,
    roles,
    grants,
    grantObjects: (name) => [...grants.values()].flatMap(({ store }) => named(store, name)),
    grantNames: () => new Set([...grants.values()].flatMap(({ store }) => allOf(store)).map(({ name }) => name)),
    failing: () => feeds.failing(),
    run: (signal) => feeds.run(signal),
  };
}

/** A change concerns the request that the object was about before, and the one that it is about now. */
function tellOf<T extends Stored>(requestOf: (row: T) => string | undefined, listener: BrokerListener): FollowOptions<T>["onChange"] {
  return (_key, { previous, current }) => {
    const uids = [previous, current].map((row) => row && requestOf(row)).filter((uid) => uid !== undefined);
    for (const uid of new Set(uids)) listener.changed(uid);
  };
}

function noteAndTell<T extends Stored>(index: ByRequest<T>, listener: BrokerListener): FollowOptions<T>["onChange"] {
  const tell = tellOf(index.requestOf, listener);
  return (key, change) => {
    index.note(change);
    tell(key, change);
  };
}

/** Selects the objects of grants. */
export const GRANTS = `${GRANT_LABEL}=${GRANT_LABEL_VALUE}`;

/** Where objects of grants are looked for, and which part one found in a namespace is. */
interface GrantSelection {
  readonly type: GrantKind;
  readonly namespace?: string;
  readonly partIn: (namespace: string) => GrantPart;
}

/** Each kind once. In the break-glass namespace the only RoleBindings of a grant are those of its minter. */
function followedGrants({ namespace: home }: BreakGlassSettings): readonly GrantSelection[] {
  return [
    { type: GRANT_KINDS.identity.namespace, namespace: home, partIn: () => "identity" },
    { type: GRANT_KINDS.minter.namespace, namespace: home, partIn: () => "minter" },
    { type: GRANT_KINDS.binding.cluster, partIn: () => "binding" },
    { type: GRANT_KINDS.binding.namespace, partIn: (namespace) => (namespace === home ? "minterBinding" : "binding") },
  ];
}

function named<T extends Stored>(store: Store<T>, name: string): readonly T[] {
  return [...store.namespaces()].flatMap((namespace) => store.get(namespace, name) ?? []);
}

function allOf<T extends Stored>(store: Store<T>): readonly T[] {
  return [...store.namespaces()].flatMap((namespace) => [...store.list(namespace).values()]);
}

function followGrants({ type, namespace, partIn }: GrantSelection, { listener }: BrokerCacheOptions): FollowOptions<LiveGrantObject> {
  const tell = tellOf<LiveGrantObject>((row) => row.requestUID, listener);
  return {
    type,
    ...(namespace !== undefined && { namespace }),
    labelSelector: GRANTS,
    project: (object) => projectGrantObject(partIn(object.metadata?.namespace ?? ""), type, object),
    onChange: (key, change) => {
      tell(key, change);
      const name = (change.current ?? change.previous)?.name;
      if (name !== undefined) listener.grantChanged(name);
    },
  };
}
