/** Lists the rules of the built-in roles, which baselines grant by name and from which the operator's own rights and policies are generated. */
import type { AccessRule } from "../../api/baseline.ts";

/** A role whose rules the operator supplies. */
export interface BuiltInRole {
  /** For whom it is, in one sentence. */
  readonly description: string;
  /** Exactly the rules of the generated Role. */
  readonly rules: readonly AccessRule[];
}

const READ = ["get", "list", "watch"];
const WRITE = ["get", "list", "watch", "create", "update", "patch", "delete"];
/** The scale subresource has neither list nor create. */
const SCALE = ["get", "update", "patch"];
/** A client that upgrades to a WebSocket sends GET; API servers since 1.35 ask for `create` as well. */
const CONNECT = ["get", "create"];

/** Events name objects and reasons, never their content. Clients read them from either group. */
const READ_EVENTS: AccessRule = { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: READ };
const READ_LOGS: AccessRule = { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] };

/** What bounds an application from outside: whoever looks at one must be able to see why something is refused, closed or slow. */
const READ_BOUNDS: readonly AccessRule[] = [
  { apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["get", "list"] },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: READ },
  { apiGroups: ["securitybaseline.dev"], resources: ["securitybaselines"], verbs: READ },
];
/** With the other kinds of a role, all that `kubectl get all` asks for; and what a pod is measured by. */
const READ_PODS: AccessRule = {
  apiGroups: [""],
  resources: ["limitranges", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas"],
  verbs: READ,
};

const APP_DEPLOYER: BuiltInRole = {
  description: "Rolls out an application and looks at how it runs; reads no Secret and opens no shell.",
  rules: [
    { apiGroups: [""], resources: ["configmaps", "services"], verbs: WRITE },
    READ_PODS,
    READ_LOGS,
    READ_EVENTS,
    { apiGroups: ["apps"], resources: ["deployments", "statefulsets"], verbs: WRITE },
    { apiGroups: ["apps"], resources: ["deployments/scale", "statefulsets/scale"], verbs: SCALE },
    { apiGroups: ["apps"], resources: ["controllerrevisions", "daemonsets", "replicasets"], verbs: READ },
    { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: WRITE },
    { apiGroups: ["batch"], resources: ["cronjobs", "jobs"], verbs: WRITE },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: WRITE },
    { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: WRITE },
    ...READ_BOUNDS,
  ],
};

const APP_VIEWER: BuiltInRole = {
  description: "Looks at an application and its logs; changes nothing and reads no Secret.",
  rules: [
    { apiGroups: [""], resources: ["configmaps", "services"], verbs: READ },
    READ_PODS,
    READ_LOGS,
    READ_EVENTS,
    { apiGroups: ["apps"], resources: ["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"], verbs: READ },
    { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: READ },
    { apiGroups: ["batch"], resources: ["cronjobs", "jobs"], verbs: READ },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: READ },
    { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: READ },
    ...READ_BOUNDS,
  ],
};

const SECRET_MANAGER: BuiltInRole = {
  description: "Keeps the Secrets of a namespace and the objects that Secrets are made from, and nothing else.",
  rules: [
    { apiGroups: [""], resources: ["secrets"], verbs: WRITE },
    { apiGroups: ["bitnami.com"], resources: ["sealedsecrets"], verbs: WRITE },
    { apiGroups: ["external-secrets.io"], resources: ["externalsecrets"], verbs: WRITE },
  ],
};

const NAMESPACE_ADMIN: BuiltInRole = {
  description: "Runs everything in a namespace, shells and Secrets included, but cannot change the rules it lives under.",
  rules: [
    { apiGroups: [""], resources: ["configmaps", "persistentvolumeclaims", "pods", "secrets", "services"], verbs: WRITE },
    READ_LOGS,
    { apiGroups: [""], resources: ["pods/attach", "pods/exec", "pods/portforward"], verbs: CONNECT },
    { apiGroups: [""], resources: ["pods/ephemeralcontainers", "pods/resize"], verbs: ["get", "update", "patch"] },
    { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
    { apiGroups: [""], resources: ["endpoints", "serviceaccounts"], verbs: READ },
    READ_EVENTS,
    { apiGroups: ["apps"], resources: ["daemonsets", "deployments", "replicasets", "statefulsets"], verbs: WRITE },
    { apiGroups: ["apps"], resources: ["deployments/scale", "replicasets/scale", "statefulsets/scale"], verbs: SCALE },
    { apiGroups: ["apps"], resources: ["controllerrevisions"], verbs: READ },
    { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: WRITE },
    { apiGroups: ["batch"], resources: ["cronjobs", "jobs"], verbs: WRITE },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: WRITE },
    { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: WRITE },
  ],
};

/** The built-in roles by name. A name found here never carries rules of its own. */
export const builtInRoles: Readonly<Record<string, BuiltInRole>> = {
  "app-deployer": APP_DEPLOYER,
  "app-viewer": APP_VIEWER,
  "namespace-admin": NAMESPACE_ADMIN,
  "secret-manager": SECRET_MANAGER,
};

/** Rules of a built-in role, or undefined for a custom name (what every JavaScript object inherits, `constructor` for one, has no rules). */
export function builtInRules(name: string): readonly AccessRule[] | undefined {
  return builtInRoles[name]?.rules;
}
