/** Tests what policies of Cilium are said to open widely, by what Cilium makes of them. */
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { ciliumClusterwideNetworkPolicy, ciliumNetworkPolicy } from "../../../operator/kinds/cilium-network-policy.ts";
import { type DialectCase, tellsOf } from "./dialects.ts";

const ALL: JsonObject = { endpointSelector: {} };
const policy = (spec: JsonObject): JsonObject => ({ spec: { ...ALL, ...spec } });
const from = (rule: JsonObject): JsonObject => policy({ ingress: [rule] });
const to = (rule: JsonObject): JsonObject => policy({ egress: [rule] });
const labels = (matchLabels: JsonObject): JsonObject => ({ fromEndpoints: [{ matchLabels }] });
const expressions = (...matchExpressions: Json[]): JsonObject => ({ fromEndpoints: [{ matchExpressions }] });
const ports = (...list: Json[]): JsonObject => ({ toPorts: [{ ports: list }] });

const NAMESPACE = "k8s:io.kubernetes.pod.namespace";
const NAMESPACE_LABEL = "k8s:io.cilium.k8s.namespace.labels.team";

const PEERS: readonly DialectCase[] = [
  { reason: "a rule about nothing selects nothing: so is default deny written", object: from({}), told: [] },
  { reason: "no rule denies", object: policy({ ingress: [], egress: [] }), told: [] },
  { reason: "an empty list of endpoints is nobody", object: from({ fromEndpoints: [] }), told: [] },
  { reason: "also beside ports", object: from({ fromEndpoints: [], ...ports({ port: "80" }) }), told: [] },
  {
    reason: "an empty list of names is none at all",
    object: to({ toFQDNs: [], ...ports({ port: "443" }) }),
    told: ["Egress Anyone, some ports"],
  },
  { reason: "ports alone are everybody on them", object: from(ports({ port: "80" })), told: ["Ingress Anyone, some ports"] },
  { reason: "ICMP alone is everybody", object: to({ icmps: [{ fields: [{ type: 8 }] }] }), told: ["Egress Anyone, some ports"] },
  { reason: "an empty selector is the policy's own namespace", object: from({ fromEndpoints: [{}] }), told: [] },
  { reason: "pods by a label are of it, too", object: from(labels({ app: "web" })), told: [] },
  { reason: "pods of another namespace", object: from(labels({ [NAMESPACE]: "web" })), told: [] },
  { reason: "in the short form", object: from(labels({ "io.kubernetes.pod.namespace": "web" })), told: [] },
  {
    reason: "two namespaces by name",
    object: from(expressions({ key: NAMESPACE, operator: "In", values: ["web", "jobs"] })),
    told: [],
  },
  { reason: "any namespace", object: from(expressions({ key: NAMESPACE, operator: "Exists" })), told: ["Ingress EveryNamespace"] },
  {
    reason: "some pods of any namespace: whoever has one labels pods",
    object: from({ fromEndpoints: [{ matchLabels: { app: "web" }, matchExpressions: [{ key: NAMESPACE, operator: "Exists" }] }] }),
    told: ["Ingress EveryNamespace"],
  },
  {
    reason: "all namespaces but one, and whatever is in none",
    object: from(expressions({ key: NAMESPACE, operator: "NotIn", values: ["kube-system"] })),
    told: ["Ingress Anyone"],
  },
  { reason: "what is in no namespace", object: from(expressions({ key: NAMESPACE, operator: "DoesNotExist" })), told: ["Ingress Anyone"] },
  { reason: "namespaces with a label and a value", object: from(labels({ [NAMESPACE_LABEL]: "web" })), told: [] },
  {
    reason: "namespaces with a label of whatever value",
    object: from(expressions({ key: NAMESPACE_LABEL, operator: "Exists" })),
    told: ["Ingress EveryNamespace"],
  },
  { reason: "a key is not read in another case", object: from(labels({ "K8S:IO.KUBERNETES.POD.NAMESPACE": "web" })), told: [] },
  { reason: "peers are ORed", object: from({ fromEndpoints: [{}, { matchLabels: { "reserved:world": "" } }] }), told: ["Ingress Anyone"] },
];

