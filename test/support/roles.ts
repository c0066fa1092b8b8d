/** Changes a ClusterRole that everybody relies on, for as long as one test needs it changed. */
import type { AccessRule } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { admin } from "./cluster.ts";

/** Adds rules to a ClusterRole; disposing of the answer gives the role its former rules back. */
export async function changeRole(name: string, added: readonly AccessRule[]): Promise<AsyncDisposable> {
  const ref = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name };
  const { rules } = await admin().get<KubernetesObject & { readonly rules: readonly AccessRule[] }>(ref);
  await admin().mergePatch(ref, { rules: [...rules, ...added] });
  return { [Symbol.asyncDispose]: async () => void (await admin().mergePatch(ref, { rules })) };
}
