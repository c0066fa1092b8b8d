/** Declares the policy on NetworkPolicies: exactly those that the section yields, opening what it opens and nothing else. */
import { CLUSTER_DNS } from "../../controls/network/network.ts";
import { ALLOW_DNS_NAME, DEFAULT_DENY_NAME, FLOW_PREFIXES, networkPolicy } from "../../kinds/network-policy.ts";
import { quote, quoteMap } from "../cel.ts";
import { type Confinement, changes, enforces, matchKind, type Place } from "./confine.ts";
import { askedPeers, asksForKubeAPI, samePeers, sameSelector, sameSet, selects, selectsNamespace, TO_ADDRESSES } from "./network-peers.ts";
import { BY_NUMBERS, portLiterals, portsOf } from "./network-ports.ts";

/** CEL by name: what the section asks for under a name, which is CEL itself. */
export function askedFlows(name: string): Readonly<Record<string, string>> {
  return {
    denied: `${enforces("network")} ? params.spec.network.?defaultDeny.orValue(['Ingress', 'Egress']) : []`,
    dns: `${name} == ${quote(ALLOW_DNS_NAME)} && 'Egress' in variables.denied && params.spec.network.?allowDNS.orValue(true)`,
    deny: `${name} == ${quote(DEFAULT_DENY_NAME)} && variables.denied.size() > 0`,
    ingress: entries("ingress", name),
    egress: entries("egress", name),
  };
}

function entries(side: "ingress" | "egress", name: string): string {
  return `${enforces("network")} ? params.spec.network.?${side}.orValue([]).filter(e, ${quote(FLOW_PREFIXES[side])} + e.name == ${name}) : []`;
}

/** CEL: the section asks for a NetworkPolicy of that name. Needs the variables of `askedFlows`. */
export const FLOW_ASKED = "variables.dns || variables.deny || variables.ingress.size() + variables.egress.size() == 1";

const RULES = { ingress: "object.spec.?ingress.orValue([])", egress: "object.spec.?egress.orValue([])" } as const;

/** CEL: in order of the cases, the directions that the policy isolates. */
const TYPES = "variables.deny ? variables.denied : variables.ingress.size() == 1 ? ['Ingress'] : ['Egress']";

/** CEL by name: the peers of the entry, in a list that is empty where none has the name; what they stand for; whether the API server is among them. */
const PEERS = {
  peers: "variables.ingress.map(e, dyn(e.from)) + variables.egress.map(e, dyn(e.to))",
  asked: `variables.peers.size() == 1 ? ${askedPeers("variables.peers[0]")} : []`,
  kubeAPI: `variables.peers.exists(ps, ${asksForKubeAPI("ps")})`,
};

const INGRESS_RULES = [
  `variables.ingress.all(e, (${RULES.ingress}.size() == 1 || (variables.asked.size() == 0 && ${RULES.ingress}.size() == 0))`,
  `&& ${RULES.ingress}.all(r, ${samePeers("from", "variables.asked", "variables.kubeAPI")}`,
  `  && ${portsOf("r")} == ${portsOf("e")}))`,
].join("\n");

/** CEL: the rules that are not what the entry says apart from the API server, which is opened on the ports of its endpoints, in rules of its own. */
const EXTRA_RULES = [
  `variables.egress.size() == 0 ? [] : ${RULES.egress}.filter(r, !(${samePeers("to", "variables.asked", "false")}`,
  `&& ${portsOf("r")} == ${portsOf("variables.egress[0]")}))`,
].join("\n");

const EGRESS_RULES = [
  "variables.egress.size() == 0",
  `|| (variables.extra.all(r, variables.kubeAPI && ${TO_ADDRESSES} && ${BY_NUMBERS})`,
  `  && (variables.asked.size() == 0 || variables.extra.size() < ${RULES.egress}.size()))`,
].join("\n");

/** CEL: peer `o` is the pods that answer DNS. */
const DNS_PODS = [
  `(!has(o.ipBlock) && ${selectsNamespace(`params.spec.network.?dns.?namespace.orValue(${quote(CLUSTER_DNS.namespace)})`)}`,
  "&& (params.spec.network.?dns.?pods.hasValue()",
  `  ? ${sameSelector("o.?podSelector", "params.spec.network.?dns.?pods")}`,
  `  : ${selects("o.?podSelector", quoteMap(CLUSTER_DNS.pods.matchLabels))}))`,
].join("\n");

const DNS_ADDRESSES = "params.spec.network.?dns.?cidrs.orValue([])";
const DNS_PORTS = [
  "(params.spec.network.?dns.?ports.hasValue()",
  `  ? ${portsOf("params.spec.network.?dns")}`,
  `  : ${portLiterals(CLUSTER_DNS.ports)})`,
].join("\n");

const DNS_RULES = [
  `!variables.dns || (${RULES.egress}.size() == 1 && ${RULES.egress}.all(r, r.?to.orValue([]).exists(o, ${DNS_PODS})`,
  `&& r.to.all(o, ${DNS_PODS} || (o.?ipBlock.?cidr.orValue('') in ${DNS_ADDRESSES} && o.?ipBlock.?except.orValue([]).size() == 0))`,
  `&& ${DNS_ADDRESSES}.all(c, r.to.exists(o, o.?ipBlock.?cidr.orValue('') == c))`,
  `&& ${portsOf("r")} == ${DNS_PORTS}))`,
].join("\n");

const OTHER = "of the namespace's SecurityBaseline";

/** NetworkPolicies where a baseline is: names and content. */
export function networkPolicies(place: Place): Confinement {
  return {
    name: "network-policies",
    about: "NetworkPolicies that the operator writes are those that the namespace's baseline yields, rule by rule.",
    operations: ["CREATE", "UPDATE"],
    matches: [matchKind(networkPolicy)],
    by: { place, withoutBaseline: "Deny" },
    conditions: changes("spec"),
    variables: { ...askedFlows("object.metadata.name"), types: TYPES, ...PEERS, extra: EXTRA_RULES },
    validations: [
      {
        expression: FLOW_ASKED,
        message: `refused a NetworkPolicy that no baseline asks for: its name must be one that spec.network ${OTHER} yields, in mode Enforce`,
      },
      {
        expression: [
          sameSet("object.spec.?policyTypes.orValue([])", "variables.types"),
          `variables.ingress.all(e, ${sameSelector("object.spec.?podSelector", "e.?pods")})`,
          `variables.egress.all(e, ${sameSelector("object.spec.?podSelector", "e.?pods")})`,
          `(!(variables.dns || variables.deny) || ${selects("object.spec.?podSelector", "{}")})`,
        ].join("\n&& "),
        message: `refused a NetworkPolicy for other pods or directions than spec.network ${OTHER} asks for`,
      },
      {
        expression: [
          `(${RULES.ingress}.size() == 0 || variables.ingress.size() == 1)`,
          `(${RULES.egress}.size() == 0 || variables.egress.size() == 1 || variables.dns)`,
          `(${INGRESS_RULES})`,
          `(${EGRESS_RULES})`,
          `(${DNS_RULES})`,
        ].join("\n&& "),
        message: `refused a NetworkPolicy with other rules: peers and ports must be those of its entry in spec.network ${OTHER}`,
      },
    ],
  };
}
