/** Installs emergency access with other settings than the shipped ones, for as long as a test file needs them. */
import type { KubernetesObject } from "../../operator/api/object.ts";
import { DEFAULT_SETTINGS } from "../../operator/breakglass/installation.ts";
import type { BreakGlassSettings } from "../../operator/breakglass/types.ts";
import { breakGlassInstallation } from "../../operator/policies/installation.ts";
import { admin } from "./cluster.ts";
import { authorizerCaughtUp, policiesCaughtUp } from "./server-caches.ts";

/** Applies what `break-glass installation` prints, and waits until the API server judges by it. Disposing of the answer brings the shipped settings back. */
export async function installedWith(settings: Partial<BreakGlassSettings>): Promise<AsyncDisposable> {
  await apply({ ...DEFAULT_SETTINGS, ...settings });
  return { [Symbol.asyncDispose]: () => apply(DEFAULT_SETTINGS) };
}

async function apply(settings: BreakGlassSettings): Promise<void> {
  for (const object of breakGlassInstallation(settings)) {
    await admin().apply(object as KubernetesObject, { manager: "kubectl", force: true });
  }
  await authorizerCaughtUp();
  await policiesCaughtUp();
}
