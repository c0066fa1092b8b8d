/** Lists what an installation of emergency access consists of, as a function of its settings. */
import type { JsonObject } from "../api/json.ts";
import { suppliedRoles } from "../breakglass/incident-role.ts";
import { breakGlassNamespace } from "../breakglass/installation.ts";
import { installationRights } from "../breakglass/installation-rights.ts";
import type { BreakGlassSettings } from "../breakglass/types.ts";
import { breakGlassPolicies } from "./break-glass/index.ts";
import { policyDocuments } from "./documents.ts";

/**
 * Everything to be installed besides the kinds and the operator, in the order in which it is applied: namespace, roles and rights, policies.
 * Throws as `breakGlassPolicies` does.
 */
export function breakGlassInstallation(settings: BreakGlassSettings): readonly JsonObject[] {
  return [
    breakGlassNamespace(settings),
    ...suppliedRoles(),
    ...installationRights(settings),
    ...breakGlassPolicies(settings).flatMap(policyDocuments),
  ];
}
