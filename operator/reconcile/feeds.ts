/** Owns how one kind is followed: its store and reflector, and whether it is asked for while nothing serves it. */
import type { KubernetesObject } from "../api/object.ts";
import { type ApiGroups, createApiGroups } from "../cluster/api-groups.ts";
import { createOptionalFeed } from "../cluster/optional-feed.ts";
import { createReflector, type Reflector } from "../cluster/reflector.ts";
import { type Change, createStore } from "../cluster/store.ts";
import type { Feed, ResourceType, Stored, Transport } from "../cluster/types.ts";
import type { Log } from "../observe/log.ts";

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
  /** The groups and versions that the API server has at present. */
  readonly groups: ApiGroups;
  readonly #transport: Transport;
  readonly #log: Log;
  readonly #onStanding: () => void;
  readonly #followers: { run(signal: AbortSignal): Promise<void> }[] = [];

  /** `onStanding` is called when a kind came, went, or was listed: any baseline may look different then. */
  constructor(transport: Transport, log: Log, onStanding: () => void) {
    this.#transport = transport;
    this.#log = log;
    this.#onStanding = onStanding;
    this.groups = createApiGroups({ transport, log, onStanding });
    this.#followers.push(this.groups);
  }

  follow<T extends Stored>(options: FollowOptions<T>): Feed<T> {
    const { groups } = this;
    const follow = (): Reflector<T> => this.#reflect(options);
    const feed = options.optional ? createOptionalFeed({ type: options.type, groups, follow, onStanding: this.#onStanding }) : follow();
    this.#followers.push(feed);
    return feed;
  }

  /** Follows every kind until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower.run(signal)));
  }

  #reflect<T extends Stored>({ project, onChange, optional: _optional, ...selection }: FollowOptions<T>): Reflector<T> {
    const onProblem = (problem: string): void => this.#log.warn("object skipped", { resource: selection.type.resource, problem });
    const store = createStore<T>({ project, onChange, onProblem });
    return createReflector({ transport: this.#transport, store, log: this.#log, onStanding: this.#onStanding, ...selection });
  }
}
