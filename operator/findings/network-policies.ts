/** What the rules about network policies share: the kinds of all dialects, and the directions in which a policy can undo anything. */
import type { JsonObject } from "../api/json.ts";
import { calicoGlobalNetworkPolicies, calicoNetworkPolicies } from "../kinds/calico-network-policy.ts";
import { ciliumClusterwideNetworkPolicy, ciliumNetworkPolicy } from "../kinds/cilium-network-policy.ts";
import { adminNetworkPolicy, clusterNetworkPolicy } from "../kinds/cluster-network-policy.ts";
import type { JudgedKind } from "../kinds/kind.ts";
import { type Direction, readPolicyTraits } from "../kinds/policy-openings.ts";
import type { FindingContext } from "./rule.ts";

/** Policies of other projects. */
export const FOREIGN_POLICIES: readonly JudgedKind[] = [
  ciliumNetworkPolicy,
  ciliumClusterwideNetworkPolicy,
  ...calicoNetworkPolicies,
  ...calicoGlobalNetworkPolicies,
  clusterNetworkPolicy,
  adminNetworkPolicy,
];

/** Directions that a baseline denies. A policy of the cluster holds for namespaces that deny both, so of it both count. */
export function closedDirections(traits: JsonObject, context: FindingContext): readonly Direction[] {
  if (readPolicyTraits(traits).everywhere === true) return ["Ingress", "Egress"];
  return context.section("network")?.defaultDeny ?? [];
}
