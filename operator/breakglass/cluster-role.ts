/** Lists what the supplied ClusterRole for the whole cluster allows beyond the one for a namespace: enough to work with at night, and no way to stay. */
import type { AccessRule } from "../api/baseline.ts";
import { GROUP } from "../api/names.ts";

const READ = ["get", "list", "watch"];
const WRITE = ["get", "list", "watch", "create", "update", "patch", "delete"];
/** Subresources have neither list nor create. */
const CHANGE = ["get", "update", "patch"];

/**
 * What is done to a cluster. No Secrets, as everywhere: those of a whole cluster are the credentials of all that runs in it, and do not end with the
 * grant. ServiceAccounts, CSIDrivers (which ask for the tokens of pods), kinds, webhooks and rights can be looked at.
 */
const WORK: readonly AccessRule[] = [
  // Cordon, drain and taint; a Node that is gone for good is deleted. Its status is the kubelet's.
  { apiGroups: [""], resources: ["nodes"], verbs: [...READ, "update", "patch", "delete"] },
  {
    apiGroups: [""],
    resources: [
      "endpoints",
      "events",
      "limitranges",
      "namespaces",
      "persistentvolumeclaims",
      "persistentvolumes",
      "pods",
      "podtemplates",
      "replicationcontrollers",
      "resourcequotas",
    ],
    verbs: WRITE,
  },
  {
    apiGroups: [""],
    resources: ["persistentvolumeclaims/status", "persistentvolumes/status", "replicationcontrollers/scale"],
    verbs: CHANGE,
  },
  // For a namespace that does not end because a finalizer waits for who is gone.
  { apiGroups: [""], resources: ["namespaces/finalize"], verbs: ["update"] },
  { apiGroups: ["apps"], resources: ["controllerrevisions"], verbs: WRITE },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: WRITE },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: WRITE },
  { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: WRITE },
  { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses", "networkpolicies"], verbs: WRITE },
  { apiGroups: ["resource.k8s.io"], resources: ["resourceclaims", "resourceclaimtemplates"], verbs: WRITE },
  { apiGroups: ["scheduling.k8s.io"], resources: ["priorityclasses"], verbs: WRITE },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses", "volumeattachments", "volumeattributesclasses"], verbs: WRITE },
  { apiGroups: ["storage.k8s.io"], resources: ["csinodes"], verbs: [...READ, "update", "patch", "delete"] },
];

const LOOK: readonly AccessRule[] = [
  {
    apiGroups: ["admissionregistration.k8s.io"],
    resources: ["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"],
    verbs: READ,
  },
  { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["ipaddresses", "servicecidrs"], verbs: READ },
  { apiGroups: ["node.k8s.io"], resources: ["runtimeclasses"], verbs: READ },
  { apiGroups: ["resource.k8s.io"], resources: ["deviceclasses", "resourceslices"], verbs: READ },
  { apiGroups: [GROUP], resources: ["clustersecuritybaselines"], verbs: READ },
  { apiGroups: ["storage.k8s.io"], resources: ["csidrivers", "csistoragecapacities"], verbs: READ },
];

/** Rules for resources. */
export const CLUSTER_RULES: readonly AccessRule[] = [...WORK, ...LOOK];

/** Paths of the API server that tell how it fares; they hold no objects. */
export const CLUSTER_PATHS: readonly string[] = ["/healthz", "/livez", "/livez/*", "/metrics", "/readyz", "/readyz/*", "/version"];
