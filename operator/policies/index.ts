/** Lists every admission policy of an installation: what confines the operator, what emergency access stands on, and what enforces section `admission`. */
import type { BreakGlassSettings } from "../breakglass/types.ts";
import type { PolicyReports } from "../kinds/policy-report.ts";
import type { AdmissionEngine } from "./admission/engines.ts";
import { admissionPoliciesBeside } from "./admission/index.ts";
import { breakGlassPolicies } from "./break-glass/index.ts";
import { confinementPolicies } from "./confinement/index.ts";
import type { Policy } from "./policy.ts";

/** What the policies of an installation depend on. */
export interface PolicySettings {
  readonly breakGlass: BreakGlassSettings;
  /** Baselines are obeyed in reserved namespaces, too: then nothing forbids the operator to write there. */
  readonly allowReservedNamespaces: boolean;
  /** Who refuses what section `admission` does not admit; default: the API server itself. */
  readonly admissionEngine?: AdmissionEngine;
  /** Policy reports that the operator writes; default: none. */
  readonly policyReports?: PolicyReports;
}

/** Every policy, each once. Throws as `breakGlassPolicies` does. */
export function allPolicies(settings: PolicySettings): readonly Policy[] {
  const { breakGlass, allowReservedNamespaces, admissionEngine = "Native", policyReports = "Off" } = settings;
  const { namespace: glass, objectLabels } = breakGlass;
  return [
    ...confinementPolicies({ glass, objectLabels, allowReservedNamespaces, policyReports }),
    ...breakGlassPolicies(breakGlass),
    ...admissionPoliciesBeside(admissionEngine),
  ];
}
