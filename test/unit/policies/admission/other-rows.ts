/** Lists Services, Ingresses, routes and claims at the edge of what the section `STRICT` admits, each beside what the API server says of it. */
import type { AdmissionCheck } from "../../../../operator/api/baseline-admission.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";

export interface ObjectRow {
  readonly reason: string;
  readonly check: AdmissionCheck;
  /** Without namespace and name. */
  readonly object: KubernetesObject;
  readonly says?: string | undefined;
}

const PORTS = [{ port: 80 }];

function service(reason: string, spec: object, says?: string): ObjectRow {
  return { reason, check: "services", object: { apiVersion: "v1", kind: "Service", spec: { ports: PORTS, ...spec } }, says };
}

const SERVICES: readonly ObjectRow[] = [
  service("no type", {}),
  service("ClusterIP", { type: "ClusterIP" }),
  service("without an address", { clusterIP: "None" }),
  service("NodePort", { type: "NodePort" }, "a Service of type NodePort is not allowed: use ClusterIP"),
  service("LoadBalancer", { type: "LoadBalancer" }, "a Service of type LoadBalancer is not allowed: use ClusterIP"),
  service(
    "ExternalName",
    { type: "ExternalName", externalName: "evil.example.com" },
    "a Service of type ExternalName is not allowed: use ClusterIP",
  ),
  service(
    "addresses of its own",
    { externalIPs: ["203.0.113.7"] },
    "a Service with addresses of its own outside of the cluster is not allowed: remove spec.externalIPs",
  ),
];

const BACKEND = { service: { name: "web", port: { number: 80 } } };
const PATHS = { http: { paths: [{ path: "/", pathType: "Prefix", backend: BACKEND }] } };
const NAME = "name *.payments.example.com, pay.example.com";

function ingress(spec: object, annotations: object = {}): KubernetesObject {
  const metadata = { annotations } as KubernetesObject["metadata"];
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", ...(metadata && { metadata }), spec };
}

const forHosts = (...hosts: readonly (string | undefined)[]) => ({
  ingressClassName: "nginx",
  rules: hosts.map((host) => ({ ...(host !== undefined && { host }), ...PATHS })),
});

function host(reason: string, spec: object, says?: string): ObjectRow {
  return { reason: `Ingress: ${reason}`, check: "hostnames", object: ingress(spec), says };
}

const other = (name: string): string => `the host "${name}" is not allowed: ${NAME}`;

const HOSTS: readonly ObjectRow[] = [
  host("below an entry", forHosts("api.payments.example.com")),
  host("far below an entry", forHosts("a.b.payments.example.com")),
  host("an entry", forHosts("pay.example.com")),
  host("a star below an entry", forHosts("*.payments.example.com", "*.a.payments.example.com")),
  host("certificates for such hosts", {
    ...forHosts("pay.example.com"),
    tls: [{ hosts: ["pay.example.com", "a.payments.example.com"], secretName: "t" }],
  }),
  host("the name above", forHosts("payments.example.com"), other("payments.example.com")),
  host("a name that ends alike", forHosts("evilpayments.example.com"), other("evilpayments.example.com")),
  host("a star above", forHosts("*.example.com"), other("*.example.com")),
  host("below an entry without a star", forHosts("a.pay.example.com"), other("a.pay.example.com")),
  host("the second of two", forHosts("pay.example.com", "evil.example.org"), other("evil.example.org")),
  host("an entry in the middle", forHosts("pay.example.com.evil.org"), other("pay.example.com.evil.org")),
  host("no host", forHosts(undefined), `it takes requests for every host: ${NAME} in each of spec.rules`),
  host("no host beside one", forHosts("pay.example.com", undefined), `it takes requests for every host: ${NAME} in each of spec.rules`),
  host(
    "a default backend",
    { ...forHosts("pay.example.com"), defaultBackend: BACKEND },
    "it takes requests for every host: remove spec.defaultBackend",
  ),
  host(
    "a default backend alone",
    { ingressClassName: "nginx", defaultBackend: BACKEND },
    "it takes requests for every host: remove spec.defaultBackend",
  ),
  host(
    "certificates for another host",
    { ...forHosts("pay.example.com"), tls: [{ hosts: ["pay.example.com"] }, { hosts: ["a.payments.example.com", "evil.example.org"] }] },
    `spec.tls names "evil.example.org", which is not allowed: ${NAME}`,
  ),
  host(
    "certificates for two others",
    { ...forHosts("pay.example.com"), tls: [{ hosts: ["evil.example.org", "*.evil.example.org"] }] },
    `spec.tls names "evil.example.org", "*.evil.example.org", which is not allowed: ${NAME}`,
  ),
];