const RESERVED: readonly DialectCase[] = [
  { reason: "the world", object: from(labels({ "reserved:world": "" })), told: ["Ingress Anyone"] },
  { reason: "the world in short", object: from(labels({ $world: "" })), told: ["Ingress Anyone"] },
  { reason: "the world with a dot", object: from(labels({ "reserved.world": "" })), told: ["Ingress Anyone"] },
  {
    reason: "the world of IPv4, by an expression",
    object: from(expressions({ key: "reserved:world-ipv4", operator: "Exists" })),
    told: ["Ingress Anyone"],
  },
  { reason: "everything", object: from(labels({ "reserved:all": "" })), told: ["Ingress Anyone"] },
  { reason: "nodes", object: from(labels({ "reserved:remote-node": "" })), told: [] },
  {
    reason: "a reserved label that is denied takes the limit of the namespace away",
    object: from(expressions({ key: "reserved:none", operator: "DoesNotExist" })),
    told: ["Ingress Anyone"],
  },
  {
    reason: "also beside a label of pods",
    object: from({
      fromEndpoints: [{ matchLabels: { app: "web" }, matchExpressions: [{ key: "reserved:none", operator: "DoesNotExist" }] }],
    }),
    told: ["Ingress EveryNamespace"],
  },
  {
    reason: "not where a namespace is named",
    object: from({
      fromEndpoints: [{ matchLabels: { [NAMESPACE]: "web" }, matchExpressions: [{ key: "reserved:none", operator: "DoesNotExist" }] }],
    }),
    told: [],
  },
];

const OTHERS: readonly DialectCase[] = [
  { reason: "the world as an entity", object: to({ toEntities: ["world"] }), told: ["Egress Anyone"] },
  { reason: "all", object: from({ fromEntities: ["host", "all"] }), told: ["Ingress Anyone"] },
  { reason: "the cluster", object: from({ fromEntities: ["cluster"] }), told: ["Ingress EveryNamespace"] },
  {
    reason: "entities that are few",
    object: from({ fromEntities: ["host", "remote-node", "kube-apiserver", "health", "ingress"] }),
    told: [],
  },
  { reason: "an empty list of entities is nobody", object: to({ toEntities: [], ...ports({ port: "1" }) }), told: [] },
  { reason: "an entity of a later release", object: from({ fromEntities: ["toString"] }), told: ["? Ingress fromEntities"] },
  { reason: "all addresses", object: from({ fromCIDR: ["0.0.0.0/0"] }), told: ["Ingress Anyone"] },
  { reason: "one address", object: from({ fromCIDR: ["203.0.113.7", "2001:db8::7"] }), told: [] },
  {
    reason: "many small ranges, in several parts",
    object: { specs: ["32.0.0.0/8", "33.0.0.0/8", "34.0.0.0/8", "35.0.0.0/8"].map((cidr) => ({ ...ALL, egress: [{ toCIDR: [cidr] }] })) },
    told: ["Egress Anyone"],
  },
  {
    reason: "the Internet",
    object: to({
      toCIDRSet: [
        { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"] },
        { cidr: "::/0", except: ["FC00::/7", "FE80::/10"] },
      ],
    }),
    told: ["Egress Internet"],
  },
  {
    reason: "a group of ranges",
    object: from({ fromCIDRSet: [{ cidrGroupRef: "partners" }] }),
    told: ["? Ingress fromCIDRSet.cidrGroupRef"],
  },
  { reason: "groups by labels", object: to({ toCIDRSet: [{ cidrGroupSelector: {} }] }), told: ["? Egress toCIDRSet.cidrGroupSelector"] },
  { reason: "groups of a cloud", object: from({ fromGroups: [{ aws: {} }] }), told: ["? Ingress fromGroups"] },
  { reason: "nodes", object: from({ fromNodes: [{}] }), told: [] },
  { reason: "a Service", object: to({ toServices: [{ k8sService: { serviceName: "db", namespace: "data" } }] }), told: [] },
  {
    reason: "Services by a label, of whatever namespace",
    object: to({ toServices: [{ k8sServiceSelector: { selector: { matchLabels: { app: "db" } } } }] }),
    told: ["Egress EveryNamespace"],
  },
  { reason: "any name", object: to({ toFQDNs: [{ matchPattern: "*" }] }), told: ["Egress Anyone"] },
  { reason: "any name, written longer", object: to({ toFQDNs: [{ matchPattern: "**.*" }] }), told: ["Egress Anyone"] },
  { reason: "names of one ending", object: to({ toFQDNs: [{ matchPattern: "*.com." }] }), told: ["Egress Anyone"] },
  { reason: "names that only begin so", object: to({ toFQDNs: [{ matchPattern: "api.example*.com" }] }), told: ["Egress Anyone"] },
  { reason: "names of one owner", object: to({ toFQDNs: [{ matchPattern: "*.example.com" }, { matchName: "localhost" }] }), told: [] },
];

const PORTS: readonly DialectCase[] = [
  { reason: "port 0 is all", object: from(ports({ port: "0", protocol: "TCP" })), told: ["Ingress Anyone"] },
  { reason: "an entry without ports is all", object: from({ toPorts: [{}] }), told: ["Ingress Anyone"] },
  { reason: "a port by name is one", object: from(ports({ port: "https" })), told: ["Ingress Anyone, some ports"] },
  {
    reason: "ranges that are all together",
    object: from({ toPorts: [{ ports: [{ port: "1", endPort: 5000 }] }, { ports: [{ port: "5001", endPort: 65535 }] }] }),
    told: ["Ingress Anyone"],
  },
  {
    reason: "ranges in rules of their own, each too small to count",
    object: policy({
      ingress: Array.from({ length: 7 }, (_, index) => ports({ port: String(1 + index * 9362), endPort: (index + 1) * 9362 })),
    }),
    told: ["Ingress Anyone"],
  },
];

const PARTS: readonly DialectCase[] = [
  {
    reason: "what is wide for some pods is not wide for all by another part",
    object: {
      spec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }] },
      specs: [{ endpointSelector: { matchLabels: { app: "web" } }, ingress: [{ fromEntities: ["all"] }] }],
    },
    told: ["Ingress Anyone, some pods"],
  },
  {
    reason: "what is denied opens nothing",
    object: policy({ ingressDeny: [{ fromEntities: ["all"] }], egressDeny: [{ toCIDRSet: [{ cidrGroupRef: "bad" }] }] }),
    told: [],
  },
  { reason: "garbage", object: { spec: "all", specs: [null, 7, { ...ALL, ingress: "all", egress: [null] }] }, told: [] },
  {
    reason: "keys and names that are no text",
    object: from({ fromEndpoints: [{ matchExpressions: [{ key: { toString: 1 }, operator: "In" }] }] }),
    told: [],
  },
];

