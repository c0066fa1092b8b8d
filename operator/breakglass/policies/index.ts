/** Owns the list of break-glass policies of an installation. */
import type { JsonObject } from "../../api/json.ts";
import type { BreakGlassSettings } from "../types.ts";
import { actors } from "./actors.ts";
import { bindingPolicies } from "./bindings.ts";
import { decisionPolicies } from "./decisions.ts";
import { grantPolicies } from "./grants.ts";
import { identityPolicies } from "./identities.ts";
import { ledger, sealed } from "./ledger.ts";
import { type Policy, policyDocuments } from "./policy.ts";
import { requestPolicies } from "./requests.ts";

/** All policies that emergency access stands on. */
export function declaredPolicies(settings: BreakGlassSettings): readonly Policy[] {
  return [
    ...requestPolicies(settings),
    ...decisionPolicies(settings),
    ...identityPolicies(settings),
    ...bindingPolicies(settings),
    ...grantPolicies(settings),
    actors(settings),
    ledger(settings),
    sealed(settings),
  ];
}

/**
 * The ValidatingAdmissionPolicies and their bindings, as the API server stores them: nothing in their `spec` is left to its defaults.
 * Throws on a name in the settings that no expression can hold (quotes, backslashes, anything but ASCII).
 */
export function breakGlassPolicies(settings: BreakGlassSettings): readonly JsonObject[] {
  return declaredPolicies(settings).flatMap(policyDocuments);
}
