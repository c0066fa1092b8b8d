/** Lists the kinds that have pods made, which are only counted, and says which of their objects count. */
import type { KubernetesObject } from "../api/object.ts";

/** A kind whose objects have a template of pods. */
export interface WorkloadKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespaced: true;
}

function workload(apiVersion: string, kind: string, resource: string): WorkloadKind {
  return { apiVersion, kind, resource, namespaced: true };
}

/** All that Kubernetes itself has. */
export const WORKLOADS: readonly WorkloadKind[] = [
  workload("apps/v1", "DaemonSet", "daemonsets"),
  workload("apps/v1", "Deployment", "deployments"),
  workload("apps/v1", "ReplicaSet", "replicasets"),
  workload("apps/v1", "StatefulSet", "statefulsets"),
  workload("batch/v1", "CronJob", "cronjobs"),
  workload("batch/v1", "Job", "jobs"),
  workload("v1", "ReplicationController", "replicationcontrollers"),
];

/** Whether an object of such a kind has pods made by itself: what another workload owns is judged with that one, and a Job that is over makes no more pods. */
export function makesPods(object: KubernetesObject): boolean {
  const owners = listOf<{ readonly controller?: unknown }>(object.metadata?.ownerReferences);
  return !owners.some((owner) => owner?.controller === true) && !isFinished(object);
}

function isFinished({ status }: KubernetesObject & { readonly status?: { readonly conditions?: unknown } }): boolean {
  const conditions = listOf<{ readonly type?: unknown; readonly status?: unknown }>(status?.conditions);
  return conditions.some((one) => (one?.type === "Complete" || one?.type === "Failed") && one.status === "True");
}

function listOf<T>(value: unknown): readonly (T | null | undefined)[] {
  return Array.isArray(value) ? value : [];
}
