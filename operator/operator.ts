/** Puts the operator together from its settings: cluster, caches, loops and endpoints. The only file that wires them. */
import { FIELD_MANAGER } from "./api/names.ts";
import { type Broker, createBroker } from "./broker/broker.ts";
import { createMessenger } from "./broker/messenger.ts";
import { systemClock } from "./cluster/clock.ts";
import { type Credentials, loadCredentials } from "./cluster/credentials.ts";
import { createElection, type Election } from "./cluster/lease.ts";
import { createServerClock } from "./cluster/server-clock.ts";
import { createTransport, type RequestInfo } from "./cluster/transport.ts";
import type { Transport } from "./cluster/types.ts";
import { createWriter } from "./cluster/writer.ts";
import { serveEndpoints } from "./observe/endpoints.ts";
import { createLog } from "./observe/log.ts";
import { createMetrics } from "./observe/metrics.ts";
import { type CacheListener, createCaches, notSynced } from "./reconcile/caches.ts";
import { createRecorder } from "./reconcile/events.ts";
import { Loop } from "./reconcile/loop.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import { type OperatorSettings, reservedNamespaces } from "./settings.ts";
import { surroundingsOf } from "./surroundings.ts";
import { lead } from "./term.ts";

/** Name of the Lease in the operator's namespace. */
const LEASE = "securitybaseline-operator";
const USER_AGENT = "securitybaseline";

/** Runs the operator until the signal is aborted; then stops writing, gives the lease back and answers. */
export async function runOperator(settings: OperatorSettings, signal: AbortSignal): Promise<void> {
  const log = createLog(settings.log);
  const credentials = loadCredentials({ kubeconfig: settings.kubeconfig });
  const serverClock = createServerClock({ monotonic: systemClock.now, wall: Date.now });
  const sawTime = ({ date }: RequestInfo): void => {
    serverClock.saw(date);
    broker.sawTime();
  };
  const election = settings.leaderElect ? electionFor(settings, credentials, sawTime) : undefined;
  const mayWrite = (): boolean => election?.election.isLeader() ?? true;
  const metrics = createMetrics(mayWrite);
  const onRequest = (info: RequestInfo): void => {
    metrics.request(info.verb, info.resource, info.code);
    sawTime(info);
  };
  const transport = createTransport({ credentials, userAgent: USER_AGENT, onRequest });
  // Emergency access has a wire of its own: it must not wait behind whatever hangs on the way to the baselines.
  const brokerTransport = createTransport({ credentials, userAgent: USER_AGENT, onRequest });

  const writer = createWriter({ transport, fieldManager: FIELD_MANAGER, mayWrite });
  const listener: CacheListener = {
    changed: (namespace, priority) => {
      loop.changed(namespace, priority);
      broker.changedIn(namespace);
    },
    changedForAll: () => {
      loop.changedForAll();
      broker.changedForAll();
    },
  };
  const caches = createCaches(transport, log, listener, settings.breakGlass.namespace);
  const onError = (message: string): void => log.debug("event not written", { message });
  const recorder = createRecorder({ writer, instance: settings.identity, now: Date.now, onError });
  const reserved = reservedNamespaces(settings);
  const isReserved = (namespace: string): boolean => reserved.has(namespace);
  const reconciler = new Reconciler({
    caches,
    writer,
    recorder,
    metrics,
    isReserved,
    breakGlass: () => broker.standing(),
    now: Date.now,
    monotonic: systemClock.now,
  });
  const loop = new Loop({ caches, reconciler, metrics, log, clock: systemClock });
  const print = (line: string): void => void process.stdout.write(line);
  const messenger = createMessenger({ settings: settings.notifications, print, log, clock: systemClock });
  const broker: Broker = createBroker({
    transport: brokerTransport,
    mayWrite,
    settings: settings.breakGlass,
    serverClock,
    clock: systemClock,
    surroundings: surroundingsOf(caches, isReserved),
    messenger,
    metrics,
    log,
    onStanding: () => loop.changedForAll(),
  });

  const addresses = { health: settings.healthAddress, metrics: settings.metricsAddress };
  const endpoints = await serveEndpoints(addresses, { notReady: () => notSynced(caches), metrics }, log);
  log.info("operator started", { namespace: settings.namespace, identity: settings.identity });
  const following = Promise.all([caches.run(signal), broker.follow(signal)]);
  await lead({ caches, loop, broker, log, clock: systemClock, election: election?.election }, signal);
  await following;
  await Promise.all([endpoints.close(), transport.close(), brokerTransport.close(), election?.transport.close(), messenger.close()]);
  log.info("operator stopped");
}

/** Renewals have a wire of their own: they must not wait behind the writes of a busy reconciler. */
function electionFor(
  settings: OperatorSettings,
  credentials: Credentials,
  onRequest: (info: RequestInfo) => void,
): { election: Election; transport: Transport } {
  const transport = createTransport({ credentials, userAgent: USER_AGENT, onRequest });
  const { namespace, identity } = settings;
  return { election: createElection({ transport, namespace, name: LEASE, identity, clock: systemClock }), transport };
}
