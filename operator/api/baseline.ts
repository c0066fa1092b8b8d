/**
 * Owns the kind SecurityBaseline: these types are the only source of the CRD, its reference page, the schema that
 * `lint` uses and the types that the operator works with. The markers in the comments are explained in docs/api-markers.md.
 */

import type { SecurityBaselineStatus } from "./baseline-status.ts";
import type { LabelSelector, ResourceMetadata } from "./shared-types.ts";

/**
 * What a section does: `Enforce` creates what is missing and puts back what was changed; `Report` only writes status;
 * `Off` does not look, and what the section made before is removed or kept by `deletionPolicy`.
 */
export type SectionMode = "Enforce" | "Report" | "Off";

/** What becomes of generated objects when the baseline is deleted or a section is switched off. */
export type DeletionPolicy = "Delete" | "Retain";

/**
 * The security posture of one namespace. There is one per namespace and it is called `baseline`.
 *
 * @resource plural=securitybaselines singular=securitybaseline shortName=sb scope=Namespaced
 * @printColumn READY | string | .status.conditions[?(@.type=="Ready")].status
 * @printColumn COMPLIANT | string | .status.conditions[?(@.type=="Compliant")].status
 * @printColumn DRIFT | integer | .status.summary.drifted
 * @printColumn MODE | string | .spec.mode
 * @printColumn AGE | date | .metadata.creationTimestamp
 * @printColumn MESSAGE | string | .status.conditions[?(@.type=="Ready")].message | wide
 * @rule self.metadata.name == 'baseline'
 * @message a namespace has one SecurityBaseline: set metadata.name to "baseline"
 */
export interface SecurityBaseline {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ResourceMetadata;
  /** @default {} */
  readonly spec?: SecurityBaselineSpec;
  /** @subresource */
  readonly status?: SecurityBaselineStatus;
}

/** Desired posture. Every section is optional; an absent section is Off. */
export interface SecurityBaselineSpec {
  /**
   * Default mode of every section.
   * @default "Enforce"
   */
  readonly mode?: SectionMode;
  /**
   * Take over objects of the same name that somebody else made. Otherwise they are reported as Conflict and left alone.
   * @default false
   */
  readonly adoptExisting?: boolean;
  /**
   * What deleting this object, or switching a section off, does to what it made.
   * @default "Delete"
   */
  readonly deletionPolicy?: DeletionPolicy;
  /** Roles for groups of the identity provider. */
  readonly access?: AccessSection;
  /** Pod Security Standards labels of the namespace. */
  readonly podSecurity?: PodSecuritySection;
  /** NetworkPolicies: default deny, and the flows that are needed. */
  readonly network?: NetworkSection;
  /** Hardened ServiceAccounts. */
  readonly serviceAccounts?: ServiceAccountsSection;
}

/** Roles and who holds them: each entry becomes a Role and a RoleBinding of its name. */
export interface AccessSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /**
   * The roles of this namespace.
   * @listType map
   * @listMapKey name
   * @maxItems 32
   */
  readonly roles?: readonly AccessRole[];
}

/**
 * A role and the groups that hold it.
 *
 * @rule self.name in ['app-deployer', 'app-viewer', 'secret-manager', 'namespace-admin'] ? !has(self.rules) : true
 * @message the rules of a built-in role are supplied: remove `rules`, or choose a name other than app-deployer, app-viewer, secret-manager and namespace-admin
 * @rule self.name in ['app-deployer', 'app-viewer', 'secret-manager', 'namespace-admin'] || (has(self.rules) && size(self.rules) > 0)
 * @message a role that is not built in needs `rules`: add them, or choose app-deployer, app-viewer, secret-manager or namespace-admin
 */
export interface AccessRole {
  /**
   * Name of the Role and the RoleBinding. Built in: `app-deployer`, `app-viewer`, `secret-manager`, `namespace-admin`; their rules are supplied.
   * @minLength 1
   * @maxLength 63
   * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
   */
  readonly name: string;
  /**
   * Groups of the identity provider that hold the role.
   * @listType set
   * @minItems 1
   * @maxItems 32
   */
  readonly groups: readonly GroupName[];
  /**
   * Rules of a custom role; required for every name that is not built in.
   * @listType atomic
   * @minItems 1
   * @maxItems 16
   */
  readonly rules?: readonly AccessRule[];
}

/**
 * A group as the identity provider names it.
 *
 * @minLength 1
 * @maxLength 253
 * @rule !self.startsWith('system:')
 * @message groups that begin with "system:" belong to Kubernetes: name a group of your identity provider
 * @rule self.matches('^[^\\x00-\\x1f\\x7f]+$')
 * @message a group name has no control characters: remove line breaks and tabs
 */
