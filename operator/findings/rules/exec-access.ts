/** Finds bindings by which people enter running pods. */
import { roleBinding } from "../../kinds/role-binding.ts";
import { aboutBindings, PEOPLE, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const execAccess: Rule = {
  id: "ExecAccess",
  severity: "Medium",
  control: "access",
  standards: ["CIS-5.1.1"],
  kind: roleBinding,
  judge: aboutBindings(PEOPLE, ({ role, rights }, whom) => {
    if (rights.has("Everything") || !rights.has("Exec")) return undefined;
    return `lets ${whom} enter running pods by ${roleName(role)} (exec, attach or ephemeral containers): delete the binding, and use break-glass for emergencies`;
  }),
};
