/** Declares the policies of the Network Policy API that findings judge, and translates their rules (policy.networking.k8s.io). */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { partOf } from "./condition-facts.ts";
import { namesPeer } from "./domain-name.ts";
import type { JudgedKind } from "./kind.ts";
import { areReserved, isNarrow, NAMESPACE_NAME, objects, texts, valuesOf } from "./label-selector.ts";
import { type OpenRule, type Peer, policyTraits } from "./policy-openings.ts";
import { type PortRange, portsIn } from "./policy-ports.ts";

/**
 * Tier `Admin` decides before NetworkPolicies. Tier `Baseline` decides only about pods that no NetworkPolicy is for in that direction, so nothing in it opens
 * what one closes; nor does a BaselineAdminNetworkPolicy, which is the same under an older name and is not read at all.
 */
export const clusterNetworkPolicy: JudgedKind = {
  apiVersion: "policy.networking.k8s.io/v1alpha2",
  kind: "ClusterNetworkPolicy",
  resource: "clusternetworkpolicies",
  namespaced: false,
  optional: true,
  traits: (object) => {
    const spec = partOf(object, "spec");
    return policyTraits(spec["tier"] === "Baseline" ? [] : rulesOf(spec, "Accept"), { everywhere: true });
  },
};

/** What ClusterNetworkPolicy was called before. */
export const adminNetworkPolicy: JudgedKind = {
  apiVersion: "policy.networking.k8s.io/v1alpha1",
  kind: "AdminNetworkPolicy",
  resource: "adminnetworkpolicies",
  namespaced: false,
  optional: true,
  traits: (object) => policyTraits(rulesOf(partOf(object, "spec"), "Allow"), { everywhere: true }),
};

const DIRECTIONS = [
  { direction: "Ingress", rules: "ingress", peers: "from" },
  { direction: "Egress", rules: "egress", peers: "to" },
] as const;

/** `opening`: the action that lets through. What `Pass` hands over, and what `Deny` takes away, NetworkPolicies decide as without. */
function rulesOf(spec: JsonObject, opening: string): readonly OpenRule[] {
  const subject = partOf(spec, "subject");
  const pods = partOf(subject, "pods");
  const namespaces = isJsonObject(subject["namespaces"]) ? subject["namespaces"] : pods["namespaceSelector"];
  if (areReserved(valuesOf(namespaces, (label) => label === NAMESPACE_NAME))) return [];
  const allPods = !isNarrow(namespaces) && !isNarrow(pods["podSelector"]);
  return DIRECTIONS.flatMap(({ direction, rules, peers }) =>
    objects(spec[rules])
      .filter(({ action }) => action === opening)
      .map((rule): OpenRule => ({ direction, allPods, peers: objects(rule[peers]).flatMap(peersOf), ports: portCount(rule) })),
  );
}

/** One field each. A peer with a field that is not known here matches nothing (ClusterNetworkPolicyEgressPeer: it fails closed). */
function peersOf({ namespaces, pods, networks, domainNames }: JsonObject): readonly Peer[] {
  if (isJsonObject(namespaces)) return [namespacesPeer(namespaces)];
  if (isJsonObject(pods)) return [namespacesPeer(pods["namespaceSelector"])];
  return [...texts(networks).map((cidr): Peer => ({ cidr, except: [] })), ...texts(domainNames).map(namesPeer)];
}

function namespacesPeer(selector: Json | undefined): Peer {
  return isNarrow(selector) ? "Few" : "EveryNamespace";
}

/** `protocols` of ClusterNetworkPolicy, `ports` of AdminNetworkPolicy. */
function portCount({ protocols, ports }: JsonObject): number {
  return portsIn([...objects(protocols).flatMap(protocolRanges), ...objects(ports).map(portRange)]);
}

/** A protocol without a port is all of its ports; a port by name is one. */
function protocolRanges(entry: JsonObject): readonly PortRange[] {
  const named = Object.hasOwn(entry, "destinationNamedPort") ? (["One"] as const) : [];
  const numbered = ["tcp", "udp", "sctp"].flatMap((name): readonly PortRange[] => {
    const protocol = entry[name];
    if (!isJsonObject(protocol)) return [];
    const { number, range } = partOf(protocol, "destinationPort");
    return [rangeOf(range) ?? (number === undefined ? "All" : "One")];
  });
  return [...named, ...numbered];
}

function portRange({ portRange: range }: JsonObject): PortRange {
  return rangeOf(range) ?? "One";
}

function rangeOf(range: Json | undefined): PortRange | undefined {
  if (!isJsonObject(range)) return undefined;
  const { start, end } = range;
  return typeof start === "number" && typeof end === "number" ? { from: start, to: end } : undefined;
}