export type GroupName = string;

/**
 * Rights on some resources of the namespace.
 *
 * @rule !self.verbs.exists(v, v == '*') && !self.resources.exists(r, r.contains('*')) && !self.apiGroups.exists(g, g == '*')
 * @message wildcards are refused: list the verbs, resources and apiGroups that are needed
 * @rule !self.verbs.exists(v, v in ['bind', 'escalate', 'impersonate'])
 * @message the verbs bind, escalate and impersonate hand out other people's rights: remove them
 * @rule !self.resources.exists(r, r in ['serviceaccounts/token', 'nodes/proxy'])
 * @message serviceaccounts/token and nodes/proxy give rights beyond the namespace's roles: remove them
 * @rule !self.apiGroups.exists(g, g in ['rbac.authorization.k8s.io', 'admissionregistration.k8s.io', 'securitybaseline.dev'])
 * @message a role may not change the rules it lives under: remove rbac.authorization.k8s.io, admissionregistration.k8s.io and securitybaseline.dev from apiGroups
 */
export interface AccessRule {
  /**
   * API groups; "" is the core group.
   * @listType atomic
   * @minItems 1
   * @maxItems 8
   */
  readonly apiGroups: readonly RbacName[];
  /**
   * Resources, with subresources as `pods/log`.
   * @listType atomic
   * @minItems 1
   * @maxItems 32
   */
  readonly resources: readonly RbacName[];
  /**
   * Allowed verbs.
   * @listType atomic
   * @minItems 1
   * @maxItems 16
   */
  readonly verbs: readonly RbacName[];
  /**
   * Restricts the rule to objects of these names, kept as written.
   * @listType atomic
   * @maxItems 32
   */
  readonly resourceNames?: readonly RbacName[];
}

/** @maxLength 253 */
export type RbacName = string;

/** A Pod Security Standard (KEP-2579). */
export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** Pod Security labels of the namespace, checked by the API server when a pod is created. */
export interface PodSecuritySection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /** Pods that break this level are refused. */
  readonly enforce: PodSecurityLevel;
  /** Pods that break this level are noted in the audit log; default: as `enforce`. */
  readonly audit?: PodSecurityLevel;
  /** Who creates a pod that breaks this level is warned; default: as `enforce`. */
  readonly warn?: PodSecurityLevel;
  /**
   * Version of the standard: `latest` or a minor version of Kubernetes such as `v1.36`.
   * @default "latest"
   * @maxLength 10
   * @pattern ^(latest|v1\.(0|[1-9][0-9]{0,2}))$
   */
  readonly version?: string;
}

/** Direction of traffic, seen from the pods of the namespace. */
export type Direction = "Ingress" | "Egress";

/** NetworkPolicies of the namespace. A network plugin that enforces NetworkPolicy is needed for them to have an effect. */
export interface NetworkSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /**
   * Directions in which everything is denied that no entry below allows.
   * @listType set
   * @maxItems 2
   * @default ["Ingress", "Egress"]
   */
  readonly defaultDeny?: readonly Direction[];
  /**
   * Allow all pods to ask the cluster's DNS. Without effect unless `defaultDeny` has Egress: nothing is denied then.
   * @default true
   */
  readonly allowDNS?: boolean;
  /** Where DNS is, for set-ups other than pods `k8s-app: kube-dns` in `kube-system`. */
  readonly dns?: DNSSettings;
  /**
   * Flows into pods of this namespace.
   * @listType map
   * @listMapKey name
   * @maxItems 64
   */
  readonly ingress?: readonly IngressEntry[];
  /**
   * Flows out of pods of this namespace.
   * @listType map
   * @listMapKey name
   * @maxItems 64
   */
  readonly egress?: readonly EgressEntry[];
}

/** Where DNS is. */
export interface DNSSettings {
  /**
   * Namespace of the DNS pods.
   * @default "kube-system"
   * @minLength 1
   * @maxLength 63
   * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
   */
  readonly namespace?: string;
  /** The DNS pods; default `matchLabels: {k8s-app: kube-dns}`. */
  readonly pods?: LabelSelector;
  /**
   * Addresses that answer DNS besides the pods, for example a node-local cache.
   * @listType set
   * @maxItems 16
   */
  readonly cidrs?: readonly CIDR[];
  /**
   * Ports on which DNS is asked; default UDP and TCP 53.
   * @listType atomic
   * @minItems 1
   * @maxItems 8
   */
  readonly ports?: readonly NetworkPort[];
}

