/** Finds bindings by which workloads of other namespaces change something here, or read Secrets. */
import { roleBinding } from "../../kinds/role-binding.ts";
import { aboutBindings, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const foreignServiceAccount: Rule = {
  id: "ForeignServiceAccount",
  severity: "Medium",
  control: "access",
  standards: ["CIS-5.1.1"],
  kinds: [roleBinding],
  judge: aboutBindings(["ForeignAccount"], ({ role, rights }, whom) => {
    if (!rights.has("Write") && !rights.has("Secrets")) return undefined;
    const does = rights.has("Write") ? "change objects" : "read Secrets";
    return `lets ${whom} of another namespace ${does} here by ${roleName(role)}: whoever runs pods there has this right; bind a role that only reads`;
  }),
};
