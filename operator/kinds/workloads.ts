/** Lists the kinds that have pods made, which are only counted. */

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
