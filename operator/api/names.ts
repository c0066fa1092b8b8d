/** Names everything that other people's tools may rely on: group, labels, annotations, field manager. */

export const GROUP = "securitybaseline.dev";
export const VERSION = "v1alpha1";
export const API_VERSION = `${GROUP}/${VERSION}`;

/** The only allowed `metadata.name` of a SecurityBaseline: a namespace has one posture. */
export const BASELINE_NAME = "baseline";

/** The only allowed `metadata.name` of a ClusterSecurityBaseline. */
export const CLUSTER_BASELINE_NAME = "cluster";

/** Field manager of every object that the operator applies, and of the status it writes. */
export const FIELD_MANAGER = "securitybaseline";

export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
export const MANAGED_BY_VALUE = "securitybaseline";

/** Says which control made an object; its value is the section's name in the spec. */
export const CONTROL_LABEL = `${GROUP}/control`;

/**
 * Stands on objects that we share with others (Namespace, ServiceAccount `default`) and that no ownerReference can
 * clean up: says what to do with our fields once the baseline is gone, also when it went while the operator was down.
 */
export const DELETION_POLICY_ANNOTATION = `${GROUP}/deletion-policy`;

/**
 * On a Namespace, with the value below, while a baseline in it is enforced: where it is missing, the operator's account may write nothing
 * that a baseline would ask for. It tells the API server for which namespaces a baseline must be looked up.
 */
export const ENFORCED_LABEL = `${GROUP}/enforced`;
export const ENFORCED_VALUE = "true";

/**
 * Value of the mark in the moment before: only the step from here to the value above is held against a baseline, so that neither taking the
 * mark back nor any other change of a Namespace depends on one.
 */
export const ENFORCED_REQUESTED = "requested";

/**
 * On a shared object (Namespace, ServiceAccount `default`) for the moment in which the operator changes it: only then does the API server look for the
 * baseline, which it otherwise had to do at everybody's changes of such objects.
 */
export const APPLYING_LABEL = `${GROUP}/applying`;
export const APPLYING_VALUE = "true";
/** The same in a dry run of what mode Report asks for. It is never stored. */
export const REHEARSED_VALUE = "rehearsed";

/** Field manager of the mark: a second one, so that it is set and taken back without naming the other fields of the Namespace. */
export const MARK_FIELD_MANAGER = "securitybaseline-mark";

/**
 * On a Namespace in which the section `admission` is in use, with its mode as the value: tells the API server where the policies of that section judge,
 * so that nobody else waits for a baseline to be looked up.
 */
export const ADMISSION_LABEL = `${GROUP}/admission`;

/** Field manager of that label: sections that share an object each apply in a name of their own. */
export const ADMISSION_FIELD_MANAGER = "securitybaseline-admission";

/** Annotation of Linkerd on a Namespace: whom pods that are created from then on let in where no policy of Linkerd says otherwise. */
export const LINKERD_POLICY_ANNOTATION = "config.linkerd.io/default-inbound-policy";

/** Field manager of that annotation. */
export const MESH_FIELD_MANAGER = "securitybaseline-mesh";

/** Labels of a Namespace by which those who check signatures of images for the whole cluster check them there, too, and the values that we write. */
export const IMAGE_LABELS = {
  Sigstore: { key: "policy.sigstore.dev/include", value: "true" },
  Connaisseur: { key: "securesystemsengineering.connaisseur/webhook", value: "validate" },
} as const;

/** Field manager of those labels. */
export const IMAGES_FIELD_MANAGER = "securitybaseline-images";

/** Field manager of labels and annotations of others that were in nobody's name: without one, they would go when we give up a label of ours beside them. */
export const CUSTODY_FIELD_MANAGER = "securitybaseline-custody";

/**
 * On a baseline: any new value asks the secret backends to refresh once. On the objects that we make for them: the value
 * that they were last asked with.
 */
