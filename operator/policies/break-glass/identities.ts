/** Declares the policies on the identities of grants and on their tokens: the deadline stands in the name, and nothing outlives it. */

import { MINT_VERB } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote } from "../cel.ts";
import { namespacesNamed, type Operation, type Policy } from "../policy.ts";
import {
  BY_OPERATOR,
  byIdentity,
  byMaker,
  deadlineIn,
  isGrantName,
  MADE_WITH_THE_MARK,
  MADE_WITHOUT_STRINGS,
  NAME,
  NOW,
  SLACK,
  unchanged,
  whenMade,
  whenUpdated,
} from "./terms.ts";

/** Who makes identities, and how long they may last. */
export function identityPolicies(settings: BreakGlassSettings): readonly Policy[] {
  return [identities(settings), tokens(settings)];
}

function identities(settings: BreakGlassSettings): Policy {
  const { namespace, maxDuration } = settings;
  return {
    name: "identities",
    about:
      "ServiceAccounts of the break-glass namespace end with the deadline in their name, which lies within what the installation allows.",
    matches: [{ group: "", version: "v1", resources: ["serviceaccounts"], operations: ["CREATE", "UPDATE"] }],
    namespaces: namespacesNamed("In", namespace),
    // Every namespace has it. It gets no token here: its name is none of a grant.
    conditions: { "not-the-default-account": `${NAME} != 'default'` },
    variables: { deadline: deadlineIn(NAME), now: NOW },
    validations: [
      {
        expression: whenMade(byMaker(settings)),
        message: "only the operator and custodians make identities of grants: make a BreakGlassRequest instead",
      },
      {
        expression: whenMade(isGrantName(NAME)),
        message:
          "refused a ServiceAccount that is no identity of a grant: its name must be bg-<10 of a-z and 0-9>-<deadline in Unix seconds>",
      },
      {
        expression: whenMade("variables.deadline > variables.now"),
        message: "refused an identity whose deadline has passed: the number at the end of its name must be a time to come, in Unix seconds",
      },
      {
        expression: whenMade(`variables.deadline <= variables.now + ${maxDuration + SLACK}`),
        message: `refused an identity that lasts too long: the deadline in its name must be within ${maxDuration} seconds from now`,
        messageExpression: `'refused an identity that lasts too long: the deadline in its name must be ' + string(variables.now + ${maxDuration}) + ' or less'`,
      },
      {
        expression: whenMade("!object.?automountServiceAccountToken.orValue(true)"),
        message: "refused an identity whose token pods would mount: set automountServiceAccountToken to false",
      },
      {
        expression: whenMade("object.?secrets.orValue([]).size() == 0 && object.?imagePullSecrets.orValue([]).size() == 0"),
        message: "refused an identity with secrets: remove secrets and imagePullSecrets",
      },
      MADE_WITHOUT_STRINGS,
      MADE_WITH_THE_MARK,
      {
        expression: whenUpdated(`${unchanged("?secrets", "?imagePullSecrets")}\n&& ${SAME_AUTOMOUNT}`),
        message: "an identity of a grant cannot be changed: delete it to end the grant",
      },
    ],
  };
}

const SAME_AUTOMOUNT = "object.?automountServiceAccountToken.orValue(true) == oldObject.?automountServiceAccountToken.orValue(true)";

function tokens(settings: BreakGlassSettings): Policy {
  const operations: readonly Operation[] = ["CREATE"];
  return {
    name: "tokens",
    about: "Tokens of the break-glass namespace are minted by people and end with the deadline of their grant.",
    matches: [{ group: "", version: "v1", resources: ["serviceaccounts/token"], operations }],
    namespaces: namespacesNamed("In", settings.namespace),
    variables: { deadline: deadlineIn("request.name"), now: NOW },
    validations: [
      {
        expression: `!(${BY_OPERATOR}) && !${byIdentity(settings)}`,
        message: "refused a token: neither the operator nor emergency access itself may mint any",
      },
      {
        expression: isGrantName("request.name"),
        message: "refused a token of a ServiceAccount that is no identity of a grant",
      },
      {
        expression: `authorizer.group('').resource('serviceaccounts').subresource('token').namespace(request.namespace).name(request.name).check(${quote(MINT_VERB)}).allowed()`,
        message:
          "refused a token of somebody else's grant: only the person it was given to mints one; make a BreakGlassRequest of your own",
      },
      {
        expression: "variables.now + object.spec.expirationSeconds <= variables.deadline",
        message: "refused a token that would outlive its grant: ask for a shorter one",
        messageExpression: [
          "'refused a token that would outlive its grant: '",
          " + (variables.deadline - variables.now >= 600 ? 'ask for ' + string(variables.deadline - variables.now) + ' seconds or less'",
          " : 'less than ten minutes are left, and no token is shorter')",
        ].join(""),
      },
      {
        // The API server prolongs tokens that are bound to a pod (see --service-account-extend-token-expiration).
        expression: "object.spec.?boundObjectRef.?kind.orValue('') == ''",
        message: "refused a token that is bound to another object: leave out spec.boundObjectRef",
      },
    ],
  };
}
