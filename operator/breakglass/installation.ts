/** States the default settings of emergency access, and its namespace. */
import { INSTALLATION_LABELS } from "../api/installation.ts";
import type { JsonObject } from "../api/json.ts";
import { BREAK_GLASS_NAMESPACE, DEFAULT_CLUSTER_ROLE, DEFAULT_INCIDENT_ROLE } from "../api/names.ts";
import { POD_SECURITY_LABELS } from "../kinds/namespace.ts";
import type { BreakGlassSettings } from "./types.ts";

/** What an installation allows that is told nothing else: the supplied roles, for four hours, and nobody makes grants by hand. */
export const DEFAULT_SETTINGS: BreakGlassSettings = {
  namespace: BREAK_GLASS_NAMESPACE,
  roles: [DEFAULT_CLUSTER_ROLE, DEFAULT_INCIDENT_ROLE],
  unboundedRoles: [],
  maxDuration: 4 * 60 * 60,
  custodians: [],
  allowSystemNamespaces: false,
  objectLabels: {},
};

/** The namespace of grants and ledger. Nothing runs in it; the labels say so also to those who do not know the policies. */
export function breakGlassNamespace({ namespace }: BreakGlassSettings): JsonObject {
  const { enforce, enforceVersion, audit, auditVersion, warn, warnVersion } = POD_SECURITY_LABELS;
  const levels = Object.fromEntries([enforce, audit, warn].map((label) => [label, "restricted"]));
  const versions = Object.fromEntries([enforceVersion, auditVersion, warnVersion].map((label) => [label, "latest"]));
  const metadata = { name: namespace, labels: { ...INSTALLATION_LABELS, ...levels, ...versions } };
  return { apiVersion: "v1", kind: "Namespace", metadata };
}