export const REFRESH_ANNOTATION = `${GROUP}/refresh`;

/** Role and RoleBinding by which External Secrets may mint tokens for the ServiceAccounts of `secrets.stores`. */
export const STORE_TOKEN_ROLE = "external-secrets-token";

/** Account of the External Secrets controller, as its own installation names it. */
export const EXTERNAL_SECRETS_ACCOUNT = { namespace: "external-secrets", name: "external-secrets" } as const;

/** The only `metadata.name` of a policy report that the operator writes. */
export const REPORT_NAME = "securitybaseline";

/** On every policy report that the operator writes, with the value below: it tells the API server for which reports a baseline must be looked up. */
export const REPORT_LABEL = `${GROUP}/policy-report`;
export const REPORT_LABEL_VALUE = "true";

/** Field manager of policy reports: no baseline asks for them, so nothing of what baselines ask for is applied in this name. */
export const REPORTS_FIELD_MANAGER = "securitybaseline-reports";

/** Virtual resource on whose names the verbs of emergency access are granted. No API serves it; RBAC and CEL's authorizer do not mind. */
export const BREAK_GLASS_PROFILES = "breakglassprofiles";

/** The only allowed `metadata.name` of a BreakGlassCheckpoint. */
export const CHECKPOINT_NAME = "ledger";

/** Virtual resource for the two who shorten the ledger together, with the verbs `archive` and `prune`. */
export const BREAK_GLASS_LEDGERS = "breakglassledgers";

/**
 * Virtual verb on `serviceaccounts/token` beside `create`: the Role of a grant gives it for the one identity, and Kubernetes' own roles, which let
 * create tokens of any account, do not.
 */
export const MINT_VERB = "mint";

/** On every object of a grant of emergency access, with the value below. Never beside the managed-by label: no baseline asks for grants. */
export const GRANT_LABEL = `${GROUP}/break-glass`;
export const GRANT_LABEL_VALUE = "grant";

/** Value of the same label on what custodians made by hand: the operator neither knows nor touches it. */
export const BY_HAND_LABEL_VALUE = "by-hand";

/** On every object of a grant: uid of the request it was made for. */
export const REQUEST_UID_ANNOTATION = `${GROUP}/request-uid`;

/** On every object of a grant, for whoever reads it: `<namespace>/<name>` of the request, and the deadline in RFC 3339. */
export const REQUEST_ANNOTATION = `${GROUP}/request`;
export const DEADLINE_ANNOTATION = `${GROUP}/deadline`;

/** Field manager of grants and of what the broker writes into requests. */
export const BROKER_FIELD_MANAGER = "securitybaseline-breakglass";

/** On a namespace of the installation, or one of its kinds: it may be deleted. */
export const UNINSTALL_LABEL = `${GROUP}/uninstall`;
export const UNINSTALL_VALUE = "true";

/** Role without rights that drills grant. */
export const DRILL_ROLE = "sb-drill";

/** Roles that an installation allows without being told: for incidents in a namespace, and for those of the whole cluster. */
export const DEFAULT_INCIDENT_ROLE = "sb-incident-admin";
export const DEFAULT_CLUSTER_ROLE = "sb-cluster-admin";

/** On a ClusterRole, with the value below: its rules are part of the role for the whole cluster. */
export const TO_CLUSTER_ROLE_LABEL = `${GROUP}/aggregate-to-${DEFAULT_CLUSTER_ROLE}`;
export const TO_CLUSTER_ROLE_VALUE = "true";

/** Namespace of grants and ledger, unless an installation says otherwise. */
export const BREAK_GLASS_NAMESPACE = "securitybaseline-breakglass";

/** Names of the objects of a grant begin like this. */
export const GRANT_NAME_PREFIX = "bg-";

/** Names that begin like this belong to what section `breakGlass` makes. */
export const BREAK_GLASS_ROLE_PREFIX = "break-glass-";
