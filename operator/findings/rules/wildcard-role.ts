/** Finds bindings of roles with a star where Kubernetes' own kinds are meant: what it stands for grows with each release. */
import { ANYBODY, aboutBindings, BINDINGS, roleName } from "../binding.ts";
import type { Rule } from "../rule.ts";

export const wildcardRole: Rule = {
  id: "WildcardRole",
  severity: "High",
  control: "access",
  standards: ["CIS-5.1.3"],
  kinds: BINDINGS,
  judge: aboutBindings(ANYBODY, ({ role, rights, everywhere }, whom) => {
    if (rights.has("Everything") || !rights.has("Wildcard")) return undefined;
    return `grants ${roleName(role)}${everywhere ? " in the whole cluster" : ""} to ${whom}, and that role has "*" among its verbs or resources: list what is needed in it`;
  }),
};
