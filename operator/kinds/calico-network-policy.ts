/** Declares the policies of Calico that findings judge, in the form of its datastore and in that of its API, and translates their rules. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { isNoSubject, peersOf, selectsAll } from "./calico-endpoints.ts";
import { partOf } from "./condition-facts.ts";
import type { JudgedKind } from "./kind.ts";
import { objects, textOf, texts } from "./label-selector.ts";
import { type OpenRule, policyTraits } from "./policy-openings.ts";
import { areOfDNS, type PortRange, portsIn } from "./policy-ports.ts";

/** Calico keeps its objects as these. */
const DATASTORE = "crd.projectcalico.org/v1";

const NAMESPACED = {
  kind: "NetworkPolicy",
  resource: "networkpolicies",
  namespaced: true,
  optional: true,
  traits: (object: JsonObject) => policyTraits(rulesOf(partOf(object, "spec"), { everywhere: false })),
} as const;

const CLUSTER = {
  kind: "GlobalNetworkPolicy",
  resource: "globalnetworkpolicies",
  namespaced: false,
  optional: true,
  traits: (object: JsonObject) => {
    const spec = partOf(object, "spec");
    return policyTraits(isNoSubject(spec) ? [] : rulesOf(spec, { everywhere: true }), { everywhere: true });
  },
} as const;

/** The API of Calico shows what the datastore holds, so it is looked at only where that is not served here. */
const API = { apiVersion: "projectcalico.org/v3", unlessServed: DATASTORE } as const;

/** Of namespaces. */
export const calicoNetworkPolicies: readonly JudgedKind[] = [
  { apiVersion: DATASTORE, ...NAMESPACED },
  { ...API, ...NAMESPACED },
];

/** Of the cluster. */
export const calicoGlobalNetworkPolicies: readonly JudgedKind[] = [
  { apiVersion: DATASTORE, ...CLUSTER },
  { ...API, ...CLUSTER },
];

const DIRECTIONS = [
  { direction: "Ingress", rules: "ingress", end: "source" },
  { direction: "Egress", rules: "egress", end: "destination" },
] as const;

/** The tier of NetworkPolicies of Kubernetes, and those behind it, which decide only about pods that none of these is for. */
const DEFAULT_TIER = "default";
const BEHIND: readonly string[] = ["kube-baseline", "baselineadminnetworkpolicy"];

/** Without types a policy is about the directions that it has rules for, as far as it opens anything (GlobalNetworkPolicySpec). */
function rulesOf(spec: JsonObject, { everywhere }: { readonly everywhere: boolean }): readonly OpenRule[] {
  const tier = textOf(spec["tier"]) || DEFAULT_TIER;
  if (BEHIND.includes(tier)) return [];
  const types = texts(spec["types"]).map((type) => type.toLowerCase());
  const allPods = selectsAll(spec);
  return DIRECTIONS.filter(({ rules }) => types.length === 0 || types.includes(rules)).flatMap(({ direction, rules, end }) =>
    reached(objects(spec[rules]))
      .filter((rule) => opens(rule, tier))
      .map((rule): OpenRule => {
        const { ports } = partOf(rule, "destination");
        const isOfDNS = Array.isArray(ports) && areOfDNS(ports.map((port) => (port === "53" ? 53 : port)));
        return { direction, allPods, peers: peersOf(partOf(rule, end), { end, everywhere }), ports: portCount(rule), isOfDNS };
      }),
  );
}

/** Rules are tried in their order: behind one that decides about everything none is. */
function reached(rules: readonly JsonObject[]): readonly JsonObject[] {
  const last = rules.findIndex((rule) => actionOf(rule) !== "log" && isUnconditional(rule));
  return last === -1 ? rules : rules.slice(0, last + 1);
}

/** Calico reads actions and types in any case. */
function actionOf({ action }: JsonObject): string {
  return textOf(action).toLowerCase();
}

function isUnconditional({ action: _action, metadata: _metadata, ...conditions }: JsonObject): boolean {
  return Object.values(conditions).every(isEmpty);
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (isJsonObject(value) && Object.values(value).every(isEmpty));
}

/**
 * `Pass` hands over to the next tier. Behind the tier of NetworkPolicies that is the profile of the namespace, which allows everything (libcalico-go,
 * NamespaceToProfile): there it opens as `Allow` does.
 */
function opens(rule: JsonObject, tier: string): boolean {
  const action = actionOf(rule);
  return action === "allow" || (action === "pass" && tier === DEFAULT_TIER);
}

const ICMP: readonly Json[] = ["icmp", "icmpv6", 1, 58];

/** ICMP has no ports, and goes through without any. What `notPorts` leaves out is little. */
function portCount(rule: JsonObject): number {
  const { protocol } = rule;
  if (protocol !== undefined && ICMP.includes(typeof protocol === "string" ? protocol.toLowerCase() : protocol)) return 1;
  const { ports } = partOf(rule, "destination");
  return portsIn(Array.isArray(ports) ? ports.map(portRange) : []);
}

/** A number, a range `80:90`, or a name. */
function portRange(port: Json): PortRange {
  const [from, to] = textOf(port).split(":").map(Number);
  return from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to) ? "One" : { from, to };
}
