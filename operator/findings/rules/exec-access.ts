/** Finds bindings by which people enter running pods. */
import { aboutBindings, BINDINGS, PEOPLE, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

const WAYS = ["exec, attach or ephemeral containers"];

export const execAccess: Rule = {
  id: "ExecAccess",
  severity: "Medium",
  control: "access",
  standards: ["CIS-5.1.1"],
  kinds: BINDINGS,
  judge: aboutBindings(PEOPLE, ({ role, rights, everywhere }, whom) => {
    const ways = [...(rights.has("Exec") ? WAYS : []), ...(everywhere && rights.has("Nodes") ? ["nodes/proxy"] : [])];
    if (rights.has("Everything") || ways.length === 0) return undefined;
    const where = everywhere ? " of every namespace" : "";
    const remedy = "delete the binding, and use break-glass for emergencies";
    return `lets ${whom} enter running pods${where} by ${roleName(role)} (${ways.join(", ")}): ${remedy}`;
  }),
};
