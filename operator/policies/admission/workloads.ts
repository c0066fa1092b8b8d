/** Says of a workload that is there whether it could be made again under a section `admission`, in the words of the policies that would refuse it. */
import type { AdmissionSection } from "../../api/baseline-admission.ts";
import type { KubernetesObject } from "../../api/object.ts";
import type { WorkloadKind } from "../../kinds/workloads.ts";
import type { Policy } from "../policy.ts";
import { admissionPolicies } from "./index.ts";
import { objection } from "./judge.ts";

/**
 * Problems of a workload that would be made at this time (RFC 3339), as if the section were enforced for workloads, too; undefined where there is none.
 * Never throws.
 */
export function workloadProblem(type: WorkloadKind, object: KubernetesObject, now: string, section: AdmissionSection): string | undefined {
  const namespace = object.metadata?.namespace ?? "";
  const asNew = { ...object, apiVersion: type.apiVersion, kind: type.kind, metadata: { ...object.metadata, creationTimestamp: now } };
  const params = { spec: { admission: { ...section, mode: "Enforce", workloads: "Deny" } } };
  const told = enforcing(type).flatMap((policy) => problemsOf(policy, { namespace, object: asNew }, params));
  return told.length === 0 ? undefined : told.join("; ");
}

/** The policies that refuse objects of a kind. */
function enforcing({ apiVersion, resource }: WorkloadKind): readonly Policy[] {
  const group = apiVersion.includes("/") ? apiVersion.replace(/\/.*$/, "") : "";
  return admissionPolicies.filter(
    ({ onFailure, matches }) => onFailure === undefined && matches.some((one) => one.group === group && one.resources.includes(resource)),
  );
}

/** What cannot be judged is refused by a policy that fails closed. */
function problemsOf(policy: Policy, request: Parameters<typeof objection>[1], params: unknown): readonly string[] {
  const opening = `the SecurityBaseline of ${request.namespace} refuses it: `;
  try {
    const message = objection(policy, request, params);
    if (message === undefined) return [];
    return [message.startsWith(opening) ? message.slice(opening.length) : message];
  } catch {
    return [`${policy.name} cannot judge it, and refuses it for that`];
  }
}
