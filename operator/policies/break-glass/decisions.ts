/** Declares the policies on decisions: who decides is who sends, and has a say in the profile that the decision names. */
import { GROUP, VERSION } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import type { Matched, Operation, Policy } from "../policy.ts";
import { mayOnProfile, namesSender } from "./requests.ts";
import { BY_OPERATOR, byIdentity, NO_NEW_FINALIZER, NO_STRINGS_ATTACHED } from "./terms.ts";

/** CEL: the verb on its profile that a decision takes; "" for an unknown one. */
const VERB =
  "{'Approve': 'approve', 'Deny': 'approve', 'Revoke': 'revoke', 'Review': 'review', 'Withdraw': 'use'}[?object.spec.decision].orValue('')";

/**
 * What a decision takes. It is judged by itself and by the authorizer alone: looking at the request would cost more the more requests there are, and the
 * API server may not know of one yet. What it says of the request, the operator compares (`judge`).
 */
export function decisionPolicies(settings: BreakGlassSettings): readonly Policy[] {
  return [made(settings), UNCHANGED];
}

function made(settings: BreakGlassSettings): Policy {
  return {
    name: "decisions",
    about: "Decisions about emergency access name their sender, who is a person with a say in the profile that they name.",
    matches: [matchDecisions("CREATE")],
    variables: { verb: VERB },
    validations: [
      {
        expression: `!(${BY_OPERATOR}) && !${byIdentity(settings)}`,
        message: "refused a decision by the operator or by emergency access itself: deciding is for people",
      },
      namesSender("approver"),
      {
        expression: mayOnProfile("variables.verb", "object.spec.profile"),
        message: "you have no say in this profile: ask to be added to its groups in the namespace's baseline",
        messageExpression: [
          "(variables.verb == 'use' ? 'you may not use' : 'you may not ' + variables.verb + ' requests for')",
          ` + ' the profile "' + object.spec.profile + '" here: ask to be added to its '`,
          " + (variables.verb == 'use' ? 'requesters' : 'approvers') + ' in the baseline'",
        ].join(""),
      },
      NO_STRINGS_ATTACHED,
    ],
  };
}

const UNCHANGED: Policy = {
  name: "decision-changes",
  about: "Decisions about emergency access are never changed.",
  matches: [matchDecisions("UPDATE")],
  validations: [
    {
      // The garbage collector has to take away the finalizer that a deletion in the foreground sets.
      expression: `object.metadata.?finalizers.orValue([]).size() < oldObject.metadata.?finalizers.orValue([]).size() && ${NO_NEW_FINALIZER}`,
      message: "a decision cannot be changed: make another",
    },
  ],
};

function matchDecisions(operation: Operation): Matched {
  return { group: GROUP, version: VERSION, resources: ["breakglassdecisions"], operations: [operation] };
}
