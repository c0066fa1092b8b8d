/** Turns the section `access` into objects: a Role and a RoleBinding to groups per entry. */
import type { AccessRole, AccessRule } from "../../api/baseline.ts";
import type { JsonObject } from "../../api/json.ts";
import { role } from "../../kinds/role.ts";
import { RBAC_GROUP, roleBinding } from "../../kinds/role-binding.ts";
import type { Control, Draft } from "../control.ts";
import { sortedSet } from "../order.ts";
import { builtInRules } from "./built-in-roles.ts";

/** The section `access`. */
export const access: Control<"access"> = {
  name: "access",
  condition: "AccessReady",
  alarms: true,
  standards: ["CIS-5.1.2", "CIS-5.1.3", "CIS-5.1.8", "NSA-authorization"],
  owns: [role, roleBinding],
  desired: (section) => (section.roles ?? []).flatMap((entry) => [roleDraft(entry), bindingDraft(entry)]),
};

function roleDraft(entry: AccessRole): Draft {
  const rules = builtInRules(entry.name) ?? entry.rules ?? [];
  return { kind: role, name: entry.name, body: { rules: rules.map(ruleBody) } };
}

/** An empty `resourceNames` is left out, as the API server stores it: it restricts nothing. */
function ruleBody(rule: AccessRule): JsonObject {
  const { apiGroups, resources, verbs, resourceNames = [] } = rule;
  return { apiGroups, resources, ...(resourceNames.length > 0 && { resourceNames }), verbs };
}

function bindingDraft(entry: AccessRole): Draft {
  return {
    kind: roleBinding,
    name: entry.name,
    body: {
      roleRef: { apiGroup: RBAC_GROUP, kind: role.kind, name: entry.name },
      subjects: sortedSet(entry.groups).map((name) => ({ apiGroup: RBAC_GROUP, kind: "Group", name })),
    },
  };
}
