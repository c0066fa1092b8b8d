/** Owns the view of somebody who stole the operator's token: what it can write by hand, and when the policies judge it. */
import type { AccessRule, SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "./api-client.ts";
import { admin, asServiceAccount, freshNamespace } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { installOperatorManifests } from "./installation.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "./operator-process.ts";
import { refusal } from "./refusal.ts";
import { policiesKnow } from "./server-caches.ts";

export const RBAC = "rbac.authorization.k8s.io";
export const MANAGED = { "app.kubernetes.io/managed-by": "securitybaseline" };

type Labels = Readonly<Record<string, string>>;

export const group = (name: string) => ({ apiGroup: RBAC, kind: "Group", name });

export function roleOf(namespace: string, name: string, rules: readonly AccessRule[], labels: Labels = MANAGED): KubernetesObject {
  return { apiVersion: `${RBAC}/v1`, kind: "Role", metadata: { namespace, name, labels }, rules };
}

/** A RoleBinding to the Role of its name, or to `roleRef`. */
export function bindingOf(namespace: string, name: string, subjects: readonly object[], roleRef: object = {}): KubernetesObject {
  const metadata = { namespace, name, labels: MANAGED };
  return { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata, subjects, roleRef: { apiGroup: RBAC, kind: "Role", name, ...roleRef } };
}

export function denyAll(namespace: string, name: string, labels: Labels = {}): KubernetesObject {
  const spec = { podSelector: {}, policyTypes: ["Ingress"], ingress: [] };
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { namespace, name, labels }, spec };
}

/** Writes as the operator does: server-side apply, its field manager, by force. */
export function applyAs(client: ApiClient, object: KubernetesObject): Promise<KubernetesObject> {
  return client.apply(object, { manager: "securitybaseline", force: true });
}

/** Installs the manifests and answers a client with the operator's token once the policies are in force. */
export async function operatorClient(): Promise<ApiClient> {
  await installOperatorManifests();
  const operator = await asServiceAccount(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
  const namespace = await freshNamespace("policies");
  // The bindings of these two are the last ones that the installation creates.
  for (const unasked of [roleOf(namespace, "secret-manager", []), bindingOf(namespace, "secret-manager", [group("nobody")])]) {
    await eventually("the policies are in force", async () => {
      const { message } = await refusal(applyAs(operator, unasked));
      if (!message.includes("ValidatingAdmissionPolicy")) throw new Error(message);
    });
  }
  return operator;
}

/** A namespace with a baseline, which no operator looks after. */
export async function namespaceWith(spec: SecurityBaselineSpec): Promise<string> {
  const namespace = await freshNamespace("confined");
  await writeBaseline(namespace, spec);
  return namespace;
}

/** Creates or changes the baseline of a namespace, and waits until the policies judge by it. */
export async function writeBaseline(namespace: string, spec: SecurityBaselineSpec): Promise<void> {
  const metadata = { namespace, name: "baseline" };
  await admin().apply({ apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata, spec });
  await policiesKnow({ apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", ...metadata });
}
