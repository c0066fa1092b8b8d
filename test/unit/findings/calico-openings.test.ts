/** Tests what policies of Calico are said to open widely, by what Calico makes of them. */
import { expect } from "chai";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { calicoGlobalNetworkPolicies, calicoNetworkPolicies } from "../../../operator/kinds/calico-network-policy.ts";
import type { JudgedKind } from "../../../operator/kinds/kind.ts";
import { type DialectCase, tellsOf, toldOf } from "./dialects.ts";

const [inNamespace] = calicoNetworkPolicies as readonly [JudgedKind];
const [global] = calicoGlobalNetworkPolicies as readonly [JudgedKind];

const policy = (spec: JsonObject): JsonObject => ({ spec });
const ingress = (...rules: Json[]): JsonObject => policy({ types: ["Ingress"], ingress: rules });
const allow = (source: JsonObject, more: JsonObject = {}): JsonObject => ingress({ action: "Allow", source, ...more });
const egress = (destination: JsonObject, more: JsonObject = {}): JsonObject =>
  policy({ types: ["Egress"], egress: [{ action: "Allow", destination, ...more }] });
const ALLOW = { action: "Allow" };

const DIRECTIONS: readonly DialectCase[] = [
  {
    reason: "without types the rules tell",
    object: policy({ ingress: [ALLOW], egress: [ALLOW] }),
    told: ["Ingress Anyone", "Egress Anyone"],
  },
  { reason: "rules of a direction that is no type do nothing", object: policy({ types: ["Egress"], ingress: [ALLOW] }), told: [] },
  {
    reason: "types and actions are read in any case",
    object: policy({ types: ["INGRESS"], ingress: [{ action: "allow" }] }),
    told: ["Ingress Anyone"],
  },
  { reason: "a default deny", object: policy({ types: ["Ingress", "Egress"] }), told: [] },
  { reason: "only Deny and Log", object: ingress({ action: "Log" }, { action: "Deny" }), told: [] },
];

const ORDER: readonly DialectCase[] = [
  { reason: "behind a rule that denies everything none is reached", object: ingress({ action: "Deny" }, ALLOW), told: [] },
  {
    reason: "an empty source is no condition",
    object: ingress({ action: "Deny", source: {}, metadata: { annotations: { a: "b" } } }, ALLOW),
    told: [],
  },
  { reason: "a protocol is one", object: ingress({ action: "Deny", protocol: "TCP" }, ALLOW), told: ["Ingress Anyone"] },
  { reason: "what is logged goes on", object: ingress({ action: "Log" }, ALLOW), told: ["Ingress Anyone"] },
  { reason: "an earlier Allow is reached", object: ingress(ALLOW, { action: "Deny" }), told: ["Ingress Anyone"] },
  {
    reason: "Pass in the tier of NetworkPolicies hands over to the profile, which allows",
    object: ingress({ action: "Pass" }),
    told: ["Ingress Anyone"],
  },
  { reason: "named or not", object: policy({ tier: "default", egress: [{ action: "Pass" }] }), told: ["Egress Anyone"] },
  {
    reason: "Pass in another tier hands over to NetworkPolicies",
    object: policy({ tier: "security", ingress: [{ action: "Pass" }] }),
    told: [],
  },
  { reason: "behind such a one nothing is reached", object: policy({ tier: "security", ingress: [{ action: "Pass" }, ALLOW] }), told: [] },
  { reason: "Allow in another tier opens", object: policy({ tier: "security", ingress: [ALLOW] }), told: ["Ingress Anyone"] },
  { reason: "nothing opens behind NetworkPolicies", object: policy({ tier: "kube-baseline", ingress: [ALLOW] }), told: [] },
  { reason: "nor did it by the former name", object: policy({ tier: "baselineadminnetworkpolicy", egress: [ALLOW] }), told: [] },
];

