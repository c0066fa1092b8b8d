/** Composes the operator: settings become cluster, caches, loop and endpoints. The only file that wires them. */
import { fromEvent, Subject, takeUntil } from "rxjs";
import { CUSTODY_FIELD_MANAGER, FIELD_MANAGER, MARK_FIELD_MANAGER, REPORTS_FIELD_MANAGER } from "./api/names.ts";
import { type Broker, createBroker } from "./broker/broker.ts";
import { createMessenger } from "./broker/messenger.ts";
import { systemClock } from "./cluster/clock.ts";
import { type Credentials, loadCredentials } from "./cluster/credentials.ts";
import { createElection, type Election } from "./cluster/lease.ts";
import { createServerClock } from "./cluster/server-clock.ts";
import { createTransport, type RequestInfo } from "./cluster/transport.ts";
import type { Transport, Writer } from "./cluster/types.ts";
import { createWriter } from "./cluster/writer.ts";
import { serveEndpoints } from "./observe/endpoints.ts";
import { createLog } from "./observe/log.ts";
import { createMetrics } from "./observe/metrics.ts";
import { engineCaveat } from "./policies/admission/engines.ts";
import { allPolicies } from "./policies/index.ts";
import { PolicyReportPublisher, type PublisherParts } from "./policyreports/publisher.ts";
import { SELF_TEST_FIELD_MANAGER, SelfTest } from "./policywatch/self-test.ts";
import { createPolicyWatch } from "./policywatch/watch.ts";
import { type CacheListener, createCaches } from "./reconcile/caches.ts";
import { ClusterView } from "./reconcile/cluster-view.ts";
import { createRecorder } from "./reconcile/events.ts";
import { ImageReports } from "./reconcile/image-reports.ts";
import { Loop } from "./reconcile/loop.ts";
import { PodWatches } from "./reconcile/pod-watches.ts";
import { notReady } from "./reconcile/readiness.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import { TokenPodCount } from "./reconcile/token-pods.ts";
import { WorkloadWatches } from "./reconcile/workload-watches.ts";
import { type OperatorSettings, reservedNamespaces } from "./settings.ts";
import { abortedFor } from "./stop-signal.ts";
import { surroundingsOf } from "./surroundings.ts";
import { lead } from "./term.ts";

/** Name of the Lease in the operator's namespace. */
const LEASE = "securitybaseline-operator";
const USER_AGENT = "securitybaseline";
/**
 * Milliseconds in which what is under way may still begin to write once the operator is to end. A baseline of the largest size takes minutes: the
 * next leader goes on where this one left off, well within the time that a Deployment grants.
 */
