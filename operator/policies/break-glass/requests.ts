/** Declares the policies on requests: who asks is who sends, and what is asked for is what the profile offers. */
import { BASELINE_NAME, BREAK_GLASS_PROFILES, CLUSTER_BASELINE_NAME, GROUP, VERSION } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote } from "../cel.ts";
import { type Matched, namespacesNamed, type Operation, type Policy, type Validation } from "../policy.ts";
import { longestSentence, longestWithoutApprovalSentence } from "./limits.ts";
import { BY_OPERATOR, NO_NEW_FINALIZER, NO_STRINGS_ATTACHED, NOW, PROFILES } from "./terms.ts";

/** CEL: whoever sends the request has this verb on the profile, in the namespace of the request. */
export function mayOnProfile(verb: string, profile: string): string {
  return `authorizer.group(${quote(GROUP)}).resource(${quote(BREAK_GLASS_PROFILES)}).namespace(request.namespace).name(${profile}).check(${verb}).allowed()`;
}

/** The field `person` of the object names the sender, uid included. */
export function namesSender(person: string): Validation {
  const uid = "request.userInfo.?uid.orValue('')";
  return {
    expression: [
      `object.spec.?${person}.?username.orValue('') == request.userInfo.username`,
      `object.spec.?${person}.?uid.orValue('') == ${uid}`,
    ].join("\n&& "),
    message: `spec.${person} must be the sender: set its username and uid to what kubectl auth whoami prints`,
    messageExpression: [
      `'spec.${person} must be the sender: set its username to "' + request.userInfo.username + '"`,
      ` and ' + (${uid} == '' ? 'leave out its uid' : 'its uid to "' + ${uid} + '"')`,
    ].join(""),
  };
}

/** Seconds: who knows what happens later needs no emergency access. */
const FARTHEST = 7 * 24 * 60 * 60;

/** CEL: the one profile that is asked for, after it is known to be there. */
const PROFILE = "variables.asked[0]";
const BYPASS = "object.spec.?bypass.orValue(false)";

function validations(settings: BreakGlassSettings): readonly Validation[] {
  return [
    {
      expression: "!request.userInfo.username.startsWith('system:')",
      message: "refused a request by a ServiceAccount or another user of the system: emergency access is for people",
    },
    namesSender("requester"),
    {
      expression: "variables.asked.size() == 1",
      message: "there is no such profile: spec.profile must name one in spec.breakGlass of the namespace's baseline, in mode Enforce",
      messageExpression: [
        "'there is no profile \"' + object.spec.profile + '\" in mode Enforce here: set spec.profile to '",
        " + (variables.profiles.size() == 0 ? 'one that the baseline has; it has none' : 'one of ' + variables.profiles.map(p, string(p.name)).join(', '))",
      ].join(""),
    },
    {
      expression: mayOnProfile("'use'", "object.spec.profile"),
      message: "you may not use this profile: ask to be added to its requesters in the namespace's baseline",
      messageExpression:
        "'you may not use the profile \"' + object.spec.profile + '\" here: ask to be added to its requesters in the baseline'",
    },
    ofProfile({
      expression: `duration(object.spec.duration) <= duration(${PROFILE}.maxDuration)`,
      message: "the profile does not last that long: lower spec.duration",
      messageExpression: longestSentence(PROFILE, settings),
    }),
    ofProfile({
      expression: `!${BYPASS} || ${PROFILE}.?bypass.?allowed.orValue(false)`,
      message: "the profile does not allow to skip the approval: remove spec.bypass",
    }),
    ofProfile({
      expression: `!${BYPASS} || request.userInfo.?groups.orValue([]).exists(g, g in ${PROFILE}.?bypass.?groups.orValue([]))`,
      message: "only the profile's bypass.groups may skip the approval: remove spec.bypass",
      messageExpression: `'only ' + ${PROFILE}.?bypass.?groups.orValue([]).map(g, string(g)).join(', ') + ' may skip the approval: remove spec.bypass'`,
    }),
    ofProfile({
      expression: `!${BYPASS} || duration(object.spec.duration) <= duration(${PROFILE}.?bypass.?maxDuration.orValue('0s'))`,
      message: "without approval the profile does not last that long: lower spec.duration or remove spec.bypass",
      messageExpression: longestWithoutApprovalSentence(PROFILE),
    }),
    {
      expression: `!has(object.spec.startTime) || int(timestamp(object.spec.startTime)) <= ${NOW} + ${FARTHEST}`,
      message: "access begins seven days from now at the latest: set spec.startTime to an earlier time, or remove it",
    },
    // After the limits, which a rehearsal without a ticket asks for.
    ofProfile({
      expression: `!has(${PROFILE}.ticketPattern) || object.spec.?ticket.orValue('').matches(${PROFILE}.ticketPattern)`,
      message: "the profile asks for a ticket of another form: set spec.ticket",
      messageExpression: `'the profile asks for a ticket like ' + string(${PROFILE}.ticketPattern) + ': set spec.ticket'`,
    }),
    NO_STRINGS_ATTACHED,
  ];
}

/** Requests in namespaces are judged by their SecurityBaseline, those in the break-glass namespace by the ClusterSecurityBaseline. */
export function requestPolicies(settings: BreakGlassSettings): readonly Policy[] {
  const { namespace } = settings;
  const common = {
    matches: [matchRequests("breakglassrequests", "CREATE")],
    variables: { profiles: PROFILES, asked: "variables.profiles.filter(p, p.name == object.spec.profile)" },
    validations: validations(settings),
  };
  return [
    {
      ...common,
      name: "requests",
      about: "Requests for emergency access name their sender, and ask for what a profile of the namespace offers.",
      namespaces: namespacesNamed("NotIn", namespace),
      params: { kind: "SecurityBaseline", name: BASELINE_NAME, ifMissing: "Deny" },
    },
    {
      ...common,
      name: "cluster-requests",
      about: "Requests for emergency access to the cluster name their sender, and ask for what a profile of the cluster offers.",
      namespaces: namespacesNamed("In", namespace),
      params: { kind: "ClusterSecurityBaseline", name: CLUSTER_BASELINE_NAME, ifMissing: "Deny" },
    },
    OWNERSHIP,
  ];
}

const OWNERSHIP: Policy = {
  name: "request-ownership",
  about: "The status of a request is written by the operator alone, and nobody keeps a request from being deleted.",
  matches: [matchRequests("breakglassrequests", "UPDATE"), matchRequests("breakglassrequests/status", "UPDATE")],
  validations: [
    {
      expression: `request.?subResource.orValue('') != 'status' || ${BY_OPERATOR}`,
      message: "only the operator writes the status of a request: make a BreakGlassDecision instead",
    },
    { expression: NO_NEW_FINALIZER, message: "refused a finalizer: a request can be deleted at any time" },
  ],
};

function matchRequests(resource: string, operation: Operation): Matched {
  return { group: GROUP, version: VERSION, resources: [resource], operations: [operation] };
}

/** Passes where the profile is not known: another validation refuses that. */
function ofProfile(validation: Validation): Validation {
  return { ...validation, expression: `variables.asked.size() != 1 || (${validation.expression})` };
}
