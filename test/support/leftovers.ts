/** Removes what other tests on the same control plane left behind, for tests that count or list what is in the whole cluster. */
import type { ObjectRef } from "./api-client.ts";
import { admin } from "./cluster.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const OURS = "securitybaseline.dev/v1alpha1";

/** Deletes an object if it is there. */
export async function remove(ref: ObjectRef): Promise<void> {
  if (await admin().find(ref)) await admin().delete(ref);
}

/** Removes the bindings that other tests made: what is left is of Kubernetes itself, or of the installation. */
export async function forgetPeople(): Promise<void> {
  const bindings = await admin().list(RBAC, "ClusterRoleBinding");
  const known = ["kubernetes.io/bootstrapping", "app.kubernetes.io/name"];
  const others = bindings.filter(({ metadata }) => !known.some((label) => label in (metadata?.labels ?? {})));
  for (const { metadata } of others) await remove({ apiVersion: RBAC, kind: "ClusterRoleBinding", name: metadata?.name ?? "" });
}

/** Removes all baselines, that of the cluster among them. */
export async function forgetBaselines(): Promise<void> {
  for (const kind of ["SecurityBaseline", "ClusterSecurityBaseline"]) {
    for (const { metadata = {} } of await admin().list(OURS, kind)) {
      const { name = "", namespace } = metadata;
      await remove({ apiVersion: OURS, kind, name, ...(namespace !== undefined && { namespace }) });
    }
  }
}
