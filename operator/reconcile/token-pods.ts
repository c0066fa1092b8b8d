/** Counts the pods of the cluster that mount a token of the API server although their ServiceAccount gives none, for whoever switched that on. */
import type { TokenPods } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Log } from "../cluster/log.ts";
import { createReflector, type Reflector } from "../cluster/reflector.ts";
import { type Change, createStore } from "../cluster/store.ts";
import type { ResourceType, Stored, Transport } from "../cluster/types.ts";
import { serviceAccounts } from "../controls/service-accounts/service-accounts.ts";
import { tokenAccountOf, tokenPodsOf } from "../controls/service-accounts/token-pods.ts";
import { serviceAccount } from "../kinds/service-account.ts";
import { intern } from "../plan/intern.ts";
import type { Section } from "../plan/snapshot.ts";
import type { BaselineEntry, Caches } from "./caches.ts";
import { fitName } from "./fit.ts";

const PODS: ResourceType = { apiVersion: "v1", resource: "pods", namespaced: true };

export interface TokenPodCountParts {
  readonly transport: Transport;
  readonly log: Log;
  readonly caches: Pick<Caches, "baselines" | "owned">;
  /** Another number is to be told of in this namespace. */
  readonly onChange: (namespace: string) => void;
  /** The pods are known for the first time: what a status tells may be long over. */
  readonly onKnown: () => void;
}

/** What is kept of a pod, and only of those that ask for a token. */
interface TokenPodRow extends Stored {
  readonly account: string;
}

export class TokenPodCount {
  readonly #parts: TokenPodCountParts;
  readonly #reflector: Reflector<TokenPodRow>;
  #known: boolean;

  constructor(parts: TokenPodCountParts) {
    this.#parts = parts;
    this.#known = false;
    const { transport, log } = parts;
    const store = createStore<TokenPodRow>({
      project: projectPod,
      onChange: (namespace, change) => {
        if (this.#counts(namespace, change)) parts.onChange(namespace);
      },
      onProblem: (problem) => log.warn("object skipped", { resource: PODS.resource, problem }),
    });
    this.#reflector = createReflector({ transport, store, log, type: PODS, onStanding: () => this.#listed() });
  }

  /** Follows all pods until the signal is aborted. */
  run(signal: AbortSignal): Promise<void> {
    return this.#reflector.run(signal);
  }

  /** Resources that cannot be followed at present. */
  failing(): readonly string[] {
    return this.#reflector.failure === undefined ? [] : [PODS.resource];
  }

  /** What is told in a look, by control. As long as the pods are not known it is what the status tells already. */
  toldIn(entry: BaselineEntry, sections: readonly Pick<Section, "control">[]): ReadonlyMap<string, TokenPods> {
    const { name } = serviceAccounts;
    if (!sections.some(({ control }) => control.name === name)) return new Map();
    const told = this.#reflector.synced ? this.#in(entry.home) : recordedTokenPods(entry);
    return told === undefined ? new Map() : new Map([[name, told]]);
  }

  #in(namespace: string): TokenPods | undefined {
    const told = tokenPodsOf(this.#reflector.store.list(namespace).values(), (account) => this.#gives(namespace, account));
    return told && { ...told, names: told.names.map(fitName) };
  }

  #listed(): void {
    if (this.#known || !this.#reflector.synced) return;
    this.#known = true;
    this.#parts.onKnown();
  }

  /** A pod comes, goes or ends a thousand times for nothing where nobody asks, or its account gives a token anyway. */
  #counts(namespace: string, { previous, current }: Change<TokenPodRow>): boolean {
    if (previous?.account === current?.account) return false;
    if (this.#parts.caches.baselines.store.list(namespace).size === 0) return false;
    return [previous, current].some((row) => row !== undefined && !this.#gives(namespace, row.account));
  }

  /** Also where the account is not known: nobody said that it gives none. */
  #gives(namespace: string, account: string): boolean {
    const traits = this.#parts.caches.owned.get(serviceAccount)?.store.get(namespace, account)?.traits;
    return traits === undefined || (JSON.parse(traits) as { readonly mounts: boolean }).mounts;
  }
}

function recordedTokenPods({ baseline }: Pick<BaselineEntry, "baseline">): TokenPods | undefined {
  return baseline.status?.controls?.find(({ tokenPods }) => tokenPods !== undefined)?.tokenPods;
}

function projectPod(object: KubernetesObject): TokenPodRow | undefined {
  const account = tokenAccountOf(object as unknown as JsonObject);
  if (account === undefined) return undefined;
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
  return { namespace: intern(namespace), name, uid, resourceVersion, account: intern(account) };
}
