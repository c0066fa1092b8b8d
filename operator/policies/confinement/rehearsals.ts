/** Declares where the operator may try Pod Security labels that nobody enforces: in a dry run, and only where a baseline asks to be told of them. */
import { APPLYING_LABEL, REHEARSED_VALUE } from "../../api/names.ts";
import { namespacePosture } from "../../api/postures.ts";
import { namespace } from "../../kinds/namespace.ts";
import { quote } from "../cel.ts";
import { type Confinement, enforces, matchKind, reports } from "./confine.ts";

const HAS_THE_VALUE = `variables.labels[?${quote(APPLYING_LABEL)}].orValue('') == ${quote(REHEARSED_VALUE)}`;
const IS_DRY_RUN = "request.?dryRun.orValue(false)";

/** CEL: this is a dry run that `rehearsals` has judged. Needs the variables `labels` and `oldLabels`. */
export const IS_REHEARSED = `${IS_DRY_RUN} && ${HAS_THE_VALUE} && !(${quote(APPLYING_LABEL)} in variables.oldLabels)`;

/** CEL: the value is to be stored. Needs the variables `labels` and `oldLabels`. */
export const IS_STORED_REHEARSAL = `!${IS_DRY_RUN} && ${HAS_THE_VALUE} && variables.oldLabels[?${quote(APPLYING_LABEL)}].orValue('') != ${quote(REHEARSED_VALUE)}`;

/**
 * Which labels may be tried is judged by the policy on Pod Security labels, which lets everything pass where no baseline is. This one refuses there. The API
 * server looks for the baseline before it asks who sends the request, so together the selectors match one step alone, from no label to this value or back:
 * a Namespace to which somebody gave the value can be changed by everybody.
 */
export const rehearsals: Confinement = {
  name: "rehearsals",
  about: "The operator tries Pod Security labels in a dry run only where a baseline has that section.",
  operations: ["UPDATE"],
  matches: [matchKind(namespace)],
  by: { place: { prefix: "", posture: namespacePosture, namespaces: [] }, withoutBaseline: "Deny" },
  objects: [{ key: APPLYING_LABEL, operator: "In", values: [REHEARSED_VALUE] }],
  bindings: [{ suffix: "", objects: [{ key: APPLYING_LABEL, operator: "DoesNotExist" }] }],
  validations: [
    {
      expression: `${enforces("podSecurity")}\n|| ${reports("podSecurity")}`,
      message: "refused to rehearse Pod Security labels: the namespace's SecurityBaseline asks for none",
    },
  ],
};
