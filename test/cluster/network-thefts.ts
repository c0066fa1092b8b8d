/** A network section with every way in which a flow can be described, and what a thief would write instead of what it yields. */
import type { NetworkSection } from "../../operator/api/baseline-network.ts";
import type { JsonObject } from "../../operator/api/json.ts";

/** Every way in which a flow can be described, at least once. */
export const NETWORK: NetworkSection = {
  dns: {
    namespace: "dns",
    pods: { matchLabels: { app: "resolver" } },
    cidrs: ["169.254.20.10/32"],
    ports: [{ port: 5353, endPort: 5354, protocol: "UDP" }, { port: "dns" }],
  },
  ingress: [
    {
      name: "from-gateway",
      pods: { matchLabels: { app: "api" }, matchExpressions: [{ key: "tier", operator: "In", values: ["front", "back"] }] },
      from: [{ namespace: "ingress", pods: { matchLabels: { app: "nginx" } } }],
      ports: [{ port: 8080 }, { port: 8443, protocol: "TCP" }],
    },
    {
      name: "from-teams",
      from: [{ namespaceSelector: { matchLabels: { team: "observability" } } }, { pods: { matchLabels: { a: "b" } } }],
    },
    { name: "from-anywhere", from: [{ namespaceSelector: {} }, { namespaceSelector: {}, pods: {} }] },
    { name: "from-monitoring", from: [{ preset: "SameNamespace" }], ports: [{ port: "metrics" }, { port: 9100, endPort: 9200 }] },
    { name: "by-udp", from: [{ preset: "SameNamespace" }], ports: [{ protocol: "UDP" }] },
    { name: "from-webhooks", from: [{ preset: "KubeAPI" }], ports: [{ port: 9443 }] },
    { name: "from-both", from: [{ preset: "KubeAPI" }, { preset: "SameNamespace" }] },
  ],
  egress: [
    {
      name: "to-database",
      to: [{ cidr: "10.20.0.0/16", except: ["10.20.9.0/24", "10.20.1.0/24"] }, { cidr: "fd00::/8" }],
      ports: [{ port: 5432 }],
    },
    { name: "to-node-ports", to: [{ cidr: "10.30.0.0/16" }], ports: [{ port: 32000, endPort: 32768 }] },
    { name: "to-internet", to: [{ preset: "Internet" }], ports: [{ port: 443 }] },
    { name: "among-us", to: [{ preset: "SameNamespace" }] },
    { name: "to-api", to: [{ preset: "KubeAPI" }] },
    { name: "to-api-and-cidr", to: [{ cidr: "192.0.2.0/24" }, { preset: "KubeAPI" }], ports: [{ port: 443 }] },
  ],
};

export const UNASKED = "refused a NetworkPolicy that no baseline asks for: its name must be one that spec.network";
const OTHER_PODS = "refused a NetworkPolicy for other pods or directions";
const OTHER_RULES = "refused a NetworkPolicy with other rules: peers and ports must be those of its entry";

const GATEWAY = { matchLabels: { "kubernetes.io/metadata.name": "ingress" } };
const NGINX = { matchLabels: { app: "nginx" } };
export const PORTS = [
  { port: 8080, protocol: "TCP" },
  { port: 8443, protocol: "TCP" },
];
export const FROM_GATEWAY = { namespaceSelector: GATEWAY, podSelector: NGINX };
const DATABASE = [{ ipBlock: { cidr: "10.20.0.0/16", except: ["10.20.1.0/24", "10.20.9.0/24"] } }, { ipBlock: { cidr: "fd00::/8" } }];
const TCP_5432 = [{ port: 5432, protocol: "TCP" }];
const RESOLVER = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "dns" } },
  podSelector: { matchLabels: { app: "resolver" } },
};
const CACHE = { ipBlock: { cidr: "169.254.20.10/32" } };
const DNS = [
  { port: 5353, endPort: 5354, protocol: "UDP" },
  { port: "dns", protocol: "TCP" },
];
const OURSELVES = [{ podSelector: {} }];
const METRICS = { port: "metrics", protocol: "TCP" };
const EXPORTERS = { port: 9100, endPort: 9200, protocol: "TCP" };
const NODES = [{ ipBlock: { cidr: "10.30.0.0/16" } }];
const API = { ipBlock: { cidr: "172.18.0.2/32" } };
const EVERYBODY = { ipBlock: { cidr: "0.0.0.0/0" } };

/** What is written over the spec that the section yields. */
export interface Theft {
  readonly reason: string;
  readonly name: string;
  readonly spec: JsonObject;
  readonly message: string;
}

