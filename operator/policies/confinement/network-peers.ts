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
  return `(has(o.namespaceSelector) && ${selects("o.?namespaceSelector", namespaceLabel(name))})`;
}

function namespaceLabel(name: string): string {
  return `{${quote(NAMESPACE_NAME_LABEL)}: ${name}}`;
}

/** CEL: two lists have the same members. */
export function sameSet(a: string, b: string): string {
  return `(${a}.all(x, x in ${b}) && ${b}.all(x, x in ${a}))`;
}

/**
 * A peer is compared as a list, of which each is made once: `[[cidr, namespaces, pods], except]`. A selector stands in a list of
 * its own, which is empty where there is none: an empty selector selects all, an absent one does not select at all.
 */
function peerAsLists(cidr: string, { namespaces = "[]", pods = "[]", except = "[]" }): string {
  return `[dyn([dyn(${cidr}), dyn(${namespaces}), dyn(${pods})]), dyn(${except})]`;
}

function selectorAsLists(labels: string, expressions = "[]"): string {
  return `[[dyn(${labels}), dyn(${expressions})]]`;
}

/** CEL: the selector in a field as lists. */
function fieldAsLists(owner: string, field: string): string {
  const path = `${owner}.?${field}`;
  return `(has(${owner}.${field}) ? ${selectorAsLists(labelsOf(path), expressionsOf(path))} : [])`;
}

/** CEL: peer `o` of a NetworkPolicy. */
const WRITTEN_PEER = peerAsLists("o.?ipBlock.?cidr.orValue('')", {
  namespaces: fieldAsLists("o", "namespaceSelector"),
  pods: fieldAsLists("o", "podSelector"),
  except: "o.?ipBlock.?except.orValue([])",
});

const PRESET = "p.?preset.orValue('')";

/** CEL: peer `p` of an entry, unless its preset stands for addresses. */
const ASKED_PEER = peerAsLists("p.?cidr.orValue('')", {
  namespaces: [
    `(has(p.namespace) ? ${selectorAsLists(namespaceLabel("p.namespace"))}`,
    `  : ${fieldAsLists("p", "namespaceSelector")})`,
  ].join("\n"),
  pods: `(${PRESET} == 'SameNamespace' ? ${selectorAsLists("{}")} : ${fieldAsLists("p", "pods")})`,
  except: "p.?except.orValue([])",
});

/** The address blocks of preset `Internet`, from where the control has them. */
const INTERNET = fixedPeers([{ preset: "Internet" }]).map((peer) => {
  const { cidr, except } = (peer as { ipBlock: { readonly cidr: string; readonly except: readonly string[] } }).ipBlock;
  return peerAsLists(quote(cidr), { except: quoteList(except) });
});

/** CEL: what the peers of an entry stand for, apart from the API server. */
export function askedPeers(peers: string): string {
  return [
    `${peers}.filter(p, !(${PRESET} in ['Internet', 'KubeAPI'])).map(p, ${ASKED_PEER})`,
    `+ (${peers}.exists(p, ${PRESET} == 'Internet') ? [${INTERNET.join(", ")}] : [])`,
  ].join("\n");
}

/** CEL: a peer of the entry is the API server, whose addresses are in no baseline. */
export function asksForKubeAPI(peers: string): string {
  return `${peers}.exists(p, ${PRESET} == 'KubeAPI')`;
}

/** CEL: the peers of rule `r` on a side, as a list in a list, so that a macro gives them a name. */
function written(side: "from" | "to"): string {
  return `[r.?${side}.orValue([]).map(o, ${WRITTEN_PEER})]`;
}

const SAME_PEER = `(w[0] == a[0] && ${sameSet("w[1]", "a[1]")})`;

/** CEL: peer `w` is one address. Those of the API server are in no baseline; nothing wider passes for one. */
const ONE_ADDRESS = "w[0][0].matches('^([0-9.]+/32|[0-9a-f:]+/128)$')";

/**
 * CEL: the peers of rule `r` are those that are asked for, each of them and no other. None at all would mean everybody.
 * @param asked what `askedPeers` yields
 * @param addresses whether addresses of the API server may be among them
 */
export function samePeers(side: "from" | "to", asked: string, addresses: string): string {
  return [
    `${written(side)}.all(ws, ws.size() > 0`,
    `&& ws.all(w, ${asked}.exists(a, ${SAME_PEER}) || (${addresses} && ${ONE_ADDRESS}))`,
    `&& ${asked}.all(a, ws.exists(w, ${SAME_PEER})))`,
  ].join("\n");
}

/** CEL: rule `r` goes to single addresses. */
export const TO_ADDRESSES = `${written("to")}.all(ws, ws.size() > 0 && ws.all(w, ${ONE_ADDRESS}))`;
