/** Makes objects of nobody's baseline, for the measurements of what they cost: most are harmless, a fifth weakens its namespace. */
import type { JsonObject } from "../../operator/api/json.ts";

const RBAC = "rbac.authorization.k8s.io";
const NETWORKING = "networking.k8s.io";
const WEAK = 10;

/** One object as the wire takes it. */
export interface Foreign {
  readonly path: string;
  /** JSON text. */
  readonly body: string;
}

/** A binding of `view`, or of `cluster-admin`, to one User or Group. */
export function binding(namespace: string, name: string, given: { readonly role: string; readonly kind: "User" | "Group" }): Foreign {
  return foreign(`${RBAC}/v1`, ["RoleBinding", "rolebindings"], namespace, {
    name,
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: given.role },
    subjects: [{ apiGroup: RBAC, kind: given.kind, name: `${name}-people` }],
  });
}

/** A policy that lets in one app of the namespace, or everybody. */
function policy(namespace: string, name: string, opensWidely: boolean): Foreign {
  const from = opensWidely ? {} : { from: [{ podSelector: { matchLabels: { app: name } } }] };
  return foreign(`${NETWORKING}/v1`, ["NetworkPolicy", "networkpolicies"], namespace, {
    name,
    spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"], ingress: [from] },
  });
}

/** So many RoleBindings and NetworkPolicies, in turn. */
export function foreignObjects(namespace: string, count: number): readonly Foreign[] {
  return Array.from({ length: count }, (_, index) => {
    const [name, isWeak] = [`foreign-${index}`, index % WEAK < 2];
    if (index % 2 === 1) return policy(namespace, name, isWeak);
    return binding(namespace, name, { role: "view", kind: isWeak ? "User" : "Group" });
  });
}

function foreign(
  apiVersion: string,
  [kind, resource]: readonly [string, string],
  namespace: string,
  { name, ...body }: JsonObject & { readonly name: string },
): Foreign {
  return {
    path: `/apis/${apiVersion}/namespaces/${namespace}/${resource}/${name}`,
    body: JSON.stringify({ apiVersion, kind, metadata: { namespace, name }, ...body }),
  };
}
