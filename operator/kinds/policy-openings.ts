/** Says what a NetworkPolicy opens widely, in a few words: policies only add, so one of somebody else's opens what a default-deny closes. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";

/**
 * What a policy opens in one direction to peers that nobody could list: `Anyone` is any address, or a large part of all; `Internet` is
 * that without private networks; `EveryNamespace` is pods of namespaces that are chosen by what they do not say.
 */
export type Opening = {
  readonly direction: "Ingress" | "Egress";
  readonly peers: "Anyone" | "Internet" | "EveryNamespace";
  readonly allPods: boolean;
  readonly allPorts: boolean;
};

/** Directions of a policy, and the fields that hold their rules and peers (networking.k8s.io/v1, NetworkPolicySpec). */
const DIRECTIONS = [
  { direction: "Ingress", rules: "ingress", peers: "from" },
  { direction: "Egress", rules: "egress", peers: "to" },
] as const;

/** Share of all addresses of a family from which on ranges count as anyone: more than any private network has. */
const LARGE = 2 ** -6;
/** Private and link-local networks (RFC 1918, 3927, 4193, 4291, 6598): where clusters, and the credentials of nodes, are. */
const PRIVATE = {
  IPv4: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  IPv6: ["fc00::/7", "fe80::/10"],
} as const;
/** Ports from which on they count as all. */
const MANY = 10_000;

interface OpenRule {
  readonly peers: readonly JsonObject[];
  readonly allPorts: boolean;
}

/** The wide openings of a policy of these directions, the widest of each direction. */
export function openingsOf(spec: JsonObject, directions: readonly Json[]): readonly Opening[] {
  const allPods = !isNarrow(spec["podSelector"]);
  return DIRECTIONS.filter(({ direction }) => directions.includes(direction)).flatMap(({ direction, rules, peers }) => {
    const open = objects(spec[rules]).map((rule): OpenRule => ({ peers: objects(rule[peers]), allPorts: hasAllPorts(rule["ports"]) }));
    const widest = widestOf(open);
    if (widest === undefined) return [];
    // What is wide on some ports is not made wider by all ports to a few.
    const allPorts = widestOf(open.filter((rule) => rule.allPorts)) === widest;
    return [{ direction, peers: widest, allPods, allPorts }];
  });
}

/** The widest peers that these rules together have; undefined where all are narrow. */
function widestOf(open: readonly OpenRule[]): Opening["peers"] | undefined {
  const all = open.flatMap(({ peers }) => peers);
  // Many small ranges are as good as a large one.
  if (open.some(({ peers }) => peers.length === 0) || isLarge(all.filter((peer) => !sparesPrivate(peer)))) return "Anyone";
  const [isInternet, isEverywhere] = [isLarge(all), all.some(isEveryNamespace)];
  if (isInternet) return isEverywhere ? "Anyone" : "Internet";
  return isEverywhere ? "EveryNamespace" : undefined;
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** A selector that asks for a label with a value. Whoever may label a namespace or a pod can be without any, or with any other. */
function isNarrow(selector: Json | undefined): boolean {
  if (!isJsonObject(selector)) return false;
  const { matchLabels, matchExpressions } = selector;
  if (isJsonObject(matchLabels) && Object.keys(matchLabels).length > 0) return true;
  return objects(matchExpressions).some(({ operator }) => operator === "In");
}

function isEveryNamespace({ namespaceSelector }: JsonObject): boolean {
  return isJsonObject(namespaceSelector) && !isNarrow(namespaceSelector);
}

/** Whether the range excepts every private network of its family, by name. */
function sparesPrivate({ ipBlock }: JsonObject): boolean {
  if (!isJsonObject(ipBlock)) return false;
  const { cidr, except } = ipBlock;
  return Array.isArray(except) && PRIVATE[String(cidr).includes(":") ? "IPv6" : "IPv4"].every((network) => except.includes(network));
}

function isLarge(peers: readonly JsonObject[]): boolean {
  const ranges = peers.flatMap(({ ipBlock }) => (isJsonObject(ipBlock) ? String(ipBlock["cidr"] ?? "") : []));
  const families = Map.groupBy(new Set(ranges), (range) => range.includes(":"));
  return [...families.values()].some((family) => family.reduce((sum, range) => sum + shareOf(range), 0) >= LARGE);
}

/** What cannot be read counts as everything. */
function shareOf(range: string): number {
  const prefixLength = Number(range.split("/")[1] ?? "0");
  return 2 ** -(Number.isNaN(prefixLength) ? 0 : prefixLength);
}

function hasAllPorts(ports: Json | undefined): boolean {
  const entries = objects(ports);
  return entries.length === 0 || entries.reduce((sum, entry) => sum + portsIn(entry), 0) >= MANY;
}

function portsIn({ port, endPort }: JsonObject): number {
  if (port === undefined) return Number.POSITIVE_INFINITY;
  return typeof port === "number" && typeof endPort === "number" ? endPort - port + 1 : 1;
}
