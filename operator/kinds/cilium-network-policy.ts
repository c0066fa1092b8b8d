/** Declares the policies of Cilium that findings judge, and translates their rules (cilium.io/v2, pkg/policy/api). */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { endpointsPeer, isNoSubject } from "./cilium-endpoints.ts";
import { namesPeer } from "./domain-name.ts";
import type { JudgedKind } from "./kind.ts";
import { isNarrow, objects, textOf, texts } from "./label-selector.ts";
import { type OpenRule, type Peer, policyTraits } from "./policy-openings.ts";
import { type PortRange, portsIn } from "./policy-ports.ts";

const COMMON = { apiVersion: "cilium.io/v2", optional: true } as const;

export const ciliumNetworkPolicy: JudgedKind = {
  ...COMMON,
  kind: "CiliumNetworkPolicy",
  resource: "ciliumnetworkpolicies",
  namespaced: true,
  traits: (object) => policyTraits(partsOf(object).flatMap((part) => rulesIn(part, false))),
};

export const ciliumClusterwideNetworkPolicy: JudgedKind = {
  ...COMMON,
  kind: "CiliumClusterwideNetworkPolicy",
  resource: "ciliumclusterwidenetworkpolicies",
  namespaced: false,
  traits: (object) => {
    // A policy for nodes has no endpointSelector.
    const parts = partsOf(object).filter(({ endpointSelector }) => !isNoSubject(endpointSelector));
    return policyTraits(
      parts.flatMap((part) => rulesIn(part, true)),
      { everywhere: true },
    );
  },
};

/** Both fields count, each entry with a subject of its own. */
function partsOf({ spec, specs }: JsonObject): readonly JsonObject[] {
  return [...(isJsonObject(spec) ? [spec] : []), ...objects(specs)];
}

const DIRECTIONS = [
  { direction: "Ingress", rules: "ingress", end: "from" },
  { direction: "Egress", rules: "egress", end: "to" },
] as const;

/** What `ingressDeny` and `egressDeny` take away is not counted: they open nothing. */
function rulesIn(part: JsonObject, everywhere: boolean): readonly OpenRule[] {
  const allPods = !isNarrow(part["endpointSelector"]);
  return DIRECTIONS.flatMap(({ direction, rules, end }) =>
    objects(part[rules]).map((rule): OpenRule => {
      const peers = peersOf(rule, end, everywhere);
      return { direction, allPods, peers: peers ?? withoutPeers(rule), ports: portCount(rule) };
    }),
  );
}

/** A rule about ports alone is about everybody; one about nothing selects nothing, and is how default deny is written (mergeIngress, mergeEgress). */
function withoutPeers(rule: JsonObject): readonly Peer[] {
  return objects(rule["toPorts"]).length > 0 || objects(rule["icmps"]).length > 0 ? ["Anyone"] : [];
}

/** Fields of which an empty list means nobody, not everybody (mergeEndpointSelectors). */
const NOBODY_IF_EMPTY = ["Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes"];

/** Undefined for a rule that names no peers. */
function peersOf(rule: JsonObject, end: "from" | "to", everywhere: boolean): readonly Peer[] | undefined {
  const field = (name: string): Json | undefined => rule[`${end}${name}`];
  if (NOBODY_IF_EMPTY.some((name) => isEmptyList(field(name)))) return [];
  const peers: readonly Peer[] = [
    ...objects(field("Endpoints")).map((selector) => endpointsPeer(selector, { everywhere })),
    ...texts(field("CIDR")).map((cidr) => ({ cidr, except: [] })),
    ...objects(field("CIDRSet")).map((entry) => rangePeer(entry, end)),
    ...texts(field("Entities")).map((entity) => entityPeer(entity, end)),
    ...objects(field("Nodes")).map((): Peer => "Few"),
    ...objects(field("Groups")).map(() => ({ unjudged: `${end}Groups` })),
    ...objects(field("Services")).map(servicePeer),
    ...objects(field("FQDNs")).map(({ matchName, matchPattern }) => namesPeer(textOf(matchPattern) || textOf(matchName))),
  ];
  return peers.length === 0 ? undefined : peers;
}

function isEmptyList(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function rangePeer({ cidr, except, cidrGroupRef, cidrGroupSelector }: JsonObject, end: "from" | "to"): Peer {
  if (typeof cidr === "string") return { cidr, except: texts(except) };
  if (typeof cidrGroupRef === "string") return { unjudged: `${end}CIDRSet.cidrGroupRef` };
  return isJsonObject(cidrGroupSelector) ? { unjudged: `${end}CIDRSet.cidrGroupSelector` } : "Few";
}

/** Entities are words of Cilium (docs, Layer 3 policies): `cluster` is every pod, and `world` every address outside of the cluster. */
const ENTITIES: Readonly<Record<string, Peer>> = {
  all: "Anyone",
  world: "Anyone",
  "world-ipv4": "Anyone",
  "world-ipv6": "Anyone",
  cluster: "EveryNamespace",
  host: "Few",
  "remote-node": "Few",
  "kube-apiserver": "Few",
  ingress: "Few",
  health: "Few",
  init: "Few",
  unmanaged: "Few",
  none: "Few",
};

function entityPeer(entity: string, end: "from" | "to"): Peer {
  return (Object.hasOwn(ENTITIES, entity) ? ENTITIES[entity] : undefined) ?? { unjudged: `${end}Entities` };
}

/** A Service by its name, or those of one namespace, can be listed. */
function servicePeer({ k8sServiceSelector }: JsonObject): Peer {
  if (!isJsonObject(k8sServiceSelector)) return "Few";
  const { namespace } = k8sServiceSelector;
  return typeof namespace === "string" && namespace !== "" ? "Few" : "EveryNamespace";
}

/** An entry without ports counts as all of them. ICMP has none, and goes through without any. */
function portCount(rule: JsonObject): number {
  const lists = objects(rule["toPorts"]).map(({ ports }) => portsIn(objects(ports).map(portRange)));
  if (lists.length === 0) return objects(rule["icmps"]).length > 0 ? 1 : Number.POSITIVE_INFINITY;
  return lists.reduce((sum, count) => sum + count, 0);
}

/** Port 0 is all; a port by name is one. */
function portRange({ port, endPort }: JsonObject): PortRange {
  const from = Number(port);
  if (from === 0 || port === undefined) return "All";
  return typeof endPort === "number" && !Number.isNaN(from) ? { from, to: endPort } : "One";
}
