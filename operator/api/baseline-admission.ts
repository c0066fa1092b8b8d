/** Declares the admission section of a SecurityBaseline: what the API server refuses about workloads, Services, host names and storage of the namespace. */
import type { DnsLabel, DnsSubdomain, LabelKey, LabelValue, SectionMode } from "./shared-types.ts";

/** Where workloads are stopped: `Deny` refuses the Deployment already, `Warn` only warns about it. Their pods are refused either way. */
export type WorkloadAction = "Deny" | "Warn";

/** How precisely an image is named: `Tag` by a tag other than `latest` or a digest, `Digest` by a digest alone. */
export type ImageReferenceRule = "Tag" | "Digest";

/** What containers use up. */
export type ResourceName = "cpu" | "memory" | "ephemeral-storage";

/** How a Service is reached. */
export type ServiceType = "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";

/** A check of this section, by the field that asks for it. */
export type AdmissionCheck =
  | "dropCapabilities"
  | "hostnames"
  | "imageReference"
  | "ingressClasses"
  | "priorityClasses"
  | "readOnlyRootFilesystem"
  | "registries"
  | "requiredLabels"
  | "resources"
  | "runtimeClasses"
  | "secretEnvironment"
  | "services"
  | "storageClasses"
  | "tokenAccounts";

/**
 * What the API server itself refuses when something is created or changed in the namespace: no webhook, and no operator has to run. A field that is absent is
 * not judged. What runs already is left alone; a change to it may not make it worse. `mode: Report` lets everything pass, and warns who sends it.
 */
export interface AdmissionSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /**
   * Whether a Deployment or another workload is refused for the pods that it would make, or its sender only warned.
   * @default "Deny"
   */
  readonly workloads?: WorkloadAction;
  /**
   * Images come from one of these, such as `ghcr.io/acme` or `registry.example.com:5000`: containers of every sort, and volumes that are images.
   * @listType atomic
   * @minItems 1
   * @maxItems 64
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly registries?: readonly ImageRegistry[];
  /** Images are named so that they cannot become others: `Tag` refuses `latest` and no tag at all, `Digest` everything without a digest. */
  readonly imageReference?: ImageReferenceRule;
  /**
   * Pods and the templates of workloads carry these labels.
   * @listType map
   * @listMapKey key
   * @maxItems 16
   */
  readonly requiredLabels?: readonly RequiredLabel[];
  /** Containers state what they use up. */
  readonly resources?: ResourceRules;
  /**
   * Containers drop these capabilities and add none of them; `ALL` is each. Without the prefix `CAP_`.
   * @listType atomic
   * @minItems 1
   * @maxItems 16
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly dropCapabilities?: readonly Capability[];
  /** Containers write to volumes only: `true` asks each, but those of Windows, for `readOnlyRootFilesystem: true`. */
  readonly readOnlyRootFilesystem?: boolean;
  /** Whether containers may take environment variables from Secrets: `false` asks to mount them as volumes instead. */
  readonly secretEnvironment?: boolean;
  /**
   * Pods of these ServiceAccounts may mount a token for the API server; an empty list is nobody's.
   * @listType atomic
   * @maxItems 64
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly tokenAccounts?: readonly DnsSubdomain[];
  /**
   * Pods may have one of these priority classes; "" is none.
   * @minItems 1
   */
  readonly priorityClasses?: ClassNames;
  /**
   * Pods may have one of these runtime classes; "" is none.
   * @minItems 1
   */
  readonly runtimeClasses?: ClassNames;
  /** Claims may ask for one of these storage classes; "" is a volume that somebody made beforehand. An empty list: no claims at all. */
  readonly storageClasses?: ClassNames;
  /** How Services may be reached. */
  readonly services?: ServiceRules;
  /**
   * Ingresses and routes may take requests for these hosts; `*.example.com` is every name below example.com, not that name itself.
   * An empty list: for none at all.
   * @listType atomic
   * @maxItems 64
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly hostnames?: readonly HostPattern[];
  /** Ingresses may have one of these classes; "" is none, which a cluster may fill in. */
  readonly ingressClasses?: ClassNames;
  /**
   * Objects to which some checks do not apply, until a day. Whoever may create pods here can give them such labels: an exemption is for the namespace.
   * @listType map
   * @listMapKey name
   * @maxItems 32
   */
  readonly exemptions?: readonly AdmissionExemption[];
}

/**
 * A registry, or a part of one: everything below it is meant, by whole parts of the path.
 *
 * @minLength 1
 * @maxLength 253
 * @rule !self.contains('://')
 * @message no protocol is part of the name of an image: begin with the host, such as ghcr.io/acme
 * @rule !self.contains('*')
 * @message everything below an entry is meant already: leave out `*`, such as ghcr.io/acme
 * @rule self.contains('://') || !self.endsWith('/')
 * @message an entry ends without "/": write ghcr.io/acme
 * @rule self.contains('://') || self.matches('^(localhost|[^/]*[.:\\[][^/]*)(/|$)')
 * @message without a host it is not known which registry is meant: write docker.io/acme, or registry.example.com:5000
 * @rule !self.matches('^(index|registry-1)[.]docker[.]io(/|$)')
 * @message this is the registry docker.io under another name: write docker.io
 * @rule self.contains('://') || self.contains('*') || self.endsWith('/') || !self.matches('^(localhost|[^/]*[.:\\[][^/]*)(/|$)') || self.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\\[[0-9a-f:]+\\])(:[0-9]+)?(/[a-z0-9]+((__?|[.]|-+)[a-z0-9]+)*)*$')
 * @message not the beginning of an image's name: write a host and a path in lower case, without blanks, tag or digest, such as registry.example.com:5000/payments
 */
