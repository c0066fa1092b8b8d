/** Lists the policies that emergency access stands on. */
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import type { Policy } from "../policy.ts";
import { actors } from "./actors.ts";
import { archivePolicies } from "./archive.ts";
import { bindingPolicies } from "./bindings.ts";
import { decisionPolicies } from "./decisions.ts";
import { family } from "./family.ts";
import { grantPolicies } from "./grants.ts";
import { identityPolicies } from "./identities.ts";
import { keeping } from "./keeping.ts";
import { ledger, sealed } from "./ledger.ts";
import { pruning } from "./pruning.ts";
import { requestPolicies } from "./requests.ts";

/** Begins the names of all policies of emergency access. */
export const BREAK_GLASS_PREFIX = "securitybaseline-break-glass-";

/**
 * Everything that binds everybody for the sake of emergency access. Throws on a name in the settings that no expression can hold
 * (quotes, backslashes, anything but ASCII).
 */
export function breakGlassPolicies(settings: BreakGlassSettings): readonly Policy[] {
  const policies = [
    ...requestPolicies(settings),
    ...decisionPolicies(settings),
    ...identityPolicies(settings),
    ...bindingPolicies(settings),
    ...grantPolicies(settings),
    family(settings),
    actors(settings),
    ledger(settings),
    ...archivePolicies(settings),
    sealed(settings),
    keeping(settings),
    pruning,
  ];
  return policies.map((policy) => ({ ...policy, name: BREAK_GLASS_PREFIX + policy.name }));
}
