/** Declares the policies on the ledger and on the namespace that holds it: entries are only ever added, and nothing runs beside them. */
import { GROUP, VERSION } from "../../api/names.ts";
import { ENTRY_FORM } from "../../breakglass/chain.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote } from "../cel.ts";
import { namespacesNamed, type Policy } from "../policy.ts";
import { byPerson, CHAIN, IS_KEPT, mayOnLedger, WITH_NAMESPACE } from "./archive.ts";
import { BY_OPERATOR, NAME, NO_STRINGS_ATTACHED } from "./terms.ts";

/** Seconds between the time in an entry and its being stored: a retry included. */
const TOLERANCE = 60;

/** The ledger, wherever somebody tries to keep one. */
export function ledger(settings: BreakGlassSettings): Policy {
  const { namespace } = settings;
  const age = "timestamp(object.spec.time) - timestamp(object.metadata.creationTimestamp)";
  const making = (expression: string): string => `request.operation != 'CREATE' || (${expression})`;
  return {
    name: "ledger",
    about: "The ledger of emergency access is written by the operator alone, who adds entries and nothing else.",
    matches: [{ group: GROUP, version: VERSION, resources: ["breakglassauditentries"], operations: ["CREATE", "UPDATE", "DELETE"] }],
    validations: [
      { expression: making(BY_OPERATOR), message: "only the operator writes the ledger" },
      {
        expression: making(`request.namespace == ${quote(namespace)}`),
        message: `refused a second ledger: it is in the namespace ${namespace}`,
      },
      {
        expression: making(`object.spec.chain == ${CHAIN}`),
        message: "refused an entry of another chain: spec.chain must be that of this namespace, which is made from its uid",
        messageExpression: `'refused an entry of another chain: spec.chain must be ' + ${CHAIN}`,
      },
      {
        // One that the operator cannot read stops all grants, and nobody could remove it.
        expression: making(`object.spec.v == ${ENTRY_FORM}`),
        message: `refused an entry of another form: spec.v must be ${ENTRY_FORM}`,
      },
      {
        expression: making(
          `string(object.spec.seq).size() <= 12\n&& ${NAME} == object.spec.chain + '-' + '000000000000'.substring(string(object.spec.seq).size()) + string(object.spec.seq)`,
        ),
        message: "refused an entry with another name: it must be spec.chain, a dash and spec.seq with 12 digits",
      },
      {
        expression: making(`${age} <= duration('${TOLERANCE}s') && ${age} >= duration('-${TOLERANCE}s')`),
        message: `refused an entry of another time: spec.time must be within ${TOLERANCE} seconds of now`,
      },
      { ...NO_STRINGS_ATTACHED, expression: making(NO_STRINGS_ATTACHED.expression) },
      { expression: "request.operation != 'UPDATE'", message: "the ledger is append-only: no entry is changed" },
      {
        expression: `request.operation != 'DELETE' || ${WITH_NAMESPACE} || (${IS_KEPT} && ${byPerson(settings)} && ${mayOnLedger("prune")})`,
        message: "the ledger is append-only: no entry is deleted, but by who may prune what somebody else has archived",
      },
    ],
  };
}

/** Pods could mount the tokens of identities, and Secrets could hold them. */
export function sealed({ namespace }: BreakGlassSettings): Policy {
  return {
    name: "sealed",
    about: "In the break-glass namespace there are no pods and no Secrets.",
    matches: [{ group: "", version: "v1", resources: ["pods", "secrets"], operations: ["CREATE"] }],
    namespaces: namespacesNamed("In", namespace),
    validations: [{ expression: "false", message: `nothing runs in ${namespace} and no Secret is kept there: use another namespace` }],
  };
}
