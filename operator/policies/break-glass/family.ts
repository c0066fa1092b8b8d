/** Declares the policy on names of emergency access: whoever administers a namespace neither takes them nor takes away what bears them. */
import { BREAK_GLASS_ROLE_PREFIX } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { breakGlassSides } from "../../controls/break-glass/break-glass.ts";
import { quote } from "../cel.ts";
import type { Policy } from "../policy.ts";
import { matchRbac } from "./bindings.ts";
import { byMaker, isGrantName } from "./terms.ts";

const CHANGED = "(request.operation == 'DELETE' ? oldObject : object)";

/** CEL: the name is one of a grant, or of what section `breakGlass` makes of a profile. */
function isOfTheFamily(name: string): string {
  const sides = Object.keys(breakGlassSides).map((side) => `${name}.startsWith(${quote(`${BREAK_GLASS_ROLE_PREFIX}${side}-`)})`);
  return [isGrantName(name), ...sides].join(" || ");
}

/** CEL: the sender cleans up for Kubernetes itself (garbage collection, the end of a namespace), or is beyond all policies anyway. */
const OF_KUBERNETES = [
  "request.userInfo.username.startsWith('system:serviceaccount:kube-system:')",
  "request.userInfo.username == 'system:kube-controller-manager'",
  "request.userInfo.?groups.orValue([]).exists(g, g == 'system:masters')",
].join(" || ");

/**
 * A taken name would keep a grant from being made, and a binding that is deleted again and again keeps its group from asking. What custodians make by
 * hand they also remove.
 */
export function family(settings: BreakGlassSettings): Policy {
  return {
    name: "family",
    about: "Roles and bindings with the names of emergency access are made, changed and deleted by the operator and by custodians.",
    matches: [matchRbac(["CREATE", "UPDATE", "DELETE"], "roles", "rolebindings")],
    conditions: {
      "of-the-family": isOfTheFamily(`${CHANGED}.metadata.name`),
      "by-others": `!(${byMaker(settings)}) && !(${OF_KUBERNETES})`,
    },
    validations: [
      {
        expression: "false",
        message:
          "refused to take, change or remove a name of emergency access, which belongs to the operator: choose another name, or change spec.breakGlass of the baseline; to end a grant, make a BreakGlassDecision with decision Revoke",
      },
    ],
  };
}
