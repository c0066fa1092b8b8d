/** Turns the section `network` into NetworkPolicies: default deny, DNS and the named flows. */
import type { Direction, DNSSettings, EgressEntry, IngressEntry, NetworkPeer, NetworkSection } from "../../api/baseline-network.ts";
import type { JsonObject } from "../../api/json.ts";
import type { LabelSelector } from "../../api/shared-types.ts";
import type { EndpointSet } from "../../facts/kube-api.ts";
import { ALLOW_DNS_NAME, DEFAULT_DENY_NAME, FLOW_PREFIXES, networkPolicy } from "../../kinds/network-policy.ts";
import type { Control, ControlContext, Draft } from "../control.ts";
import { defaulted } from "../defaulted.ts";
import { byText, sortedSet } from "../order.ts";
import { addressBlock, addressPeers, asksForKubeAPI, fixedPeers, labelSelector, namesAddresses, podsIn } from "./peers.ts";
import { namesAtAddresses, portsOf } from "./ports.ts";

/** Where DNS is unless the section says otherwise: the Service and labels that all common distributions share. */
export const CLUSTER_DNS = {
  namespace: "kube-system",
  pods: { matchLabels: { "k8s-app": "kube-dns" } },
  /** Both protocols: an answer that does not fit a datagram is asked for again over TCP (RFC 7766). */
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
} as const;

/** The section `network`. */
export const network: Control<"network"> = {
  name: "network",
  condition: "NetworkReady",
  standards: ["CIS-5.3.2", "NSA-network-separation"],
  owns: [networkPolicy],
  reads: (section) => (flows(section).some(({ peers }) => asksForKubeAPI(peers)) ? ["kubeAPI"] : []),
  desired(section, context) {
    return [
      ...(section.ingress ?? []).map((entry) => ingressDraft(entry, context)),
      ...(section.egress ?? []).map((entry) => egressDraft(entry, context)),
      ...dnsDrafts(section),
      ...denyDrafts(section),
    ];
  },
  warnings: (section, context) => [...closedWarnings(section, context), ...isolationWarnings(section), ...namedPortWarnings(section)],
};

function denyDrafts(section: NetworkSection): readonly Draft[] {
  const directions = deniedDirections(section);
  if (directions.length === 0) return [];
  return [policy(DEFAULT_DENY_NAME, {}, { policyTypes: directions })];
}

/** Without a denied Egress the policy would do the opposite of its name: it would isolate all pods but for DNS. */
function dnsDrafts(section: NetworkSection): readonly Draft[] {
  if (!defaulted(section.allowDNS, "network.allowDNS") || !deniedDirections(section).includes("Egress")) return [];
  const dns: DNSSettings = section.dns ?? {};
  const pods = podsIn(dns.namespace ?? CLUSTER_DNS.namespace, dns.pods ?? CLUSTER_DNS.pods);
  const addresses = sortedSet(dns.cidrs ?? []).map((cidr) => addressBlock(cidr));
  const rule = { to: [pods, ...addresses], ...portsOf(dns.ports ?? CLUSTER_DNS.ports) };
  return [policy(ALLOW_DNS_NAME, {}, { policyTypes: ["Egress"], egress: [rule] })];
}

function ingressDraft(entry: IngressEntry, context: ControlContext): Draft {
  const endpoints = asksForKubeAPI(entry.from) ? addressPeers(endpointsIn(context)) : [];
  const from = [...fixedPeers(entry.from), ...endpoints];
  const ingress = ruleUnlessEmpty("from", from, portsOf(entry.ports));
  const draft = policy(FLOW_PREFIXES.ingress + entry.name, entry.pods, { policyTypes: ["Ingress"], ingress });
  return { ...draft, ...awaiting(entry.from, context) };
}

function egressDraft(entry: EgressEntry, context: ControlContext): Draft {
  const endpoints = asksForKubeAPI(entry.to) ? endpointRules(endpointsIn(context)) : [];
  const egress = [...ruleUnlessEmpty("to", fixedPeers(entry.to), portsOf(entry.ports)), ...endpoints];
  const draft = policy(FLOW_PREFIXES.egress + entry.name, entry.pods, { policyTypes: ["Egress"], egress });
  return { ...draft, ...awaiting(entry.to, context) };
}

