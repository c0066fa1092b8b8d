/** Finds bindings that give every right, in the namespace or in the cluster. */
import { ANYBODY, aboutBindings, BINDINGS, insteadOf, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const clusterAdminBinding: Rule = {
  id: "ClusterAdminBinding",
  severity: "Critical",
  control: "access",
  standards: ["CIS-5.1.1"],
  kinds: BINDINGS,
  judge: aboutBindings(ANYBODY, ({ role, rights, everywhere }, whom) => {
    if (!rights.has("Everything")) return undefined;
    const where = everywhere ? "the cluster" : "the namespace";
    return `grants ${roleName(role)} to ${whom}, which is every right in ${where}: delete the binding, and give what is needed ${insteadOf({ everywhere })}`;
  }),
};
