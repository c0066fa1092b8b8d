/** Reads whom rules of Calico mean, and what its policies are for (libcalico-go, updateprocessors: RuleAPIV3ToBackend). */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { demandedValues, matchesOutside } from "./calico-selection.ts";
import { parseSelector } from "./calico-selector.ts";
import { partOf } from "./condition-facts.ts";
import { namesPeer } from "./domain-name.ts";
import { areReserved, NAMESPACE_NAME, textOf, texts } from "./label-selector.ts";
import type { Peer } from "./policy-openings.ts";

/** Labels that Calico gives: namespaces their name, and pods the name and the labels of their namespace. */
const NAMESPACE_NAMES = ["projectcalico.org/name", NAMESPACE_NAME];
const POD_NAMESPACE = "projectcalico.org/namespace";
const NAMESPACE_LABELS = "pcns.";

/** Fields of an end of a rule. All of those that are there must match, so a field that nobody here knows makes it no wider. */
const FIELDS = ["nets", "notNets", "selector", "notSelector", "namespaceSelector", "serviceAccounts", "services", "domains"];
const PORTS = ["ports", "notPorts"];

/** What an end of a rule is read by. */
export interface EndOptions {
  readonly end: "source" | "destination";
  readonly everywhere: boolean;
}

/** Whom an end of a rule means. */
export function peersOf(entity: JsonObject, options: EndOptions): readonly Peer[] {
  const peers = knownPeers(entity, options);
  const isUnknown = Object.keys(entity).some((field) => ![...FIELDS, ...PORTS].includes(field));
  return isUnknown && peers.some((peer) => peer !== "Few") ? [{ unjudged: options.end }] : peers;
}

function knownPeers(entity: JsonObject, options: EndOptions): readonly Peer[] {
  const { services, domains, nets, notNets } = entity;
  // A Service is named.
  if (isJsonObject(services) && textOf(services["name"]) !== "") return ["Few"];
  // Names of hosts, as Calico Enterprise has them.
  if (texts(domains).length > 0) return texts(domains).map(namesPeer);
  const endpoints = endpointsPeer(entity, options);
  if (endpoints === "Few") return ["Few"];
  const except = texts(notNets);
  if (texts(nets).length > 0) return texts(nets).map((cidr) => ({ cidr, except }));
  if (endpoints !== undefined) return [endpoints];
  return except.length === 0 ? ["Anyone"] : ["0.0.0.0/0", "::/0"].map((cidr) => ({ cidr, except }));
}

/** Whom the selectors mean; undefined if there are none. In a policy of a namespace they mean that one unless they choose others. */
function endpointsPeer(entity: JsonObject, { end, everywhere }: EndOptions): Peer | undefined {
  const namespaces = textOf(entity["namespaceSelector"]).trim();
  if (namespaces !== "") return namespacesPeer(namespaces, end);
  const selector = textOf(entity["selector"]).trim();
  const isByAccount = namesAccounts(partOf(entity, "serviceAccounts"));
  if (!everywhere) return selector !== "" || textOf(entity["notSelector"]) !== "" || isByAccount ? "Few" : undefined;
  if (selector === "") return isByAccount ? "EveryNamespace" : undefined;
  return podsPeer(selector, end);
}

function namesAccounts({ names, selector }: JsonObject): boolean {
  return texts(names).length > 0 || textOf(selector) !== "";
}

/** Pods of all namespaces: whoever has one labels its pods, and only labels of the namespace itself say which it is. */
function podsPeer(text: string, end: EndOptions["end"]): Peer {
  const read = parseSelector(text);
  if (read === undefined) return { unjudged: `${end}.selector` };
  return demandedValues(read, isOfNamespace) === undefined ? "EveryNamespace" : "Few";
}

function namespacesPeer(text: string, end: EndOptions["end"]): Peer {
  const read = parseSelector(text);
  if (read === undefined) return { unjudged: `${end}.namespaceSelector` };
  if (demandedValues(read) === undefined) return "EveryNamespace";
  // Sets of networks that are in no namespace hold whatever somebody writes into them.
  return matchesOutside(read) ? { unjudged: `${end}.namespaceSelector` } : "Few";
}

function isOfNamespace(label: string): boolean {
  return label === POD_NAMESPACE || label.startsWith(NAMESPACE_LABELS);
}

/** Whether a policy of the cluster is about none of the pods that a baseline could be for: those of Kubernetes itself, or interfaces of nodes alone. */
export function isNoSubject(spec: JsonObject): boolean {
  if (spec["doNotTrack"] === true || spec["preDNAT"] === true) return true;
  const pods = [POD_NAMESPACE, ...NAMESPACE_NAMES.map((name) => NAMESPACE_LABELS + name)];
  return isReserved(spec["namespaceSelector"], NAMESPACE_NAMES) || isReserved(spec["selector"], pods);
}

function isReserved(selector: Json | undefined, names: readonly string[]): boolean {
  const read = parseSelector(textOf(selector));
  return read !== undefined && areReserved(demandedValues(read, (label) => names.includes(label)));
}

/** Whether a policy is for all pods: none of its selectors demands a label with a value. */
export function selectsAll(spec: JsonObject): boolean {
  return ["selector", "namespaceSelector", "serviceAccountSelector"].every((field) => {
    const read = parseSelector(textOf(spec[field]));
    return read === undefined || demandedValues(read) === undefined;
  });
}
