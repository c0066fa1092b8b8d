/** Finds bindings by which people reach Secrets: by reading them, or by deciding what runs in a pod. */
import { roleBinding } from "../../kinds/role-binding.ts";
import { aboutBindings, PEOPLE, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

/** Accounts of the namespace are no finding: any pod of it can use its Secrets. Those of other namespaces have a rule of their own. */
export const secretAccess: Rule = {
  id: "SecretAccess",
  severity: "Medium",
  control: "access",
  standards: ["CIS-5.1.2", "CIS-5.1.4"],
  kind: roleBinding,
  judge: aboutBindings(PEOPLE, ({ role, rights }, whom) => {
    if (rights.has("Everything")) return undefined;
    const remedy = `by ${roleName(role)}: delete the binding, and give the right to a group by spec.access where it is needed`;
    if (rights.has("Secrets")) return `lets ${whom} read Secrets ${remedy}`;
    if (rights.has("Pods"))
      return `lets ${whom} create or change pods, which can use any Secret and ServiceAccount of the namespace, ${remedy}`;
    return undefined;
  }),
};