const inbound = (name: string, reason: string, ...ingress: JsonObject[]): Theft => ({
  reason,
  name,
  spec: { ingress },
  message: OTHER_RULES,
});
const outbound = (name: string, reason: string, ...egress: JsonObject[]): Theft => ({
  reason,
  name,
  spec: { egress },
  message: OTHER_RULES,
});

export const THEFTS: readonly Theft[] = [
  { reason: "default-deny that lets everybody in", name: "default-deny", spec: { ingress: [{}] }, message: OTHER_RULES },
  { reason: "default-deny that lets everything out", name: "default-deny", spec: { egress: [{}] }, message: OTHER_RULES },
  { reason: "default-deny of one direction", name: "default-deny", spec: { policyTypes: ["Ingress"] }, message: OTHER_PODS },
  { reason: "default-deny of no pod", name: "default-deny", spec: { podSelector: { matchLabels: { none: "x" } } }, message: OTHER_PODS },
  {
    reason: "default-deny of few pods",
    name: "default-deny",
    spec: { podSelector: { matchExpressions: [{ key: "none", operator: "Exists" }] } },
    message: OTHER_PODS,
  },
  outbound("allow-dns", "DNS to everybody", { ports: DNS }),
  outbound("allow-dns", "DNS on all ports", { to: [RESOLVER, CACHE] }),
  outbound("allow-dns", "DNS on one port more", {
    to: [RESOLVER, CACHE],
    ports: [{ port: 5353, endPort: 5355, protocol: "UDP" }, ...DNS.slice(1)],
  }),
  outbound("allow-dns", "DNS on a number instead of a name", {
    to: [RESOLVER, CACHE],
    ports: [...DNS.slice(0, 1), { port: 22, protocol: "TCP" }],
  }),
  outbound("allow-dns", "DNS at another address", { to: [RESOLVER, CACHE, { ipBlock: { cidr: "192.0.2.1/32" } }], ports: DNS }),
  outbound("allow-dns", "DNS without its pods", { to: [CACHE], ports: DNS }),
  outbound("allow-dns", "DNS in all namespaces", {
    to: [{ namespaceSelector: {}, podSelector: RESOLVER.podSelector }, CACHE],
    ports: DNS,
  }),
  outbound("allow-dns", "a second rule", { to: [RESOLVER, CACHE], ports: DNS }, {}),
  outbound("allow-dns", "no rule"),
  { reason: "DNS that lets in", name: "allow-dns", spec: { ingress: [{}] }, message: OTHER_RULES },
  {
    reason: "DNS for both directions",
    name: "allow-dns",
    spec: { policyTypes: ["Egress", "Ingress"] },
    message: OTHER_PODS,
  },
  inbound("allow-ingress-from-gateway", "everybody, by no peers", { ports: PORTS }),
  inbound("allow-ingress-from-gateway", "all pods of the peer's namespace", { from: [{ namespaceSelector: GATEWAY }], ports: PORTS }),
  inbound("allow-ingress-from-gateway", "pods of the own namespace", { from: [{ podSelector: NGINX }], ports: PORTS }),
  inbound("allow-ingress-from-gateway", "the pods of every namespace", {
    from: [{ namespaceSelector: {}, podSelector: NGINX }],
    ports: PORTS,
  }),
  inbound("allow-ingress-from-gateway", "another peer beside it", { from: [FROM_GATEWAY, EVERYBODY], ports: PORTS }),
  inbound("allow-ingress-from-gateway", "an address, where no API server is asked for", { from: [FROM_GATEWAY, API], ports: PORTS }),
  inbound("allow-ingress-from-gateway", "all ports", { from: [FROM_GATEWAY] }),
  inbound("allow-ingress-from-gateway", "one port less", { from: [FROM_GATEWAY], ports: PORTS.slice(0, 1) }),
  inbound("allow-ingress-from-gateway", "another port", {
    from: [FROM_GATEWAY],
    ports: [{ port: 22, protocol: "TCP" }, ...PORTS.slice(1)],
  }),
  inbound("allow-ingress-from-gateway", "a port by name", {
    from: [FROM_GATEWAY],
    ports: [{ port: "http", protocol: "TCP" }, ...PORTS.slice(1)],
  }),
  inbound("allow-ingress-from-gateway", "another protocol", {
    from: [FROM_GATEWAY],
    ports: [{ port: 8080, protocol: "UDP" }, ...PORTS.slice(1)],
  }),
  inbound("allow-ingress-from-gateway", "a range of ports", {
    from: [FROM_GATEWAY],
    ports: [{ port: 8080, endPort: 9000, protocol: "TCP" }, ...PORTS.slice(1)],
  }),
  inbound("allow-ingress-from-gateway", "a range of one port", {
    from: [FROM_GATEWAY],
    ports: [{ port: 8080, endPort: 8080, protocol: "TCP" }, ...PORTS.slice(1)],
  }),
  inbound("allow-ingress-from-gateway", "all ports of the protocol", { from: [FROM_GATEWAY], ports: [{ protocol: "TCP" }] }),
  inbound("allow-ingress-from-gateway", "all ports of the protocol beside those asked for", {
    from: [FROM_GATEWAY],
    ports: [...PORTS, { protocol: "TCP" }],
  }),
  inbound("allow-ingress-from-gateway", "all ports of the protocol instead of one", {
    from: [FROM_GATEWAY],
    ports: [{ protocol: "TCP" }, ...PORTS.slice(1)],
  }),
  inbound("allow-ingress-from-monitoring", "another name", { from: OURSELVES, ports: [{ port: "admin", protocol: "TCP" }, EXPORTERS] }),
  inbound("allow-ingress-from-monitoring", "a number instead of a name", {
    from: OURSELVES,
    ports: [{ port: 22, protocol: "TCP" }, EXPORTERS],
  }),
  inbound("allow-ingress-from-monitoring", "the name for another protocol", {
    from: OURSELVES,
    ports: [{ port: "metrics", protocol: "UDP" }, EXPORTERS],
  }),
  inbound("allow-ingress-from-monitoring", "all ports instead of a name", { from: OURSELVES, ports: [{ protocol: "TCP" }, EXPORTERS] }),
  inbound("allow-ingress-from-monitoring", "a range that ends one later", {
    from: OURSELVES,
    ports: [METRICS, { ...EXPORTERS, endPort: 9201 }],
  }),
  inbound("allow-ingress-from-monitoring", "a range that ends one earlier", {
    from: OURSELVES,
    ports: [METRICS, { ...EXPORTERS, endPort: 9199 }],
  }),
  inbound("allow-ingress-from-monitoring", "a range that begins one earlier", {
    from: OURSELVES,
    ports: [METRICS, { ...EXPORTERS, port: 9099 }],
  }),
  inbound("allow-ingress-from-monitoring", "a range for another protocol", {
    from: OURSELVES,
    ports: [METRICS, { ...EXPORTERS, protocol: "SCTP" }],
  }),
  inbound("allow-ingress-from-monitoring", "the first port of a range alone", {
    from: OURSELVES,
    ports: [METRICS, { port: 9100, protocol: "TCP" }],
  }),
  inbound("allow-ingress-from-monitoring", "a name alone, without the range", { from: OURSELVES, ports: [METRICS] }),
  inbound("allow-ingress-from-monitoring", "another port beside them", {
    from: OURSELVES,
    ports: [METRICS, EXPORTERS, { port: 22, protocol: "TCP" }],
  }),
  inbound("allow-ingress-by-udp", "all ports of another protocol", { from: OURSELVES, ports: [{ protocol: "TCP" }] }),
  inbound("allow-ingress-by-udp", "all ports of every protocol", { from: OURSELVES }),
  inbound("allow-ingress-by-udp", "one port instead of all", { from: OURSELVES, ports: [{ port: 53, protocol: "UDP" }] }),
  inbound("allow-ingress-by-udp", "every number, but no port with a name", {
    from: OURSELVES,
    ports: [{ port: 1, endPort: 65535, protocol: "UDP" }],
  }),
  outbound("allow-egress-to-node-ports", "a range that ends one later", {
    to: NODES,
    ports: [{ port: 32000, endPort: 32769, protocol: "TCP" }],
  }),
  outbound("allow-egress-to-node-ports", "all ports of the protocol", { to: NODES, ports: [{ protocol: "TCP" }] }),
  outbound("allow-egress-to-node-ports", "all ports", { to: NODES }),
  inbound("allow-ingress-from-gateway", "a second rule", { from: [FROM_GATEWAY], ports: PORTS }, {}),
  inbound(
    "allow-ingress-from-gateway",
    "the same rule twice",
    { from: [FROM_GATEWAY], ports: PORTS },
    { from: [FROM_GATEWAY], ports: PORTS },
  ),
  inbound("allow-ingress-from-gateway", "no rule"),
  { reason: "all pods", name: "allow-ingress-from-gateway", spec: { podSelector: {} }, message: OTHER_PODS },
  {
    reason: "pods by fewer requirements",
    name: "allow-ingress-from-gateway",
    spec: { podSelector: { matchLabels: { app: "api" } } },
    message: OTHER_PODS,
  },
  {
    reason: "pods by another value",
    name: "allow-ingress-from-gateway",
    spec: {
      podSelector: { matchLabels: { app: "api" }, matchExpressions: [{ key: "tier", operator: "NotIn", values: ["front", "back"] }] },
    },
    message: OTHER_PODS,
  },
  { reason: "egress beside the ingress", name: "allow-ingress-from-gateway", spec: { egress: [{}] }, message: OTHER_RULES },
  {
    reason: "the other direction",
    name: "allow-ingress-from-gateway",
    spec: { policyTypes: ["Egress"], ingress: [], egress: [{}] },
    message: OTHER_PODS,
  },
  inbound("allow-ingress-from-teams", "one of two peers", { from: [{ podSelector: { matchLabels: { a: "b" } } }] }),
  inbound("allow-ingress-from-teams", "the pods of a peer in its namespaces", {
    from: [
      { namespaceSelector: { matchLabels: { team: "observability" } } },
      { namespaceSelector: {}, podSelector: { matchLabels: { a: "b" } } },
    ],
  }),
  inbound("allow-ingress-from-anywhere", "addresses, because all pods may", { from: [{ namespaceSelector: {} }, EVERYBODY] }),
  inbound("allow-ingress-from-webhooks", "everybody instead of the API server", { ports: [{ port: 9443, protocol: "TCP" }] }),
  inbound("allow-ingress-from-webhooks", "a network instead of the API server", {
    from: [{ ipBlock: { cidr: "172.18.0.0/16" } }],
    ports: [{ port: 9443, protocol: "TCP" }],
  }),
  inbound("allow-ingress-from-webhooks", "pods instead of the API server", {
    from: [{ podSelector: {} }],
    ports: [{ port: 9443, protocol: "TCP" }],
  }),
  inbound("allow-ingress-from-webhooks", "other ports for the API server", { from: [API], ports: [{ port: 1, protocol: "TCP" }] }),
  inbound("allow-ingress-from-both", "no pods beside the API server", { from: [API] }),
  outbound("allow-egress-to-database", "the whole range", {
    to: [{ ipBlock: { cidr: "10.20.0.0/16" } }, { ipBlock: { cidr: "fd00::/8" } }],
    ports: TCP_5432,
  }),
  outbound("allow-egress-to-database", "one exception less", {
    to: [{ ipBlock: { cidr: "10.20.0.0/16", except: ["10.20.1.0/24"] } }, { ipBlock: { cidr: "fd00::/8" } }],
    ports: TCP_5432,
  }),
  outbound("allow-egress-to-database", "another range", { to: [...DATABASE, { ipBlock: { cidr: "10.21.0.0/16" } }], ports: TCP_5432 }),
  outbound(
    "allow-egress-to-database",
    "an address, where no API server is asked for",
    { to: DATABASE, ports: TCP_5432 },
    { to: [API], ports: TCP_5432 },
  ),
  outbound("allow-egress-to-internet", "private addresses, too", {
    to: [EVERYBODY, { ipBlock: { cidr: "::/0" } }],
    ports: [{ port: 443, protocol: "TCP" }],
  }),
  outbound("allow-egress-among-us", "every namespace", { to: [{ namespaceSelector: {} }] }),
  outbound("allow-egress-among-us", "everybody, by no peers", {}),
  outbound("allow-egress-to-api", "a network of addresses", {
    to: [{ ipBlock: { cidr: "172.18.0.0/31" } }],
    ports: [{ port: 6443, protocol: "TCP" }],
  }),
  outbound("allow-egress-to-api", "the metadata service of a cloud with a hole in it", {
    to: [{ ipBlock: { cidr: "169.254.0.0/16", except: ["169.254.1.0/24"] } }],
    ports: [{ port: 80, protocol: "TCP" }],
  }),
  outbound("allow-egress-to-api", "an address on all ports", { to: [API] }),
  outbound("allow-egress-to-api", "an address on a range of ports", { to: [API], ports: [{ port: 1, endPort: 65535, protocol: "TCP" }] }),
  outbound("allow-egress-to-api", "an address on all ports of a protocol", { to: [API], ports: [{ protocol: "TCP" }] }),
  outbound("allow-egress-to-api", "an address on one port, and all of another protocol", {
    to: [API],
    ports: [{ port: 6443, protocol: "TCP" }, { protocol: "UDP" }],
  }),
  outbound("allow-egress-to-api", "an address on a port by name", { to: [API], ports: [{ port: "https", protocol: "TCP" }] }),
  outbound("allow-egress-to-api", "everybody", {}),
  outbound("allow-egress-to-api-and-cidr", "no rule for the range", { to: [API], ports: [{ port: 6443, protocol: "TCP" }] }),
  { reason: "a name that no entry has", name: "allow-ingress-other", spec: { podSelector: {}, ingress: [{}] }, message: UNASKED },
  { reason: "the name of an entry in the other direction", name: "allow-egress-from-gateway", spec: { podSelector: {} }, message: UNASKED },
  { reason: "a name of its own", name: "allow-all", spec: { podSelector: {}, ingress: [{}] }, message: UNASKED },
];
