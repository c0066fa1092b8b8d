/** Owns where the API server's endpoints are read: the EndpointSlices of the Service `default/kubernetes` (discovery.k8s.io/v1). */
import type { KubernetesObject } from "../api/object.ts";
import type { Stored } from "../cluster/types.ts";
import type { EndpointSet } from "../controls/control.ts";

export const KUBERNETES_SERVICE = {
  type: { apiVersion: "discovery.k8s.io/v1", resource: "endpointslices", namespaced: true },
  namespace: "default",
  labelSelector: "kubernetes.io/service-name=kubernetes",
} as const;

/** One slice of endpoints. */
export interface KubeAPIEndpoints extends Stored {
  readonly set: EndpointSet;
}

interface Slice {
  readonly endpoints?: readonly { readonly addresses?: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[];
  readonly ports?: readonly { readonly port?: number; readonly protocol?: "TCP" | "UDP" | "SCTP" }[];
}

/** Keeps the addresses of endpoints that are not known to be unready, and their ports. */
export function projectEndpoints(object: KubernetesObject): KubeAPIEndpoints {
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
  const { endpoints, ports } = object as Slice;
  const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  const addresses = ready.flatMap((endpoint) => endpoint.addresses ?? []).sort();
  const numbered = (ports ?? []).flatMap(({ port, protocol }) => (port === undefined ? [] : [{ port, protocol: protocol ?? "TCP" }]));
  return { namespace, name, uid, resourceVersion, set: { addresses, ports: numbered } };
}
