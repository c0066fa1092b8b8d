/** Keeps the Prometheus metrics: gauges describe the present and vanish with their object, and no label names a person or group. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the gauges tell about one namespace. */
export interface BaselineState {
  readonly ready: boolean;
  readonly compliant: boolean;
  /** Objects that differ now. */
  readonly drift: readonly { readonly control: string; readonly type: string }[];
}

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
  repaired(control: string, seconds: number): void;
  reconciled(seconds: number): void;
  request(verb: string, resource: string, code: number): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics of one process; `isLeader` is asked when they are read. */
export function createMetrics(isLeader: () => boolean): Metrics {
  const registry = new Registry();
  const states = new Map<string, BaselineState>();
  baselineGauges(registry, states);
  /** Uids of requests whose access can be used, by namespace. */
  const grants = new Map<string, Set<string>>();
  grantGauge(registry, grants);
  new Gauge({
    name: "securitybaseline_is_leader",
    help: "1 while this instance may write.",
    registers: [registry],
    collect() {
      this.set(isLeader() ? 1 : 0);
    },
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
    repaired: (control, seconds) => {
      repairs.inc({ control });
      repairTimes.observe(seconds);
    },
    reconciled: (seconds) => reconciles.observe(seconds),
    request: (verb, resource, code) => requests.inc({ verb, resource, code: String(code) }),
  };
}

function baselineGauges(registry: Registry, states: ReadonlyMap<string, BaselineState>): void {
  new Gauge({
    name: "securitybaseline_baselines",
    help: "SecurityBaselines by state.",
    labelNames: ["ready", "compliant"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { ready, compliant } of states.values()) this.inc({ ready: String(ready), compliant: String(compliant) });
    },
  });
  new Gauge({
    name: "securitybaseline_drift_objects",
    help: "Objects that differ from their baseline now.",
    labelNames: ["namespace", "control", "type"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [namespace, { drift }] of states) for (const { control, type } of drift) this.inc({ namespace, control, type });
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
