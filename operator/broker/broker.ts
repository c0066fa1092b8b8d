/** Puts emergency access together: what follows the cluster, what guards, what works, and who is told. */
import { BROKER_FIELD_MANAGER, CHECKPOINT_NAME } from "../api/names.ts";
import { chainName } from "../breakglass/chain.ts";
import type { BreakGlassSettings } from "../breakglass/types.ts";
import type { Clock } from "../cluster/clock.ts";
import type { ServerClock } from "../cluster/server-clock.ts";
import type { Transport } from "../cluster/types.ts";
import { createWriter } from "../cluster/writer.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { PolicyWatch } from "../policywatch/watch.ts";
import { isPremature } from "./absence.ts";
import { blindSpot, feedsOf, unlisted } from "./blind-spot.ts";
import { type BrokerCaches, createBrokerCaches } from "./caches.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Guard, type Standing } from "./guard.ts";
import { Ledger } from "./ledger.ts";
import { Leftovers } from "./leftovers.ts";
import { BrokerLoop } from "./loop.ts";
import { LostPolicies } from "./lost-policies.ts";
import type { Messenger } from "./messenger.ts";
import { Pruner } from "./pruner.ts";
import { Removals } from "./removals.ts";
import type { CheckpointRow } from "./rows.ts";
import type { Posture } from "./snapshot.ts";
import { isTaken, Squatters } from "./squatters.ts";
import type { StepParts } from "./steps.ts";

/** What the broker knows of namespaces and baselines, from whoever follows them. */
export interface Surroundings {
  /** Whether everything below is known: before, what was not listed yet would count as gone. */
  readonly isKnown: () => boolean;
  /** See `SnapshotSources.postureOf`. */
  readonly postureOf: (namespace: string) => Posture | undefined;
  /** uid of a namespace that is there and not on its way out. */
  readonly namespaceUID: (name: string) => string | undefined;
  /** When such a namespace was made, in milliseconds since the epoch by the API server's clock. */
  readonly namespaceCreated: (name: string) => number | undefined;
}

export interface BrokerOptions {
  readonly transport: Transport;
  /** Asked right before each write. */
  readonly mayWrite: () => boolean;
  readonly settings: BreakGlassSettings;
  /** Tells whether the policies that grants rely on are in force; call `changedForAll` when it says something new. */
  readonly policies: Pick<PolicyWatch, "faults" | "feeds">;
  readonly serverClock: ServerClock;
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  readonly messenger: Messenger;
  readonly metrics: Pick<Metrics, "setGrant" | "clearGrants">;
  readonly log: Log;
  /** Called when `standing` changed. */
  readonly onStanding: () => void;
}

export interface Broker {
  /** How the installation stands; undefined while that is not known. */
  standing(): Standing | undefined;
  /** The baseline, or the Namespace, of this name may look different. */
  changedIn(namespace: string): void;
  /** More is known of the surroundings or the policies than before. */
  changedForAll(): void;
  /** An answer told the API server's time. */
  sawTime(): void;
  /** Resources that it cannot follow at present. */
  failing(): readonly string[];
  /** Follows what grants depend on until the signal is aborted. */
  follow(signal: AbortSignal): Promise<void>;
  /** Works until the signal is aborted: to be called while this instance leads, once per term. */
  run(signal: AbortSignal): Promise<void>;
}

/** Makes a broker; nothing is sent before `follow`. */
export function createBroker(options: BrokerOptions): Broker {
  const { settings, transport, policies, surroundings, serverClock, messenger } = options;
  const changedForAll = (): void => {
    guard.check();
    lost.check();
    loop.changedForAll();
  };
  const lost = new LostPolicies({ policies, transport, clock: options.clock, onLoss: () => loop.changedForAll() });
  const listener = {
    changed: (uid: string) => loop.changed(uid),
    grantChanged: (name: string) => loop.grantChanged(name),
    changedForAll,
  };
  const caches = createBrokerCaches({ transport, log: options.log, settings, listener });
  const writer = createWriter({ transport, fieldManager: BROKER_FIELD_MANAGER, mayWrite: options.mayWrite });
  const chain = (): string | undefined => {
    const uid = surroundings.namespaceUID(settings.namespace);
    return uid && chainName(uid);
  };
  const checkpoint = (): CheckpointRow | undefined => caches.checkpoints.store.get(settings.namespace, CHECKPOINT_NAME);
  const ledger = new Ledger({
    store: caches.entries.store,
    writer,
    transport,
    namespace: settings.namespace,
    chain,
    checkpoint,
    onRefusal: () => guard.check(),
  });
  const leftovers = new Leftovers(() => guard.check());
  const removals = new Removals(() => guard.check());
  const guard = new Guard({
    caches,
    policies,
    settings,
    clock: serverClock,
    isKnown: surroundings.isKnown,
    hasNamespace: () => chain() !== undefined,
    alsoInTheWay: () => unlisted(caches) ?? ledger.obstacle(),
    triedInVain: () => ledger.refusal(),
    caveat: () => [ledger.caveat(), removals.caveat(), leftovers.caveat()].filter((each) => each !== undefined).join("; ") || undefined,
    onChange: () => {
      options.onStanding();
      loop.changedForAll();
    },
  });
  const appended: StepParts["appended"] = (entry) => {
    messenger.appended(entry, ledger.history(entry.requestUID));
    if (entry.type === "Reviewed") loop.changedForAll();
  };
  const isReady = (): boolean => surroundings.isKnown() && isComplete(caches) && guard.standing() !== undefined;
  const obstacle = (): string | undefined => guard.obstacle() ?? blindSpot(caches, policies);
  const mayPrune = (): boolean => isReady() && obstacle() === undefined;
  const archivedUntil = (): number | undefined => ledger.archivedUntil();
  const pruner = new Pruner({ ...options, caches, histories: ledger, archivedUntil, writer, mayPrune });
  const checkpoints = new Checkpoints({ ...options, checkpoint, caches, ledger, writer, appended, mayRecord: mayPrune });
  const loop = new BrokerLoop({
    ...options,
    sources: {
      caches,
      histories: ledger,
      settings,
      postureOf: surroundings.postureOf,
      obstacle,
      policiesLost: () => lost.loss,
      ledgerRefusal: () => ledger.refusal(),
      archivedUntil,
      ledgerSince: () => surroundings.namespaceCreated(settings.namespace),
    },
    steps: { caches, writer, append: (draft, basis) => ledger.append(draft, basis), appended },
    isPremature: (step, snapshot, now) => isPremature(step, { snapshot, now, transport, confirmLoss: () => lost.confirm() }),
    isTaken: (object, snapshot) => isTaken(object, snapshot, transport),
    squatters: new Squatters(),
    blindSpot: () => blindSpot(caches, policies),
    leftovers,
    ledger,
    removals,
    onStart: () => messenger.began(ledger.head()),
    isReady,
  });
  return {
    standing: () => guard.standing(),
    changedIn: (namespace) => {
      if (namespace === settings.namespace) guard.check();
      loop.changedIn(namespace);
    },
    changedForAll,
    sawTime: () => guard.checkClock(),
    failing: () => caches.failing(),
    follow: (signal) => caches.run(signal).finally(() => lost.close()),
    run: async (signal) => void (await Promise.all([loop.run(signal), pruner.run(signal), checkpoints.run(signal)])),
  };
}

/** Of the policies it is enough to know that they cannot be known: an end needs none. */
function isComplete(caches: BrokerCaches): boolean {
  return feedsOf(caches).every(({ synced }) => synced);
}