export type ImageRegistry = string;

/** A label that must be there. */
export interface RequiredLabel {
  /** Which label. */
  readonly key: LabelKey;
  /**
   * Values that it may have; default any, also none.
   * @listType atomic
   * @minItems 1
   * @maxItems 16
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly values?: readonly LabelValue[];
}

/**
 * What containers say of the resources that they use. What the whole pod states (`spec.resources` of a pod) counts for its containers.
 *
 * @rule has(self.requests) || has(self.limits) || has(self.maximum)
 * @message a section without a rule does nothing: write `requests`, `limits` or `maximum`
 */
export interface ResourceRules {
  /**
   * Every container requests these.
   * @listType atomic
   * @minItems 1
   * @maxItems 3
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly requests?: readonly ResourceName[];
  /**
   * Every container has a limit of these.
   * @listType atomic
   * @minItems 1
   * @maxItems 3
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly limits?: readonly ResourceName[];
  /**
   * Highest limit of one container, and of a pod that states one for all. Whoever has no limit uses more.
   * @mapType atomic
   * @maxProperties 3
   * @rule self.all(k, k in ['cpu', 'memory', 'ephemeral-storage'])
   * @message only cpu, memory and ephemeral-storage have a highest limit: remove the others
   */
  readonly maximum?: Readonly<Record<string, Quantity>>;
}

/**
 * An amount as Kubernetes writes it.
 *
 * @minLength 1
 * @maxLength 32
 * @rule self.matches('^[0-9]+([.][0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$')
 * @message not an amount: write digits and a unit, such as 500m, 2 (with quotes), 512Mi or 8Gi
 * @rule !self.matches('^[0.]+[a-zA-Z]*$')
 * @message with a highest limit of nothing no container could run: write more than 0
 */
export type Quantity = string;

/**
 * A capability of Linux.
 *
 * @minLength 1
 * @maxLength 63
 * @rule self.matches('^[A-Z][A-Z0-9_]*$')
 * @message capabilities have upper-case letters: write NET_RAW, or ALL for each
 * @rule !self.startsWith('CAP_')
 * @message Kubernetes names capabilities without the prefix: write NET_RAW, not CAP_NET_RAW
 */
export type Capability = string;

/**
 * Names of classes.
 *
 * @listType atomic
 * @maxItems 32
 * @rule self.all(a, self.exists_one(b, b == a))
 * @message an entry stands twice: write it once
 */
export type ClassNames = readonly ClassName[];

/**
 * Name of a class, or "" for none: lower-case letters, digits, `-` and `.`, each part between dots beginning and ending with a letter or digit.
 *
 * @maxLength 253
 * @pattern ^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$
 */
export type ClassName = string;

/**
 * How Services may be reached.
 *
 * @rule has(self.types) || has(self.externalIPs)
 * @message a section without a rule does nothing: write `types` or `externalIPs`
 */
export interface ServiceRules {
  /**
   * Services may have one of these types. `LoadBalancer` opens ports of the nodes, too.
   * @listType atomic
   * @maxItems 4
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly types?: readonly ServiceType[];
  /** Whether Services may claim addresses outside of the cluster (`spec.externalIPs`): `false` refuses them. */
  readonly externalIPs?: boolean;
}

/**
 * A host name, or `*.` and a name: every name below it.
 *
 * @minLength 1
 * @maxLength 253
 * @rule self.matches('^([*][.])?[^*]*$')
 * @message `*` stands for the whole beginning of a name, once: write *.payments.example.com
 * @rule !self.matches('^([*][.])?[^*]*$') || self.matches('^([*][.])?[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')
 * @message not a host name: write it in lower case, without protocol, port, path and blanks, such as payments.example.com
 */
export type HostPattern = string;

/** Objects to which some checks do not apply, for a time. */
export interface AdmissionExemption {
  /** Name of the exemption. */
  readonly name: DnsLabel;
  /**
   * The checks that do not apply, by the fields that ask for them.
   * @listType atomic
   * @minItems 1
   * @maxItems 14
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly checks: readonly AdmissionCheck[];
  /**
   * Labels that all must be on the object: the pod, the template of a workload, the Service, Ingress, route or claim.
   * @mapType atomic
   * @maxProperties 8
   * @rule size(self) > 0
   * @message without a label it would hold for everything: write the labels that the objects have
   * @rule self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))
   * @message not a label key: write a name of at most 63 letters, digits, "-", "_" and ".", after a DNS name and "/" if needed
   */
  readonly matchLabels: Readonly<Record<string, LabelValue>>;
  /** What is created later is not exempt. */
  readonly expires: ExpiryTime;
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
}

/**
 * A time with seconds, in UTC or with a distance to it (RFC 3339), for example `2027-03-31T00:00:00Z`.
 *
 * @format date-time
 * @pattern ^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$
 */
export type ExpiryTime = string;
