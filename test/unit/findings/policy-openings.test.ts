/** Tests what a NetworkPolicy is said to open widely, by what the API server and network plugins make of it. */
import { expect } from "chai";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { networkPolicy } from "../../../operator/kinds/network-policy.ts";
import type { Opening } from "../../../operator/kinds/policy-openings.ts";

interface Case {
  readonly reason: string;
  readonly spec: JsonObject;
  readonly openings: readonly Opening[];
}

const ALL = { allPods: true, allPorts: true };
const anyone = (direction: Opening["direction"], more: Partial<Opening> = {}): Opening => ({ direction, peers: "Anyone", ...ALL, ...more });
const everyNamespace = (direction: Opening["direction"], more: Partial<Opening> = {}): Opening => ({
  direction,
  peers: "EveryNamespace",
  ...ALL,
  ...more,
});

/** Ingress of all pods by one rule with these peers. */
const from = (...peers: Json[]): JsonObject => ({ podSelector: {}, ingress: [{ from: peers }] });
/** Egress of all pods by one rule with these ranges. */
const to = (...ranges: string[]): JsonObject => ({
  podSelector: {},
  policyTypes: ["Egress"],
  egress: [{ to: ranges.map((cidr) => ({ ipBlock: { cidr } })) }],
});
const onPorts = (...ports: Json[]): JsonObject => ({ podSelector: {}, ingress: [{ ports }] });
const namespaces = (...matchExpressions: Json[]): JsonObject => ({ namespaceSelector: { matchExpressions } });

/** And link-local addresses, where clouds tell nodes their credentials. */
const PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

const DIRECTIONS: readonly Case[] = [
  { reason: "without types a policy is about Ingress", spec: { podSelector: {}, ingress: [{}] }, openings: [anyone("Ingress")] },
  { reason: "and about Egress, if it has rules for it", spec: { podSelector: {}, egress: [{}] }, openings: [anyone("Egress")] },
  {
    reason: "about both, if it has rules for both",
    spec: { podSelector: {}, ingress: [{}], egress: [{}] },
    openings: [anyone("Ingress"), anyone("Egress")],
  },
  {
    reason: "an empty list of types is none",
    spec: { podSelector: {}, policyTypes: [], egress: [{}] },
    openings: [anyone("Egress")],
  },
  {
    reason: "rules of a direction that is no type do nothing",
    spec: { podSelector: {}, policyTypes: ["Ingress"], egress: [{}] },
    openings: [],
  },
  { reason: "nor do they the other way round", spec: { podSelector: {}, policyTypes: ["Egress"], ingress: [{}] }, openings: [] },
  { reason: "a policy for nothing denies Ingress", spec: { podSelector: {} }, openings: [] },
  {
    reason: "a default deny opens nothing",
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] },
    openings: [],
  },
  { reason: "a type that nobody knows opens nothing", spec: { podSelector: {}, policyTypes: ["Sideways"], ingress: [{}] }, openings: [] },
];

const PEERS: readonly Case[] = [
  {
    reason: "no peers are all",
    spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
    openings: [anyone("Ingress", { allPorts: false })],
  },
  { reason: "an empty list of peers is none", spec: from(), openings: [anyone("Ingress")] },
  { reason: "pods of this namespace", spec: from({ podSelector: {} }), openings: [] },
  { reason: "all namespaces", spec: from({ namespaceSelector: {} }), openings: [everyNamespace("Ingress")] },
  {
    reason: "some pods of all namespaces: whoever has a namespace labels pods",
    spec: from({ namespaceSelector: {}, podSelector: { matchLabels: { app: "prometheus" } } }),
    openings: [everyNamespace("Ingress")],
  },
  {
    reason: "a namespace by name",
    spec: from({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "web" } } }),
    openings: [],
  },
  {
    reason: "an empty map of labels asks for nothing",
    spec: from({ namespaceSelector: { matchLabels: {} } }),
    openings: [everyNamespace("Ingress")],
  },
  {
    reason: "namespaces with a label of whatever value",
    spec: from(namespaces({ key: "team", operator: "Exists" })),
    openings: [everyNamespace("Ingress")],
  },
  {
    reason: "namespaces without a label",
    spec: from(namespaces({ key: "team", operator: "DoesNotExist" })),
    openings: [everyNamespace("Ingress")],
  },
  {
    reason: "all namespaces but one",
    spec: from(namespaces({ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] })),
    openings: [everyNamespace("Ingress")],
  },
  {
    reason: "two namespaces by name",
    spec: from(namespaces({ key: "kubernetes.io/metadata.name", operator: "In", values: ["web", "jobs"] })),
    openings: [],
  },
  {
    reason: "requirements are ANDed: one that is narrow is enough",
    spec: from({
      namespaceSelector: { matchLabels: { team: "web" }, matchExpressions: [{ key: "stage", operator: "Exists" }] },
    }),
    openings: [],
  },
  {
    reason: "peers are ORed: one that is wide is enough",
    spec: from({ podSelector: { matchLabels: { app: "web" } } }, { namespaceSelector: {} }),
    openings: [everyNamespace("Ingress")],
  },
  {
    reason: "of two wide ones the widest is told",
    spec: from({ namespaceSelector: {} }, { ipBlock: { cidr: "0.0.0.0/0" } }),
    openings: [anyone("Ingress")],
  },
];

