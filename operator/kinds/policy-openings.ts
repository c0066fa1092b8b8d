/** Says what a network policy opens widely, in a few words: whatever its dialect, it is judged here. */
import type { Json, JsonObject } from "../api/json.ts";
import { setOf } from "./normalise.ts";

export type Direction = "Ingress" | "Egress";

/**
 * What a policy opens in one direction to peers that nobody could list: `Anyone` is any address, or a large part of all; `Internet` is
 * that without private networks; `EveryNamespace` is pods of namespaces that are chosen by what they do not say.
 */
export type Opening = {
  readonly direction: Direction;
  readonly peers: "Anyone" | "Internet" | "EveryNamespace";
  readonly allPods: boolean;
  readonly allPorts: boolean;
};

/** Addresses: one, or a range without others. */
export interface Range {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** A peer as all dialects mean it. `Few` can be listed; of one that is `unjudged`, by this field, nobody here can say how many it is. */
export type Peer = "Anyone" | "EveryNamespace" | "Few" | Range | { readonly unjudged: string };

/** A rule that lets traffic through, as all dialects mean it. */
export interface OpenRule {
  readonly direction: Direction;
  readonly allPods: boolean;
  /** None of them is nobody. */
  readonly peers: readonly Peer[];
  /** How many; infinite where the rule does not say. */
  readonly ports: number;
  /** The ports are those on which DNS is asked, and no others. */
  readonly isOfDNS?: boolean;
}

/** A field that could not be judged. */
export type Unjudged = { readonly direction: Direction; readonly field: string };

/** What findings know of a policy. */
export interface PolicyTraits {
  readonly openings: readonly Opening[];
  readonly unjudged?: readonly Unjudged[];
  /** It holds for all namespaces. */
  readonly everywhere?: true;
}

/** Share of all addresses of a family from which on ranges count as anyone: more than any private network has. */
const LARGE = 2 ** -6;
/** Private and link-local networks (RFC 1918, 3927, 4193, 4291, 6598): where clusters, and the credentials of nodes, are. */
const PRIVATE = {
  IPv4: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  IPv6: ["fc00::/7", "fe80::/10"],
} as const;
/** Ports from which on they count as all. */
const MANY = 10_000;

/** The traits of a policy with these rules. */
export function policyTraits(rules: readonly OpenRule[], { everywhere = false }: { readonly everywhere?: boolean } = {}): JsonObject {
  const unjudged = unjudgedIn(rules);
  return { openings: openingsOf(rules), ...(unjudged.length > 0 && { unjudged }), ...(everywhere && { everywhere }) };
}

/** Reads the traits of a policy. */
export function readPolicyTraits(traits: JsonObject): PolicyTraits {
  return traits as unknown as PolicyTraits;
}

/** The wide openings of rules, the widest of each direction. */
function openingsOf(rules: readonly OpenRule[]): readonly Opening[] {
  return (["Ingress", "Egress"] as const).flatMap((direction) => {
    const open = rules.filter((rule) => rule.direction === direction);
    const peers = widestOf(open);
    if (peers === undefined) return [];
    const opens = (some: readonly OpenRule[]): boolean => widestOf(some) === peers;
    // What is wide on some ports, or for some pods, is not made wider by all ports, or pods, to a few.
    const ports = open.filter((rule) => opens([rule])).reduce((sum, rule) => sum + rule.ports, 0);
    const allPorts = ports >= MANY || opens(open.filter((rule) => rule.ports >= MANY));
    return [{ direction, peers, allPods: opens(open.filter(({ allPods }) => allPods)), allPorts }];
  });
}

/** The widest peers that these rules together have; undefined where all are narrow. */
function widestOf(rules: readonly OpenRule[]): Opening["peers"] | undefined {
  const peers = rules.flatMap(countedPeers);
  // Many small ranges are as good as a large one.
  const ranges = peers.filter((peer): peer is Range => typeof peer === "object" && "cidr" in peer);
  if (peers.includes("Anyone") || isLarge(ranges.filter((range) => !sparesPrivate(range)))) return "Anyone";
  const isEverywhere = peers.includes("EveryNamespace");
  if (isLarge(ranges)) return isEverywhere ? "Anyone" : "Internet";
  return isEverywhere ? "EveryNamespace" : undefined;
}

/** Every pod asks DNS, and many policies let it ask whatever pods carry the label of DNS, in any namespace: that is as good as the few that answer. */
function countedPeers({ direction, peers, isOfDNS }: OpenRule): readonly Peer[] {
  return direction === "Egress" && isOfDNS === true ? peers.filter((peer) => peer !== "EveryNamespace") : peers;
}

/** Each field once, sorted. Dialects name few of them, whatever a policy holds. */
function unjudgedIn(rules: readonly OpenRule[]): readonly Json[] {
  const found = rules.flatMap(({ direction, peers }) =>
    peers.flatMap((peer): readonly Unjudged[] =>
      typeof peer === "object" && "unjudged" in peer ? [{ direction, field: peer.unjudged }] : [],
    ),
  );
  const fields = setOf()(found);
  return Array.isArray(fields) ? fields : [];
}

/** Whether the range excepts every private network of its family, by name. */
function sparesPrivate({ cidr, except }: Range): boolean {
  return except.length > 0 && PRIVATE[familyOf(cidr)].every((network) => except.some((one) => one.toLowerCase() === network));
}

function isLarge(ranges: readonly Range[]): boolean {
  const families = Map.groupBy(new Set(ranges.map(({ cidr }) => cidr)), familyOf);
  return [...families.values()].some((family) => family.reduce((sum, range) => sum + shareOf(range), 0) >= LARGE);
}

/** Share of all addresses of its family. An address alone is a range of one; what cannot be read counts as everything. Somebody may list forty thousand. */
function shareOf(range: string): number {
  const [, length] = range.split("/");
  if (length === undefined && ADDRESS.test(range)) return 2 ** (familyOf(range) === "IPv6" ? -128 : -32);
  const prefixLength = Number(length ?? "0");
  return 2 ** -(Number.isNaN(prefixLength) ? 0 : prefixLength);
}

/** The form of an address; whether it is one, whoever takes it says. */
const ADDRESS = /^([0-9]+(\.[0-9]+){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/;

function familyOf(range: string): keyof typeof PRIVATE {
  return range.includes(":") ? "IPv6" : "IPv4";
}
