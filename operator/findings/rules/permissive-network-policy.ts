/** Finds network policies that open to the world, or to every namespace, what baselines close. */
import { networkPolicy } from "../../kinds/network-policy.ts";
import { type Opening, readPolicyTraits } from "../../kinds/policy-openings.ts";
import { closedDirections, FOREIGN_POLICIES } from "../network-policies.ts";
import type { Rule } from "../rule.ts";

export const permissiveNetworkPolicy: Rule = {
  id: "PermissiveNetworkPolicy",
  severity: "High",
  control: "network",
  standards: ["CIS-5.3.2", "NSA-network-separation"],
  kinds: [networkPolicy, ...FOREIGN_POLICIES],
  withSectionOnly: true,
  judge(traits, context) {
    const { openings, everywhere } = readPolicyTraits(traits);
    const closed = closedDirections(traits, context);
    const open = everywhere === true ? [] : context.asked(networkPolicy).flatMap((asked) => readPolicyTraits(asked).openings);
    const opened = openings.filter((one) => closed.includes(one.direction) && !open.some((other) => contains(other, one)));
    if (opened.length === 0) return undefined;
    const remedy = everywhere
      ? "whatever baselines of namespaces deny: narrow its subject, peers and ports, or list the flows in spec.network of the namespaces that need them"
      : "which the baseline denies: narrow its peers and ports, or list the flow in spec.network and delete it";
    return `${opened.map(told).join(", and ")}, ${remedy}`;
  },
};

/** Whether the baseline itself asks for as much: which of the pods, or of the ports, is not known here, so it must be all. */
function contains(wide: Opening, one: Opening): boolean {
  return wide.direction === one.direction && wide.allPods && wide.allPorts && (wide.peers === "Anyone" || wide.peers === one.peers);
}

const WORDS: Readonly<Record<Opening["peers"], string>> = {
  Anyone: "any address",
  Internet: "any address of the Internet",
  EveryNamespace: "pods of every namespace",
};

function told({ direction, peers, allPods, allPorts }: Opening): string {
  const pods = allPods ? "every pod" : "some pods";
  const ports = allPorts ? "on all ports" : "on some ports";
  if (direction === "Ingress") return `opens ${pods} ${ports} to ${WORDS[peers]}`;
  return `lets ${pods} reach ${WORDS[peers]} ${ports}`;
}
