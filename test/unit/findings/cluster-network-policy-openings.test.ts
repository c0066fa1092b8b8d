/** Tests what policies of the Network Policy API are said to open widely, by what its documentation says of them. */
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { adminNetworkPolicy, clusterNetworkPolicy } from "../../../operator/kinds/cluster-network-policy.ts";
import { type DialectCase, tellsOf } from "./dialects.ts";

const policy = (spec: JsonObject): JsonObject => ({ spec: { tier: "Admin", priority: 1, subject: { namespaces: {} }, ...spec } });
const to = (...peers: Json[]): JsonObject => policy({ egress: [{ action: "Accept", to: peers }] });
const on = (...protocols: Json[]): JsonObject => policy({ ingress: [{ action: "Accept", from: [{ namespaces: {} }], protocols }] });
const of = (subject: JsonObject): JsonObject => policy({ subject, ingress: [{ action: "Accept", from: [{ namespaces: {} }] }] });
const named = (name: string): JsonObject => ({ matchLabels: { "kubernetes.io/metadata.name": name } });

const CASES: readonly DialectCase[] = [
  { reason: "all addresses", object: to({ networks: ["0.0.0.0/0"] }), told: ["Egress Anyone"] },
  { reason: "private networks", object: to({ networks: ["10.0.0.0/8", "fd00::/8"] }), told: [] },
  {
    reason: "many small ranges",
    object: to({ networks: ["32.0.0.0/8", "33.0.0.0/8"] }, { networks: ["34.0.0.0/8", "35.0.0.0/8"] }),
    told: ["Egress Anyone"],
  },
  { reason: "all namespaces", object: to({ namespaces: {} }), told: ["Egress EveryNamespace"] },
  {
    reason: "some pods of all namespaces",
    object: to({ pods: { podSelector: { matchLabels: { a: "b" } } } }),
    told: ["Egress EveryNamespace"],
  },
  { reason: "pods of one namespace", object: to({ pods: { namespaceSelector: named("web"), podSelector: {} } }), told: [] },
  {
    reason: "namespaces with a label of whatever value",
    object: to({ namespaces: { matchExpressions: [{ key: "team", operator: "Exists" }] } }),
    told: ["Egress EveryNamespace"],
  },
  { reason: "nodes", object: to({ nodes: {} }), told: [] },
  { reason: "names of one owner", object: to({ domainNames: ["*.kubernetes.io", "example.com"] }), told: [] },
  { reason: "names of one ending", object: to({ domainNames: ["*.com"] }), told: ["Egress Anyone"] },
  { reason: "a peer of a later release matches nothing", object: to({ planets: {} }), told: [] },
  {
    reason: "what is denied or handed over",
    object: policy({ ingress: ["Deny", "Pass"].map((action) => ({ action, from: [{ namespaces: {} }] })) }),
    told: [],
  },
  { reason: "tier Baseline", object: policy({ tier: "Baseline", ingress: [{ action: "Accept", from: [{ namespaces: {} }] }] }), told: [] },
  { reason: "one port", object: on({ tcp: { destinationPort: { number: 80 } } }), told: ["Ingress EveryNamespace, some ports"] },
  { reason: "a port by name", object: on({ destinationNamedPort: "http" }), told: ["Ingress EveryNamespace, some ports"] },
  { reason: "all ports of a protocol", object: on({ udp: {} }), told: ["Ingress EveryNamespace"] },
  {
    reason: "ranges that are all together",
    object: on(
      { tcp: { destinationPort: { range: { start: 1, end: 5000 } } } },
      { tcp: { destinationPort: { range: { start: 5001, end: 65535 } } } },
    ),
    told: ["Ingress EveryNamespace"],
  },
  { reason: "some namespaces", object: of({ namespaces: { matchLabels: { team: "web" } } }), told: ["Ingress EveryNamespace, some pods"] },
  { reason: "some pods", object: of({ pods: { podSelector: { matchLabels: { a: "b" } } } }), told: ["Ingress EveryNamespace, some pods"] },
  { reason: "kube-system has no baseline", object: of({ namespaces: named("kube-system") }), told: [] },
  { reason: "nor have its pods", object: of({ pods: { namespaceSelector: named("kube-system"), podSelector: {} } }), told: [] },
  {
    reason: "a namespace that only calls itself so has one",
    object: of({ namespaces: { matchLabels: { name: "kube-system" } } }),
    told: ["Ingress EveryNamespace, some pods"],
  },
  {
    reason: "garbage",
    object: policy({ subject: "all", ingress: [null, { action: "Accept", from: [null, "all"] }], egress: "all" }),
    told: [],
  },
  { reason: "no spec", object: {}, told: [] },
];

const FORMER: readonly DialectCase[] = [
  {
    reason: "what it allows",
    object: policy({
      egress: [{ action: "Allow", to: [{ networks: ["::/0"] }], ports: [{ portNumber: { protocol: "TCP", port: 443 } }] }],
    }),
    told: ["Egress Anyone, some ports"],
  },
  {
    reason: "ranges that are all together",
    object: policy({
      ingress: [
        {
          action: "Allow",
          from: [{ namespaces: {} }],
          ports: [{ portRange: { start: 1, end: 6000 } }, { portRange: { start: 6001, end: 65535 } }, { namedPort: "http" }],
        },
      ],
    }),
    told: ["Ingress EveryNamespace"],
  },
  { reason: "the word of its successor is none of its own", object: to({ networks: ["0.0.0.0/0"] }), told: [] },
];

describe("the openings of a ClusterNetworkPolicy", () => tellsOf(clusterNetworkPolicy, CASES));
describe("the openings of an AdminNetworkPolicy", () => tellsOf(adminNetworkPolicy, FORMER));