const LAST_WRITES = 1_000;

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
  const leads = (): boolean => election?.election.isLeader() ?? true;
  const ends = abortedFor(signal, LAST_WRITES, systemClock);
  const mayWrite = (): boolean => leads() && !ends();
  const metrics = createMetrics(leads);
  const onRequest = (info: RequestInfo): void => {
    metrics.request(info.verb, info.resource, info.code);
    sawTime(info);
  };
  const transport = createTransport({ credentials, userAgent: USER_AGENT, onRequest });
  // Emergency access has a wire of its own: it must not wait behind whatever hangs on the way to the baselines.
  const brokerTransport = createTransport({ credentials, userAgent: USER_AGENT, onRequest });

  const writerAs = (fieldManager: string): Writer => createWriter({ transport, fieldManager, mayWrite });
  const [writer, marker, custodian] = [writerAs(FIELD_MANAGER), writerAs(MARK_FIELD_MANAGER), writerAs(CUSTODY_FIELD_MANAGER)];
  const signals = new Subject<void>();
  const listener: CacheListener = {
    changed: (namespace, priority) => {
      loop.changed(namespace, priority);
      broker.changedIn(namespace);
    },
    changedForAll: () => loop.changedForAll(),
    // Emergency access does not depend on what others may do.
    clusterChanged: () => loop.clusterChanged(),
    surroundingsChanged: () => {
      signals.next();
      broker.changedForAll();
    },
    baselineChanged: (baseline) => reports?.changed(baseline),
    statusTaken: (baseline, ours) => loop.statusTaken(baseline, ours),
    isExpected: (kind, namespace, name) => reconciler.isExpected(kind, namespace, name),
  };
  const caches = createCaches(transport, log, listener, settings.breakGlass.namespace);
  const onError = (message: string): void => log.debug("event not written", { message });
  const recorder = createRecorder({ writer, instance: settings.identity, now: Date.now, onError });
  const reserved = reservedNamespaces(settings);
  const isReserved = (namespace: string): boolean => reserved.has(namespace);
  const podWatches = new PodWatches({
    transport,
    log,
    onChange: (namespace) => {
      if (reconciler.podsChanged(namespace)) loop.changed(namespace, "drift");
    },
  });
  const workloadWatches = new WorkloadWatches({ transport, log, onChange: (namespace) => loop.changed(namespace, "resync") });
  const imageReports = new ImageReports({ transport, log, onChange: (namespace) => loop.changed(namespace, "resync") });
  const tokenPods = settings.countTokenPods
    ? new TokenPodCount({
        transport,
        log,
        caches,
        onChange: (namespace) => loop.countChanged(namespace),
        onKnown: () => loop.changedForAll(),
      })
    : undefined;
  const selfTest = new SelfTest({
    writer: writerAs(SELF_TEST_FIELD_MANAGER),
    onChange: () => signals.next(),
    clock: systemClock,
    random: Math.random,
  });
  const view = new ClusterView({
    caches,
    breakGlass: () => broker.standing(),
    admissionProblem: () => policies.admissionProblem() ?? selfTest.problem(),
    admissionCaveat: engineCaveat(settings.admissionEngine),
    now: systemClock.now,
  });
  const reconciler = new Reconciler({
    caches,
    writer,
    writerAs,
    marker,
    custodian,
    recorder,
    metrics,
    podWatches,
    workloadWatches,
    imageReports,
    selfTest,
    tokenPods,
    isReserved,
    objectLabels: settings.breakGlass.objectLabels,
    facts: () => view.facts(),
    confinementProblem: () => policies.confinementProblem(),
    statusWritten: (baseline) => reports?.changed(baseline),
    now: Date.now,
    monotonic: systemClock.now,
    random: Math.random,
  });
  const loop = new Loop({ caches, reconciler, metrics, log, clock: systemClock });
  const print = (line: string): void => void process.stdout.write(line);
  const messenger = createMessenger({ settings: settings.notifications, print, log, clock: systemClock });
  const policies = createPolicyWatch({
    transport,
    policies: allPolicies(settings),
    metrics,
    log,
    onChange: () => {
      if (policies.admissionProblem() !== undefined || policies.failing().length > 0) selfTest.again();
      signals.next();
      loop.changed(settings.breakGlass.namespace, "resync");
      broker.changedForAll();
    },
  });
  const broker: Broker = createBroker({
    transport: brokerTransport,
    mayWrite,
    policies,
    settings: settings.breakGlass,
    serverClock,
    clock: systemClock,
    surroundings: surroundingsOf(caches, isReserved),
    messenger,
    metrics,
    log,
    onStanding: () => signals.next(),
  });
  const reporting = reportingFor(settings, { credentials, onRequest, mayWrite, caches, isReserved, log });
  const reports = reporting?.publisher;

  const optional = [tokenPods, reports].filter((follower) => follower !== undefined);
  const followers = [caches, podWatches, workloadWatches, imageReports, policies, broker, ...optional];
  metrics.readFailingWatches(() => followers.flatMap((follower) => follower.failing()));
  metrics.readFailingReports(() => reports?.failingReports() ?? []);
  metrics.readFailingWebhooks(() => messenger.failing());
  election?.election.onProblem((problem) => {
    metrics.setLeaseFailing(problem !== undefined);
    if (problem !== undefined) log.warn("the lease cannot be had", { problem });
  });
  const addresses = { health: settings.healthAddress, metrics: settings.metricsAddress };
  const isReady = (): string | undefined => notReady(caches.followed, systemClock.now());
  const endpoints = await serveEndpoints(addresses, { notReady: isReady, metrics }, log);
  log.info("operator started", { namespace: settings.namespace, identity: settings.identity });
  view
    .changes(signals)
    .pipe(takeUntil(fromEvent(signal, "abort")))
    .subscribe(() => loop.changedForAll());
  const following = Promise.all([
    caches.run(signal),
    tokenPods?.run(signal),
    policies.run(signal),
    selfTest.run(signal),
    broker.follow(signal),
    reports?.follow(signal),
  ]);
  await lead({ caches, loop, broker, reports, log, clock: systemClock, election: election?.election }, signal);
  await following;
  await Promise.all([
    endpoints.close(),
    transport.close(),
    brokerTransport.close(),
    reporting?.transport.close(),
    election?.transport.close(),
    messenger.close(),
  ]);
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

interface ReportingParts extends Pick<PublisherParts, "caches" | "isReserved" | "log"> {
  readonly credentials: Credentials;
  readonly onRequest: (info: RequestInfo) => void;
  readonly mayWrite: () => boolean;
}

/** Policy reports, if they are wanted. They have a wire of their own, too: what hangs on their way holds up nothing else. */
function reportingFor(
  { policyReports: group }: OperatorSettings,
  { credentials, onRequest, mayWrite, ...parts }: ReportingParts,
): { publisher: PolicyReportPublisher; transport: Transport } | undefined {
  if (group === "Off") return undefined;
  const transport = createTransport({ credentials, userAgent: USER_AGENT, onRequest });
  const writer = createWriter({ transport, fieldManager: REPORTS_FIELD_MANAGER, mayWrite });
  const publisher = new PolicyReportPublisher({ ...parts, group, transport, writer, clock: systemClock, random: Math.random });
  return { publisher, transport };
}
