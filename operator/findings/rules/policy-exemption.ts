/** Finds exceptions of Kyverno in a namespace: what they match is out of a policy, though the policy stands there as ready. */
import { exceptionTraits, formerPolicyException, policyException } from "../../kinds/policy-exception.ts";
import type { Rule } from "../rule.ts";

export const policyExemption: Rule = {
  id: "PolicyExemption",
  severity: "Medium",
  control: "admission",
  standards: ["CIS-5.2.1"],
  kinds: [policyException, formerPolicyException],
  judge(traits) {
    const { policies, count, until } = exceptionTraits(traits);
    if (count === 0) return undefined;
    const more = count > policies.length ? ` and ${count - policies.length} more` : "";
    const time = until === undefined ? "" : ` until ${until}`;
    return `takes what it matches out of Kyverno's policies ${policies.join(", ")}${more}${time}, where Kyverno is told to obey exceptions of this namespace: mend what needs it and delete it, or accept it by an exception of the baseline`;
  },
};
