/** Proves that the tests' evaluator reads NetworkPolicy as the API reference does, with policies written by hand. */
import { expect } from "chai";
import { isAllowed, type Party, type Policy } from "../../support/network-policy.ts";

const home = { name: "home", labels: { env: "prod" } };
const away = { name: "away", labels: { env: "test" } };
const target: Party = {
  ip: "10.1.0.1",
  namespace: home,
  labels: { app: "db" },
  ports: [
    { name: "postgres", port: 5432, protocol: "TCP" },
    { name: "metrics", port: 9187, protocol: "TCP" },
    { name: "gossip", port: 5432, protocol: "UDP" },
  ],
};
const neighbour: Party = { ip: "10.1.0.2", namespace: home, labels: { app: "web" } };
const stranger: Party = { ip: "10.2.0.1", namespace: away, labels: { app: "web" } };
const machine: Party = { ip: "172.17.1.9" };

function ingress(rule: object): Policy {
  return { metadata: { namespace: "home" }, spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [rule] } };
}

const webPods = { podSelector: { matchLabels: { app: "web" } } };
const testNamespaces = { namespaceSelector: { matchLabels: { env: "test" } } };
const cases: readonly { readonly reason: string; readonly policies: readonly Policy[]; readonly from: Party; readonly allowed: boolean }[] =
  [
    { reason: "no policy selects the pod: open", policies: [], from: stranger, allowed: true },
    {
      reason: "a selected pod is closed",
      policies: [{ metadata: { namespace: "home" }, spec: { podSelector: {} } }],
      from: stranger,
      allowed: false,
    },
    {
      reason: "a policy of another namespace selects nothing here",
      policies: [{ metadata: { namespace: "away" }, spec: { podSelector: {} } }],
      from: machine,
      allowed: true,
    },
    {
      reason: "a policy for Egress does not close ingress",
      policies: [{ metadata: { namespace: "home" }, spec: { podSelector: {}, policyTypes: ["Egress"] } }],
      from: stranger,
      allowed: true,
    },
    { reason: "an empty rule allows everybody", policies: [ingress({})], from: machine, allowed: true },
    { reason: "an empty from allows everybody", policies: [ingress({ from: [] })], from: machine, allowed: true },
    {
      reason: "a pod selector alone means the policy's namespace",
      policies: [ingress({ from: [webPods] })],
      from: neighbour,
      allowed: true,
    },
    { reason: "... and no other", policies: [ingress({ from: [webPods] })], from: stranger, allowed: false },
    {
      reason: "a namespace selector alone means all pods there",
      policies: [ingress({ from: [testNamespaces] })],
      from: stranger,
      allowed: true,
    },
    {
      reason: "both selectors in one peer must match",
      policies: [ingress({ from: [{ ...webPods, ...testNamespaces }] })],
      from: neighbour,
      allowed: false,
    },
    { reason: "two peers are alternatives", policies: [ingress({ from: [webPods, testNamespaces] })], from: neighbour, allowed: true },
    {
      reason: "an address block matches by address",
      policies: [ingress({ from: [{ ipBlock: { cidr: "172.17.0.0/16" } }] })],
      from: machine,
      allowed: true,
    },
    {
      reason: "except is a hole",
      policies: [ingress({ from: [{ ipBlock: { cidr: "172.17.0.0/16", except: ["172.17.1.0/24"] } }] })],
      from: machine,
      allowed: false,
    },
    {
      reason: "a hole of one policy is filled by another",
      policies: [ingress({ from: [] }), ingress({ from: [webPods] })],
      from: machine,
      allowed: true,
    },
    {
      reason: "an IPv4 address lies in no IPv6 range",
      policies: [ingress({ from: [{ ipBlock: { cidr: "::/0" } }] })],
      from: machine,
      allowed: false,
    },
    { reason: "a port without protocol is TCP", policies: [ingress({ ports: [{ port: 5432 }] })], from: stranger, allowed: true },
    { reason: "another port stays closed", policies: [ingress({ ports: [{ port: 5433 }] })], from: stranger, allowed: false },
    {
      reason: "another protocol stays closed",
      policies: [ingress({ ports: [{ port: 5432, protocol: "UDP" }] })],
      from: stranger,
      allowed: false,
    },
    { reason: "endPort makes a range", policies: [ingress({ ports: [{ port: 5000, endPort: 6000 }] })], from: stranger, allowed: true },
    {
      reason: "... which holds its last number",
      policies: [ingress({ ports: [{ port: 5000, endPort: 5432 }] })],
      from: stranger,
      allowed: true,
    },
    { reason: "... and none after it", policies: [ingress({ ports: [{ port: 5000, endPort: 5431 }] })], from: stranger, allowed: false },
    { reason: "a protocol alone is all its ports", policies: [ingress({ ports: [{ protocol: "TCP" }] })], from: stranger, allowed: true },
    { reason: "... and none of another", policies: [ingress({ ports: [{ protocol: "UDP" }] })], from: stranger, allowed: false },
    { reason: "an empty port is all of TCP", policies: [ingress({ ports: [{}] })], from: stranger, allowed: true },
    { reason: "a name is what the target calls it", policies: [ingress({ ports: [{ port: "postgres" }] })], from: stranger, allowed: true },
    { reason: "... by another number", policies: [ingress({ ports: [{ port: "metrics" }] })], from: stranger, allowed: false },
    { reason: "... of another protocol", policies: [ingress({ ports: [{ port: "gossip" }] })], from: stranger, allowed: false },
    { reason: "... that the target does not have", policies: [ingress({ ports: [{ port: "http" }] })], from: stranger, allowed: false },
    {
      reason: "In needs the label",
      policies: [ingress({ from: [{ podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["api"] }] } }] })],
      from: neighbour,
      allowed: false,
    },
    {
      reason: "NotIn holds without the label",
      policies: [ingress({ from: [{ podSelector: { matchExpressions: [{ key: "tier", operator: "NotIn", values: ["web"] }] } }] })],
      from: neighbour,
      allowed: true,
    },
    {
      reason: "Exists needs the key",
      policies: [ingress({ from: [{ podSelector: { matchExpressions: [{ key: "tier", operator: "Exists" }] } }] })],
      from: neighbour,
      allowed: false,
    },
    {
      reason: "DoesNotExist refuses the key",
      policies: [ingress({ from: [{ podSelector: { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] } }] })],
      from: neighbour,
      allowed: false,
    },
  ];

