/** Finds network policies whose width cannot be told from the policy: by a group of addresses that is kept elsewhere, or a selector that cannot be read. */
import { readPolicyTraits } from "../../kinds/policy-openings.ts";
import { closedDirections, FOREIGN_POLICIES } from "../network-policies.ts";
import type { Rule } from "../rule.ts";

export const unjudgedNetworkPolicy: Rule = {
  id: "UnjudgedNetworkPolicy",
  severity: "Low",
  control: "network",
  standards: ["CIS-5.3.2", "NSA-network-separation"],
  kinds: FOREIGN_POLICIES,
  withSectionOnly: true,
  judge(traits, context) {
    const closed = closedDirections(traits, context);
    const unjudged = (readPolicyTraits(traits).unjudged ?? []).filter(({ direction }) => closed.includes(direction));
    if (unjudged.length === 0) return undefined;
    const fields = [...new Set(unjudged.map(({ direction, field }) => `${direction.toLowerCase()}.${field}`))].join(", ");
    return `may open more than anybody can tell from it, by ${fields}: read what that means here, name the peers instead, or accept it by an exception`;
  },
};
