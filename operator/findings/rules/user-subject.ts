/** Finds bindings to single users, whom nobody takes out when they leave a team. */
import { aboutBindings, BINDINGS, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const userSubject: Rule = {
  id: "UserSubject",
  severity: "High",
  control: "access",
  standards: ["CIS-5.1.1", "NSA-authorization"],
  kinds: BINDINGS,
  judge: aboutBindings(["User"], ({ role, everywhere }, whom) => {
    const instead = everywhere ? "bind a group" : "give the role to a group by spec.access";
    return `grants ${roleName(role)}${everywhere ? " in the whole cluster" : ""} to ${whom}: delete the binding, and ${instead}`;
  }),
};
