/** Owns the operator's composition: settings become cluster, caches, loop and endpoints. The only file that wires them. */
import { FIELD_MANAGER } from "./api/names.ts";
import { systemClock } from "./cluster/clock.ts";
import { type Credentials, loadCredentials } from "./cluster/credentials.ts";
import { createElection, type Election } from "./cluster/lease.ts";
import { createTransport, type RequestInfo } from "./cluster/transport.ts";
import type { Transport } from "./cluster/types.ts";
import { createWriter } from "./cluster/writer.ts";
import { serveEndpoints } from "./observe/endpoints.ts";
import { createLog } from "./observe/log.ts";
import { createMetrics } from "./observe/metrics.ts";
import { type Caches, createCaches, notSynced } from "./reconcile/caches.ts";
import { createRecorder } from "./reconcile/events.ts";
import { Loop } from "./reconcile/loop.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import { type OperatorSettings, reservedNamespaces } from "./settings.ts";
import { lead } from "./term.ts";

/** Name of the Lease in the operator's namespace. */
const LEASE = "securitybaseline-operator";
const USER_AGENT = "securitybaseline";

/** Runs the operator until the signal is aborted; then stops writing, gives the lease back and answers. */
export async function runOperator(settings: OperatorSettings, signal: AbortSignal): Promise<void> {
  const log = createLog(settings.log);
  const credentials = loadCredentials({ kubeconfig: settings.kubeconfig });
  const election = settings.leaderElect ? electionFor(settings, credentials) : undefined;
  const mayWrite = (): boolean => election?.election.isLeader() ?? true;
  const metrics = createMetrics(mayWrite);
  const onRequest = ({ verb, resource, code }: RequestInfo): void => metrics.request(verb, resource, code);
  const transport = createTransport({ credentials, userAgent: USER_AGENT, onRequest });

  const writer = createWriter({ transport, fieldManager: FIELD_MANAGER, mayWrite });
  const caches: Caches = createCaches(transport, log, {
    changed: (namespace, priority) => loop.changed(namespace, priority),
    changedForAll: () => loop.changedForAll(),
  });
  const onError = (message: string): void => log.debug("event not written", { message });
  const recorder = createRecorder({ writer, instance: settings.identity, now: Date.now, onError });
  const reserved = reservedNamespaces(settings);
  const isReserved = (namespace: string): boolean => reserved.has(namespace);
  const reconciler = new Reconciler({ caches, writer, recorder, metrics, isReserved, now: Date.now, monotonic: systemClock.now });
  const loop = new Loop({ caches, reconciler, metrics, log, clock: systemClock });

  const addresses = { health: settings.healthAddress, metrics: settings.metricsAddress };
  const endpoints = await serveEndpoints(addresses, { notReady: () => notSynced(caches), metrics }, log);
  log.info("operator started", { namespace: settings.namespace, identity: settings.identity });
  const following = caches.run(signal);
  await lead({ caches, loop, log, clock: systemClock, election: election?.election }, signal);
  await following;
  await Promise.all([endpoints.close(), transport.close(), election?.transport.close()]);
  log.info("operator stopped");
}

/** Renewals have a wire of their own: they must not wait behind the writes of a busy reconciler. */
function electionFor(settings: OperatorSettings, credentials: Credentials): { election: Election; transport: Transport } {
  const transport = createTransport({ credentials, userAgent: USER_AGENT });
  const { namespace, identity } = settings;
  return { election: createElection({ transport, namespace, name: LEASE, identity, clock: systemClock }), transport };
}
