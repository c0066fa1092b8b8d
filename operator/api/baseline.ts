/**
 * Declares the kind SecurityBaseline.
 * These types are the only source of the CRD, its reference page, the schema that `lint` uses and the types that the operator works with.
 * The markers in the comments are explained in docs/api-markers.md.
 */

import type { AdmissionSection } from "./baseline-admission.ts";
import type { ImagesSection } from "./baseline-images.ts";
import type { MeshSection } from "./baseline-mesh.ts";
import type { NetworkSection } from "./baseline-network.ts";
import type { RuntimeSection } from "./baseline-runtime.ts";
import type { SecretsSection } from "./baseline-secrets.ts";
import type { SecurityBaselineStatus } from "./baseline-status.ts";
import type { BreakGlassSection } from "./break-glass.ts";
import type { DnsLabel, DnsSubdomain, GroupName, OnViolation, ResourceMetadata, SectionMode } from "./shared-types.ts";

export type {
  CIDR,
  Direction,
  DNSSettings,
  EgressEntry,
  IngressEntry,
  NetworkPeer,
  NetworkPort,
  NetworkSection,
  PeerPreset,
  Protocol,
} from "./baseline-network.ts";

/** What deleting the baseline, or switching a section off, does to the objects that it made. */
export type DeletionPolicy = "Delete" | "Retain";

/**
 * The security posture of one namespace. There is one per namespace and it is called `baseline`.
 *
 * @resource plural=securitybaselines singular=securitybaseline shortName=sb scope=Namespaced
 * @printColumn READY | string | .status.conditions[?(@.type=="Ready")].status
 * @printColumn COMPLIANT | string | .status.conditions[?(@.type=="Compliant")].status
 * @printColumn DRIFT | integer | .status.summary.drifted
 * @printColumn FINDINGS | integer | .status.summary.findings
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
  /**
   * @subresource
   * @default {"observedGeneration": -1}
   */
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
   * @default "Delete"
   */
  readonly deletionPolicy?: DeletionPolicy;
  /** Roles for groups of the identity provider. */
  readonly access?: AccessSection;
  /** What the API server refuses of workloads, Services, host names and storage. */
  readonly admission?: AdmissionSection;
  /** Pod Security Standards labels of the namespace. */
  readonly podSecurity?: PodSecuritySection;
  /** NetworkPolicies: default deny, and the flows that are needed. */
  readonly network?: NetworkSection;
  /** Hardened ServiceAccounts. */
  readonly serviceAccounts?: ServiceAccountsSection;
  /** Secrets of External Secrets, the Secrets Store CSI driver and Sealed Secrets. */
  readonly secrets?: SecretsSection;
  /** Signatures of images, checked by Kyverno, Sigstore's policy-controller or Connaisseur. */
  readonly images?: ImagesSection;
  /** Mutual TLS between the pods of a service mesh. */
  readonly mesh?: MeshSection;
  /** Deeds of processes in running pods: watched, or ended. */
  readonly runtime?: RuntimeSection;
  /** Emergency access to the namespace. */
  readonly breakGlass?: BreakGlassSection;
  /**
   * Findings that somebody answers for, until a day that they name.
   * @listType atomic
   * @maxItems 64
   */
  readonly exceptions?: readonly FindingException[];
}

/** Accepts a finding for a time. It stays listed, and comes back when the time is over. */
export interface FindingException {
  /**
   * Rule of the finding, as in status.
   * @minLength 1
   * @maxLength 63
   * @pattern ^[A-Z][A-Za-z]*$
   */
  readonly rule: string;
  /** The object that is at fault, in the namespace of the baseline, or outside of all for a ClusterSecurityBaseline. */
  readonly ref: ExceptionRef;
  /**
   * Why this is right.
   * @minLength 10
   * @maxLength 512
   */
  readonly reason: string;
  /**
   * Who answers for it: a team or a person.
   * @minLength 1
   * @maxLength 253
   */
  readonly owner: string;
  /**
   * When it ends, for example `2027-03-31T00:00:00Z`.
   * @format date-time
   */
  readonly expires: string;
}