const RANGES: readonly Case[] = [
  { reason: "every IPv4 address", spec: to("0.0.0.0/0"), openings: [anyone("Egress")] },
  { reason: "every IPv6 address", spec: to("::/0"), openings: [anyone("Egress")] },
  {
    reason: "the Internet: what is excepted does not make the rest small",
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "169.254.169.254/32"] } }] }],
    },
    openings: [anyone("Egress")],
  },
  {
    reason: "the Internet without every private network",
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: PRIVATE } }, { ipBlock: { cidr: "::/0", except: ["fc00::/7", "fe80::/10"] } }] },
      ],
    },
    openings: [{ direction: "Egress", peers: "Internet", ...ALL }],
  },
  {
    reason: "with one of them open it is any address",
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: PRIVATE.slice(1) } }] }],
    },
    openings: [anyone("Egress")],
  },
  {
    reason: "with every namespace beside it, too",
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: PRIVATE } }, { namespaceSelector: {} }] }],
    },
    openings: [anyone("Egress")],
  },
  { reason: "both halves", spec: to("0.0.0.0/1", "128.0.0.0/1"), openings: [anyone("Egress")] },
  {
    reason: "both halves in rules of their own",
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/1" } }] }, { to: [{ ipBlock: { cidr: "128.0.0.0/1" } }] }],
    },
    openings: [anyone("Egress")],
  },
  { reason: "a 64th of all addresses", spec: to("32.0.0.0/6"), openings: [anyone("Egress")] },
  { reason: "half of that", spec: to("32.0.0.0/7"), openings: [] },
  { reason: "a 64th in small ranges", spec: to("32.0.0.0/8", "33.0.0.0/8", "34.0.0.0/8", "35.0.0.0/8"), openings: [anyone("Egress")] },
  { reason: "one range four times is one", spec: to("32.0.0.0/8", "32.0.0.0/8", "32.0.0.0/8", "32.0.0.0/8"), openings: [] },
  { reason: "all private networks", spec: to("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"), openings: [] },
  { reason: "all private networks of IPv6", spec: to("fc00::/7", "fe80::/10"), openings: [] },
  { reason: "all global IPv6 addresses", spec: to("2000::/3"), openings: [anyone("Egress")] },
  { reason: "small shares of two families are not put together", spec: to("32.0.0.0/7", "fc00::/7"), openings: [] },
  { reason: "a single address", spec: to("203.0.113.7/32"), openings: [] },
  { reason: "a range that cannot be read is everything", spec: to("everywhere"), openings: [anyone("Egress")] },
  {
    reason: "a range without CIDR, too",
    spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: {} }] }] },
    openings: [anyone("Egress")],
  },
];

const SOME = { allPorts: false };
const PORTS: readonly Case[] = [
  { reason: "an empty list is all", spec: onPorts(), openings: [anyone("Ingress")] },
  { reason: "one port", spec: onPorts({ port: 443 }), openings: [anyone("Ingress", SOME)] },
  { reason: "a port by name", spec: onPorts({ port: "https" }), openings: [anyone("Ingress", SOME)] },
  { reason: "a protocol alone is all of its ports", spec: onPorts({ protocol: "UDP" }), openings: [anyone("Ingress")] },
  { reason: "a small range", spec: onPorts({ port: 32000, endPort: 32768 }), openings: [anyone("Ingress", SOME)] },
  { reason: "10,000 ports count as all", spec: onPorts({ port: 1, endPort: 10_000 }), openings: [anyone("Ingress")] },
  { reason: "9,999 do not", spec: onPorts({ port: 1, endPort: 9_999 }), openings: [anyone("Ingress", SOME)] },
  {
    reason: "several ranges that are all ports together",
    spec: onPorts({ port: 1, endPort: 5_000 }, { port: 5_001, endPort: 65_535 }),
    openings: [anyone("Ingress")],
  },
  {
    reason: "a rule on some ports beside one on all of them",
    spec: { podSelector: {}, ingress: [{ ports: [{ port: 443 }] }, {}] },
    openings: [anyone("Ingress")],
  },
  {
    reason: "a small range on all ports beside everybody on one: what is wide is on one",
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443 }] }, { to: [{ ipBlock: { cidr: "10.1.2.3/32" } }] }],
    },
    openings: [anyone("Egress", SOME)],
  },
  {
    reason: "pods of this namespace on all ports beside every namespace on one: what is wide is on one",
    spec: {
      podSelector: {},
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }, { from: [{ podSelector: {} }] }],
    },
    openings: [everyNamespace("Ingress", SOME)],
  },
];

