/** Writes the CEL that holds peers of a NetworkPolicy against those of a flow in the baseline. */
import { fixedPeers, NAMESPACE_NAME_LABEL } from "../../controls/network/peers.ts";
import { quote, quoteList } from "../cel.ts";

/** CEL: the requirements of the selector at a path, as lists: in CEL objects of different types are never equal. */
function expressionsOf(path: string): string {
  return `${path}.?matchExpressions.orValue([]).map(x, [x.key, x.operator] + x.?values.orValue([]))`;
}

function labelsOf(path: string): string {
  return `${path}.?matchLabels.orValue({})`;
}

/** CEL: both selectors select by the same labels; an absent part selects everything. Paths begin with the optional field: `e.?pods`. */
export function sameSelector(a: string, b: string): string {
  return `(${labelsOf(a)} == ${labelsOf(b)} && ${expressionsOf(a)} == ${expressionsOf(b)})`;
}

/** CEL: the selector selects by exactly these labels, as a CEL map. */
export function selects(path: string, labels: string): string {
  return `(${labelsOf(path)} == ${labels} && ${expressionsOf(path)}.size() == 0)`;
}

/** CEL: peer `o` of a NetworkPolicy is the namespace of a name, which is CEL itself. */
export function selectsNamespace(name: string): string {
  return `(has(o.namespaceSelector) && ${selects("o.?namespaceSelector", `{${quote(NAMESPACE_NAME_LABEL)}: ${name}}`)})`;
}

/** CEL: two lists have the same members. */
export function sameSet(a: string, b: string): string {
  return `(${a}.all(x, x in ${b}) && ${b}.all(x, x in ${a}))`;
}

/** CEL: `o` is the address block of one peer that follows from a preset alone. */
function isBlock(block: { readonly cidr: string; readonly except?: readonly string[] }): string {
  return `(o.?ipBlock.?cidr.orValue('') == ${quote(block.cidr)} && o.?ipBlock.?except.orValue([]) == ${quoteList(block.except ?? [])})`;
}

/** The address blocks of preset `Internet`, from where the control has them. */
const INTERNET = fixedPeers([{ preset: "Internet" }]).map((peer) => isBlock((peer as { ipBlock: Parameters<typeof isBlock>[0] }).ipBlock));

/** CEL: peer `o` is all pods of the policy's own namespace. */
const SAME_NAMESPACE = `(has(o.podSelector) && !has(o.namespaceSelector) && !has(o.ipBlock) && ${selects("o.?podSelector", "{}")})`;

/** CEL: peer `o` is one address. Those of the API server are in no baseline; nothing wider passes for one. */
const ONE_ADDRESS = "(o.?ipBlock.?except.orValue([]).size() == 0 && o.?ipBlock.?cidr.orValue('').matches('^([0-9.]+/32|[0-9a-f:]+/128)$'))";

/** CEL: peer `o` is what peer `p` of the entry says by selectors. */
const BY_SELECTORS = [
  "(!has(o.ipBlock)",
  `&& (has(p.namespace) ? ${selectsNamespace("p.namespace")}`,
  `  : has(o.namespaceSelector) == has(p.namespaceSelector) && ${sameSelector("o.?namespaceSelector", "p.?namespaceSelector")})`,
  `&& has(o.podSelector) == has(p.pods) && ${sameSelector("o.?podSelector", "p.?pods")})`,
].join("\n");

/** CEL: peer `o` is the address range of peer `p`. */
const BY_CIDR = `(o.?ipBlock.?cidr.orValue('') == p.cidr && ${sameSet("o.?ipBlock.?except.orValue([])", "p.?except.orValue([])")})`;

/** CEL: peer `o` of the NetworkPolicy is among what peer `p` of the entry stands for; for `KubeAPI`, `addresses` says which may be. */
function standsFor(addresses: string): string {
  return [
    `(has(p.cidr) ? ${BY_CIDR}`,
    `: p.?preset.orValue('') == 'SameNamespace' ? ${SAME_NAMESPACE}`,
    `: p.?preset.orValue('') == 'Internet' ? ${INTERNET.join(" || ")}`,
    `: p.?preset.orValue('') == 'KubeAPI' ? ${addresses}`,
    `: ${BY_SELECTORS})`,
  ].join("\n");
}

/** CEL: a peer of the entry is the API server, whose addresses are in no baseline. */
export const IS_KUBE_API = "p.?preset.orValue('') == 'KubeAPI'";

/**
 * CEL: the peers of rule `r` are those of the entry, each of them and no other. None at all would mean everybody.
 * @param rule peers of the rule
 * @param entry peers of the entry
 * @param addresses whether addresses of the API server may be among them
 */
export function samePeers(rule: string, entry: string, addresses: boolean): string {
  return [
    `(${rule}.size() > 0`,
    `&& ${rule}.all(o, ${entry}.exists(p, ${standsFor(addresses ? ONE_ADDRESS : "false")}))`,
    `&& ${entry}.all(p, ${IS_KUBE_API}`,
    `  || (p.?preset.orValue('') == 'Internet' ? ${INTERNET.map((block) => `${rule}.exists(o, ${block})`).join(" && ")}`,
    `    : ${rule}.exists(o, ${standsFor("false")}))))`,
  ].join("\n");
}

/** CEL: rule `r` goes to single addresses. */
export const TO_ADDRESSES = `(r.?to.orValue([]).size() > 0 && r.to.all(o, ${ONE_ADDRESS}))`;
