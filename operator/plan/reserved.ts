/** Words why a baseline is refused for the namespace that it stands in, for status and for who plans. */
import type { SectionProblem } from "../api/reasons.ts";

/** Of a namespace of Kubernetes or of the operator. */
export function reservedProblem(namespace: string): SectionProblem {
  const message = `namespace ${namespace} is reserved: the operator must be started with --allow-reserved-namespaces to manage it`;
  return { reason: "ReservedNamespace", message };
}

/** Of a SecurityBaseline where the cluster's posture rules. */
export function misplacedProblem(namespace: string): SectionProblem {
  const message = `namespace ${namespace} is reserved for emergency access: what is made there is stated by the ClusterSecurityBaseline; remove this object`;
  return { reason: "ReservedNamespace", message };
}
