/** Makes the feed of each kind that the operator follows, and runs them all. */
import type { KubernetesObject } from "../api/object.ts";
import { API_SERVICES, type ApiGroups, createApiGroups } from "./api-groups.ts";
import type { Log } from "./log.ts";
import { createOptionalFeed, type OptionalFeed } from "./optional-feed.ts";
import { createReflector, type Reflector } from "./reflector.ts";
import { type Change, createStore } from "./store.ts";
import type { Feed, ResourceType, Stored, Transport } from "./types.ts";

export interface FollowOptions<T extends Stored> {
  readonly type: ResourceType;
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** A kind of another project, which may come and go. Default false. */
  readonly optional?: boolean;
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
  readonly #followed: { readonly resource: string; readonly feed: Feed<Stored> }[] = [];

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
      this.#followed.push({ resource: API_SERVICES.resource, feed: this.#groups.feed });
    }
    return this.#groups;
  }

  follow<T extends Stored>(options: FollowOptions<T>): Feed<T> {
    const follow = (): Reflector<T> => this.#reflect(options);
    const feed = options.optional ? this.#ifServed(options.type, follow) : follow();
    this.#followers.push(feed);
    this.#followed.push({ resource: options.type.resource, feed });
    return feed;
  }

  /** Resources that cannot be followed at present. */
  failing(): readonly string[] {
    return this.#followed.filter(({ feed }) => feed.failure !== undefined).map(({ resource }) => resource);
  }

  /** Follows every kind until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower.run(signal)));
  }

  #ifServed<T extends Stored>(type: ResourceType, follow: () => Reflector<T>): OptionalFeed<T> {
    return createOptionalFeed({ type, groups: this.groups, follow, onStanding: this.#onStanding });
  }

  #reflect<T extends Stored>({ project, onChange, optional: _optional, ...selection }: FollowOptions<T>): Reflector<T> {
    const onProblem = (problem: string): void => this.#log.warn("object skipped", { resource: selection.type.resource, problem });
    const store = createStore<T>({ project, onChange, onProblem });
    return createReflector({ transport: this.#transport, store, log: this.#log, onStanding: this.#onStanding, ...selection });
  }
}
