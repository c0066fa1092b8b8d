/** Lists the specs at the edge of what section `network` allows. */
import type { Case } from "./case.ts";

const egress = (fields: object) => ({ network: { egress: [{ name: "out", to: [{ preset: "Internet" }], ...fields }] } });
const peer = (fields: object) => egress({ to: [fields] });
const port = (fields: object) => egress({ ports: [fields] });
const pods = (selector: object) => egress({ pods: selector });
const labelled = (key: string) => pods({ matchLabels: { [key]: "x" } });
const required = (fields: object) => pods({ matchExpressions: [fields] });

const PEER = "spec.network.egress[0].to[0]";
const ENTRY = "spec.network.egress[0]";
const PORT = "spec.network.egress[0].ports[0]";
const LABELS = "spec.network.egress[0].pods.matchLabels";
const REQUIREMENT = "spec.network.egress[0].pods.matchExpressions[0]";
const ONE_PEER = "a peer is one of selectors";
const NOT_A_RANGE = "not an address range";
const BITS_BEYOND = "the address has bits beyond the prefix length";
const INSIDE = "each `except` must lie inside `cidr` and be smaller than it";

export const NETWORK_CASES: readonly Case[] = [
  { reason: "an empty peer would be everybody", bad: peer({}), good: peer({ preset: "SameNamespace" }), at: PEER, says: ONE_PEER },
  {
    reason: "a cidr is no selector",
    bad: peer({ cidr: "10.0.0.0/8", namespace: "db" }),
    good: peer({ cidr: "10.0.0.0/8" }),
    at: PEER,
    says: ONE_PEER,
  },
  {
    reason: "a preset stands alone",
    bad: peer({ preset: "Internet", pods: {} }),
    good: peer({ pods: {} }),
    at: PEER,
    says: ONE_PEER,
  },
  {
    reason: "a preset is no cidr",
    bad: peer({ preset: "Internet", cidr: "10.0.0.0/8" }),
    good: peer({ preset: "Internet" }),
    at: PEER,
    says: ONE_PEER,
  },
  {
    reason: "a namespace has one name or a selector",
    bad: peer({ namespace: "db", namespaceSelector: { matchLabels: { a: "b" } } }),
    good: peer({ namespace: "db", pods: { matchLabels: { a: "b" } } }),
    at: PEER,
    says: "give either `namespace` or `namespaceSelector`, not both",
  },
  {
    reason: "except needs a cidr",
    bad: peer({ namespace: "db", except: ["10.0.0.0/8"] }),
    good: peer({ namespace: "db" }),
    at: PEER,
    says: "`except` belongs to a `cidr`",
  },
  {
    reason: "an exception outside cuts nothing out",
    bad: peer({ cidr: "10.20.0.0/16", except: ["10.21.0.0/24"] }),
    good: peer({ cidr: "10.20.0.0/16", except: ["10.20.9.0/24"] }),
    at: PEER,
    says: INSIDE,
  },
  {
    reason: "an exception as large as the range leaves nothing, and a NetworkPolicy refuses it",
    bad: peer({ cidr: "10.20.0.0/16", except: ["10.20.0.0/16"] }),
    good: peer({ cidr: "10.20.0.0/16", except: ["10.20.0.0/17"] }),
    at: PEER,
    says: INSIDE,
  },
  {
    reason: "an exception larger than the range",
    bad: peer({ cidr: "10.20.0.0/16", except: ["10.0.0.0/8"] }),
    good: peer({ cidr: "10.0.0.0/8", except: ["10.20.0.0/16"] }),
    at: PEER,
    says: INSIDE,
  },
  {
    reason: "an exception of the other family",
    bad: peer({ cidr: "0.0.0.0/0", except: ["fd00::/8"] }),
    good: peer({ cidr: "::/0", except: ["fd00::/8"] }),
    at: PEER,
    says: INSIDE,
  },
  ...notRanges().map(([bad, good, reason]) => ({
    reason,
    bad: peer({ cidr: bad }),
    good: peer({ cidr: good }),
    at: `${PEER}.cidr`,
    says: NOT_A_RANGE,
  })),
  {
    reason: "a NetworkPolicy refuses bits beyond the prefix",
    bad: peer({ cidr: "10.1.2.3/8" }),
    good: peer({ cidr: "10.1.2.3/32" }),
    at: `${PEER}.cidr`,
    says: BITS_BEYOND,
  },
  {
    reason: "the same for IPv6, in the middle of a byte",
    bad: peer({ cidr: "2001:db8::8000/112" }),
    good: peer({ cidr: "2001:db8::8000/113" }),
    at: `${PEER}.cidr`,
    says: BITS_BEYOND,
  },
  {
    reason: "an exception is an address range too",
    bad: peer({ cidr: "10.0.0.0/8", except: ["10.1.1.1"] }),
    good: peer({ cidr: "10.0.0.0/8", except: ["10.1.1.1/32"] }),
    at: `${PEER}.except[0]`,
    says: NOT_A_RANGE,
  },
  {
    reason: "presets are named",
    bad: peer({ preset: "Everywhere" }),
    good: peer({ preset: "KubeAPI" }),
    at: `${PEER}.preset`,
    says: '"Everywhere" is not allowed: write KubeAPI, or SameNamespace, or Internet',
    server: `${PEER}.preset`,
  },
  {
    reason: "a flow to nobody",
    bad: egress({ to: [] }),
    good: egress({}),
    at: `${ENTRY}.to`,
    says: "too few entries",
    server: `${ENTRY}.to`,
  },
  {
    reason: "an empty list of ports would mean all ports in a NetworkPolicy",
    bad: egress({ ports: [] }),
    good: egress({ ports: [{ port: 1 }] }),
    at: `${ENTRY}.ports`,
    says: "too few entries",
    server: `${ENTRY}.ports`,
  },
  {
    reason: "ports begin at 1",
    bad: egress({ ports: [{ port: 0 }] }),
    good: egress({ ports: [{ port: 1 }] }),
    at: `${ENTRY}.ports[0].port`,
    says: "too small: write at least 1",
    server: `${ENTRY}.ports[0].port`,
  },
  {
    reason: "ports end at 65535",
    bad: egress({ ports: [{ port: 65536 }] }),
    good: egress({ ports: [{ port: 65535 }] }),
    at: `${ENTRY}.ports[0].port`,
    says: "too large: write at most 65535",
    server: `${ENTRY}.ports[0].port`,
  },
  {
    reason: "ranges end at 65535",
    bad: port({ port: 65535, endPort: 65536 }),
    good: port({ port: 65535, endPort: 65535 }),
    at: `${PORT}.endPort`,
    says: "too large: write at most 65535",
    server: `${PORT}.endPort`,
  },
  {
    reason: "a port is a number or a name",
    bad: port({ port: true }),
    good: port({ port: "on" }),
    at: `${PORT}.port`,
    says: "must be a whole number or a string, not a boolean: write it with quotes",
    server: `${PORT}.port`,
  },
  {
    reason: "half a port",
    bad: port({ port: 80.5 }),
    good: port({ port: 80 }),
    at: `${PORT}.port`,
    says: "must be a whole number or a string, not a number",
    server: `${PORT}.port`,
  },
  {
    reason: "names of ports are short",
    bad: port({ port: "a-name-of-16-let" }),
    good: port({ port: "a-name-of-15-le" }),
    at: `${PORT}.port`,
    says: "too long: write at most 15 characters",
    server: `${PORT}.port`,
  },
  ...notPortNames().map(([bad, good, reason]) => ({
    reason,
    bad: port({ port: bad }),
    good: port({ port: good }),
    at: `${PORT}.port`,
    says: "not the name of a port: write lower-case letters",
  })),
  {
    reason: "a range that runs downwards",
    bad: port({ port: 32768, endPort: 32767 }),
    good: port({ port: 32768, endPort: 32768 }),
    at: PORT,
    says: "a range runs upwards: write an `endPort` that is `port` or higher",
  },
  {
    reason: "numbers are compared, not their digits",
    bad: port({ port: 10000, endPort: 9999 }),
    good: port({ port: 9999, endPort: 10000 }),
    at: PORT,
    says: "a range runs upwards",
  },
  {
    reason: "a range that begins with a name",
    bad: port({ port: "metrics", endPort: 9999 }),
    good: port({ port: "metrics" }),
    at: PORT,
    says: "a range begins with a number: write the number as `port`, or remove `endPort`",
  },
  {
    reason: "a range without beginning",
    bad: port({ endPort: 9999, protocol: "UDP" }),
    good: port({ port: 1, endPort: 9999, protocol: "UDP" }),
    at: PORT,
    says: "`endPort` ends a range: add `port`, the number that the range begins with",
  },
  {
    reason: "an entry that says nothing would be all ports of TCP",
    bad: port({}),
    good: port({ protocol: "TCP" }),
    at: PORT,
    says: "say which ports: write `port`, or `protocol` alone for all its ports",
  },
  {
    reason: "null says nothing",
    bad: port({ port: null, protocol: null }),
    good: port({ port: null, protocol: "SCTP" }),
    at: PORT,
    says: "say which ports",
  },
  {
    reason: "the ports of DNS are ports like all others",
    bad: { network: { dns: { ports: [{ port: 54, endPort: 53 }] } } },
    good: { network: { dns: { ports: [{ port: 53, endPort: 54 }, { port: "dns" }, { protocol: "UDP" }] } } },
    at: "spec.network.dns.ports[0]",
    says: "a range runs upwards",
  },
  {
    reason: "flows are told apart by name",
    bad: { network: { ingress: [ingress("a"), ingress("a")] } },
    good: { network: { ingress: [ingress("a"), ingress("b")] } },
    at: "spec.network.ingress[1]",
    says: "duplicate name",
    server: "spec.network.ingress[1]: Duplicate value",
  },
  ...notLabels().map(([bad, good, reason]) => ({ reason, bad: labelled(bad), good: labelled(good), at: LABELS, says: "not a label key" })),
  {
    reason: "a label value ends with a letter or digit",
    bad: pods({ matchLabels: { app: "api-" } }),
    good: pods({ matchLabels: { app: "" } }),
    at: `${LABELS}.app`,
    says: "beginning and ending with a letter or digit; or empty",
    server: `${LABELS}.app`,
  },
  {
    reason: "In needs values",
    bad: required({ key: "app", operator: "In" }),
    good: required({ key: "app", operator: "In", values: ["api"] }),
    at: REQUIREMENT,
    says: "the operators In and NotIn need `values`",
  },
  {
    reason: "an empty list of values is none",
    bad: required({ key: "app", operator: "NotIn", values: [] }),
    good: required({ key: "app", operator: "NotIn", values: [""] }),
    at: REQUIREMENT,
    says: "the operators In and NotIn need `values`",
  },
  {
    reason: "Exists takes no values",
    bad: required({ key: "app", operator: "Exists", values: ["api"] }),
    good: required({ key: "app", operator: "Exists" }),
    at: REQUIREMENT,
    says: "the operators In and NotIn need `values`",
  },
  {
    reason: "a label key has at most 253 characters before the slash and 63 behind it",
    bad: required({ key: `${"a".repeat(254)}/${"b".repeat(63)}`, operator: "Exists" }),
    good: required({ key: `${"a".repeat(253)}/${"b".repeat(63)}`, operator: "Exists" }),
    at: `${REQUIREMENT}.key`,
    says: "too long: write at most 317 characters",
    server: `${REQUIREMENT}.key`,
  },
  {
    reason: "a requirement's key is a label key",
    bad: required({ key: "a/b/c", operator: "Exists" }),
    good: required({ key: "a/b", operator: "Exists" }),
    at: `${REQUIREMENT}.key`,
    says: "after a DNS name and `/` if needed",
    server: `${REQUIREMENT}.key`,
  },
];