const clusterwide = (endpointSelector: JsonObject, rule: JsonObject = { fromEntities: ["world"] }): JsonObject => ({
  spec: { endpointSelector, ingress: [rule] },
});
const CLUSTERWIDE: readonly DialectCase[] = [
  { reason: "an empty selector is pods of every namespace", object: from({ fromEndpoints: [{}] }), told: ["Ingress EveryNamespace"] },
  { reason: "so are pods by a label", object: from(labels({ app: "web" })), told: ["Ingress EveryNamespace"] },
  { reason: "pods of one namespace are not", object: from(labels({ [NAMESPACE]: "web" })), told: [] },
  {
    reason: "a namespace by the label of its name",
    object: from(labels({ "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name": "web" })),
    told: [],
  },
  {
    reason: "namespaces by what their labels are not",
    object: from(expressions({ key: NAMESPACE_LABEL, operator: "NotIn", values: ["web"] })),
    told: ["Ingress EveryNamespace"],
  },
  { reason: "all pods are opened", object: clusterwide({}), told: ["Ingress Anyone"] },
  { reason: "pods of kube-system have no baseline", object: clusterwide({ matchLabels: { [NAMESPACE]: "kube-system" } }), told: [] },
  {
    reason: "nor have those of other namespaces of Kubernetes",
    object: clusterwide({
      matchExpressions: [{ key: "io.kubernetes.pod.namespace", operator: "In", values: ["kube-system", "kube-public"] }],
    }),
    told: [],
  },
  {
    reason: "one namespace more is opened",
    object: clusterwide({ matchExpressions: [{ key: NAMESPACE, operator: "In", values: ["kube-system", "payments"] }] }),
    told: ["Ingress Anyone, some pods"],
  },
  {
    reason: "a pod that says so of itself is not of kube-system",
    object: clusterwide({ matchLabels: { "io.kubernetes.pod.namespace.": "kube-system" } }),
    told: ["Ingress Anyone, some pods"],
  },
  { reason: "endpoints of Cilium are no pods", object: clusterwide({ matchLabels: { "reserved:ingress": "" } }), told: [] },
  {
    reason: "what is not one of them is all pods",
    object: clusterwide({ matchExpressions: [{ key: "reserved:ingress", operator: "DoesNotExist" }] }),
    told: ["Ingress Anyone"],
  },
  { reason: "a policy for nodes", object: { spec: { nodeSelector: {}, ingress: [{ fromEntities: ["world"] }] } }, told: [] },
];

describe("the openings of a policy of Cilium", () => {
  describe("by endpoints", () => tellsOf(ciliumNetworkPolicy, PEERS));
  describe("by reserved labels", () => tellsOf(ciliumNetworkPolicy, RESERVED));
  describe("by other peers", () => tellsOf(ciliumNetworkPolicy, OTHERS));
  describe("by ports", () => tellsOf(ciliumNetworkPolicy, PORTS));
  describe("by its parts", () => tellsOf(ciliumNetworkPolicy, PARTS));
  describe("for the whole cluster", () => tellsOf(ciliumClusterwideNetworkPolicy, CLUSTERWIDE));
});
