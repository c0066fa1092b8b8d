/** Translates a peer of the spec, presets included, into peers of a NetworkPolicy. */

import type { CIDR, NetworkPeer, PeerPreset } from "../../api/baseline-network.ts";
import type { JsonObject } from "../../api/json.ts";
import type { LabelRequirement, LabelSelector } from "../../api/shared-types.ts";
import type { EndpointSet } from "../../facts/kube-api.ts";
import { byText, sortedSet } from "../order.ts";

/** Label that the API server itself puts on every namespace (KEP-2161): nobody can borrow another namespace's name. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

/** What `Internet` leaves out of 0.0.0.0/0: whatever a router, a node or a cloud answers itself (RFC 6890 and its registry). */
const NOT_INTERNET_V4 = [
  "0.0.0.0/8", // this network (RFC 791)
  "10.0.0.0/8", // private (RFC 1918)
  "100.64.0.0/10", // carrier-grade NAT (RFC 6598); also one cloud's metadata service
  "127.0.0.0/8", // loopback (RFC 1122)
  "168.63.129.16/32", // public by number, but one cloud's host answers it on every machine
  "169.254.0.0/16", // link-local (RFC 3927): the metadata services of most clouds
  "172.16.0.0/12", // private (RFC 1918)
  "192.0.0.0/24", // protocol assignments (RFC 6890); also one cloud's metadata service
  "192.168.0.0/16", // private (RFC 1918)
  "198.18.0.0/15", // benchmarks (RFC 2544); used for overlay networks
  "224.0.0.0/4", // multicast (RFC 5771)
  "240.0.0.0/4", // reserved (RFC 1112) and broadcast
];

/** What `Internet` leaves out of ::/0, for the same reason. */
const NOT_INTERNET_V6 = [
  // Reserved (RFC 4291): unspecified, loopback, and the IPv4-mapped and NAT64 forms of IPv4 addresses, private ones among
  // them. One entry for all, because the API server refuses the mapped range ::ffff:0:0/96 by itself.
  "::/8",
  "2002::/16", // 6to4 (RFC 3056): another form of IPv4 addresses
  "fc00::/7", // private (RFC 4193), the metadata services of clouds among them
  "fe80::/10", // link-local (RFC 4291)
  "fec0::/10", // private before RFC 3879
  "ff00::/8", // multicast (RFC 4291)
];

/** Presets that need to know nothing of the cluster. */
const FIXED_PRESETS: Readonly<Record<Exclude<PeerPreset, "KubeAPI">, readonly JsonObject[]>> = {
  SameNamespace: [{ podSelector: {} }],
  Internet: [addressBlock("0.0.0.0/0", NOT_INTERNET_V4), addressBlock("::/0", NOT_INTERNET_V6)],
};

/** True if some peer is the API server, whose addresses the spec does not hold. */
export function asksForKubeAPI(peers: readonly NetworkPeer[]): boolean {
  return peers.some((peer) => peer.preset === "KubeAPI");
}

/** True if some peer is a range of addresses, in which the spec knows of no pods. */
export function namesAddresses(peers: readonly NetworkPeer[]): boolean {
  return peers.some(({ cidr, preset }) => cidr !== undefined || preset === "Internet");
}

/** The peers that follow from the spec alone, in its order: everything but `KubeAPI`. */
export function fixedPeers(peers: readonly NetworkPeer[]): readonly JsonObject[] {
  return peers.flatMap((peer) => {
    if (peer.preset !== undefined) return peer.preset === "KubeAPI" ? [] : FIXED_PRESETS[peer.preset];
    return peer.cidr === undefined ? [podPeer(peer)] : [addressBlock(peer.cidr, peer.except)];
  });
}

/** One peer per distinct address of the endpoints; empty if there are none. */
export function addressPeers(sets: readonly EndpointSet[]): readonly JsonObject[] {
  const addresses = new Set(sets.flatMap((set) => set.addresses));
  return [...addresses].toSorted(byText).map((address) => addressBlock(`${address}/${address.includes(":") ? 128 : 32}`));
}

/** An address range as a peer. */
export function addressBlock(cidr: CIDR, except: readonly CIDR[] = []): JsonObject {
  return { ipBlock: { cidr, ...(except.length > 0 && { except: sortedSet(except) }) } };
}

/** Pods of a namespace as a peer: both selectors must match. */
export function podsIn(namespace: string, pods: LabelSelector): JsonObject {
  return podPeer({ namespace, pods });
}

/**
 * Without a namespace part Kubernetes reads the peer as pods of the policy's own namespace, without `pods` as all pods
 * of the namespaces selected.
 */
function podPeer(peer: NetworkPeer): JsonObject {
  const { namespace, pods } = peer;
  const namespaceSelector = namespace === undefined ? peer.namespaceSelector : { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } };
  return {
    ...(namespaceSelector && { namespaceSelector: labelSelector(namespaceSelector) }),
    ...(pods && { podSelector: labelSelector(pods) }),
  };
}

/** A label selector without empty parts, as the API server stores it. An absent selector selects everything. */
export function labelSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): JsonObject {
  const labels = Object.entries(matchLabels).toSorted(([a], [b]) => byText(a, b));
  return {
    ...(labels.length > 0 && { matchLabels: Object.fromEntries(labels) }),
    ...(matchExpressions.length > 0 && { matchExpressions: matchExpressions.map(requirementBody) }),
  };
}

function requirementBody({ key, operator, values = [] }: LabelRequirement): JsonObject {
  return { key, operator, ...(values.length > 0 && { values }) };
}