/** A flow into pods of this namespace; becomes the NetworkPolicy `allow-ingress-<name>`. */
export interface IngressEntry {
  /**
   * Name of the flow.
   * @minLength 1
   * @maxLength 63
   * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
   */
  readonly name: string;
  /** Pods of this namespace; default all. */
  readonly pods?: LabelSelector;
  /**
   * Who may connect; the entries are alternatives.
   * @listType atomic
   * @minItems 1
   * @maxItems 16
   */
  readonly from: readonly NetworkPeer[];
  /**
   * Ports that may be reached; default all.
   * @listType atomic
   * @minItems 1
   * @maxItems 16
   */
  readonly ports?: readonly NetworkPort[];
}

/** A flow out of pods of this namespace; becomes the NetworkPolicy `allow-egress-<name>`. */
export interface EgressEntry {
  /**
   * Name of the flow.
   * @minLength 1
   * @maxLength 63
   * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
   */
  readonly name: string;
  /** Pods of this namespace; default all. */
  readonly pods?: LabelSelector;
  /**
   * Where they may connect to; the entries are alternatives.
   * @listType atomic
   * @minItems 1
   * @maxItems 16
   */
  readonly to: readonly NetworkPeer[];
  /**
   * Ports that may be reached; default all. For `preset: KubeAPI` the ports of the endpoints themselves are used.
   * @listType atomic
   * @minItems 1
   * @maxItems 16
   */
  readonly ports?: readonly NetworkPort[];
}

/**
 * Well-known peers: `KubeAPI` is the API server's endpoints, followed as they move; `SameNamespace` all pods of this namespace;
 * `Internet` every address outside private, link-local and metadata ranges.
 */
export type PeerPreset = "KubeAPI" | "SameNamespace" | "Internet";

/**
 * One peer: its fields are ANDed.
 *
 * @rule [has(self.namespace) || has(self.namespaceSelector) || has(self.pods), has(self.cidr), has(self.preset)].filter(x, x).size() == 1
 * @message a peer is one of selectors (namespace or namespaceSelector, pods), `cidr` or `preset`: split it into one peer each
 * @rule !(has(self.namespace) && has(self.namespaceSelector))
 * @message give either `namespace` or `namespaceSelector`, not both
 * @rule !has(self.except) || has(self.cidr)
 * @message `except` belongs to a `cidr`: add the cidr or remove `except`
 * @rule !has(self.except) || !has(self.cidr) || !isCIDR(self.cidr) || self.except.all(e, !isCIDR(e) || cidr(self.cidr).containsCIDR(e))
 * @message each `except` must lie inside `cidr`
 */
export interface NetworkPeer {
  /**
   * Namespace of the peer, by name (label `kubernetes.io/metadata.name`).
   * @minLength 1
   * @maxLength 63
   * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
   */
  readonly namespace?: string;
  /** Namespaces of the peer, by label. */
  readonly namespaceSelector?: LabelSelector;
  /** Pods of the peer; default all pods of the namespaces named, or without those of this namespace. */
  readonly pods?: LabelSelector;
  /** Addresses of the peer, such as `10.20.0.0/16`. */
  readonly cidr?: CIDR;
  /**
   * Addresses inside `cidr` that are left out.
   * @listType set
   * @maxItems 16
   */
  readonly except?: readonly CIDR[];
  /** A well-known peer. */
  readonly preset?: PeerPreset;
}

/**
 * An address range of IPv4 or IPv6.
 *
 * @minLength 1
 * @maxLength 49
 * @rule isCIDR(self)
 * @message not an address range: write it as 10.20.0.0/16 or fd00::/8, one address as 10.20.0.1/32
 */
export type CIDR = string;

/** A port that may be reached. */
export interface NetworkPort {
  /**
   * Number of the port.
   * @format int32
   * @minimum 1
   * @maximum 65535
   */
  readonly port: number;
  /** @default "TCP" */
  readonly protocol?: Protocol;
}

/** Transport protocol. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** Hardened ServiceAccounts. */
export interface ServiceAccountsSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /**
   * Whether pods of the ServiceAccount `default` get a token mounted.
   * @default false
   */
  readonly automountDefaultToken?: boolean;
  /**
   * Dedicated accounts for workloads.
   * @listType map
   * @listMapKey name
   * @maxItems 64
   */
  readonly accounts?: readonly ServiceAccountEntry[];
}

/**
 * A ServiceAccount for workloads.
 *
 * @rule self.name != 'default'
 * @message the ServiceAccount `default` exists in every namespace: set serviceAccounts.automountDefaultToken instead
 */
export interface ServiceAccountEntry {
  /**
   * Name of the ServiceAccount.
   * @minLength 1
   * @maxLength 63
   * @pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
   */
  readonly name: string;
  /**
   * Whether pods of this account get a token mounted.
   * @default false
   */
  readonly automountToken?: boolean;
}
