/** Declares the policies on archiving the ledger: one person says what is kept in a file, somebody else deletes it, and the operator does neither. */
import { BREAK_GLASS_LEDGERS, CHECKPOINT_NAME, GROUP, UNINSTALL_LABEL, UNINSTALL_VALUE, VERSION } from "../../api/names.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote, quoteList } from "../cel.ts";
import type { Matched, Operation, Policy, Validation } from "../policy.ts";
import { namesSender } from "./requests.ts";
import { BY_OPERATOR, byIdentity, MADE_WITHOUT_STRINGS, NAME, NO_NEW_FINALIZER } from "./terms.ts";

/** Who empties a namespace that is being deleted: with an account per controller, and without. */
const NAMESPACE_CONTROLLERS = ["system:serviceaccount:kube-system:namespace-controller", "system:kube-controller-manager"];

/** CEL: the object goes with its namespace. */
export const WITH_NAMESPACE = [
  `(request.userInfo.username in ${quoteList(NAMESPACE_CONTROLLERS)}`,
  "&& namespaceObject.?metadata.?deletionTimestamp.hasValue())",
].join("\n");

/**
 * CEL: chain of the namespace of the request, see `chainName`. Read without types: the type that the API server declares of a Namespace lacks the uid, its
 * value does not.
 */
export const CHAIN = "('c' + string(dyn(namespaceObject).metadata.uid).replace('-', '').substring(0, 10))";

/** CEL: nobody has said that the namespace may be deleted. Where somebody has, the policy with the checkpoint does not look: see `pruned`. */
export const IS_KEPT = `dyn(namespaceObject).metadata.?labels[?${quote(UNINSTALL_LABEL)}].orValue('') != ${quote(UNINSTALL_VALUE)}`;

/** CEL: whoever sends the request has this verb on the ledger. */
export function mayOnLedger(verb: "archive" | "prune"): string {
  return `authorizer.group(${quote(GROUP)}).resource(${quote(BREAK_GLASS_LEDGERS)}).namespace(request.namespace).check(${quote(verb)}).allowed()`;
}

/** CEL: neither the operator nor emergency access sends the request. */
export function byPerson(settings: BreakGlassSettings): string {
  return `!(${BY_OPERATOR}) && !${byIdentity(settings)}`;
}

/** What becomes of the beginning of the ledger. */
export function archivePolicies(settings: BreakGlassSettings): readonly Policy[] {
  return [checkpoints(settings), STATUS, pruned()];
}

function checkpoints(settings: BreakGlassSettings): Policy {
  const { namespace } = settings;
  const unlessGone = ({ expression, ...rest }: Validation): Validation => ({
    ...rest,
    expression: `request.operation == 'DELETE' || (${expression})`,
  });
  return {
    name: "checkpoints",
    about: "A checkpoint of the ledger is made and raised by the person whom it names, and stays.",
    matches: [matched("breakglasscheckpoints", "CREATE", "UPDATE", "DELETE")],
    validations: [
      {
        expression: `request.operation != 'DELETE' || ${WITH_NAMESPACE}`,
        message: "refused to delete the checkpoint of the ledger, without which nobody knows where the ledger begins",
      },
      ...[
        {
          expression: byPerson(settings),
          message: "refused a checkpoint by the operator or by emergency access itself: archiving is for people",
        },
        {
          expression: `request.namespace == ${quote(namespace)} && ${NAME} == ${quote(CHECKPOINT_NAME)}`,
          message: `refused a second checkpoint: there is one, named ${CHECKPOINT_NAME}, in the namespace ${namespace}`,
        },
        namesSender("archivist"),
        {
          expression: mayOnLedger("archive"),
          message: `you may not archive the ledger: ask for the ClusterRole securitybaseline-archivist in the namespace ${namespace}`,
        },
        {
          expression: `object.spec.chain == ${CHAIN}`,
          message: "refused a checkpoint of another chain: spec.chain must be that of this namespace, which is made from its uid",
          messageExpression: `'refused a checkpoint of another chain: spec.chain must be ' + ${CHAIN}`,
        },
        MADE_WITHOUT_STRINGS,
        {
          expression: `request.operation != 'UPDATE' || (${NO_NEW_FINALIZER} && object.metadata.?ownerReferences.orValue([]).size() == 0)`,
          message: MADE_WITHOUT_STRINGS.message,
        },
      ].map(unlessGone),
    ],
  };
}

/** What it may say, the kind itself holds to the spec. */
const STATUS: Policy = {
  name: "checkpoint-status",
  about: "The status of the checkpoint is written by the operator alone.",
  matches: [matched("breakglasscheckpoints/status", "UPDATE")],
  validations: [
    { expression: BY_OPERATOR, message: "only the operator writes the status of a checkpoint: it says what the ledger has recorded" },
    { expression: NO_NEW_FINALIZER, message: MADE_WITHOUT_STRINGS.message },
  ],
};

/** CEL: entries up to here are archived. */
const RECORDED = "params.?status.?recorded.?lastSeq.orValue(0)";
const SENDER_UID = "request.userInfo.?uid.orValue('')";

/**
 * There is one checkpoint, so one judgement for each entry. Without one nothing is deleted, also not with the namespace, of which the checkpoint may go first:
 * what is said to be uninstalled is left to the policy `ledger`. An older state of the checkpoint allows less than the present one.
 */
function pruned(): Policy {
  const deletion = (expression: string): string => `request.operation != 'DELETE' || (${expression})`;
  return {
    name: "pruned",
    about: "Of the ledger somebody else than the archivist deletes what is archived, and nobody writes in its place.",
    matches: [matched("breakglassauditentries", "CREATE", "DELETE")],
    params: { kind: "BreakGlassCheckpoint", name: CHECKPOINT_NAME, ifMissing: "Deny" },
    conditions: { "not-with-the-namespace": `!${WITH_NAMESPACE}` },
    validations: [
      {
        expression: deletion(`${RECORDED} == params.spec.lastSeq`),
        message: "the ledger has not recorded the checkpoint: see its status",
      },
      {
        expression: deletion(`oldObject.spec.chain == params.spec.chain && oldObject.spec.seq <= ${RECORDED}`),
        message: "the ledger is append-only: no entry is deleted that is not archived",
        messageExpression: `'the ledger is append-only: no entry is deleted behind ' + string(${RECORDED}) + ', up to which it is archived'`,
      },
      {
        expression: deletion(
          [
            "request.userInfo.username != params.spec.archivist.username",
            `(${SENDER_UID} == '' || ${SENDER_UID} != params.spec.archivist.?uid.orValue(''))`,
          ].join("\n&& "),
        ),
        message: "you have archived these entries: somebody else reads the file back and deletes them",
      },
      {
        expression: `request.operation != 'CREATE' || object.spec.seq > ${RECORDED}`,
        message: "refused an entry in the place of one that was archived",
      },
    ],
    bindings: [
      {
        suffix: "",
        matches: [matched("breakglassauditentries", "DELETE")],
        namespaces: [{ key: UNINSTALL_LABEL, operator: "NotIn", values: [UNINSTALL_VALUE] }],
      },
      { suffix: "-places", matches: [matched("breakglassauditentries", "CREATE")], ifMissing: "Allow" },
    ],
  };
}

function matched(resource: string, ...operations: readonly Operation[]): Matched {
  return { group: GROUP, version: VERSION, resources: [resource], operations };
}
