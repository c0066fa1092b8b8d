/** Declares the policy that holds the operator's own deletions of requests and decisions to what is over. */
import { GROUP, VERSION } from "../../api/names.ts";
import { ENDS } from "../../breakglass/history.ts";
import { quoteList } from "../cel.ts";
import type { Policy } from "../policy.ts";
import { BY_OPERATOR } from "./terms.ts";

const STATUS = "oldObject.?status";

/** CEL: it was in use, and nobody has reviewed that. */
const IS_REVIEW_OWED = [
  `${STATUS}.?history.orValue([]).exists(h, h.phase == 'Active')`,
  "!oldObject.spec.?drill.orValue(false)",
  `!${STATUS}.?review.hasValue()`,
].join(" && ");

/**
 * The operator deletes what is over for long. A deletion has no time that the API server stamps, so the policy cannot ask how long; nor can it see from a
 * decision what became of its request.
 */
export const pruning: Policy = {
  name: "pruning",
  about: "The operator deletes no request that is open, or whose use waits for a review.",
  matches: [{ group: GROUP, version: VERSION, resources: ["breakglassrequests"], operations: ["DELETE"] }],
  conditions: { "by-the-operator": BY_OPERATOR },
  validations: [
    {
      expression: `${STATUS}.?endedAt.hasValue() && (!${STATUS}.?phase.hasValue() || oldObject.status.phase in ${quoteList(ENDS)})`,
      message: "refused to delete a request that is not over: withdraw, deny or revoke it by a BreakGlassDecision",
    },
    {
      expression: `!(${IS_REVIEW_OWED})`,
      message: "refused to delete a request whose use waits for a review: review it first, by a BreakGlassDecision",
    },
  ],
};