const PEERS: readonly DialectCase[] = [
  { reason: "nobody in particular", object: allow({}), told: ["Ingress Anyone"] },
  { reason: "all of the namespace", object: allow({ selector: "all()" }), told: [] },
  { reason: "what is not some pod of the namespace", object: allow({ notSelector: "app == 'web'" }), told: [] },
  { reason: "accounts of the namespace", object: allow({ serviceAccounts: { names: ["api"] } }), told: [] },
  { reason: "a list of no accounts is no condition", object: allow({ serviceAccounts: { names: [] } }), told: ["Ingress Anyone"] },
  { reason: "all namespaces", object: allow({ namespaceSelector: "all()" }), told: ["Ingress EveryNamespace"] },
  {
    reason: "pods of all namespaces",
    object: allow({ namespaceSelector: "all()", selector: "app == 'web'" }),
    told: ["Ingress EveryNamespace"],
  },
  {
    reason: "accounts of all namespaces",
    object: allow({ namespaceSelector: "has(team)", serviceAccounts: { names: ["api"] } }),
    told: ["Ingress EveryNamespace"],
  },
  { reason: "a namespace by name", object: allow({ namespaceSelector: "projectcalico.org/name == 'web'" }), told: [] },
  {
    reason: "sets of networks, which nobody here reads",
    object: allow({ namespaceSelector: "global()" }),
    told: ["? Ingress source.namespaceSelector"],
  },
  {
    reason: "hidden behind a namespace",
    object: allow({ namespaceSelector: "team == 'web' || !has(team) && global()" }),
    told: ["? Ingress source.namespaceSelector"],
  },
  { reason: "what is not of them is all namespaces", object: allow({ namespaceSelector: "!global()" }), told: ["Ingress EveryNamespace"] },
  {
    reason: "a selector that nobody can read",
    object: allow({ namespaceSelector: "team = 'web'" }),
    told: ["? Ingress source.namespaceSelector"],
  },
  { reason: "a Service", object: egress({ services: { name: "db" } }), told: [] },
  { reason: "a Service without a name is none", object: egress({ services: {} }), told: ["Egress Anyone"] },
  { reason: "a field of another release", object: egress({ nets: ["0.0.0.0/0"], networks: ["internet"] }), told: ["? Egress destination"] },
  { reason: "beside which it is narrow anyway", object: egress({ selector: "all()", networks: ["internet"] }), told: [] },
];

const RANGES: readonly DialectCase[] = [
  { reason: "all addresses", object: egress({ nets: ["0.0.0.0/0"] }), told: ["Egress Anyone"] },
  { reason: "an address alone", object: egress({ nets: ["203.0.113.7", "2001:db8::7"] }), told: [] },
  {
    reason: "the Internet by what it is not",
    object: egress({
      notNets: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10"],
    }),
    told: ["Egress Internet"],
  },
  { reason: "all but one network", object: egress({ notNets: ["10.0.0.0/8"] }), told: ["Egress Anyone"] },
  { reason: "addresses of the namespace's own pods", object: egress({ selector: "all()", nets: ["0.0.0.0/0"] }), told: [] },
  {
    reason: "many small ranges in as many rules",
    object: policy({
      egress: ["32.0.0.0/8", "33.0.0.0/8", "34.0.0.0/8", "35.0.0.0/8"].map((net) => ({ ...ALLOW, destination: { nets: [net] } })),
    }),
    told: ["Egress Anyone"],
  },
  { reason: "names of hosts", object: egress({ domains: ["*.example.com"] }), told: [] },
  { reason: "any name of a host", object: egress({ domains: ["*.com"] }), told: ["Egress Anyone"] },
];

const PORTS: readonly DialectCase[] = [
  { reason: "a number", object: allow({}, { protocol: "TCP", destination: { ports: [443] } }), told: ["Ingress Anyone, some ports"] },
  { reason: "a range", object: allow({}, { protocol: "TCP", destination: { ports: ["1:65535"] } }), told: ["Ingress Anyone"] },
  {
    reason: "ranges that are all together",
    object: allow({}, { destination: { ports: ["1:5000", "5001:65535"] } }),
    told: ["Ingress Anyone"],
  },
  { reason: "a name", object: allow({}, { destination: { ports: ["https"] } }), told: ["Ingress Anyone, some ports"] },
  { reason: "all but some", object: allow({}, { destination: { notPorts: [22] } }), told: ["Ingress Anyone"] },
  { reason: "the port that the other side comes from is none", object: allow({ ports: [1024] }), told: ["Ingress Anyone"] },
  { reason: "ICMP has none", object: egress({}, { protocol: "ICMP" }), told: ["Egress Anyone, some ports"] },
  { reason: "nor has it by number", object: egress({}, { protocol: 58 }), told: ["Egress Anyone, some ports"] },
];

