/** Finds bindings that give every right in the namespace. */
import { roleBinding } from "../../kinds/role-binding.ts";
import { ANYBODY, aboutBindings, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const clusterAdminBinding: Rule = {
  id: "ClusterAdminBinding",
  severity: "Critical",
  control: "access",
  standards: ["CIS-5.1.1"],
  kind: roleBinding,
  judge: aboutBindings(ANYBODY, ({ role, rights }, whom) => {
    if (!rights.has("Everything")) return undefined;
    return `grants ${roleName(role)} to ${whom}, which is every right in the namespace: delete the binding, and give what is needed by spec.access`;
  }),
};
