/** Declares the policies on decisions: who decides is who sends, may decide about this request, and did not make it. */
import { GROUP, VERSION } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote } from "../cel.ts";
import type { Matched, Operation, Policy, Validation } from "../policy.ts";
import { mayOnProfile, namesSender } from "./requests.ts";
import { BY_OPERATOR, byIdentity, NO_NEW_FINALIZER, NO_STRINGS_ATTACHED } from "./terms.ts";

const DECISION = "object.spec.decision";

/** CEL: `params` is the request that the decision names. */
const MEANT = "params.metadata.name == object.spec.requestRef.name && params.metadata.uid == object.spec.requestRef.uid";

/** CEL: the sender made the request. */
const OWN = [
  "(params.spec.?requester.?username.orValue('') == request.userInfo.username",
  "|| (request.userInfo.?uid.orValue('') != '' && params.spec.?requester.?uid.orValue('') == request.userInfo.?uid.orValue('')))",
].join(" ");

/** What a decision takes besides its being of the sender, whatever request it is about. */
export function decisionPolicies(settings: BreakGlassSettings): readonly Policy[] {
  return [senders(settings), JUDGED, UNCHANGED];
}

function senders(settings: BreakGlassSettings): Policy {
  return {
    name: "decisions",
    about: "Decisions about emergency access name their sender, who is a person with a say in this namespace.",
    matches: [matchDecisions("CREATE")],
    validations: [
      {
        expression: `!(${BY_OPERATOR}) && !${byIdentity(settings)}`,
        message: "refused a decision by the operator or by emergency access itself: deciding is for people",
      },
      namesSender("approver"),
      {
        // The policy below knows no request that the API server itself has not seen yet; this one needs none.
        expression: `!(${DECISION} in ['Approve', 'Deny']) || ${mayApproveHere()}`,
        message: "you may not approve or deny in this namespace: ask to be added to the approvers of a profile in the namespace's baseline",
      },
      NO_STRINGS_ATTACHED,
    ],
  };
}

function mayApproveHere(): string {
  return `authorizer.group(${quote(GROUP)}).resource('breakglassdecisions').namespace(request.namespace).check('approve').allowed()`;
}

const JUDGED: Policy = {
  name: "decided-requests",
  about: "Decisions about emergency access are made by whom the profile of the request names, and never by who asked.",
  matches: [matchDecisions("CREATE")],
  params: { kind: "BreakGlassRequest", ifMissing: "Deny" },
  variables: {
    meant: MEANT,
    verb: `{'Approve': 'approve', 'Deny': 'approve', 'Revoke': 'revoke', 'Review': 'review'}[?${DECISION}].orValue('')`,
  },
  validations: [
    {
      expression: "params.metadata.name != object.spec.requestRef.name || params.metadata.uid == object.spec.requestRef.uid",
      message: "the request of this name is another one by now: copy spec.requestRef.uid from its metadata.uid",
    },
    aboutRequest({
      expression: `${DECISION} != 'Withdraw' || ${OWN}`,
      message: "only who made the request may withdraw it: revoke or deny it instead",
    }),
    aboutRequest({
      expression: `!(${DECISION} in ['Approve', 'Deny', 'Review']) || !${OWN}`,
      message: "nobody approves, denies or reviews a request of their own: ask somebody else",
    }),
    aboutRequest({
      expression: `${DECISION} == 'Withdraw' || ${mayOnProfile("variables.verb", "params.spec.profile")}`,
      message: "you have no say in the profile of this request: ask to be added to its approvers in the namespace's baseline",
      messageExpression: `'you may not ' + variables.verb + ' requests for the profile "' + params.spec.profile + '" here: ask to be added to its approvers in the baseline'`,
    }),
  ],
};

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

/** Passes for the other requests of the namespace. */
function aboutRequest(validation: Validation): Validation {
  return { ...validation, expression: `!variables.meant || (${validation.expression})` };
}
