/** Proves that the policies of the section `network` mean what the section says, judged by an independent evaluator. */
import { expect } from "chai";
import type { NetworkPort, NetworkSection } from "../../../operator/api/baseline-network.ts";
import type { EndpointSet } from "../../../operator/facts/kube-api.ts";
import { desiredWith } from "../../support/in-effect.ts";
import { type Connection, isAllowed, type Party, type Policy } from "../../support/network-policy.ts";

function namespace(name: string, labels: Record<string, string> = {}) {
  return { name, labels: { "kubernetes.io/metadata.name": name, ...labels } };
}

const payments = namespace("payments");
const kubeSystem = namespace("kube-system");
const gateway = namespace("ingress-nginx", { team: "platform" });
const shop = namespace("shop");

const api: Party = { ip: "10.1.0.1", namespace: payments, labels: { app: "api" } };
const worker: Party = { ip: "10.1.0.2", namespace: payments, labels: { app: "worker" } };
const nginx: Party = { ip: "10.1.1.1", namespace: gateway, labels: { app: "nginx" } };
const gatewayShell: Party = { ip: "10.1.1.2", namespace: gateway, labels: { app: "shell" } };
const shopNginx: Party = { ip: "10.1.2.1", namespace: shop, labels: { app: "nginx", "k8s-app": "kube-dns" } };
const dnsPod: Party = { ip: "10.1.3.1", namespace: kubeSystem, labels: { "k8s-app": "kube-dns" } };
const systemPod: Party = { ip: "10.1.3.2", namespace: kubeSystem, labels: { "k8s-app": "proxy" } };
const at = (ip: string): Party => ({ ip });

const endpoints: readonly EndpointSet[] = [{ addresses: ["10.9.0.1", "fd00:9::1"], ports: [{ port: 6443, protocol: "TCP" }] }];

function render(network: NetworkSection, kubeAPI: readonly EndpointSet[]): readonly Policy[] {
  const baseline = {
    apiVersion: "securitybaseline.dev/v1alpha1",
    kind: "SecurityBaseline",
    metadata: { name: "baseline", namespace: "payments" },
    spec: { network },
  };
  return desiredWith(baseline, kubeAPI).map(({ manifest }) => manifest as unknown as Policy);
}

interface Case extends Connection {
  readonly reason: string;
  readonly allowed: boolean;
}

function check(title: string, policies: readonly Policy[], cases: readonly Case[]): void {
  describe(title, () => {
    for (const { reason, allowed, ...connection } of cases) {
      it(`${reason}: ${allowed ? "open" : "closed"}`, () => {
        expect(isAllowed(policies, connection)).to.equal(allowed);
      });
    }
  });
}

