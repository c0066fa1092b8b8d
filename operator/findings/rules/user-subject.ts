/** Finds bindings to single users, whom nobody takes out when they leave a team. */
import { roleBinding } from "../../kinds/role-binding.ts";
import { aboutBindings, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const userSubject: Rule = {
  id: "UserSubject",
  severity: "High",
  control: "access",
  standards: ["CIS-5.1.1", "NSA-authorization"],
  kind: roleBinding,
  judge: aboutBindings(["User"], ({ role }, whom) => {
    return `grants ${roleName(role)} to ${whom}: delete the binding, and give the role to a group by spec.access`;
  }),
};
