/** Finds bindings whose holders can get rights of others: by escalate, bind or impersonate, or by tokens of ServiceAccounts. */
import { ANYBODY, aboutBindings, BINDINGS, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const escalationRights: Rule = {
  id: "EscalationRights",
  severity: "High",
  control: "access",
  standards: ["CIS-5.1.8", "CIS-5.1.13"],
  kinds: BINDINGS,
  judge: aboutBindings(ANYBODY, ({ role, rights, everywhere }, whom) => {
    if (rights.has("Everything") || !rights.has("Escalation")) return undefined;
    const where = everywhere ? " in the whole cluster" : "";
    return `lets ${whom} get rights of others${where} by ${roleName(role)} (escalate, bind, impersonate, or tokens of ServiceAccounts): bind a role without these`;
  }),
};
