/** Declares the policies on decisions: who decides is who sends, and has a say in the profile that the decision names. */
import { GROUP, VERSION } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote } from "../cel.ts";
import type { Matched, Operation, Policy } from "../policy.ts";
import { mayOnProfile, namesSender } from "./requests.ts";
import { BY_OPERATOR, byIdentity, NO_NEW_FINALIZER, NO_STRINGS_ATTACHED } from "./terms.ts";

const PROFILE = "object.spec.profile";

/** CEL: the verb that an approval or denial takes. */
const TO_VOTE = "object.spec.?standIn.orValue(false) ? 'stand-in' : 'approve'";

/** CEL: the verb on its profile that a decision takes; "" for an unknown one. */
const VERB = `{'Approve': variables.vote, 'Deny': variables.vote, 'Revoke': 'revoke', 'Review': 'review', 'Withdraw': 'use'}[?object.spec.decision].orValue('')`;

/** CEL, by verb: what whoever lacks it may not do, and what to do instead. All others are those of approvers. */
const LACKING: readonly (readonly [verb: string, may: string, instead: string])[] = [
  ["use", "'use'", "ask to be added to its requesters in the baseline"],
  ["stand-in", "'stand in for the approvers of'", "ask to be added to its approvers.escalation in the baseline, or remove spec.standIn"],
];

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
    variables: { vote: TO_VOTE, verb: VERB },
    validations: [
      {
        expression: `!(${BY_OPERATOR}) && !${byIdentity(settings)}`,
        message: "refused a decision by the operator or by emergency access itself: deciding is for people",
      },
      namesSender("approver"),
      {
        expression: `variables.verb != 'approve' || ${mayOnProfile("'approve'", PROFILE)} || !${mayOnProfile("'stand-in'", PROFILE)}`,
        message: "you stand in for the approvers of this profile, and are none of them: set spec.standIn",
      },
      {
        expression: mayOnProfile("variables.verb", PROFILE),
        message: "you have no say in this profile: ask to be added to its groups in the namespace's baseline",
        messageExpression: [
          `'you may not ' + ${byVerb(([, may]) => may, "variables.verb + ' requests for'")}`,
          ` + ' the profile "' + object.spec.profile + '" here: '`,
          ` + ${byVerb(([, , instead]) => quote(instead), quote("ask to be added to its approvers in the baseline"))}`,
        ].join(""),
      },
      NO_STRINGS_ATTACHED,
    ],
  };
}

function byVerb(print: (row: (typeof LACKING)[number]) => string, otherwise: string): string {
  return `(${LACKING.map((row) => `variables.verb == ${quote(row[0])} ? ${print(row)} : `).join("")}${otherwise})`;
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
