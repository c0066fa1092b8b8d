/** Says of a workload that is there whether it could be made again under a section `admission`, in the words of the policies that would refuse it. */
import type { AdmissionSection } from "../../api/baseline-admission.ts";
import type { KubernetesObject } from "../../api/object.ts";
import type { WorkloadKind } from "../../kinds/workloads.ts";
import { answerTo } from "./answer.ts";

/**
 * Problems of a workload that would be made at this time (RFC 3339), as if the section were enforced for workloads, too; undefined where there is none.
 * Never throws.
 */
export function workloadProblem(type: WorkloadKind, object: KubernetesObject, now: string, section: AdmissionSection): string | undefined {
  const namespace = object.metadata?.namespace ?? "";
  const baseline = { spec: { admission: { ...section, mode: "Enforce", workloads: "Deny" } } };
  return answerTo({ ...object, apiVersion: type.apiVersion, kind: type.kind }, { namespace, baseline, mode: "Enforce", now })?.problems;
}
