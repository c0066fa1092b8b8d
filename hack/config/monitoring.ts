/** Makes the objects by which Prometheus' operator and Grafana find metrics, alerts and dashboard, for the chart and for the component of kustomize. */
import type { JsonObject } from "../../operator/api/json.ts";
import { dashboardText } from "../monitoring/dashboard.ts";
import { documentsOf } from "./chart/manager.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "./installation.ts";

const OPERATOR_LABELS = { "app.kubernetes.io/name": "securitybaseline", "app.kubernetes.io/component": "operator" };
const MONITORING_VERSION = "monitoring.coreos.com/v1";

function metadata(name: string): JsonObject {
  return { name, namespace: OPERATOR_NAMESPACE, labels: OPERATOR_LABELS };
}

/** Scrapes the Service of the metrics. Series name the namespace that they tell of: that label must not become the operator's own namespace. */
export const serviceMonitor: JsonObject = {
  apiVersion: MONITORING_VERSION,
  kind: "ServiceMonitor",
  metadata: metadata(OPERATOR_ACCOUNT),
  spec: { selector: { matchLabels: OPERATOR_LABELS }, endpoints: [{ port: "metrics", honorLabels: true }] },
};

/** The alerts of config/monitoring. */
export const prometheusRule: JsonObject = {
  apiVersion: MONITORING_VERSION,
  kind: "PrometheusRule",
  metadata: metadata(OPERATOR_ACCOUNT),
  spec: { ...documentsOf("config/monitoring/alerts.yaml")[0] },
};

/** The dashboard of config/monitoring, for Grafana's sidecar. */
export const dashboard: JsonObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata("securitybaseline-dashboard"),
  data: { "securitybaseline.json": dashboardText },
};
