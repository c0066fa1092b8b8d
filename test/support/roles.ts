/** Changes a ClusterRole that everybody relies on, for as long as one test needs it changed. */
import type { AccessRule } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { admin } from "./cluster.ts";

/** Adds rules to a ClusterRole; disposing of the answer gives the role its former rules back. */
export function changeRole(name: string, added: readonly AccessRule[]): Promise<AsyncDisposable> {
  return rewriteRole(name, (rules) => [...rules, ...added]);
}

/** Takes a resource out of the rules of a ClusterRole; disposing of the answer gives the role its former rules back. */
export function withoutResource(name: string, resource: string): Promise<AsyncDisposable> {
  return rewriteRole(name, (rules) =>
    rules
      .map((rule) => ({ ...rule, ...(rule.resources !== undefined && { resources: rule.resources.filter((one) => one !== resource) }) }))
      .filter(({ resources }) => resources === undefined || resources.length > 0),
  );
}

async function rewriteRole(name: string, change: (rules: readonly AccessRule[]) => readonly AccessRule[]): Promise<AsyncDisposable> {
  const ref = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name };
  const { rules } = await admin().get<KubernetesObject & { readonly rules: readonly AccessRule[] }>(ref);
  await admin().mergePatch(ref, { rules: change(rules) });
  return { [Symbol.asyncDispose]: async () => void (await admin().mergePatch(ref, { rules })) };
}