describe("the tests' NetworkPolicy evaluator", () => {
  for (const { reason, policies, from, allowed } of cases) {
    it(reason, () => {
      expect(isAllowed(policies, { from, to: target, port: 5432, protocol: "TCP" })).to.equal(allowed);
    });
  }

  it("finds no name at an address, and none of the pod that connects", () => {
    const out: Policy = {
      metadata: { namespace: "home" },
      spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ port: "postgres" }] }] },
    };
    expect(isAllowed([out], { from: target, to: machine, port: 5432, protocol: "TCP" })).to.equal(false);
    expect(isAllowed([out], { from: target, to: neighbour, port: 5432, protocol: "TCP" })).to.equal(false);
  });

  it("asks the source's egress as well", () => {
    const closed: Policy = { metadata: { namespace: "away" }, spec: { podSelector: {}, policyTypes: ["Egress"], egress: [] } };
    expect(isAllowed([closed], { from: stranger, to: target, port: 5432, protocol: "TCP" })).to.equal(false);
  });

  it("reads egress rules without policy types as both directions", () => {
    const both: Policy = { metadata: { namespace: "away" }, spec: { podSelector: {}, egress: [{ to: [webPods] }] } };
    expect(isAllowed([both], { from: stranger, to: target, port: 5432, protocol: "TCP" })).to.equal(false);
  });
});
