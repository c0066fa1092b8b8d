/** Finds bindings to groups that everybody, or every workload of the cluster, is in. */
import { roleBinding } from "../../kinds/role-binding.ts";
import { aboutBindings, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const publicSubject: Rule = {
  id: "PublicSubject",
  severity: "High",
  control: "access",
  standards: ["CIS-5.1.1", "NSA-authorization"],
  kind: roleBinding,
  judge: aboutBindings(["Public"], ({ role }, whom) => {
    return `grants ${roleName(role)} to ${whom}: delete the binding, and name the groups that need the role in spec.access`;
  }),
};
