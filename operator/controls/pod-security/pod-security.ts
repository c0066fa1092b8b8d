/** Turns the section `podSecurity` into the Pod Security labels of the baseline's Namespace. */
import { namespace, POD_SECURITY_LABELS } from "../../kinds/namespace.ts";
import type { Control } from "../control.ts";
import { defaulted } from "../defaulted.ts";

/** The section `podSecurity`. */
export const podSecurity: Control<"podSecurity"> = {
  name: "podSecurity",
  condition: "PodSecurityReady",
  standards: ["CIS-5.2.1", "NSA-pod-security"],
  owns: [namespace],
  desired(section, context) {
    const { enforce, audit = enforce, warn = enforce } = section;
    const version = defaulted(section.version, "podSecurity.version");
    const labels = {
      [POD_SECURITY_LABELS.audit]: audit,
      [POD_SECURITY_LABELS.auditVersion]: version,
      [POD_SECURITY_LABELS.enforce]: enforce,
      [POD_SECURITY_LABELS.enforceVersion]: version,
      [POD_SECURITY_LABELS.warn]: warn,
      [POD_SECURITY_LABELS.warnVersion]: version,
    };
    return [{ kind: namespace, name: context.namespace, body: {}, labels }];
  },
};
