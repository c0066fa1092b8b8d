/** Evaluates NetworkPolicy for tests by the text of its API reference (networking.k8s.io/v1), sharing nothing with the operator. */
import { BlockList, isIPv6 } from "node:net";

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port?: number | string; readonly endPort?: number; readonly protocol?: string }[];
}

/** The part of a NetworkPolicy that has a meaning. */
export interface Policy {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

/** One end of a connection; without `namespace` it is a machine outside the cluster. */
export interface Party {
  readonly ip: string;
  readonly namespace?: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a pod: its ports that have names. */
  readonly ports?: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
}

export interface Connection {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
}

/** True if both ends let the connection through: the egress of its source and the ingress of its target. */
export function isAllowed(policies: readonly Policy[], connection: Connection): boolean {
  const { from, to } = connection;
  return (
    passes(policies, { direction: "Egress", pod: from, other: to }, connection) &&
    passes(policies, { direction: "Ingress", pod: to, other: from }, connection)
  );
}

interface View {
  readonly direction: "Ingress" | "Egress";
  readonly pod: Party;
  readonly other: Party;
}

/** A pod that no policy selects for a direction is open in it; one that is selected gets the union of what the policies allow. */
function passes(policies: readonly Policy[], { direction, pod, other }: View, connection: Connection): boolean {
  const selecting = policies.filter((policy) => selectsPod(policy, pod) && policyTypes(policy).includes(direction));
  if (selecting.length === 0) return true;
  return selecting.some((policy) => {
    const rules = (direction === "Ingress" ? policy.spec.ingress : policy.spec.egress) ?? [];
    return rules.some((rule) => {
      const peers = (direction === "Ingress" ? rule.from : rule.to) ?? [];
      const peerFits = peers.length === 0 || peers.some((peer) => matchesPeer(peer, other, policy.metadata.namespace));
      return peerFits && matchesPort(rule, connection);
    });
  });
}

function selectsPod(policy: Policy, pod: Party): boolean {
  return pod.namespace?.name === policy.metadata.namespace && matchesLabels(policy.spec.podSelector, pod.labels ?? {});
}

/** Unset: always Ingress, and Egress if there are egress rules. */
function policyTypes({ spec }: Policy): readonly string[] {
  if (spec.policyTypes !== undefined && spec.policyTypes.length > 0) return spec.policyTypes;
  return (spec.egress ?? []).length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

/** A name is looked up in the pod that is connected to, together with the protocol. */
function matchesPort(rule: Rule, { port, protocol, to }: Connection): boolean {
  const ports = rule.ports ?? [];
  if (ports.length === 0) return true;
  return ports.some((one) => {
    if ((one.protocol ?? "TCP") !== protocol) return false;
    if (typeof one.port === "string")
      return (to.ports ?? []).some((named) => named.name === one.port && named.port === port && named.protocol === protocol);
    return one.port === undefined || (port >= one.port && port <= (one.endPort ?? one.port));
  });
}

function matchesPeer(peer: Peer, other: Party, policyNamespace: string): boolean {
  if (peer.ipBlock !== undefined) {
    const { cidr, except = [] } = peer.ipBlock;
    return contains(cidr, other.ip) && !except.some((hole) => contains(hole, other.ip));
  }
  if (other.namespace === undefined) return false;
  const namespaceFits =
    peer.namespaceSelector === undefined
      ? other.namespace.name === policyNamespace
      : matchesLabels(peer.namespaceSelector, other.namespace.labels);
  return namespaceFits && (peer.podSelector === undefined || matchesLabels(peer.podSelector, other.labels ?? {}));
}

function matchesLabels(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => holds(operator, labels[key], values));
}

function holds(operator: string, value: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}

/** Read as an address of the range's family, one of the other family is no address at all and lies in no range. */
function contains(cidr: string, ip: string): boolean {
  const [network = "", prefix = ""] = cidr.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(ip, family);
}
