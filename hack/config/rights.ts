/** Lists the operator's rights: what RBAC lets it do follows from the kinds that controls own and the built-in roles. */
import type { AccessRule } from "../../operator/api/baseline.ts";
import type { JsonObject } from "../../operator/api/json.ts";
import { GROUP, REPORT_NAME, STORE_TOKEN_ROLE } from "../../operator/api/names.ts";
import { clusterPosture, namespacePosture } from "../../operator/api/postures.ts";
import { groupOf, type JudgedKind, type ObservedKind, type OwnedKind } from "../../operator/kinds/kind.ts";
import { REPORT_KINDS, type ReportGroup } from "../../operator/kinds/policy-report.ts";
import { RBAC_GROUP } from "../../operator/kinds/role-binding.ts";
import { WORKLOADS } from "../../operator/kinds/workloads.ts";
import { INSTALLATION_LABELS, OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "./installation.ts";

const RBAC_VERSION = `${RBAC_GROUP}/v1`;

const POSTURES = [namespacePosture.resource, clusterPosture.resource];

const BREAK_GLASS_KINDS = ["breakglassrequests", "breakglassdecisions", "breakglassauditentries", "breakglasscheckpoints"];

/**
 * What emergency access takes besides: the roles that are granted, bindings for the whole cluster (which findings read anyway), and the policies that it
 * relies on. Which roles may be bound, and what may be made in the break-glass namespace, follows from the settings.
 */
const GRANT_RULES: readonly AccessRule[] = [
  { apiGroups: [RBAC_GROUP], resources: ["clusterroles"], verbs: ["list", "watch"] },
  { apiGroups: [RBAC_GROUP], resources: ["clusterrolebindings"], verbs: ["create", "delete"] },
  {
    apiGroups: ["admissionregistration.k8s.io"],
    resources: ["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
    verbs: ["list", "watch"],
  },
];

/** What the rights follow from. */
export interface Declarations {
  readonly kinds: readonly OwnedKind[];
  /** Kinds that are only read, for health. */
  readonly observed: readonly ObservedKind[];
  /** Kinds that are only read, for findings. */
  readonly judged: readonly JudgedKind[];
  /** Names of the built-in roles. */
  readonly builtIn: readonly string[];
}

/**
 * Rules that hold in every namespace. A kind outside namespaces can only be shared with others, because everything that
 * a baseline generates lives in its namespace: so it is changed, never created or deleted. Server-side apply of a
 * missing object asks for `create` beside `patch`.
 */
export function clusterRules(declared: Declarations): AccessRule[] {
  return [
    { apiGroups: [GROUP], resources: [...POSTURES, ...BREAK_GLASS_KINDS], verbs: ["list", "watch"] },
    // What is over for long goes; the ledger stays.
    { apiGroups: [GROUP], resources: ["breakglassrequests", "breakglassdecisions"], verbs: ["delete"] },
    {
      apiGroups: [GROUP],
      resources: [...POSTURES, "breakglassrequests", "breakglasscheckpoints"].map((resource) => `${resource}/status`),
      verbs: ["patch"],
    },
    // An aspect is a part of an object whose kind is declared as a whole.
    ...declared.kinds
      .filter(({ aspect }) => aspect === undefined)
      .map((kind) => ({
        apiGroups: [groupOf(kind.apiVersion)],
        resources: [kind.resource],
        verbs: kind.namespaced ? ["list", "watch", "create", "patch", "delete"] : ["list", "watch", "patch"],
      })),
    ...[...declared.observed, ...declared.judged].map((kind) => ({
      apiGroups: [groupOf(kind.apiVersion)],
      resources: [kind.resource],
      verbs: ["list", "watch"],
    })),
    // Only while a namespace is held, and of its pods alone: a watch tells when one of them goes. RBAC knows no "only while". Where pods that mount a token are
    // counted, of all pods.
    { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] },
    // Only of namespaces in which a policy on images waits until running pods pass.
    { apiGroups: ["wgpolicyk8s.io"], resources: ["policyreports"], verbs: ["list", "watch"] },
    // Only of namespaces in which the section admission reports: it tells which of them could not be made again. RBAC knows no "only while".
    ...WORKLOADS.map((kind) => ({ apiGroups: [groupOf(kind.apiVersion)], resources: [kind.resource], verbs: ["list", "watch"] })),
    // Tells which kinds of other projects are served: every CRD's group and every aggregated API has one.
    { apiGroups: ["apiregistration.k8s.io"], resources: ["apiservices"], verbs: ["list", "watch"] },
    // The operator hands out these roles without holding their rights: apply puts the name into the URL, where resourceNames see it.
    { apiGroups: [RBAC_GROUP], resources: ["roles"], resourceNames: [...declared.builtIn, STORE_TOKEN_ROLE], verbs: ["escalate", "bind"] },
    ...GRANT_RULES,
    { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
  ];
}

/** The addresses of the API server, for the network preset KubeAPI. */
const ENDPOINT_RULES: readonly AccessRule[] = [
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
];

/** The lease of the leader. A create names its object in the body only, so it cannot be limited by name. */
const LEASE_RULES: readonly AccessRule[] = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], resourceNames: [OPERATOR_ACCOUNT], verbs: ["get", "update"] },
];

/** All RBAC objects that give the operator its rights, apart from the grantable ceiling. */
export function operatorRights(declared: Declarations): JsonObject[] {
  return [
    ...grant({ kind: "ClusterRole", name: OPERATOR_ACCOUNT, rules: clusterRules(declared) }),
    ...grant({ kind: "Role", name: "securitybaseline-api-endpoints", namespace: "default", rules: ENDPOINT_RULES }),
    ...grant({ kind: "Role", name: "securitybaseline-leader-election", namespace: OPERATOR_NAMESPACE, rules: LEASE_RULES }),
  ];
}

/**
 * What policy reports take: one name, also in what is listed and watched, because the operator asks for that name alone. An apply has it in its URL, so the
 * creation of what is missing can be limited by it, too.
 */
export function reportRights(group: ReportGroup): JsonObject[] {
  const resources = [REPORT_KINDS[group].inNamespace, REPORT_KINDS[group].ofCluster].map(({ resource }) => resource);
  const rules = [{ apiGroups: [group], resources, resourceNames: [REPORT_NAME], verbs: ["list", "watch", "create", "patch"] }];
  return grant({ kind: "ClusterRole", name: "securitybaseline-policy-reports", rules });
}

interface Grant {
  readonly kind: "ClusterRole" | "Role";
  readonly name: string;
  readonly namespace?: string;
  readonly rules: readonly AccessRule[];
}

/** A role and its binding to the operator, both of one name. */
function grant({ kind, name, namespace, rules }: Grant): JsonObject[] {
  const metadata = { name, ...(namespace !== undefined && { namespace }), labels: INSTALLATION_LABELS };
  return [
    { apiVersion: RBAC_VERSION, kind, metadata, rules: rules.map((rule) => ({ ...rule })) },
    {
      apiVersion: RBAC_VERSION,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC_GROUP, kind, name },
      subjects: [{ kind: "ServiceAccount", name: OPERATOR_ACCOUNT, namespace: OPERATOR_NAMESPACE }],
    },
  ];
}
