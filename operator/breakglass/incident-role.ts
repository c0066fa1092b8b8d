/** Lists what the supplied ClusterRole for incidents in a namespace allows. */
import type { AccessRule } from "../api/baseline.ts";
import { GROUP } from "../api/names.ts";
import { RBAC_GROUP } from "../kinds/role-binding.ts";

const READ = ["get", "list", "watch"];
const WRITE = ["get", "list", "watch", "create", "update", "patch", "delete"];
/** The scale subresource has neither list nor create. */
const SCALE = ["get", "update", "patch"];
/** A client that upgrades to a WebSocket sends GET; API servers since 1.35 ask for `create` as well. */
const CONNECT = ["get", "create"];

/** What is done in an incident. Whoever runs or enters pods sees what they mount: that much of a Secret no role can hide. */
const REPAIR: readonly AccessRule[] = [
  { apiGroups: [""], resources: ["pods"], verbs: [...READ, "delete"] },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
  { apiGroups: [""], resources: ["pods/attach", "pods/exec", "pods/portforward"], verbs: CONNECT },
  { apiGroups: [""], resources: ["pods/ephemeralcontainers", "pods/resize"], verbs: ["get", "update", "patch"] },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  { apiGroups: [""], resources: ["configmaps", "services"], verbs: WRITE },
  { apiGroups: ["apps"], resources: ["daemonsets", "deployments", "replicasets", "statefulsets"], verbs: WRITE },
  { apiGroups: ["apps"], resources: ["deployments/scale", "replicasets/scale", "statefulsets/scale"], verbs: SCALE },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: WRITE },
  { apiGroups: ["batch"], resources: ["cronjobs", "jobs"], verbs: WRITE },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: WRITE },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: WRITE },
];

/** What helps to find the cause. No Secrets, and nothing by which a token could be had. */
const LOOK: readonly AccessRule[] = [
  {
    apiGroups: [""],
    resources: [
      "endpoints",
      "events",
      "limitranges",
      "namespaces",
      "nodes",
      "persistentvolumeclaims",
      "persistentvolumes",
      "podtemplates",
      "replicationcontrollers",
      "resourcequotas",
      "serviceaccounts",
    ],
    verbs: READ,
  },
  {
    apiGroups: ["admissionregistration.k8s.io"],
    resources: [
      "mutatingwebhookconfigurations",
      "validatingadmissionpolicies",
      "validatingadmissionpolicybindings",
      "validatingwebhookconfigurations",
    ],
    verbs: READ,
  },
  { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: READ },
  { apiGroups: ["apiregistration.k8s.io"], resources: ["apiservices"], verbs: READ },
  { apiGroups: ["apps"], resources: ["controllerrevisions"], verbs: READ },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: READ },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
  { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: READ },
  { apiGroups: ["flowcontrol.apiserver.k8s.io"], resources: ["flowschemas", "prioritylevelconfigurations"], verbs: READ },
  { apiGroups: ["metrics.k8s.io"], resources: ["nodes", "pods"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses", "networkpolicies"], verbs: READ },
  { apiGroups: [RBAC_GROUP], resources: ["clusterrolebindings", "clusterroles", "rolebindings", "roles"], verbs: READ },
  { apiGroups: ["scheduling.k8s.io"], resources: ["priorityclasses"], verbs: READ },
  { apiGroups: [GROUP], resources: ["securitybaselines"], verbs: READ },
  { apiGroups: ["storage.k8s.io"], resources: ["csidrivers", "csinodes", "storageclasses", "volumeattachments"], verbs: READ },
];

/** Rules of the supplied ClusterRole for incidents in a namespace. */
export const INCIDENT_RULES: readonly AccessRule[] = [...REPAIR, ...LOOK];
