/** Finds bindings whose holders can get rights of others: by escalate, bind or impersonate, or by tokens of ServiceAccounts. */
import { roleBinding } from "../../kinds/role-binding.ts";
import { ANYBODY, aboutBindings, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const escalationRights: Rule = {
  id: "EscalationRights",
  severity: "High",
  control: "access",
  standards: ["CIS-5.1.8", "CIS-5.1.13"],
  kind: roleBinding,
  judge: aboutBindings(ANYBODY, ({ role, rights }, whom) => {
    if (rights.has("Everything") || !rights.has("Escalation")) return undefined;
    return `lets ${whom} get rights of others by ${roleName(role)} (escalate, bind, impersonate, or tokens of ServiceAccounts): bind a role without these`;
  }),
};
