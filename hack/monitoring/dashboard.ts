/** States the Grafana dashboard of the operator, which `make generate` writes to config/monitoring/dashboard.json. */
import type { JsonObject } from "../../operator/api/json.ts";
import { DATASOURCE, layOut, type Panel } from "./panels.ts";

/** Every gauge with a namespace, for the list to choose from: a namespace in which all is well has no series. */
const NAMESPACED = "securitybaseline_(not_ready|not_compliant|contested|drift_objects|findings|breakglass_active)";
const JOB = `job=~"$job"`;
const HERE = `${JOB}, namespace=~"$namespace"`;

/** A number that is 0 where there is no series, because series exist only while something is wrong. */
const orNone = (expr: string): string => `${expr} or vector(0)`;
const quantiles = (histogram: string): Panel["queries"] =>
  [0.5, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket{${JOB}}[$__rate_interval])))`,
    legend: `p${quantile * 100}`,
  }));

const NUMBERS: readonly Panel[] = [
  {
    title: "Baselines",
    description: "All that the leader has looked at.",
    kind: "stat",
    width: 4,
    queries: [{ expr: orNone(`sum(securitybaseline_baselines{${JOB}})`) }],
  },
  {
    title: "Not Ready",
    description: "Namespaces in which something that is enforced is not in place.",
    kind: "stat",
    width: 4,
    badFrom: 1,
    queries: [{ expr: orNone(`count(securitybaseline_not_ready{${HERE}})`) }],
  },
  {
    title: "Not Compliant",
    description: "Namespaces that differ from their baseline, or that others weaken.",
    kind: "stat",
    width: 4,
    badFrom: 1,
    queries: [{ expr: orNone(`count(securitybaseline_not_compliant{${HERE}})`) }],
  },
  {
    title: "Emergency access",
    description: "Grants that can be used now.",
    kind: "stat",
    width: 4,
    badFrom: 1,
    queries: [{ expr: orNone(`sum(securitybaseline_breakglass_active{${HERE}})`) }],
  },
  {
    title: "Leaders",
    description: "One in each installation. With none nothing is put back.",
    kind: "stat",
    width: 4,
    badFrom: 2,
    queries: [{ expr: orNone(`sum(securitybaseline_is_leader{${JOB}})`) }],
  },
  {
    title: "Policy problems",
    description: "Admission policies that are missing or not as declared.",
    kind: "stat",
    width: 4,
    badFrom: 1,
    queries: [{ expr: orNone(`count(count by (policy) (securitybaseline_policy_problem{${JOB}}))`) }],
  },
];

const NAMESPACES: readonly Panel[] = [
  {
    title: "Baselines by state",
    description: "Ready is about the operator's work, Compliant about the namespace.",
    kind: "timeseries",
    width: 12,
    queries: [
      { expr: `sum by (ready, compliant) (securitybaseline_baselines{${JOB}})`, legend: "Ready {{ready}}, Compliant {{compliant}}" },
    ],
  },
  {
    title: "What is wrong now",
    description: "Namespaces that are not Ready, with the reason. kubectl get sb -n NAMESPACE -o wide has the message.",
    kind: "table",
    width: 12,
    queries: [{ expr: `max by (namespace, reason) (securitybaseline_not_ready{${HERE}})` }],
  },
  {
    title: "Open drift by section",
    description: "Objects that differ from their baseline now.",
    kind: "timeseries",
    width: 12,
    queries: [{ expr: `sum by (control) (securitybaseline_drift_objects{${HERE}})`, legend: "{{control}}" }],
  },
  {
    title: "Findings by severity",
    description: "Objects of others that weaken a namespace. What an exception accepts is not counted.",
    kind: "timeseries",
    width: 12,
    queries: [{ expr: `sum by (severity) (securitybaseline_findings{${HERE}})`, legend: "{{severity}}" }],
  },
  {
    title: "Repairs",
    description: "Objects that were put back, per second.",
    kind: "timeseries",
    width: 12,
    unit: "ops",
    queries: [{ expr: `sum by (control) (rate(securitybaseline_repairs_total{${JOB}}[$__rate_interval]))`, legend: "{{control}}" }],
  },
  {
    title: "Contested objects",
    description: "Another writer keeps changing them; repairs are slowed down.",
    kind: "timeseries",
    width: 12,
    queries: [{ expr: `sum by (namespace, control) (securitybaseline_contested{${HERE}})`, legend: "{{namespace}} {{control}}" }],
  },
];

const OPERATOR: readonly Panel[] = [
  {
    title: "Time from drift to repair",
    description: "From seeing drift to having repaired it.",
    kind: "timeseries",
    width: 12,
    unit: "s",
    queries: quantiles("securitybaseline_repair_seconds"),
  },
  {
    title: "Time of a reconcile",
    description: "One look at one namespace.",
    kind: "timeseries",
    width: 12,
    unit: "s",
    queries: quantiles("securitybaseline_reconcile_seconds"),
  },
  {
    title: "Requests by code",
    description: "Requests to the API server per second; code 0 means no answer. At rest there is next to none.",
    kind: "timeseries",
    width: 12,
    unit: "reqps",
    queries: [{ expr: `sum by (code) (rate(securitybaseline_api_requests_total{${JOB}}[$__rate_interval]))`, legend: "{{code}}" }],
  },
  {
    title: "What cannot be followed or reached",
    description: "Resources whose watch fails, instances without the lease, webhooks that are not reached.",
    kind: "timeseries",
    width: 12,
    queries: [
      { expr: `max by (resource) (securitybaseline_watch_failing{${JOB}})`, legend: "watch {{resource}}" },
      { expr: `max by (instance) (securitybaseline_lease_failing{${JOB}}) > 0`, legend: "lease {{instance}}" },
      { expr: `max by (webhook) (securitybaseline_webhook_failing{${JOB}})`, legend: "webhook {{webhook}}" },
    ],
  },
];

/** The dashboard as Grafana 10 and newer import it. */
const dashboard: JsonObject = {
  uid: "securitybaseline",
  title: "SecurityBaseline",
  description: "How namespaces stand against their SecurityBaselines, and how the operator does.",
  tags: ["kubernetes", "security"],
  schemaVersion: 39,
  editable: true,
  graphTooltip: 1,
  refresh: "1m",
  time: { from: "now-6h", to: "now" },
  templating: {
    list: [
      { name: "datasource", type: "datasource", label: "Data source", query: "prometheus" },
      choice("job", "Installation", "label_values(securitybaseline_is_leader, job)"),
      choice("namespace", "Namespace", `label_values({__name__=~"${NAMESPACED}", ${JOB}}, namespace)`),
    ],
  },
  panels: layOut([...NUMBERS, ...NAMESPACES, ...OPERATOR]),
};

/** The file that people import. */
export const dashboardText = `${JSON.stringify(dashboard, undefined, 1)}\n`;

/** A variable of which several values, or all, can be chosen. */
function choice(name: string, label: string, query: string): JsonObject {
  return {
    name,
    label,
    type: "query",
    datasource: DATASOURCE,
    query: { query, refId: name },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: { text: "All", value: "$__all" },
  };
}