/** An object by kind and name. */
export interface ExceptionRef {
  /**
   * Tells kinds of one name apart, for example `projectcalico.org/v3` for a NetworkPolicy of Calico. Only its group counts. Default: the kind of Kubernetes
   * itself, or where Kubernetes has none of that name, whichever has it.
   * @minLength 1
   * @maxLength 253
   */
  readonly apiVersion?: string;
  /**
   * @minLength 1
   * @maxLength 63
   */
  readonly kind: string;
  /**
   * @minLength 1
   * @maxLength 253
   */
  readonly name: string;
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
 * @rule self.name != 'external-secrets-token'
 * @message the name external-secrets-token is reserved for the Role that `secrets.stores` makes: choose another name
 * @rule !self.name.startsWith('break-glass-') && !self.name.startsWith('bg-')
 * @message names that begin with "break-glass-" or "bg-" are reserved for what `breakGlass` makes: choose another name
 */
export interface AccessRole {
  /** Name of the Role and the RoleBinding. Built in: `app-deployer`, `app-viewer`, `secret-manager`, `namespace-admin`; their rules are supplied. */
  readonly name: DnsLabel;
  /**
   * Groups of the identity provider that hold the role.
   * @listType atomic
   * @minItems 1
   * @maxItems 128
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

/**
 * Version of a Pod Security Standard: `latest` or a minor version of Kubernetes such as `v1.36`.
 *
 * @maxLength 10
 * @pattern ^(latest|v1\.(0|[1-9][0-9]{0,2}))$
 */
export type PodSecurityVersion = string;

/**
 * Pod Security labels of the namespace, checked by the API server when a pod is created. What is not named here stays as the cluster has it by
 * default.
 *
 * @rule has(self.enforce) || has(self.audit) || has(self.warn)
 * @message a section without a level does nothing: write `enforce`, `audit` or `warn`
 * @rule !has(self.auditVersion) || has(self.audit) || has(self.enforce)
 * @message `auditVersion` is the version of a level: add `audit`, or remove it
 * @rule !has(self.warnVersion) || has(self.warn) || has(self.enforce)
 * @message `warnVersion` is the version of a level: add `warn`, or remove it
 * @rule !has(self.onViolation) || self.onViolation == 'Enforce' || has(self.enforce)
 * @message `onViolation: Hold` is about `enforce`: add it, or remove `onViolation`
 */
export interface PodSecuritySection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /** Pods that break this level are refused. Without it the section only tells, by `audit` and `warn`. */
  readonly enforce?: PodSecurityLevel;
  /** Pods that break this level are noted in the audit log; default: as `enforce`. */
  readonly audit?: PodSecurityLevel;
  /** Who creates a pod that breaks this level is warned; default: as `enforce`. */
  readonly warn?: PodSecurityLevel;
  /**
   * Version of the standard: `latest` or a minor version of Kubernetes such as `v1.36`.
   * @default "latest"
   */
  readonly version?: PodSecurityVersion;
  /** Version for `audit`; default: as `version`. */
  readonly auditVersion?: PodSecurityVersion;
  /** Version for `warn`; default: as `version`. */
  readonly warnVersion?: PodSecurityVersion;
  /**
   * What becomes of `enforce` while running pods would break a higher level. `Enforce` raises it all the same: they run on, and are refused when they are
   * made again. `Hold` keeps the present level until no pod breaks the higher one; `audit` and `warn` rise at once.
   * @default "Enforce"
   */
  readonly onViolation?: OnViolation;
}

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
  /** Name of the ServiceAccount. */
  readonly name: DnsLabel;
  /**
   * Whether pods of this account get a token mounted.
   * @default false
   */
  readonly automountToken?: boolean;
  /**
   * Annotations of the ServiceAccount, such as the identity that a cloud gives to its pods. Those of others are left alone.
   */
  readonly annotations?: AccountAnnotations;
  /**
   * Secrets of this namespace with which images are pulled. Without any, the list is left to others.
   * @listType atomic
   * @maxItems 16
   */
  readonly imagePullSecrets?: readonly ImagePullSecret[];
}

/**
 * Annotations of a ServiceAccount.
 *
 * @mapType atomic
 * @maxProperties 16
 * @rule self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))
 * @message not an annotation key: write a name of at most 63 letters, digits, "-", "_" and ".", after a DNS name in lower case and "/" if needed
 * @rule self.all(k, !k.matches('^([^/]*[.])?(kubernetes[.]io|k8s[.]io|securitybaseline[.]dev)/'))
 * @message annotations of kubernetes.io, k8s.io and securitybaseline.dev decide what Kubernetes and the operator do: remove them
 */
export type AccountAnnotations = Readonly<Record<string, AnnotationValue>>;

/** @maxLength 4096 */
export type AnnotationValue = string;

/** A Secret with which images are pulled. */
export interface ImagePullSecret {
  /** Name of the Secret. */
  readonly name: DnsSubdomain;
}