function ingress(name: string): object {
  return { name, from: [{ preset: "SameNamespace" }] };
}

/** Each: refused, nearest allowed, reason. */
function notRanges(): [string, string, string][] {
  return [
    ["10.20.0.1", "10.20.0.1/32", "an address without prefix length"],
    ["10.20.0.0/33", "10.20.0.0/32", "more bits than IPv4 has"],
    ["::/129", "::/128", "more bits than IPv6 has"],
    ["10.20/16", "10.20.0.0/16", "a shortened address"],
    ["010.0.0.0/8", "10.0.0.0/8", "a leading zero, octal to some"],
    ["0x0a.0.0.0/8", "10.0.0.0/8", "hexadecimal"],
    ["10.0.0.0/08", "10.0.0.0/8", "a leading zero in the prefix length"],
    ["256.0.0.0/8", "255.0.0.0/8", "a byte too large"],
    ["::ffff:10.0.0.0/104", "::fffe:10.0.0.0/124", "IPv4 in IPv6 clothes"],
    ["fe80::1%eth0/128", "fe80::1/128", "a zone"],
    ["fd00:::/8", "fd00::/8", "three colons"],
    [" 10.0.0.0/8", "10.0.0.0/8", "white space"],
    ["example.com", "10.0.0.0/8", "a host name"],
  ];
}

