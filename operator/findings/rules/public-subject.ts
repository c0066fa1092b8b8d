/** Finds bindings to groups that everybody, or every workload of the cluster, is in. */
import { aboutBindings, BINDINGS, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const publicSubject: Rule = {
  id: "PublicSubject",
  severity: "High",
  control: "access",
  standards: ["CIS-5.1.1", "NSA-authorization"],
  kinds: BINDINGS,
  judge: aboutBindings(["Public"], ({ role, rights, everywhere }, whom) => {
    // Kubernetes itself lets everybody ask which kinds there are, and what they may do themselves.
    if (everywhere && !rights.has("Objects")) return undefined;
    const instead = everywhere ? "bind the groups that need the role" : "name the groups that need the role in spec.access";
    return `grants ${roleName(role)}${everywhere ? " in the whole cluster" : ""} to ${whom}: delete the binding, and ${instead}`;
  }),
};
