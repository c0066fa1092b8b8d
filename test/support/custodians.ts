/** Installs emergency access for tests with custodians, who make grants by hand, and without them again. */
import type { KubernetesObject } from "../../operator/api/object.ts";
import { DEFAULT_SETTINGS } from "../../operator/breakglass/installation.ts";
import type { BreakGlassSettings } from "../../operator/breakglass/types.ts";
import { breakGlassInstallation } from "../../operator/policies/installation.ts";
import type { ObjectRef } from "./api-client.ts";
import { BREAK_GLASS_NAMESPACE } from "./break-glass.ts";
import { admin } from "./cluster.ts";
import { RBAC } from "./operator-token.ts";
import { authorizerCaughtUp, policiesCaughtUp } from "./server-caches.ts";

const NAME = "securitybaseline-break-glass-custodians";

/** Members of these groups are custodians. Returns once the API server goes by it. */
export async function installCustodians(...groups: readonly string[]): Promise<void> {
  await install({ ...DEFAULT_SETTINGS, custodians: groups });
}

/** Nobody is a custodian any more. */
export async function removeCustodians(): Promise<void> {
  const rights: readonly Omit<ObjectRef, "name">[] = [
    { apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding" },
    { apiVersion: `${RBAC}/v1`, kind: "ClusterRole" },
    { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", namespace: BREAK_GLASS_NAMESPACE },
    { apiVersion: `${RBAC}/v1`, kind: "Role", namespace: BREAK_GLASS_NAMESPACE },
  ];
  for (const ref of rights) await admin().delete({ ...ref, name: NAME });
  await install(DEFAULT_SETTINGS);
}

async function install(settings: BreakGlassSettings): Promise<void> {
  for (const object of breakGlassInstallation(settings)) {
    await admin().apply(object as KubernetesObject, { manager: "kubectl", force: true });
  }
  await authorizerCaughtUp();
  await policiesCaughtUp();
}
