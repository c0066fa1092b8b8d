/** The addresses and ports of the API server, for flows with the preset `KubeAPI`. */
import type { KubernetesObject, OwnerReference } from "../api/object.ts";
import type { ObjectFact } from "./fact.ts";

/** One set of API server endpoints: every address listens on every port. */
export interface EndpointSet {
  /** IPv4 or IPv6 addresses without prefix length. */
  readonly addresses: readonly string[];
  readonly ports: readonly { readonly port: number; readonly protocol: "TCP" | "UDP" | "SCTP" }[];
}

/** Name of the Service of the API server, in namespace `default`, and of the EndpointSlice that the API server itself keeps. */
const SERVICE = "kubernetes";

interface Slice {
  readonly endpoints?: readonly { readonly addresses?: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[];
  readonly ports?: readonly { readonly port?: number; readonly protocol?: "TCP" | "UDP" | "SCTP" }[];
}

/** EndpointSlices (discovery.k8s.io/v1) of the Service `default/kubernetes`. */
export const kubeAPI: ObjectFact<EndpointSet, readonly EndpointSet[]> = {
  source: {
    type: { apiVersion: "discovery.k8s.io/v1", resource: "endpointslices", namespaced: true },
    namespace: "default",
    labelSelector: `kubernetes.io/service-name=${SERVICE}`,
  },
  project: (object) => (isOfTheService(object) ? endpointsIn(object as Slice) : undefined),
  combine: (rows) => rows.filter(hasAddresses).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  patience: {
    isLost: (sets) => sets.length === 0,
    holds: 120_000,
    says: "the Service default/kubernetes has no ready endpoints at present: preset KubeAPI keeps the last known addresses for two minutes",
  },
};

/** The label alone is a claim: whoever may write EndpointSlices could add addresses of his own. */
function isOfTheService({ metadata }: KubernetesObject): boolean {
  const { name = "", ownerReferences = [] } = metadata ?? {};
  return name === SERVICE || (name.startsWith(`${SERVICE}-`) && ownerReferences.some(isTheService));
}

function isTheService({ apiVersion, kind, name }: OwnerReference): boolean {
  return apiVersion === "v1" && kind === "Service" && name === SERVICE;
}

/** Keeps the addresses of endpoints that are not known to be unready, and their ports. */
function endpointsIn({ endpoints, ports }: Slice): EndpointSet {
  const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  const addresses = ready.flatMap((endpoint) => endpoint.addresses ?? []).sort();
  return {
    addresses,
    ports: (ports ?? []).flatMap(({ port, protocol }) => (port === undefined ? [] : [{ port, protocol: protocol ?? "TCP" }])),
  };
}

function hasAddresses({ addresses }: EndpointSet): boolean {
  return addresses.length > 0;
}
