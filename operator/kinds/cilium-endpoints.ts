/** Reads how Cilium selects endpoints: by labels with a source, and within one namespace unless a selector says otherwise. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { areReserved, NAMESPACE_NAME, objects, textOf, valuesOf } from "./label-selector.ts";
import type { Peer } from "./policy-openings.ts";

/** A label of pods that Cilium gives by their namespace, and how the labels of their namespace begin (pkg/k8s/apis/cilium.io). */
const POD_NAMESPACE = "io.kubernetes.pod.namespace";
const NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels.";

/** Labels by which Cilium calls what is outside of the cluster, and everything. */
const WORLD = ["all", "world", "world-ipv4", "world-ipv6"];

/** A label with its source: `k8s:app`, `app` of any source, `reserved:host`, or `$host` as the same in short (pkg/labels, parseSource). */
interface SourcedLabel {
  readonly source: string;
  readonly name: string;
}

function labelOf(key: string): SourcedLabel {
  const text = key.replace(/=.*$/s, "");
  if (text.startsWith("$")) return { source: "reserved", name: text.slice(1) };
  const colon = text.indexOf(":");
  if (colon >= 0) return { source: text.slice(0, colon), name: text.slice(colon + 1) };
  return text.startsWith("reserved.") ? { source: "reserved", name: text.slice("reserved.".length) } : { source: "any", name: text };
}

const isOfKubernetes = ({ source }: SourcedLabel): boolean => source === "k8s" || source === "any";
const isNamespaceName = (label: SourcedLabel): boolean =>
  isOfKubernetes(label) && (label.name === POD_NAMESPACE || label.name === NAMESPACE_LABELS + NAMESPACE_NAME);
const isPodNamespace = (label: SourcedLabel): boolean => isOfKubernetes(label) && label.name === POD_NAMESPACE;
const isOfNamespace = (label: SourcedLabel): boolean =>
  isNamespaceName(label) || (isOfKubernetes(label) && label.name.startsWith(NAMESPACE_LABELS));
const isReserved = ({ source }: SourcedLabel): boolean => source === "reserved";

/**
 * Whom a selector of peers means. In a policy of a namespace that is its own pods, and in one of the cluster pods of any namespace, unless the selector names
 * a label of namespaces, or one that is reserved, be it to deny it: then it is taken as it stands (pkg/k8s/apis/cilium.io/utils, getEndpointSelector).
 */
export function endpointsPeer(selector: JsonObject, { everywhere }: { readonly everywhere: boolean }): Peer {
  const named = keysOf(selector).map(labelOf);
  const demanded = demandedIn(selector).map(labelOf);
  const special = demanded.filter(isReserved);
  if (special.length > 0) return special.every(({ name }) => WORLD.includes(name)) ? "Anyone" : "Few";
  if (valuesOf(selector, (key) => isOfNamespace(labelOf(key))) !== undefined) return "Few";
  const isReservedNamed = named.some(isReserved);
  if (everywhere && !isReservedNamed && !named.some(isPodNamespace)) return "EveryNamespace";
  if (!isReservedNamed && !named.some(isOfNamespace)) return "Few";
  // What only lacks labels may be no pod at all.
  return demanded.some(isOfKubernetes) ? "EveryNamespace" : "Anyone";
}

/** Whether a policy is about none of the pods that a baseline could be for: those of Kubernetes itself, or endpoints of Cilium. */
export function isNoSubject(selector: Json | undefined): boolean {
  if (!isJsonObject(selector)) return true;
  const isAll = demandedIn(selector).some((key) => isReserved(labelOf(key)) && !WORLD.includes(labelOf(key).name));
  return isAll || areReserved(valuesOf(selector, (key) => isNamespaceName(labelOf(key))));
}

function keysOf(selector: JsonObject): readonly string[] {
  return [...labelsIn(selector), ...objects(selector["matchExpressions"]).map(keyIn)];
}

/** Labels without which nothing is selected, with a value or any. */
function demandedIn(selector: JsonObject): readonly string[] {
  const demands = objects(selector["matchExpressions"]).filter(({ operator }) => operator === "In" || operator === "Exists");
  return [...labelsIn(selector), ...demands.map(keyIn)];
}

function keyIn({ key }: JsonObject): string {
  return textOf(key);
}

function labelsIn({ matchLabels }: JsonObject): readonly string[] {
  return isJsonObject(matchLabels) ? Object.keys(matchLabels) : [];
}
