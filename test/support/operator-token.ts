/** Writes as somebody who stole the operator's token would, in namespaces that no operator looks after. */

import type { AccessRule, SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "./api-client.ts";
import { BACKENDS, installBackends, removeBackends } from "./backend-kinds.ts";
import { admin, asServiceAccount, freshNamespace } from "./cluster.ts";
import { installOperatorManifests } from "./installation.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "./operator-process.ts";
import { policiesKnow } from "./server-caches.ts";

export const RBAC = "rbac.authorization.k8s.io";
/** Labels of what the operator generates for a section. */
export const MANAGED = { "app.kubernetes.io/managed-by": "securitybaseline", "securitybaseline.dev/control": "access" };

/** On a Namespace: a baseline is enforced there. */
export const MARK = { "securitybaseline.dev/enforced": "true" };

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

/** Installs the manifests, and answers a client with the operator's token. */
export async function operatorClient(): Promise<ApiClient> {
  await installOperatorManifests();
  return asServiceAccount(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
}

/** As `operatorClient`; the kinds of secret backends come after the policies, as they may in a cluster. Remove them with `removeBackends`. */
export async function operatorClientThenBackends(): Promise<ApiClient> {
  await removeBackends(...BACKENDS);
  const operator = await operatorClient();
  await installBackends(...BACKENDS);
  return operator;
}

/** A namespace with a baseline and the mark, which no operator looks after. Answers once the policies judge by the baseline. */
export async function namespaceWith(spec: SecurityBaselineSpec): Promise<string> {
  const namespace = await freshNamespace("confined", MARK);
  await writeBaseline(namespace, spec);
  return namespace;
}

/** Creates or changes the baseline of a namespace, and waits until the policies judge by it. */
export async function writeBaseline(namespace: string, spec: SecurityBaselineSpec): Promise<void> {
  const metadata = { namespace, name: "baseline" };
  await admin().apply({ apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata, spec });
  await policiesKnow({ apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", ...metadata });
}
