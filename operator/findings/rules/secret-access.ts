/** Finds bindings by which people reach Secrets: by reading them, or by deciding what runs in a pod. */
import { aboutBindings, BINDINGS, PEOPLE, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

/** Accounts of the namespace are no finding: any pod of it can use its Secrets. Those of other namespaces have a rule of their own. */
export const secretAccess: Rule = {
  id: "SecretAccess",
  severity: "Medium",
  control: "access",
  standards: ["CIS-5.1.2", "CIS-5.1.4"],
  kinds: BINDINGS,
  judge: aboutBindings(PEOPLE, ({ role, rights, everywhere }, whom) => {
    if (rights.has("Everything")) return undefined;
    const instead = everywhere ? "by RoleBindings in the namespaces that need it" : "by spec.access where it is needed";
    const [of, ofWhich] = everywhere ? [" of every namespace", "every namespace"] : ["", "the namespace"];
    const remedy = `by ${roleName(role)}: delete the binding, and give the right to a group ${instead}`;
    if (rights.has("Secrets")) return `lets ${whom} read Secrets${of} ${remedy}`;
    if (rights.has("Pods"))
      return `lets ${whom} create or change pods, which can use any Secret and ServiceAccount of ${ofWhich}, ${remedy}`;
    return undefined;
  }),
};