const INGRESS_CLASSES: readonly ObjectRow[] = [
  {
    reason: "another class",
    check: "ingressClasses",
    object: ingress({ ...forHosts("pay.example.com"), ingressClassName: "public" }),
    says: 'ingressClassName "public" is not one of "nginx"',
  },
  {
    reason: "no class",
    check: "ingressClasses",
    object: ingress({ rules: forHosts("pay.example.com").rules }),
    says: 'ingressClassName "" is not one of "nginx"',
  },
  {
    reason: "the class as an annotation",
    check: "ingressClasses",
    object: ingress({ rules: forHosts("pay.example.com").rules }, { "kubernetes.io/ingress.class": "nginx" }),
  },
  {
    reason: "another class as an annotation",
    check: "ingressClasses",
    object: ingress({ rules: forHosts("pay.example.com").rules }, { "kubernetes.io/ingress.class": "public" }),
    says: 'ingressClassName "public" is not one of "nginx"',
  },
];

/** Versions of the Gateway API differ by kind. */
const ROUTES = { HTTPRoute: "v1", GRPCRoute: "v1", TLSRoute: "v1alpha3" } as const;

const ROUTE_ROWS: readonly ObjectRow[] = Object.entries(ROUTES).flatMap(([kind, version]) => {
  const route = (reason: string, spec: object, says?: string): ObjectRow => ({
    reason: `${kind}: ${reason}`,
    check: "hostnames",
    object: { apiVersion: `gateway.networking.k8s.io/${version}`, kind, spec },
    says,
  });
  return [
    route("hosts below an entry", { hostnames: ["a.payments.example.com", "pay.example.com"] }),
    route("another host", { hostnames: ["pay.example.com", "evil.example.org"] }, other("evil.example.org")),
    route(
      "a blank before an allowed end",
      { hostnames: ["evil.example.org .payments.example.com"] },
      other("evil.example.org .payments.example.com"),
    ),
    route("no list of hosts", {}, `it takes requests for every host: ${NAME} in spec.hostnames`),
    route("an empty list of hosts", { hostnames: [] }, `it takes requests for every host: ${NAME} in spec.hostnames`),
  ];
});

const CLAIM = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const BETA = "volume.beta.kubernetes.io/storage-class";

function claim(reason: string, spec: object, says?: string, annotations: Readonly<Record<string, string>> = {}): ObjectRow {
  const object = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "", annotations }, spec: { ...CLAIM, ...spec } };
  return { reason, check: "storageClasses", object, says };
}

const STORAGE: readonly ObjectRow[] = [
  claim("one of the classes", { storageClassName: "standard" }),
  claim("another class", { storageClassName: "fast" }, 'storageClassName "fast" is not allowed: use one of "standard"'),
  claim("no class, made beforehand", { storageClassName: "" }, 'storageClassName "" is not allowed: use one of "standard"'),
  claim("nothing is said", {}, 'storageClassName "" is not allowed: use one of "standard"'),
  claim(
    "the annotation goes before the field",
    { storageClassName: "standard" },
    'storageClassName "fast" is not allowed: use one of "standard"',
    { [BETA]: "fast" },
  ),
  claim("the annotation alone", {}, undefined, { [BETA]: "standard" }),
];

export const OBJECT_ROWS: readonly ObjectRow[] = [...SERVICES, ...HOSTS, ...INGRESS_CLASSES, ...STORAGE];

/** These need the kinds of the Gateway API. */
export const GATEWAY_ROWS: readonly ObjectRow[] = ROUTE_ROWS;

/** The object of a row, with labels. */
export function placed({ object }: ObjectRow, namespace: string, labels: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, namespace, name: "web", labels } };
}