/** Each: refused, nearest allowed, reason. */
function notLabels(): [string, string, string][] {
  return [
    ["", "a", "an empty label key"],
    ["a b", "a.b", "a space in a label key"],
    ["-a", "a", "a label key that begins with a hyphen"],
    ["A.b/c", "a.b/c", "upper case in the prefix of a label key"],
    ["/c", "x/c", "an empty prefix of a label key"],
    ["a".repeat(64), "a".repeat(63), "a label key too long"],
    ["a/__proto__", "a/proto", "a label key with underscores at its ends"],
  ];
}

/** Each: refused, nearest allowed, reason. The lines are those of a NetworkPolicy. */
function notPortNames(): [string, string, string][] {
  return [
    ["", "a", "an empty port name"],
    ["8080", "8080a", "a number in quotes is a port name without a letter"],
    ["80-80", "80-a", "digits and a hyphen without a letter"],
    ["HTTP", "http", "upper case in a port name"],
    ["http--alt", "http-alt", "two hyphens in a row in a port name"],
    ["-http", "http-1", "a port name that begins with a hyphen"],
    ["http-", "1-http", "a port name that ends with a hyphen"],
    ["http.alt", "1-2-h-3-4", "a dot in a port name"],
    ["http\n", "http2", "a line break in a port name"],
    ["h\u00e9", "he", "a letter beyond ASCII in a port name"],
  ];
}
