/** Makes the feed of each kind that the operator follows, and runs them all. */
import type { KubernetesObject } from "../api/object.ts";
import { API_SERVICES, type ApiGroups, createApiGroups } from "./api-groups.ts";
import type { Log } from "./log.ts";
import { createOptionalFeed, type OptionalFeed } from "./optional-feed.ts";
import { createReflector, type Reflector } from "./reflector.ts";
import { type Change, createStore, type FedStore } from "./store.ts";
import { together } from "./together.ts";
import type { Feed, FeedFailure, ResourceType, Store, Stored, Transport } from "./types.ts";

export interface FollowOptions<T extends Stored> {
  readonly type: ResourceType;
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** A kind of another project, which may come and go. Default false. */
  readonly optional?: boolean;
  /** See `OptionalFeedOptions.unlessServed`; for an optional kind. */
  readonly unlessServed?: string | undefined;
  readonly project: (object: KubernetesObject, previous: T | undefined) => T | undefined;
  /** `key`: the namespace, or the name of a cluster-scoped object. */
  readonly onChange: (key: string, change: Change<T>) => void;
}

/** Makes feeds, all at rest until `run`. */
export class Feeds {
  readonly #transport: Transport;
  readonly #log: Log;
  readonly #onStanding: () => void;
  #groups: ApiGroups | undefined;
  readonly #followers: { run(signal: AbortSignal): Promise<void> }[] = [];
  readonly #followed: { readonly type: ResourceType; readonly feed: Feed<Stored> }[] = [];

  /** `onStanding` is called when a kind came, went, or was listed, or when it cannot be followed or can again: any baseline may look different then. */
  constructor(transport: Transport, log: Log, onStanding: () => void) {
    this.#transport = transport;
    this.#log = log;
    this.#onStanding = onStanding;
  }

  /** The groups and versions that the API server has at present; followed only if somebody asks. */
  get groups(): ApiGroups {
    if (this.#groups === undefined) {
      this.#groups = createApiGroups({ transport: this.#transport, log: this.#log, onStanding: this.#onStanding });
      this.#followers.push(this.#groups);
      this.#followed.push({ type: API_SERVICES, feed: this.#groups.feed });
    }
    return this.#groups;
  }

  follow<T extends Stored>(options: FollowOptions<T>): Feed<T> {
    const follow = (): Reflector<T> => this.#reflect(options);
    const feed = options.optional ? this.#ifServed(options, follow) : follow();
    this.#followers.push(feed);
    this.#followed.push({ type: options.type, feed });
    return feed;
  }

  /** Follows one kind that every cluster has for several, each of which keeps something else of the same objects: those that the first one selects. */
  followTogether<T extends Stored>(all: readonly [FollowOptions<T>, ...FollowOptions<T>[]]): readonly Feed<T>[] {
    const { fed, views } = together(all.map((options) => this.#store(options)));
    const { project: _project, onChange: _onChange, optional: _optional, unlessServed: _unlessServed, ...selection } = all[0];
    const feed = createReflector({ transport: this.#transport, store: fed, log: this.#log, onStanding: this.#onStanding, ...selection });
    this.#followers.push(feed);
    this.#followed.push({ type: selection.type, feed });
    return views.map((store) => new SharedFeed(feed, store));
  }

  /** Resources that cannot be followed at present; with its group one that has the name of another group's, which is followed before it. */
  failing(): readonly string[] {
    return this.#followed.filter(({ feed }) => feed.failure !== undefined).map(({ type }) => this.#nameOf(type));
  }

  #nameOf({ apiVersion, resource }: ResourceType): string {
    const [group = "", version] = apiVersion.split("/");
    const first = this.#followed.find(({ type }) => type.resource === resource)?.type;
    return first?.apiVersion === apiVersion || version === undefined ? resource : `${resource}.${group}`;
  }

  /** Follows every kind until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower.run(signal)));
  }

  #ifServed<T extends Stored>({ type, unlessServed }: FollowOptions<T>, follow: () => Reflector<T>): OptionalFeed<T> {
    const options = { type, groups: this.groups, follow, onStanding: this.#onStanding };
    return createOptionalFeed({ ...options, ...(unlessServed !== undefined && { unlessServed }) });
  }

  #store<T extends Stored>({ type, project, onChange }: FollowOptions<T>): FedStore<T> {
    const onProblem = (problem: string): void => this.#log.warn("object skipped", { resource: type.resource, problem });
    return createStore<T>({ project, onChange, onProblem });
  }

  #reflect<T extends Stored>(options: FollowOptions<T>): Reflector<T> {
    const { project: _project, onChange: _onChange, optional: _optional, unlessServed: _unlessServed, ...selection } = options;
    const store = this.#store(options);
    return createReflector({ transport: this.#transport, store, log: this.#log, onStanding: this.#onStanding, ...selection });
  }
}

/** A feed that fills more than one store, seen from one of them. */
class SharedFeed<T extends Stored> implements Feed<T> {
  readonly #feed: Feed<T>;
  readonly store: Store<T>;

  constructor(feed: Feed<T>, store: Store<T>) {
    this.#feed = feed;
    this.store = store;
  }

  get synced(): boolean {
    return this.#feed.synced;
  }

  get served(): boolean {
    return this.#feed.served;
  }

  get failure(): FeedFailure | undefined {
    return this.#feed.failure;
  }

  get problem(): string | undefined {
    return this.#feed.problem;
  }
}