const PODS: readonly DialectCase[] = [
  { reason: "some pods", object: policy({ selector: "app == 'web'", ingress: [ALLOW] }), told: ["Ingress Anyone, some pods"] },
  {
    reason: "pods of an account",
    object: policy({ serviceAccountSelector: "role == 'api'", ingress: [ALLOW] }),
    told: ["Ingress Anyone, some pods"],
  },
  { reason: "all that have a label", object: policy({ selector: "has(app)", ingress: [ALLOW] }), told: ["Ingress Anyone"] },
  { reason: "by what nobody can read", object: policy({ selector: "???", ingress: [ALLOW] }), told: ["Ingress Anyone"] },
  { reason: "garbage", object: policy({ types: "all", ingress: [null, 7, { action: 7 }], egress: "all", tier: 7 }), told: [] },
];

const GLOBAL: readonly DialectCase[] = [
  { reason: "pods by a label, in whatever namespace", object: allow({ selector: "app == 'web'" }), told: ["Ingress EveryNamespace"] },
  {
    reason: "pods of a namespace, by the label that Calico gives them",
    object: allow({ selector: "projectcalico.org/namespace == 'web'" }),
    told: [],
  },
  { reason: "by a label of their namespace", object: allow({ selector: "pcns.team in {'web', 'jobs'} && has(app)" }), told: [] },
  {
    reason: "accounts by name, in whatever namespace",
    object: allow({ serviceAccounts: { names: ["api"] } }),
    told: ["Ingress EveryNamespace"],
  },
  { reason: "what is not some pod", object: allow({ notSelector: "app == 'web'" }), told: ["Ingress Anyone"] },
  { reason: "a selector that nobody can read", object: allow({ selector: "app ==" }), told: ["? Ingress source.selector"] },
  {
    reason: "kube-system has no baseline",
    object: policy({ namespaceSelector: "projectcalico.org/name == 'kube-system'", ingress: [ALLOW] }),
    told: [],
  },
  {
    reason: "nor have pods of kube-system and kube-public",
    object: policy({ selector: "k8s-app == 'dns' && projectcalico.org/namespace in {'kube-system','kube-public'}", ingress: [ALLOW] }),
    told: [],
  },
  {
    reason: "one namespace more is opened",
    object: policy({ namespaceSelector: "projectcalico.org/name in {'kube-system', 'payments'}", ingress: [ALLOW] }),
    told: ["Ingress Anyone, some pods"],
  },
  {
    reason: "also where it is hidden behind an OR",
    object: policy({ namespaceSelector: "projectcalico.org/name == 'kube-system' || all()", ingress: [ALLOW] }),
    told: ["Ingress Anyone"],
  },
  { reason: "interfaces of nodes, before their addresses are translated", object: policy({ preDNAT: true, ingress: [ALLOW] }), told: [] },
  { reason: "interfaces of nodes without tracking", object: policy({ doNotTrack: true, ingress: [ALLOW] }), told: [] },
  { reason: "what is forwarded is of pods, too", object: policy({ applyOnForward: true, ingress: [ALLOW] }), told: ["Ingress Anyone"] },
];

describe("the openings of a policy of Calico", () => {
  describe("by directions", () => tellsOf(inNamespace, DIRECTIONS));
  describe("by the order of rules and tiers", () => tellsOf(inNamespace, ORDER));
  describe("by peers", () => tellsOf(inNamespace, PEERS));
  describe("by ranges", () => tellsOf(inNamespace, RANGES));
  describe("by ports", () => tellsOf(inNamespace, PORTS));
  describe("by pods", () => tellsOf(inNamespace, PODS));
  describe("for the whole cluster", () => tellsOf(global, GLOBAL));

  it("are the same by both of its groups", () => {
    for (const kind of calicoNetworkPolicies) expect(toldOf(kind, ingress(ALLOW))).to.deep.equal(["Ingress Anyone"]);
    for (const kind of calicoGlobalNetworkPolicies) expect(toldOf(kind, ingress(ALLOW))).to.deep.equal(["Ingress Anyone"]);
  });
});
