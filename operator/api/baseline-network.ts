/** Declares the network section of a SecurityBaseline: default deny, and the flows that are needed. */
import type { DnsLabel, LabelSelector, SectionMode } from "./shared-types.ts";

/** Direction of traffic, seen from the pods of the namespace. */
export type Direction = "Ingress" | "Egress";

/** NetworkPolicies of the namespace. A network plugin that enforces NetworkPolicy is needed for them to have an effect. */
export interface NetworkSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /**
   * Directions in which everything is denied that no entry below allows.
   * @listType atomic
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
  /** Namespace of the DNS pods; default `kube-system`. */
  readonly namespace?: DnsLabel;
  /** The DNS pods; default `matchLabels: {k8s-app: kube-dns}`. */
  readonly pods?: LabelSelector;
  /**
   * Addresses that answer DNS besides the pods, for example a node-local cache.
   * @listType atomic
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
  /** Name of the flow. */
  readonly name: DnsLabel;
  /** Pods of this namespace; default all. */
  readonly pods?: LabelSelector;
  /**
   * Who may connect; the entries are alternatives.
   * @listType atomic
   * @minItems 1
   * @maxItems 64
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
  /** Name of the flow. */
  readonly name: DnsLabel;
  /** Pods of this namespace; default all. */
  readonly pods?: LabelSelector;
  /**
   * Where they may connect to; the entries are alternatives.
   * @listType atomic
   * @minItems 1
   * @maxItems 64
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
 * @rule !has(self.except) || !has(self.cidr) || !isCIDR(self.cidr) || self.except.all(e, !isCIDR(e) || (cidr(self.cidr).containsCIDR(e) && cidr(e).prefixLength() > cidr(self.cidr).prefixLength()))
 * @message each `except` must lie inside `cidr` and be smaller than it
 */
export interface NetworkPeer {
  /** Namespace of the peer, by name (label `kubernetes.io/metadata.name`). */
  readonly namespace?: DnsLabel;
  /** Namespaces of the peer, by label. */
  readonly namespaceSelector?: LabelSelector;
  /** Pods of the peer; default all pods of the namespaces named, or without those of this namespace. */
  readonly pods?: LabelSelector;
  /** Addresses of the peer, such as `10.20.0.0/16`. */
  readonly cidr?: CIDR;
  /**
   * Addresses inside `cidr` that are left out.
   * @listType atomic
   * @maxItems 16
   */
  readonly except?: readonly CIDR[];
  readonly preset?: PeerPreset;
}

/**
 * An address range of IPv4 or IPv6.
 *
 * @minLength 1
 * @maxLength 49
 * @rule isCIDR(self)
 * @message not an address range: write it as 10.20.0.0/16 or fd00::/8, one address as 10.20.0.1/32
 * @rule !isCIDR(self) || cidr(self).masked() == cidr(self)
 * @message the address has bits beyond the prefix length, which a NetworkPolicy refuses: write 10.20.0.0/16, not 10.20.0.1/16
 */
export type CIDR = string;

/**
 * A port that may be reached, a range of ports, or with `protocol` alone all its ports.
 *
 * @rule has(self.port) || has(self.endPort) || has(self.protocol)
 * @message say which ports: write `port`, or `protocol` alone for all its ports
 * @rule !has(self.endPort) || has(self.port)
 * @message `endPort` ends a range: add `port`, the number that the range begins with
 * @rule !has(self.endPort) || !has(self.port) || type(self.port) != string
 * @message a range begins with a number: write the number as `port`, or remove `endPort`
 * @rule !has(self.endPort) || !has(self.port) || type(self.port) == string || self.endPort >= self.port
 * @message a range runs upwards: write an `endPort` that is `port` or higher
 */
export interface NetworkPort {
  /** Which port. Absent: all ports of the protocol. */
  readonly port?: PortNumberOrName;
  /**
   * Last number of a range that begins with `port`.
   * @format int32
   * @minimum 1
   * @maximum 65535
   */
  readonly endPort?: number;
  /** Default `TCP`, where `port` is given. */
  readonly protocol?: Protocol;
}

/**
 * A number, or the name that the pods on the receiving end give to one of their ports.
 *
 * @minimum 1
 * @maximum 65535
 * @maxLength 15
 * @rule type(self) != string || self.matches('^([0-9]-?)*[a-z](-?[a-z0-9])*$')
 * @message not the name of a port: write lower-case letters, digits and single "-" between them, at least one letter; a number without quotes
 */
export type PortNumberOrName = number | string;

/** Transport protocol. */
export type Protocol = "TCP" | "UDP" | "SCTP";