describe("meaning of the section network", () => {
  check("default deny", render({}, []), [
    { reason: "in from another namespace", from: shopNginx, to: api, port: 8080, protocol: "TCP", allowed: false },
    { reason: "in from the same namespace", from: worker, to: api, port: 8080, protocol: "TCP", allowed: false },
    { reason: "out to the world", from: api, to: at("93.184.215.14"), port: 443, protocol: "TCP", allowed: false },
    { reason: "between others", from: shopNginx, to: gatewayShell, port: 80, protocol: "TCP", allowed: true },
    { reason: "DNS over UDP", from: api, to: dnsPod, port: 53, protocol: "UDP", allowed: true },
    { reason: "DNS over TCP", from: api, to: dnsPod, port: 53, protocol: "TCP", allowed: true },
    { reason: "another port of the DNS pods", from: api, to: dnsPod, port: 9153, protocol: "TCP", allowed: false },
    { reason: "port 53 of another pod of kube-system", from: api, to: systemPod, port: 53, protocol: "UDP", allowed: false },
    { reason: "port 53 of a pod elsewhere that is labelled like DNS", from: api, to: shopNginx, port: 53, protocol: "UDP", allowed: false },
    { reason: "in from the DNS pods", from: dnsPod, to: api, port: 53, protocol: "UDP", allowed: false },
  ]);

  check("default deny of ingress alone", render({ defaultDeny: ["Ingress"] }, []), [
    { reason: "in", from: worker, to: api, port: 8080, protocol: "TCP", allowed: false },
    { reason: "out", from: api, to: at("93.184.215.14"), port: 443, protocol: "TCP", allowed: true },
  ]);

  check("default deny of egress alone", render({ defaultDeny: ["Egress"] }, []), [
    { reason: "in", from: shopNginx, to: api, port: 8080, protocol: "TCP", allowed: true },
    { reason: "out", from: api, to: nginx, port: 443, protocol: "TCP", allowed: false },
  ]);

  check("no default deny", render({ defaultDeny: [] }, []), [
    { reason: "in", from: shopNginx, to: api, port: 8080, protocol: "TCP", allowed: true },
    { reason: "out", from: api, to: at("169.254.169.254"), port: 80, protocol: "TCP", allowed: true },
  ]);

  const oneGateway = {
    name: "gw",
    pods: { matchLabels: { app: "api" } },
    from: [{ namespace: "ingress-nginx", pods: { matchLabels: { app: "nginx" } } }],
  };
  check("a peer of namespace and pods", render({ ingress: [{ ...oneGateway, ports: [{ port: 8080 }] }] }, []), [
    { reason: "both match", from: nginx, to: api, port: 8080, protocol: "TCP", allowed: true },
    { reason: "only the namespace matches", from: gatewayShell, to: api, port: 8080, protocol: "TCP", allowed: false },
    { reason: "only the pods match", from: shopNginx, to: api, port: 8080, protocol: "TCP", allowed: false },
    { reason: "another port", from: nginx, to: api, port: 8081, protocol: "TCP", allowed: false },
    { reason: "another protocol", from: nginx, to: api, port: 8080, protocol: "UDP", allowed: false },
    { reason: "a pod that the flow is not for", from: nginx, to: worker, port: 8080, protocol: "TCP", allowed: false },
    { reason: "the way back as a connection of its own", from: api, to: nginx, port: 8080, protocol: "TCP", allowed: false },
  ]);

  const metrics = { ...worker, ports: [{ name: "metrics", port: 9100, protocol: "TCP" }] };
  const misnamed = { ...worker, ports: [{ name: "metrics", port: 22, protocol: "TCP" }] };
  const fromGateway = (...ports: NetworkPort[]) => render({ ingress: [{ name: "gw", from: [{ namespace: "ingress-nginx" }], ports }] }, []);
  check("a port by name", fromGateway({ port: "metrics" }), [
    { reason: "the port of that name", from: nginx, to: metrics, port: 9100, protocol: "TCP", allowed: true },
    { reason: "its number on a pod that does not name it", from: nginx, to: worker, port: 9100, protocol: "TCP", allowed: false },
    { reason: "whatever a pod calls so", from: nginx, to: misnamed, port: 22, protocol: "TCP", allowed: true },
    { reason: "the same number of another protocol", from: nginx, to: metrics, port: 9100, protocol: "UDP", allowed: false },
  ]);

  check("a range of ports", fromGateway({ port: 32000, endPort: 32768 }), [
    { reason: "below", from: nginx, to: api, port: 31999, protocol: "TCP", allowed: false },
    { reason: "its first", from: nginx, to: api, port: 32000, protocol: "TCP", allowed: true },
    { reason: "its last", from: nginx, to: api, port: 32768, protocol: "TCP", allowed: true },
    { reason: "above", from: nginx, to: api, port: 32769, protocol: "TCP", allowed: false },
    { reason: "another protocol", from: nginx, to: api, port: 32500, protocol: "UDP", allowed: false },
  ]);

  check("all ports of a protocol", fromGateway({ protocol: "UDP" }), [
    { reason: "the lowest", from: nginx, to: api, port: 1, protocol: "UDP", allowed: true },
    { reason: "the highest", from: nginx, to: api, port: 65535, protocol: "UDP", allowed: true },
    { reason: "another protocol", from: nginx, to: api, port: 1, protocol: "TCP", allowed: false },
  ]);

  check(
    "a port by name at an address",
    render({ egress: [{ name: "db", to: [{ cidr: "10.20.0.0/16" }], ports: [{ port: "postgres" }] }] }, []),
    [{ reason: "has no name", from: api, to: at("10.20.1.1"), port: 5432, protocol: "TCP", allowed: false }],
  );

  const alternatives = [{ pods: { matchLabels: { app: "worker" } } }, { namespaceSelector: { matchLabels: { team: "platform" } } }];
  check("two peers", render({ defaultDeny: ["Ingress"], ingress: [{ name: "both", from: alternatives }] }, []), [
    { reason: "the first, in this namespace", from: worker, to: api, port: 1, protocol: "TCP", allowed: true },
    { reason: "the second, all its pods", from: gatewayShell, to: api, port: 65535, protocol: "UDP", allowed: true },
    { reason: "neither", from: shopNginx, to: api, port: 1, protocol: "TCP", allowed: false },
  ]);

  check(
    "an address range with an exception",
    render({ egress: [{ name: "db", to: [{ cidr: "10.20.0.0/16", except: ["10.20.9.0/24"] }] }] }, []),
    [
      { reason: "inside", from: api, to: at("10.20.1.1"), port: 5432, protocol: "TCP", allowed: true },
      { reason: "in the exception", from: api, to: at("10.20.9.1"), port: 5432, protocol: "TCP", allowed: false },
      { reason: "outside", from: api, to: at("10.21.0.1"), port: 5432, protocol: "TCP", allowed: false },
    ],
  );

  check(
    "SameNamespace in both directions",
    render(
      { ingress: [{ name: "in", from: [{ preset: "SameNamespace" }] }], egress: [{ name: "out", to: [{ preset: "SameNamespace" }] }] },
      [],
    ),
    [
      { reason: "a neighbour", from: worker, to: api, port: 8080, protocol: "TCP", allowed: true },
      { reason: "in from elsewhere", from: nginx, to: api, port: 8080, protocol: "TCP", allowed: false },
      { reason: "out to elsewhere", from: api, to: nginx, port: 8080, protocol: "TCP", allowed: false },
    ],
  );

  const outside = (ip: string, reason: string): Case => ({
    reason: `${reason} ${ip}`,
    from: api,
    to: at(ip),
    port: 443,
    protocol: "TCP",
    allowed: false,
  });
  const reachable = (ip: string, reason: string): Case => ({ ...outside(ip, reason), allowed: true });
  check("Internet", render({ egress: [{ name: "web", to: [{ preset: "Internet" }], ports: [{ port: 443 }] }] }, []), [
    reachable("1.1.1.1", "a public address"),
    reachable("93.184.215.14", "a public address"),
    reachable("172.15.255.255", "just below a private range"),
    reachable("172.32.0.1", "just above a private range"),
    reachable("100.128.0.1", "just above carrier-grade NAT"),
    reachable("168.63.129.17", "a neighbour of a host's address"),
    reachable("2606:2800:21f:cb07:6820:80da:af6b:8b2c", "a public address"),
    reachable("2001:4860:4860::8888", "a public address"),
    outside("169.254.169.254", "the metadata service of most clouds"),
    outside("169.254.170.2", "credentials of containers in one cloud"),
    outside("100.100.100.200", "the metadata service of one cloud"),
    outside("192.0.0.192", "the metadata service of one cloud"),
    outside("168.63.129.16", "the host in one cloud"),
    outside("10.0.0.1", "private"),
    outside("172.16.0.1", "private"),
    outside("172.31.255.255", "private"),
    outside("192.168.1.1", "private"),
    outside("127.0.0.1", "loopback"),
    outside("0.0.0.0", "this host"),
    outside("198.19.255.255", "benchmarks"),
    outside("224.0.0.1", "multicast"),
    outside("255.255.255.255", "broadcast"),
    outside("::1", "loopback"),
    outside("::", "unspecified"),
    outside("::ffff:169.254.169.254", "a mapped IPv4 address"),
    outside("64:ff9b::a9fe:a9fe", "a translated IPv4 address"),
    outside("64:ff9b:1::1", "a locally translated IPv4 address"),
    outside("2002:a9fe:a9fe::1", "a tunnelled IPv4 address"),
    outside("fd00:ec2::254", "the metadata service of one cloud"),
    outside("fc00::1", "private"),
    outside("fe80::1", "link-local"),
    outside("fec0::1", "site-local"),
    outside("ff02::1", "multicast"),
    { ...reachable("1.1.1.1", "another port of"), port: 80, allowed: false },
  ]);

  const toServer = { egress: [{ name: "api", to: [{ preset: "KubeAPI" as const }], ports: [{ port: 443 }] }] };
  check("KubeAPI with known endpoints", render(toServer, endpoints), [
    { reason: "an endpoint on its own port", from: api, to: at("10.9.0.1"), port: 6443, protocol: "TCP", allowed: true },
    { reason: "an IPv6 endpoint", from: api, to: at("fd00:9::1"), port: 6443, protocol: "TCP", allowed: true },
    { reason: "the port of the entry", from: api, to: at("10.9.0.1"), port: 443, protocol: "TCP", allowed: false },
    { reason: "a neighbour of the endpoint", from: api, to: at("10.9.0.2"), port: 6443, protocol: "TCP", allowed: false },
  ]);

  check("KubeAPI without endpoints", render({ ...toServer, ingress: [{ name: "hook", from: [{ preset: "KubeAPI" }] }] }, []), [
    { reason: "out to where an endpoint may be", from: api, to: at("10.9.0.1"), port: 6443, protocol: "TCP", allowed: false },
    { reason: "out to anybody", from: api, to: nginx, port: 443, protocol: "TCP", allowed: false },
    { reason: "in from anybody", from: nginx, to: api, port: 9443, protocol: "TCP", allowed: false },
  ]);
});
