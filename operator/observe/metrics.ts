/** Counts and describes for Prometheus what the operator does. Gauges describe the present and vanish with their object; no label names a person or group. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type BaselineState, registerBaselineGauges } from "./baseline-gauges.ts";

export interface Metrics {
  /** The text that `/metrics` answers. */
  text(): Promise<string>;
  readonly contentType: string;
  setBaseline(namespace: string, state: BaselineState): void;
  removeBaseline(namespace: string): void;
  /** Forgets all namespaces: whoever leads now tells of them. */
  clearBaselines(): void;
  /** Notes whether emergency access by the request of this uid can be used now. */
  setGrant(namespace: string, requestUID: string, active: boolean): void;
  /** Forgets all grants: whoever leads now tells of them. */
  clearGrants(): void;
  /** Names of the admission policies that are not in force as declared. */
  setPolicyProblems(policies: readonly string[]): void;
  repaired(control: string, seconds: number): void;
  reconciled(seconds: number): void;
  request(verb: string, resource: string, code: number): void;
  /** Says from where to read, each time that metrics are read, which resources cannot be followed at present. */
  readFailingWatches(source: () => Iterable<string>): void;
  /** Says from where to read, each time that metrics are read, in which namespaces the policy report is not as it should be. */
  readFailingReports(source: () => Iterable<string>): void;
  /** Says from where to read, each time that metrics are read, which webhooks were not reached by the last message tried. */
  readFailingWebhooks(source: () => Iterable<string>): void;
  /** Notes whether something keeps this instance from having or reading the lease. */
  setLeaseFailing(failing: boolean): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics of one process; `isLeader` is asked when they are read. */
export function createMetrics(isLeader: () => boolean): Metrics {
  const registry = new Registry();
  const states = new Map<string, BaselineState>();
  registerBaselineGauges(registry, states);
  /** Uids of requests whose access can be used, by namespace. */
  const grants = new Map<string, Set<string>>();
  grantGauge(registry, grants);
  let policyProblems: readonly string[] = [];
  const policies = {
    name: "securitybaseline_policy_problem",
    label: "policy",
    help: "1 for each admission policy of the installation that is missing, was changed, or does not fit this API server.",
  };
  namesGauge(registry, policies, () => policyProblems);
  new Gauge({
    name: "securitybaseline_is_leader",
    help: "1 while this instance may write.",
    registers: [registry],
    collect() {
      this.set(isLeader() ? 1 : 0);
    },
  });
  let failingWatches: () => Iterable<string> = () => [];
  const watches = {
    name: "securitybaseline_watch_failing",
    label: "resource",
    help: "1 for each resource that the operator cannot follow now: what it knows of it may be out of date.",
  };
  namesGauge(registry, watches, () => failingWatches());
  let failingReports: () => Iterable<string> = () => [];
  const reports = {
    name: "securitybaseline_policy_report_failing",
    label: "namespace",
    help: "1 for each namespace whose policy report is not as it should be: refused, made by somebody else, or contested.",
  };
  namesGauge(registry, reports, () => failingReports());
  let failingWebhooks: () => Iterable<string> = () => [];
  const webhooks = {
    name: "securitybaseline_webhook_failing",
    label: "webhook",
    help: "1 for each webhook of emergency access that the last message tried did not reach.",
  };
  namesGauge(registry, webhooks, () => failingWebhooks());
  const leaseFailing = new Gauge({
    name: "securitybaseline_lease_failing",
    help: "1 while this instance can neither have nor read the lease.",
    registers: [registry],
  });
  const repairs = new Counter({
    name: "securitybaseline_repairs_total",
    help: "Objects that were put back.",
    labelNames: ["control"],
    registers: [registry],
  });
  const requests = new Counter({
    name: "securitybaseline_api_requests_total",
    help: "Requests to the API server; code 0 means no answer.",
    labelNames: ["verb", "resource", "code"],
    registers: [registry],
  });
  const histogram = (name: string, help: string) => new Histogram({ name, help, buckets: SECONDS, registers: [registry] });
  const reconciles = histogram("securitybaseline_reconcile_seconds", "Time of one reconcile.");
  const repairTimes = histogram("securitybaseline_repair_seconds", "From seeing drift to having repaired it.");
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    setBaseline: (namespace, state) => void states.set(namespace, state),
    removeBaseline: (namespace) => void states.delete(namespace),
    clearBaselines: () => states.clear(),
    setGrant: (namespace, requestUID, active) => {
      const uids = grants.get(namespace) ?? new Set<string>();
      if (active) uids.add(requestUID);
      else uids.delete(requestUID);
      if (uids.size > 0) grants.set(namespace, uids);
      else grants.delete(namespace);
    },
    clearGrants: () => grants.clear(),
    setPolicyProblems: (policies) => {
      policyProblems = policies;
    },
    repaired: (control, seconds) => {
      repairs.inc({ control });
      repairTimes.observe(seconds);
    },
    reconciled: (seconds) => reconciles.observe(seconds),
    request: (verb, resource, code) => requests.inc({ verb, resource, code: String(code) }),
    readFailingWatches: (source) => {
      failingWatches = source;
    },
    readFailingReports: (source) => {
      failingReports = source;
    },
    readFailingWebhooks: (source) => {
      failingWebhooks = source;
    },
    setLeaseFailing: (failing) => leaseFailing.set(failing ? 1 : 0),
  };
}

/** A gauge that is 1 for each name that it is told when metrics are read, and has no series otherwise. A name may be told more than once. */
function namesGauge(
  registry: Registry,
  { name, label, help }: Record<"name" | "label" | "help", string>,
  names: () => Iterable<string>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const value of names()) this.set({ [label]: value }, 1);
    },
  });
}

function grantGauge(registry: Registry, grants: ReadonlyMap<string, ReadonlySet<string>>): void {
  new Gauge({
    name: "securitybaseline_breakglass_active",
    help: "Emergency access that can be used now, by the namespace of its request.",
    labelNames: ["namespace"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [namespace, uids] of grants) this.set({ namespace }, uids.size);
    },
  });
}
