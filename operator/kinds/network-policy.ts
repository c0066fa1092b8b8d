/** Declares the kind NetworkPolicy: which fields are ours, and which of their values mean the same. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { partOf } from "./condition-facts.ts";
import { type OwnedKind, Rank } from "./kind.ts";
import { isNarrow, objects, textOf, texts } from "./label-selector.ts";
import { type Normaliser, optionalMap, optionalSetOf, record, setOf, withDefault } from "./normalise.ts";
import { type OpenRule, type Peer, policyTraits } from "./policy-openings.ts";
import { areOfDNS, type PortRange, portsIn } from "./policy-ports.ts";

/** Name of the policy that denies what no other one allows; all others allow. */
export const DEFAULT_DENY_NAME = "default-deny";
/** Name of the policy that lets pods ask DNS. */
export const ALLOW_DNS_NAME = "allow-dns";
/** Begin the names of the policies for named flows. */
export const FLOW_PREFIXES = { ingress: "allow-ingress-", egress: "allow-egress-" } as const;
/** Protocol of a port that names none (defaulting of networking/v1). */
export const DEFAULT_PROTOCOL = "TCP";

const selector = record({
  matchLabels: optionalMap,
  matchExpressions: optionalSetOf(record({ values: optionalSetOf() })),
});

/** Inside a peer an empty selector selects all and an absent one does not select at all, so both stay as they are. */
const peer = record({
  podSelector: selector,
  namespaceSelector: selector,
  ipBlock: record({ except: optionalSetOf() }),
});

const port = record({ protocol: withDefault(DEFAULT_PROTOCOL) });

/** No peers, or no ports, means all of them: the API server leaves the empty list out. An empty rule allows everything. */
function rules(peers: "from" | "to"): Normaliser {
  return setOf(record({ [peers]: optionalSetOf(peer), ports: optionalSetOf(port) }));
}

const directions = setOf();

/** Where no types are given the API server fills in Ingress, and Egress if there are egress rules (defaulting of networking/v1). */
function policyTypes(value: Json | undefined, object: JsonObject): Json | undefined {
  if (Array.isArray(value) && value.length > 0) return directions(value);
  const spec = object["spec"];
  const egress = isJsonObject(spec) ? spec["egress"] : undefined;
  return Array.isArray(egress) && egress.length > 0 ? ["Egress", "Ingress"] : ["Ingress"];
}

export const networkPolicy: OwnedKind = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  resource: "networkpolicies",
  scope: "InNamespace",
  namespaced: true,
  fields: [
    { path: ["spec", "podSelector"], normalise: (value) => selector(value ?? {}) },
    { path: ["spec", "ingress"], normalise: rules("from") },
    { path: ["spec", "egress"], normalise: rules("to") },
    { path: ["spec", "policyTypes"], normalise: policyTypes },
  ],
  rank: (name) => (name === DEFAULT_DENY_NAME ? Rank.networkDeny : Rank.networkAllow),
  traits: (object) => {
    const spec = partOf(object, "spec");
    const types = policyTypes(spec["policyTypes"], object);
    return policyTraits(openRules(spec, Array.isArray(types) ? types : []));
  },
};

/** Directions of a policy, and the fields that hold their rules and peers (networking.k8s.io/v1, NetworkPolicySpec). */
const DIRECTIONS = [
  { direction: "Ingress", rules: "ingress", peers: "from" },
  { direction: "Egress", rules: "egress", peers: "to" },
] as const;

function openRules(spec: JsonObject, types: readonly Json[]): readonly OpenRule[] {
  const allPods = !isNarrow(spec["podSelector"]);
  return DIRECTIONS.filter(({ direction }) => types.includes(direction)).flatMap(({ direction, rules, peers }) =>
    objects(spec[rules]).map((rule): OpenRule => {
      const listed = objects(rule[peers]);
      const ports = objects(rule["ports"]);
      const isOfDNS = areOfDNS(ports.map(({ port, endPort }) => (endPort === undefined ? port : undefined)));
      const peersOf = listed.length === 0 ? (["Anyone"] as const) : listed.map(peerOf);
      return { direction, allPods, peers: peersOf, ports: portsIn(ports.map(portRange)), isOfDNS };
    }),
  );
}

function peerOf({ ipBlock, namespaceSelector }: JsonObject): Peer {
  if (isJsonObject(ipBlock)) return { cidr: textOf(ipBlock["cidr"]), except: texts(ipBlock["except"]) };
  return isJsonObject(namespaceSelector) && !isNarrow(namespaceSelector) ? "EveryNamespace" : "Few";
}

/** A port by name is one. */
function portRange({ port, endPort }: JsonObject): PortRange {
  if (port === undefined) return "All";
  return typeof port === "number" && typeof endPort === "number" ? { from: port, to: endPort } : "One";
}
