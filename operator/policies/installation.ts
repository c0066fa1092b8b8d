/** Lists what an installation of emergency access consists of, as a function of its settings. */
import type { JsonObject } from "../api/json.ts";
import { breakGlassNamespace } from "../breakglass/installation.ts";
import { installationRights } from "../breakglass/installation-rights.ts";
import { suppliedRoles } from "../breakglass/supplied-roles.ts";
import type { BreakGlassSettings } from "../breakglass/types.ts";
import { policyDocuments } from "./documents.ts";
import { allPolicies } from "./index.ts";

/**
 * Everything to be installed besides the kinds and the operator, in the order in which it is applied: namespace, roles and rights, policies.
 * The operator's confinement is part of it, because it knows the namespace; without the one policy that has nothing to do with it and that an
 * installation may have left out. Throws as `breakGlassPolicies` does.
 */
export function breakGlassInstallation(settings: BreakGlassSettings): readonly JsonObject[] {
  return [
    breakGlassNamespace(settings),
    ...suppliedRoles(),
    ...installationRights(settings),
    ...allPolicies({ breakGlass: settings, allowReservedNamespaces: true }).flatMap(policyDocuments),
  ];
}
