/** Finds NetworkPolicies that open to the world, or to every namespace, what the baseline closes. */
import type { JsonObject } from "../../api/json.ts";
import { networkPolicy } from "../../kinds/network-policy.ts";
import type { Opening } from "../../kinds/policy-openings.ts";
import type { Rule } from "../rule.ts";

export const permissiveNetworkPolicy: Rule = {
  id: "PermissiveNetworkPolicy",
  severity: "High",
  control: "network",
  standards: ["CIS-5.3.2", "NSA-network-separation"],
  kinds: [networkPolicy],
  withSectionOnly: true,
  judge(traits, context) {
    const closed = context.section("network")?.defaultDeny ?? [];
    const open = context.asked(networkPolicy).flatMap(openingsIn);
    const opened = openingsIn(traits).filter((one) => closed.includes(one.direction) && !open.some((other) => contains(other, one)));
    if (opened.length === 0) return undefined;
    return `${opened.map(told).join(", and ")}, which the baseline denies: narrow its peers and ports, or list the flow in spec.network and delete it`;
  },
};

function openingsIn(traits: JsonObject): readonly Opening[] {
  return traits["openings"] as unknown as readonly Opening[];
}

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
