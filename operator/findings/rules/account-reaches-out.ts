/** Finds ServiceAccounts with rights outside of the namespace, where people decide what runs as them: who gets into such a pod has these rights, too. */

import type { Right } from "../../kinds/role-rights.ts";
import { serviceAccount } from "../../kinds/service-account.ts";
import { PEOPLE, peopleIn, roleName } from "../binding.ts";
import type { FindingContext, OutsideBinding, Rule } from "../rule.ts";

/** What makes an account worth getting at. */
const STRONG: readonly Right[] = ["Everything", "Wildcard", "Escalation", "Secrets", "Pods", "Exec", "Nodes"];
/** By which somebody acts as an account. */
const ENTRIES: readonly Right[] = ["Everything", "Wildcard", "Pods", "Exec"];
/** Bindings that a message names at most. */
const MAX_NAMED = 2;

export const accountReachesOut: Rule = {
  id: "AccountReachesOut",
  severity: "High",
  control: "serviceAccounts",
  standards: ["CIS-5.1.1", "CIS-5.1.4"],
  kinds: [serviceAccount],
  alsoOurs: true,
  judge(_traits, context, account) {
    const strong = context.outside(account).filter(({ rights }) => rights.some((right) => STRONG.includes(right)));
    if (strong.length === 0) return undefined;
    const way = wayIn(context);
    if (way === undefined) return undefined;
    const more = strong.length > MAX_NAMED ? ` and ${strong.length - MAX_NAMED} more` : "";
    const holds = `${strong.slice(0, MAX_NAMED).map(told).join(", ")}${more}`;
    return `has ${holds}, and ${way}: whoever gets into its pods has these rights; give it a namespace that nobody enters, or a role that does less`;
  },
};

/** The first binding by which people get at what runs here. */
function wayIn(context: FindingContext): string | undefined {
  for (const { name, traits } of context.bindings) {
    const rights = context.rightsOf(traits.role) ?? [];
    const people = peopleIn(traits.audience, PEOPLE);
    if (people === undefined || !rights.some((right) => ENTRIES.includes(right))) continue;
    const does = rights.some((right) => right !== "Exec" && ENTRIES.includes(right)) ? "create or change pods" : "enter running pods";
    return `${people} may ${does} here (RoleBinding ${name})`;
  }
  return undefined;
}

function told({ kind, name, namespace, role }: OutsideBinding): string {
  const where = namespace === "" ? "the whole cluster" : `namespace ${namespace}`;
  return `${roleName(role)} in ${where} (${kind} ${name})`;
}
