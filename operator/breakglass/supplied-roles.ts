/** Makes the ClusterRoles that come with the installation: for incidents in a namespace, for those of the whole cluster, and one without rights for drills. */
import type { AccessRule } from "../api/baseline.ts";
import { INSTALLATION_LABELS } from "../api/installation.ts";
import type { JsonObject } from "../api/json.ts";
import { DEFAULT_CLUSTER_ROLE, DEFAULT_INCIDENT_ROLE, DRILL_ROLE, TO_CLUSTER_ROLE_LABEL, TO_CLUSTER_ROLE_VALUE } from "../api/names.ts";
import { RBAC_GROUP } from "../kinds/role-binding.ts";
import { CLUSTER_PATHS, CLUSTER_RULES } from "./cluster-role.ts";
import { INCIDENT_RULES } from "./incident-role.ts";

const TO_CLUSTER_ROLE = { [TO_CLUSTER_ROLE_LABEL]: TO_CLUSTER_ROLE_VALUE };

/** All of them. Each lists what it allows, so that nobody wonders later what a star stood for. */
export function suppliedRoles(): readonly JsonObject[] {
  return [
    clusterRole(DEFAULT_INCIDENT_ROLE, { rules: listed(INCIDENT_RULES) }),
    clusterRole(DRILL_ROLE, { rules: [] }),
    clusterRole(DEFAULT_CLUSTER_ROLE, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: TO_CLUSTER_ROLE }] } }),
    partOfClusterRole(`${DEFAULT_CLUSTER_ROLE}-built-in`, [
      ...listed([...INCIDENT_RULES, ...CLUSTER_RULES]),
      { nonResourceURLs: [...CLUSTER_PATHS], verbs: ["get"] },
    ]),
  ];
}

/**
 * A ClusterRole whose rules become part of `sb-cluster-admin`: RBAC cannot say "all groups but these", so that each cluster lists its own. The API server
 * lets nobody make or label one who does not hold its rights, or the verb escalate; and what would make the sum unbounded keeps it from being granted.
 */
export function partOfClusterRole(name: string, rules: readonly JsonObject[]): JsonObject {
  return clusterRole(name, { rules }, TO_CLUSTER_ROLE);
}

function clusterRole(name: string, body: JsonObject, labels: Readonly<Record<string, string>> = {}): JsonObject {
  return {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind: "ClusterRole",
    metadata: { name, labels: { ...INSTALLATION_LABELS, ...labels } },
    ...body,
  };
}

function listed(rules: readonly AccessRule[]): JsonObject[] {
  return rules.map((rule) => ({ ...rule }));
}