const dns = (
  ports: readonly JsonObject[],
  to: JsonObject = { namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } },
) => ({ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [to], ports }] });
const UDP = { port: 53, protocol: "UDP" };
const TCP = { port: 53, protocol: "TCP" };
const DNS: readonly Case[] = [
  { reason: "asking pods for names", spec: dns([UDP, TCP]), openings: [] },
  { reason: "asking any address is any address", spec: dns([UDP], { ipBlock: { cidr: "0.0.0.0/0" } }), openings: [anyone("Egress", SOME)] },
  { reason: "with another port beside it", spec: dns([UDP, { port: 443 }]), openings: [everyNamespace("Egress", SOME)] },
  { reason: "a range that begins with it", spec: dns([{ port: 53, endPort: 54 }]), openings: [everyNamespace("Egress", SOME)] },
  { reason: "a port that only has the name", spec: dns([{ port: "dns" }]), openings: [everyNamespace("Egress", SOME)] },
  { reason: "no ports", spec: dns([]), openings: [everyNamespace("Egress")] },
  {
    reason: "being asked by pods of every namespace",
    spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }], ports: [UDP] }] },
    openings: [everyNamespace("Ingress", SOME)],
  },
  {
    reason: "beside a rule that is wide",
    spec: { ...dns([UDP]), egress: [...dns([UDP]).egress, { to: [{ namespaceSelector: {} }], ports: [{ port: 443 }] }] },
    openings: [everyNamespace("Egress", SOME)],
  },
];

const FEW = { allPods: false };
const PODS: readonly Case[] = [
  { reason: "some pods", spec: { podSelector: { matchLabels: { app: "web" } }, ingress: [{}] }, openings: [anyone("Ingress", FEW)] },
  {
    reason: "pods of two kinds",
    spec: { podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["web", "api"] }] }, ingress: [{}] },
    openings: [anyone("Ingress", FEW)],
  },
  {
    reason: "pods that say nothing of a label count as all",
    spec: { podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] }, ingress: [{}] },
    openings: [anyone("Ingress")],
  },
  { reason: "without a selector all", spec: { ingress: [{}] }, openings: [anyone("Ingress")] },
];

const GARBAGE: readonly Case[] = [
  { reason: "nothing", spec: {}, openings: [] },
  { reason: "words in the place of rules", spec: { podSelector: {}, ingress: "all" }, openings: [] },
  { reason: "rules that are none", spec: { podSelector: {}, ingress: [null, "all", 7] }, openings: [] },
  { reason: "peers that are none are no peers", spec: { podSelector: {}, ingress: [{ from: [null, 7] }] }, openings: [anyone("Ingress")] },
  { reason: "an empty peer", spec: from({}), openings: [] },
  { reason: "selectors that are none", spec: from({ namespaceSelector: "all", podSelector: 7 }), openings: [] },
  { reason: "requirements that are none ask for nothing", spec: from(namespaces(null, "In")), openings: [everyNamespace("Ingress")] },
  { reason: "ports that are none are no ports", spec: onPorts(null, 443), openings: [anyone("Ingress")] },
];

const TABLES: readonly (readonly [title: string, cases: readonly Case[]])[] = [
  ["directions", DIRECTIONS],
  ["peers", PEERS],
  ["ranges", RANGES],
  ["ports", PORTS],
  ["what asks DNS", DNS],
  ["pods", PODS],
  ["policies that no API server stores", GARBAGE],
];

describe("the openings of a NetworkPolicy", () => {
  for (const [title, cases] of TABLES)
    describe(`by ${title}`, () => {
      for (const { reason, spec, openings } of cases)
        it(reason, () => expect(networkPolicy.traits?.({ metadata: { name: "some" }, spec })).to.deep.equal({ openings }));
    });

  it("are none of an object without spec", () => expect(networkPolicy.traits?.({})).to.deep.equal({ openings: [] }));
});