/** None while they are not known: nothing is opened by guessing. */
function endpointsIn({ facts }: ControlContext): readonly EndpointSet[] {
  return facts.kubeAPI.value ?? [];
}

/** Only what names the API server waits for its addresses; every other policy, default-deny above all, stands without them. */
function awaiting(peers: readonly NetworkPeer[], { facts }: ControlContext): Pick<Draft, "awaits"> {
  return asksForKubeAPI(peers) && facts.kubeAPI.value === undefined ? { awaits: "kubeAPI" } : {};
}

/** The endpoints' own ports: behind the Service they differ from the port that clients dial. */
function endpointRules(sets: readonly EndpointSet[]): readonly JsonObject[] {
  const rules = sets
    .filter((set) => set.ports.length > 0)
    .flatMap((set) => {
      const ports = set.ports.toSorted((a, b) => byText(a.protocol, b.protocol) || a.port - b.port);
      return ruleUnlessEmpty("to", addressPeers([set]), portsOf(ports));
    });
  return rules.toSorted((a, b) => byText(JSON.stringify(a), JSON.stringify(b)));
}

/** Kubernetes reads an empty `from` or `to` as everybody, so a rule that has lost its peers must go altogether. */
function ruleUnlessEmpty(side: "from" | "to", peers: readonly JsonObject[], ports: JsonObject): readonly JsonObject[] {
  return peers.length === 0 ? [] : [{ [side]: peers, ...ports }];
}

interface Rules {
  readonly policyTypes: readonly Direction[];
  readonly ingress?: readonly JsonObject[];
  readonly egress?: readonly JsonObject[];
}

/** Both lists are explicit: one that we leave out is one that somebody else may fill unnoticed. */
function policy(name: string, pods: LabelSelector | undefined, { policyTypes, ingress = [], egress = [] }: Rules): Draft {
  const body = { podSelector: labelSelector(pods), policyTypes, ingress, egress };
  return { kind: networkPolicy, name, body: { spec: body } };
}

/** In a fixed order: the section lists a set. */
function deniedDirections(section: NetworkSection): readonly Direction[] {
  const asked = defaulted(section.defaultDeny, "network.defaultDeny");
  return (["Ingress", "Egress"] as const).filter((direction) => asked.includes(direction));
}

function closedWarnings(section: NetworkSection, context: ControlContext): readonly string[] {
  const kubeAPI = endpointsIn(context);
  const closed: Readonly<Record<Direction, boolean>> = {
    Ingress: addressPeers(kubeAPI).length === 0,
    Egress: endpointRules(kubeAPI).length === 0,
  };
  return flows(section)
    .filter((flow) => asksForKubeAPI(flow.peers) && closed[flow.direction])
    .map(({ field, name }) => `${field} "${name}": the API server's endpoints are not known here, so preset KubeAPI is left closed`);
}

function isolationWarnings(section: NetworkSection): readonly string[] {
  const denied = deniedDirections(section);
  return flows(section)
    .filter((flow) => !denied.includes(flow.direction))
    .map(({ field, name, direction }) => {
      const also = direction === "Egress" ? ", DNS included" : "";
      return `${field} "${name}": defaultDeny does not list ${direction}, but a policy that allows also denies: the selected pods lose all other ${direction.toLowerCase()}${also}`;
    });
}

function namedPortWarnings(section: NetworkSection): readonly string[] {
  const { cidrs = [], ports } = dnsDrafts(section).length > 0 ? (section.dns ?? {}) : {};
  return [
    ...flows(section)
      .filter(({ direction, peers }) => direction === "Egress" && namesAddresses(peers))
      .flatMap((flow) => namesAtAddresses(`${flow.field} "${flow.name}"`, flow.ports)),
    ...(cidrs.length > 0 ? namesAtAddresses("network.dns", ports) : []),
  ];
}

/** Both lists in one shape, sorted by name. */
function flows(section: NetworkSection) {
  const ingress = (section.ingress ?? []).map(({ from, ...entry }) => ({
    ...entry,
    peers: from,
    direction: "Ingress" as const,
    field: "network.ingress",
  }));
  const egress = (section.egress ?? []).map(({ to, ...entry }) => ({
    ...entry,
    peers: to,
    direction: "Egress" as const,
    field: "network.egress",
  }));
  return [...ingress, ...egress].toSorted((a, b) => byText(a.field, b.field) || byText(a.name, b.name));
}
